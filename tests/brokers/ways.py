"""The listeners of the real brokers, and a URI for each."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from tests.brokers.real import RealBroker

SCHEMES = {"tcp": "stomp", "nio": "stomp", "tls": "stomp+ssl", "mtls": "stomp+ssl", "ws": "ws", "wss": "wss"}
OF = {"rabbitmq": ("tcp", "tls", "ws", "wss"), "activemq": ("tcp", "nio", "tls", "mtls")}
VERSIONS = ("1.0", "1.1", "1.2")

every_way = pytest.mark.parametrize(
    ("broker", "way"),
    [pytest.param(name, way, id=f"{name}-{way}") for name, ways in OF.items() for way in ways],
    indirect=["broker"],
)
every_version = pytest.mark.parametrize("version", VERSIONS)


def port(broker: RealBroker, way: str) -> int:
    """Where `broker` listens for `way`."""
    number: int | None = broker.port if way == "tcp" else getattr(broker, f"{way}_port")
    assert number is not None, f"{broker.name} has no {way}"
    return number


def uri(
    broker: RealBroker,
    way: str,
    *,
    user: tuple[str, str] | None = ("guest", "guest"),
    virtual_host: str | None = None,
    certificate: str | None = "demanded",
    **options: str,
) -> str:
    """The URI of a listener. For TLS it names the authority, and the certificate of the `client`, the
    `stranger`, or nobody: unless told, the client's where one is demanded."""
    login = "" if user is None else f"{quote(user[0])}:{quote(user[1])}@"
    trust = broker.certificates
    if trust is not None and way in ("tls", "mtls", "wss"):
        options["ca"] = str(trust.ca)
        if certificate == "demanded":
            certificate = "client" if way == "mtls" else None
        if certificate is not None:
            options["cert"] = str(getattr(trust, f"{certificate}_cert"))
            options["key"] = str(getattr(trust, f"{certificate}_key"))
    path = "/ws" if way in ("ws", "wss") else ""
    if virtual_host is not None:
        options["host"] = virtual_host
    query = "?" + urlencode(options, quote_via=quote) if options else ""
    return f"{SCHEMES[way]}://{login}{broker.host}:{port(broker, way)}{path}{query}"
