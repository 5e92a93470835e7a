"""A throw-away RabbitMQ: loopback only, an epmd of its own, users and queues loaded at boot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.brokers.certificates import Certificates
from tests.brokers.real import SLOTS, RealBroker

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Not the wrapper of the same name on the PATH, which changes folder and user."""
PACKAGE = "rabbitmq-server"
PORTS = 7
"""STOMP over TCP, TLS, ws, wss; AMQP, distribution, epmd."""


def installed() -> bool:
    return PROGRAM.exists()


def describe(ports: list[int], certificates: Certificates) -> RealBroker:
    """The broker as the tests will see it."""
    return RealBroker(
        "rabbitmq",
        "127.0.0.1",
        ports[0],
        second_virtual_host="v2",
        reader_destination="/amq/queue/ro1",
        dead_lettering="/amq/queue/withdlx.SLOT",
        dead_letters="/amq/queue/dlq.SLOT",
        slashed_virtual_host="/example",
        tls_port=ports[1],
        ws_port=ports[2],
        wss_port=ports[3],
        certificates=certificates,
    )


def definitions() -> dict[str, Any]:
    def queue(name: str, **arguments: str) -> dict[str, Any]:
        return {"name": name, "vhost": "/", "durable": True, "auto_delete": False, "arguments": arguments}

    def permission(user: str, vhost: str, configure: str, write: str, read: str) -> dict[str, str]:
        return {"user": user, "vhost": vhost, "configure": configure, "write": write, "read": read}

    plain: dict[str, Any] = {"auto_delete": False, "internal": False, "arguments": {}}
    queues = [queue("ro1")]
    for slot in range(SLOTS):
        arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": f"dlq.{slot}"}
        queues += [queue(f"dlq.{slot}"), queue(f"withdlx.{slot}", **arguments)]
    return {
        "users": [
            {"name": "guest", "password": "guest", "tags": "administrator"},
            {"name": "alice", "password": "secret", "tags": ""},
            {"name": "reader", "password": "secret", "tags": ""},
        ],
        "vhosts": [{"name": "/"}, {"name": "v2"}, {"name": "/example"}],
        "permissions": [
            permission("guest", "/", ".*", ".*", ".*"),
            permission("guest", "v2", ".*", ".*", ".*"),
            permission("alice", "v2", ".*", ".*", ".*"),
            permission("alice", "/example", ".*", ".*", ".*"),
            permission("reader", "/", "^$", "^$", "^ro.*"),
        ],
        "queues": queues,
        "exchanges": [
            {"name": name, "vhost": "/example", "type": "topic", "durable": True, **plain}
            for name in ("example", "events")
        ],
    }


def tls(prefix: str, certificates: Certificates) -> str:
    """The lines that say whom a listener trusts and who it is."""
    return (
        f"{prefix}.cacertfile = {certificates.ca}\n"
        f"{prefix}.certfile = {certificates.server_cert}\n"
        f"{prefix}.keyfile = {certificates.server_key}\n"
    )


def prepare(
    folder: Path,
    ports: list[int],
    certificates: Certificates,
    data: Path | None = None,
    settings: str = "",
) -> tuple[list[str], dict[str, str]]:
    """Write the configuration into `folder`, where the messages are too unless `data` is another folder; the
    command to run there and its environment.

    `settings` are further ones, as Erlang terms: `{consumer_timeout, 1500}`.
    """
    stomp, stomps, ws, wss, amqp, distribution, epmd = ports
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{amqp}\n"
        f"stomp.listeners.tcp.1 = 127.0.0.1:{stomp}\n"
        f"stomp.listeners.ssl.1 = 127.0.0.1:{stomps}\n"
        + tls("ssl_options", certificates)
        + "ssl_options.verify = verify_peer\n"
        "ssl_options.fail_if_no_peer_cert = false\n"
        "stomp.ssl_cert_login = true\n"
        "ssl_cert_login_from = common_name\n"
        "web_stomp.tcp.ip = 127.0.0.1\n"
        f"web_stomp.tcp.port = {ws}\n"
        "web_stomp.ssl.ip = 127.0.0.1\n"
        f"web_stomp.ssl.port = {wss}\n"
        + tls("web_stomp.ssl", certificates)
        + f"load_definitions = {folder}/definitions.json\n"
        "log.console = false\n"
    )
    (folder / "definitions.json").write_text(json.dumps(definitions()))
    (folder / "enabled_plugins").write_text(
        "[rabbitmq_stomp, rabbitmq_web_stomp, rabbitmq_auth_mechanism_ssl].\n"
    )
    (folder / "none.conf").touch()
    if settings:
        (folder / "advanced.config").write_text(f"[{{rabbit, [{settings}]}}].\n")
    environment = {
        "HOME": str(folder),
        "RABBITMQ_CONF_ENV_FILE": f"{folder}/none.conf",
        "RABBITMQ_NODENAME": f"t{stomp}@localhost",
        "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
        "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/advanced.config",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
        "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/generated",
        "RABBITMQ_MNESIA_BASE": f"{data or folder}/mnesia",
        "RABBITMQ_LOG_BASE": f"{folder}/log",
        "RABBITMQ_PID_FILE": f"{folder}/beam.pid",
        "RABBITMQ_DIST_PORT": str(distribution),
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_CRASH_DUMP_SECONDS": "0",
        # Idle schedulers that spin would take the processor from the tests. And which queues there are is
        # written down at once: otherwise a kill soon after takes some of them away, with all they held.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none"
        " -kernel inet_dist_use_interface {127,0,0,1} -mnesia dump_log_write_threshold 1",
    }
    # epmd runs before the node, in the foreground: the node would start a daemon that outlives it.
    return ["sh", "-c", f'epmd >epmd.log 2>&1 & exec "{PROGRAM}"'], environment


def logs(folder: Path) -> list[Path]:
    return [folder / "server.log", folder / "epmd.log", *sorted((folder / "log").glob("*.log"))]
