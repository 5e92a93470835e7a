"""A connection that says anything and reads until the end, to provoke ERRORs and see what follows them."""

from __future__ import annotations

import socket
from types import TracebackType

from stomptui.stomp.codec import Decoder
from stomptui.stomp.frame import Frame
from tests.brokers.peer import PATIENCE
from tests.brokers.real import RealBroker


class Wire:
    """Frames go out as they are written here, NUL added; they come in as the library reads them."""

    def __init__(self, broker: RealBroker) -> None:
        self._broker = broker
        self._socket = socket.create_connection((broker.host, broker.port), timeout=PATIENCE)
        self._decoder = Decoder()
        self.came: list[Frame] = []

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def say(self, *lines: str, body: str = "") -> None:
        """Write a frame: its command, its header lines, its body."""
        self._socket.sendall("\n".join([*lines, "", body]).encode() + b"\0")

    def connect(self, *lines: str, version: str = "1.2", login: str | None = None) -> None:
        """CONNECT as the broker's first user, or as `login`, and await CONNECTED."""
        broker = self._broker
        passcode = broker.passcode if login is None else broker.reader_passcode
        self.say(
            "CONNECT",
            f"accept-version:{version}",
            f"host:{broker.virtual_host}",
            f"login:{login or broker.login}",
            f"passcode:{passcode}",
            *lines,
        )
        self.until("CONNECTED")

    def until(self, command: str) -> Frame:
        """The next frame of this command; what comes before it is only kept in `came`."""
        while (frame := self.frame()) is not None:
            if frame.command == command:
                return frame
        raise AssertionError(f"the broker closed before {command}; there came {self.came}")

    def frame(self) -> Frame | None:
        """The next frame, None at the end of the connection."""
        while True:
            for item in self._decoder:
                if isinstance(item, Frame):
                    self.came.append(item)
                    return item
            try:
                data = self._socket.recv(65536)
            except ConnectionResetError:  # the end too, when it had not read all that was written
                return None
            if not data:
                return None
            self._decoder.receive(data)

    def ends(self) -> bool:
        """Whether the broker has ended the connection: a frame that it must confirm tells."""
        try:
            self.say("BEGIN", "transaction:is-it-alive", "receipt:is-it-alive")
        except OSError:
            return True
        while (frame := self.frame()) is not None:
            if frame.command == "RECEIPT" and frame.first("receipt-id") == "is-it-alive":
                self.say("ABORT", "transaction:is-it-alive")
                return False
        return True
