"""Another client of a broker, for tests: blocking, literal, and independent of the library under test."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterable
from types import TracebackType
from typing import NamedTuple

from tests.brokers.real import RealBroker

PATIENCE = 30.0
"""Seconds to wait for what is sure to come, on a busy machine."""


class Raw(NamedTuple):
    """A frame as it came: header lines are split at the first colon and not unescaped."""

    command: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def first(self, name: bytes) -> bytes | None:
        """The first value of a header, raw."""
        return next((value for each, value in self.headers if each == name), None)

    def all(self, name: bytes) -> list[bytes]:
        """All values of a header, in order, raw."""
        return [value for each, value in self.headers if each == name]


class Peer:
    """Connects at once and raises `AssertionError` with the broker's words if it is refused."""

    def __init__(
        self,
        broker: RealBroker,
        *,
        version: str = "1.2",
        login: str | None = None,
        passcode: str | None = None,
        virtual_host: str | None = None,
        headers: Iterable[str] = (),
    ) -> None:
        self._socket = socket.create_connection((broker.host, broker.port), timeout=PATIENCE)
        self._buffer = b""
        self._receipts = map("peer-{}".format, itertools.count(1))
        self._waiting: list[Raw] = []
        hello = ["accept-version:" + version, f"host:{virtual_host or broker.virtual_host}"]
        hello += [f"login:{login or broker.login}", f"passcode:{passcode or broker.passcode}", *headers]
        self.send("CONNECT", *hello)
        self.connected = self._read()
        assert self.connected.command == b"CONNECTED", self.connected

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def send(self, command: str, *lines: str, body: bytes = b"") -> None:
        """Write a frame whose header lines are given as they go out."""
        self._socket.sendall("\n".join([command, *lines, "", ""]).encode() + body + b"\0")

    def sure(self, command: str, *lines: str, body: bytes = b"") -> None:
        """Write a frame and await its receipt; what else comes meanwhile is kept for `receive`."""
        receipt = next(self._receipts)
        self.send(command, *lines, f"receipt:{receipt}", body=body)
        while (frame := self._read()).command != b"RECEIPT" or frame.first(b"receipt-id") != receipt.encode():
            assert frame.command != b"ERROR", frame
            self._waiting.append(frame)

    def publish(self, destination: str, body: bytes = b"", *lines: str) -> None:
        """SEND, confirmed by the broker; the body's length is told."""
        self.sure("SEND", f"destination:{destination}", f"content-length:{len(body)}", *lines, body=body)

    def subscribe(self, destination: str, *lines: str, ack: str = "auto", subscription: str = "0") -> None:
        """SUBSCRIBE, confirmed by the broker."""
        self.sure("SUBSCRIBE", f"destination:{destination}", f"id:{subscription}", f"ack:{ack}", *lines)

    def receive(self, patience: float = PATIENCE) -> Raw:
        """The next frame; raises `TimeoutError` when none comes within `patience` seconds."""
        return self._waiting.pop(0) if self._waiting else self._read(patience)

    def _read(self, patience: float = PATIENCE) -> Raw:
        self._socket.settimeout(patience)
        while True:
            self._buffer = self._buffer.lstrip(b"\r\n")
            head, found, rest = self._buffer.partition(b"\n\n")
            if found:
                command, *lines = head.split(b"\n")
                headers = [(line.partition(b":")[0], line.partition(b":")[2]) for line in lines]
                length = next((int(value) for name, value in headers if name == b"content-length"), None)
                end = rest.find(b"\0", length or 0)
                if end >= 0:
                    self._buffer = rest[end + 1 :]
                    return Raw(command, headers, rest[:end])
            data = self._socket.recv(65536)
            assert data, f"the broker closed the connection; unread: {self._buffer!r}"
            self._buffer += data
