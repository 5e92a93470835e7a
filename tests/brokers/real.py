"""What a test needs to know about a real broker that runs for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from urllib.parse import quote

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

    def as_dict(self) -> dict[str, object]:
        return asdict(self)
