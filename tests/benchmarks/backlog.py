"""A backlog on a real broker: filled, taken by a raw socket, and looked at for what is left."""

from __future__ import annotations

import re
import socket
import time
from typing import NamedTuple

from tests.brokers.real import RealBroker

QUEUE = "/queue/orders"
PREFETCH = {"rabbitmq": "prefetch-count", "activemq": "activemq.prefetchSize"}
READ = 256 * 1024
AT_ONCE = 10_000
BODY = b'{"id":%07d,"customer":"c-19","total":99.90,"cur":"EUR","lines":[{"sku":"A-1","n":3}],"note":"%s"}'
SEND = b"SEND\ndestination:%s\ncontent-type:application/json\ncontent-length:%d\n%s\n%s\0"
ACK = re.compile(rb"\nack:([^\n]*)\n")
QUIET = 1.0
"""Seconds without a message after which a queue counts as empty."""


class Took(NamedTuple):
    """Seconds from SUBSCRIBE to the last message, and of acking them all, 0 where that is not to be done."""

    taking: float
    acking: float

    @property
    def seconds(self) -> float:
        return sum(self)


def connect(broker: RealBroker) -> socket.socket:
    """A connection that has been answered with CONNECTED."""
    wire = socket.create_connection((broker.host, broker.port), timeout=120)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    login = f"host:{broker.virtual_host}\nlogin:{broker.login}\npasscode:{broker.passcode}"
    wire.sendall(f"CONNECT\naccept-version:1.2\n{login}\n\n\0".encode())
    _until(wire, b"CONNECTED")
    return wire


def _until(wire: socket.socket, words: bytes) -> bytes:
    said = b""
    while words not in said:
        data = wire.recv(READ)
        if not data:
            raise SystemExit(f"the broker left before it said {words!r}: {said[-500:]!r}")
        said += data
    return said


def fill(broker: RealBroker, count: int) -> None:
    """Send messages with bodies numbered from 0, and wait for the receipt of each ten thousandth."""
    with connect(broker) as wire:
        for start in range(0, count, AT_ONCE):
            stop = min(start + AT_ONCE, count)
            wire.sendall(
                b"".join(send(number, b"receipt:r\n" * (number == stop - 1)) for number in range(start, stop))
            )
            _until(wire, b"receipt-id:r")


def send(number: int, more: bytes = b"") -> bytes:
    """A SEND whose body has its number, and about 490 octets when it comes as a MESSAGE."""
    body = BODY % (number, b"x" * 158)
    return SEND % (QUEUE.encode(), len(body), more, body)


def subscribe(broker: RealBroker, ack: str, prefetch: int | None) -> bytes:
    limit = "" if prefetch is None else f"{PREFETCH[broker.name]}:{prefetch}\n"
    return f"SUBSCRIBE\nid:1\ndestination:{QUEUE}\nack:{ack}\n{limit}receipt:s\n\n\0".encode()


def raw(broker: RealBroker, count: int, ack: str, prefetch: int | None = None) -> Took:
    """Take `count` messages with a socket and a count of NULs, then send ACKs made before that is timed."""
    parts: list[bytes] = []
    acking = 0.0
    with connect(broker) as wire:
        start = time.perf_counter()
        wire.sendall(subscribe(broker, ack, prefetch))
        left = count + 1  # and the receipt
        while left > 0:
            data = wire.recv(READ)
            if not data:
                raise SystemExit(f"the broker left with {left} to come: {parts[-1:]!r}")
            parts.append(data)
            left -= data.count(b"\0")
        taking = time.perf_counter() - start
        if ack != "auto":
            names = ACK.findall(b"".join(parts))
            acks = [b"ACK\nid:%s\n\n\0" % name for name in names[:-1]]
            data = b"".join([*acks, b"ACK\nid:%s\nreceipt:a\n\n\0" % names[-1]])
            start = time.perf_counter()
            wire.sendall(data)
            _until(wire, b"receipt-id:a")
            acking = time.perf_counter() - start
        wire.sendall(b"DISCONNECT\nreceipt:d\n\n\0")
        _until(wire, b"receipt-id:d")
    return Took(taking, acking)


def left(broker: RealBroker) -> int:
    """How many messages the queue still holds, which are taken; 0 when none comes for a second."""
    messages = 0
    with connect(broker) as wire:
        wire.sendall(subscribe(broker, "auto", None))
        wire.settimeout(QUIET)
        try:
            while data := wire.recv(READ):
                messages += data.count(b"MESSAGE\n")
        except TimeoutError:
            return messages
    raise SystemExit("the broker left")
