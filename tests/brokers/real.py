"""What a test needs to know about a real broker that runs for it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.brokers.certificates import Certificates

SLOTS = 8
"""How many workers get a dead-letter queue of their own."""


@dataclass(frozen=True, slots=True)
class RealBroker:
    """A RabbitMQ or an ActiveMQ on the loopback; the test run started it and stops it."""

    name: str
    """`rabbitmq` or `activemq`."""
    host: str
    port: int
    login: str = "guest"
    passcode: str = "guest"
    virtual_host: str = "/"
    second_login: str = "alice"
    """May do everything: in `second_virtual_host` on RabbitMQ, which refuses her elsewhere."""
    second_passcode: str = "secret"
    second_virtual_host: str | None = None
    """Another virtual host, where the broker has such a thing."""
    reader_login: str = "reader"
    """May only read `reader_destination`."""
    reader_passcode: str = "secret"
    reader_destination: str = ""
    dead_lettering: str = ""
    """A queue of this worker alone whose refused messages go to `dead_letters`."""
    dead_letters: str = ""
    slashed_virtual_host: str | None = None
    """One whose name begins with a slash, for the second user, with a topic exchange `example`."""
    tls_port: int | None = None
    """STOMP over TLS; a client certificate is optional. RabbitMQ takes its common name for the login of a
    CONNECT that has none."""
    mtls_port: int | None = None
    """STOMP over TLS with a client certificate, or not at all."""
    nio_port: int | None = None
    ws_port: int | None = None
    """WebSocket, at the path `/ws`."""
    wss_port: int | None = None
    certificates: Certificates | None = None
    """Those of the TLS listeners."""

    @property
    def ports(self) -> list[int]:
        """All that listen."""
        extra = (self.tls_port, self.mtls_port, self.nio_port, self.ws_port, self.wss_port)
        return [self.port, *(port for port in extra if port is not None)]

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def uri(self) -> str:
        """For `stomptui connect`, passcode included."""
        return self.uri_for(self.login, self.passcode)

    def uri_for(
        self,
        login: str | None = None,
        passcode: str | None = None,
        virtual_host: str | None = None,
        query: str = "",
    ) -> str:
        """A URI for another user or virtual host; without a login it has neither."""
        user = ""
        if login is not None:
            user = (
                quote(login, safe="") + (":" + quote(passcode, safe="") if passcode is not None else "") + "@"
            )
        path = "" if virtual_host is None else "/" + quote(virtual_host, safe="")
        return f"stomp://{user}{self.host}:{self.port}{path}" + (f"?{query}" if query else "")

    def for_worker(self, number: int) -> RealBroker:
        """The same broker, with the dead-letter queue that is worker `number`'s own."""
        slot = str(number % SLOTS)
        return replace(
            self,
            dead_lettering=self.dead_lettering.replace("SLOT", slot),
            dead_letters=self.dead_letters.replace("SLOT", slot),
        )

    def as_dict(self) -> dict[str, Any]:
        """For `RealBroker.of`; the paths are for whoever writes it down to spell."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, values: dict[str, Any]) -> RealBroker:
        """The broker that `as_dict` described, paths as text."""
        paths = values["certificates"]
        return cls(**{**values, "certificates": paths and Certificates(*map(Path, paths))})
