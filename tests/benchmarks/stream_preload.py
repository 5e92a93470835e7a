"""Fill a queue of a real broker before it is taken from."""

from __future__ import annotations

import socket

from tests.benchmarks.stream_source import message
from tests.benchmarks.stream_takers import QUEUE


def fill(port: int, count: int) -> None:
    """Send `count` messages and wait for the receipt of the last."""
    body = message(b"1", 1).partition(b"\n\n")[2].rstrip(b"\0\n")
    head = f"SEND\ndestination:{QUEUE}\ncontent-type:application/json\ncontent-length:{len(body)}\n"
    send = head.encode() + b"\n" + body + b"\0"
    last = head.encode() + b"receipt:all\n\n" + body + b"\0"
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(b"CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n\n\0")
        _until(wire, b"CONNECTED")
        wire.sendall(send * (count - 1) + last)
        _until(wire, b"receipt-id:all")


def _until(wire: socket.socket, words: bytes) -> None:
    said = b""
    while words not in said:
        data = wire.recv(65536)
        if not data:
            raise SystemExit(f"the broker left before it said {words!r}: {said!r}")
        said += data
