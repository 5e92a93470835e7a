"""A throw-away ActiveMQ Classic, loopback only: with users and nothing on disk, or a private one without."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.brokers.certificates import STORE_PASSWORD, Certificates
from tests.brokers.real import RealBroker

LIBRARIES = Path("/usr/share/activemq/lib")
PACKAGE = "activemq"
PORTS = 4
"""TCP, nio, TLS, TLS that demands a client certificate."""

CONFIGURATION = """\
<beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.springframework.org/schema/beans
  http://www.springframework.org/schema/beans/spring-beans-2.0.xsd
  http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
 <broker xmlns="http://activemq.apache.org/schema/core" brokerName="b{stomp}" persistent="false"
   useJmx="false" dataDirectory="{folder}/data">
  <destinations><queue physicalName="ro.1"/></destinations>
  <destinationPolicy><policyMap><policyEntries>
   <policyEntry queue="orders" maxPageSize="1000000"/>
   <policyEntry queue="withdlx.&gt;"><deadLetterStrategy>
    <individualDeadLetterStrategy queuePrefix="DLQ." useQueueForQueueMessages="true"/>
   </deadLetterStrategy></policyEntry>
  </policyEntries></policyMap></destinationPolicy>
  <plugins>
   <simpleAuthenticationPlugin anonymousAccessAllowed="false"><users>
    <authenticationUser username="guest" password="guest" groups="users,admins"/>
    <authenticationUser username="alice" password="secret" groups="users"/>
    <authenticationUser username="reader" password="secret" groups="readers"/>
   </users></simpleAuthenticationPlugin>
   <authorizationPlugin><map><authorizationMap><authorizationEntries>
    <authorizationEntry queue="&gt;" read="users" write="users" admin="users"/>
    <authorizationEntry topic="&gt;" read="users" write="users" admin="users"/>
    <authorizationEntry queue="ro.&gt;" read="readers,users" write="users" admin="users"/>
    <authorizationEntry topic="ActiveMQ.Advisory.&gt;" read="users,readers" write="users,readers"
      admin="users,readers"/>
   </authorizationEntries></authorizationMap></map></authorizationPlugin>
  </plugins>
  <sslContext><sslContext keyStore="file:{key_store}" keyStoreType="PKCS12" keyStorePassword="{password}"
    trustStore="file:{trust_store}" trustStoreType="PKCS12" trustStorePassword="{password}"/></sslContext>
  <transportConnectors>
   <transportConnector name="stomp" uri="stomp://127.0.0.1:{stomp}"/>
   <transportConnector name="nio" uri="stomp+nio://127.0.0.1:{nio}"/>
   <transportConnector name="tls" uri="stomp+ssl://127.0.0.1:{stomps}"/>
   <transportConnector name="mtls" uri="stomp+ssl://127.0.0.1:{mtls}?needClientAuth=true"/>
  </transportConnectors>
 </broker>
</beans>
"""

LOGGING = """\
log4j.rootLogger=INFO, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%d %-5p %c - %m%n
"""


def installed() -> bool:
    return LIBRARIES.is_dir() and shutil.which("java") is not None


def describe(ports: list[int], certificates: Certificates) -> RealBroker:
    """The broker as the tests will see it."""
    return RealBroker(
        "activemq",
        "127.0.0.1",
        ports[0],
        reader_destination="/queue/ro.1",
        dead_lettering="/queue/withdlx.SLOT",
        dead_letters="/queue/DLQ.withdlx.SLOT",
        nio_port=ports[1],
        tls_port=ports[2],
        mtls_port=ports[3],
        certificates=certificates,
    )


def prepare(folder: Path, ports: list[int], certificates: Certificates) -> tuple[list[str], dict[str, str]]:
    """Write the configuration into `folder`; the command to run there and its environment."""
    values = dict(zip(("stomp", "nio", "stomps", "mtls"), ports, strict=True))
    (folder / "activemq.xml").write_text(
        CONFIGURATION.format(**values, **certificates._asdict(), folder=folder, password=STORE_PASSWORD)
    )
    return _java(folder, f"xbean:file:{folder}/activemq.xml")


def prepare_private(folder: Path, port: int, data: Path) -> tuple[list[str], dict[str, str]]:
    """The same for a broker that knows no users, is up at once, and keeps persistent messages in `data`."""
    options = f"persistent=true&useJmx=false&dataDirectory={data}"
    return _java(folder, f"broker:(stomp://127.0.0.1:{port})?{options}")


def _java(folder: Path, configuration: str) -> tuple[list[str], dict[str, str]]:
    (folder / "log4j.properties").write_text(LOGGING)
    command = ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    command += [f"-Djava.io.tmpdir={folder}", "-Dactivemq.home=/usr/share/activemq"]
    command += [f"-Dactivemq.{name}={folder}" for name in ("base", "conf", "data")]
    command += [f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in ("lang", "util")]
    command += ["-cp", f"{folder}:{LIBRARIES}/*:{LIBRARIES}/optional/*"]
    command += ["org.apache.activemq.console.Main", "start", configuration]
    return command, {"HOME": str(folder)}


def logs(folder: Path) -> list[Path]:
    return [folder / "server.log"]
