"""A session on a real broker over a blocking socket, to hold what the state believes against the truth."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from types import TracebackType

from stomptui import brokers
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Closed, Confirmed, Event, Rejected, Unconfirmed
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.session import Session
from tests.brokers.peer import PATIENCE
from tests.brokers.real import RealBroker


class Live:
    """Connects at once; every step waits until the broker has confirmed it."""

    def __init__(self, broker: RealBroker, versions: tuple[str, ...] = ("1.0", "1.1", "1.2")) -> None:
        self.session = Session(
            broker.virtual_host,
            login=broker.login,
            passcode=broker.passcode,
            heart_beat=(0, 0),
            versions=versions,
            recognise=brokers.recognise,
        )
        self.state = self.session.state
        self.events: list[Event] = []
        self._socket = socket.create_connection((broker.host, broker.port), timeout=PATIENCE)
        self._write(self.session.connect(time.monotonic()).data)
        self.until(lambda: self.state.version is not None)

    def __enter__(self) -> Live:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def transmit(self, frame: Frame, *, force: bool = False) -> int:
        """Send a frame as it is; gives its number."""
        sent = self.session.transmit(frame, time.monotonic(), force=force)
        self.events += sent.events
        self._write(sent.data)
        return sent.number

    def sure(self, make: Callable[[str], Frame], *, force: bool = False) -> Event:
        """Send the frame that `make` makes with a receipt-id; gives what became of it."""
        number = self.transmit(make(self.session.next_receipt()), force=force)
        kinds = (Confirmed, Rejected, Unconfirmed)
        self.until(lambda: any(isinstance(e, kinds) and e.number == number for e in self.events))
        return next(e for e in self.events if isinstance(e, kinds) and e.number == number)

    def subscribe(self, destination: str, mode: AckMode) -> str:
        name = self.session.next_subscription_id()
        self.sure(lambda r: self.session.subscribe_frame(destination, mode=mode, id=name, receipt=r))
        return name

    def settle(self, command: str, number: int, *headers: tuple[str, str]) -> Event:
        return self.sure(lambda r: self.session.settle_frame(command, number, headers=headers, receipt=r))

    def publish(self, destination: str, body: bytes) -> None:
        self.sure(lambda r: frames.send(destination, body, headers={"persistent": "true"}, receipt=r))

    def until(self, true: Callable[[], bool]) -> None:
        """Read until something is true, or the broker has closed; raises TimeoutError when it never is."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            now = time.monotonic()
            due = self.session.deadline()
            if now > deadline:
                raise TimeoutError(f"waited {PATIENCE} s; {len(self.events)} events so far")
            self._socket.settimeout(max(0.001, min(deadline, due if due is not None else deadline) - now))
            try:
                data = self._socket.recv(65536)
            except TimeoutError:
                data = None
            if data == b"":
                self.events += self.session.closed("the broker closed", time.monotonic(), False)
            elif data is not None:
                self.session.receive(data)
                while events := self.session.next_events(time.monotonic()):
                    self.events += events
            sent = self.session.tick(time.monotonic())
            self.events += sent.events
            if data == b"" and not true():
                raise EOFError(f"the broker closed; the last was {self.events[-3:]}")

    @property
    def closed(self) -> bool:
        return any(isinstance(event, Closed) for event in self.events)

    def bodies(self, destination: str | None = None) -> list[bytes]:
        """The bodies of what the state believes unsettled, oldest first."""
        entries = self.state.ledger.values()
        return [entry.frame.body for entry in entries if destination in (None, entry.destination)]

    def _write(self, data: bytes) -> None:
        self._socket.sendall(data)
