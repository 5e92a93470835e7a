"""Streams of frames, made here octet by octet: no codec under measurement has a hand in them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

ESCAPES = {"\\": "\\\\", ":": "\\c", "\n": "\\n"}
"""Those that every peer undoes; `\\r` is left out, since stompman drops it."""


class Made(NamedTuple):
    """One frame as it is meant."""

    command: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Stream(NamedTuple):
    """Frames and their octets, each closed by one LF as RabbitMQ does, cut into pieces of `size` octets."""

    frames: list[Made]
    octets: bytes
    size: int

    @property
    def pieces(self) -> list[bytes]:
        return cut(self.octets, self.size)


def cut(octets: bytes, size: int) -> list[bytes]:
    return [octets[at : at + size] for at in range(0, len(octets), size)]


def octets(frame: Made) -> bytes:
    """The frame as STOMP 1.2 has it, command to NUL."""
    table = str.maketrans(ESCAPES)
    lines = [f"{name.translate(table)}:{value.translate(table)}\n" for name, value in frame.headers]
    return f"{frame.command}\n{''.join(lines)}\n".encode() + frame.body + b"\0"


def stream(frames: list[Made], size: int = 1 << 16) -> Stream:
    return Stream(frames, b"".join(octets(frame) + b"\n" for frame in frames), size)


def messages(count: int, command: str = "MESSAGE") -> list[Made]:
    """8 headers as RabbitMQ writes them, content-length among them, and a JSON body of 256 octets."""
    return [_message(number, command) for number in range(count)]


def _message(number: int, command: str) -> Made:
    body = b'{"id":%07d,"customer":"c-19","total":99.90,"cur":"EUR","note":"%s"}' % (number, b"x" * 188)
    headers = (
        ("subscription", "s-1"),
        ("message-id", f"T_1@@session-k8IoYnBd3Ws@@{number}"),
        ("destination", "/queue/orders"),
        ("redelivered", "false"),
        ("x-tenant", "acme"),
        ("x-trace", f"0af7651916cd43dd8448eb{number:010d}"),
        ("content-type", "application/json"),
        ("content-length", str(len(body))),
    )
    return Made(command, headers, body)


def escaped(count: int, command: str = "MESSAGE") -> list[Made]:
    """8 headers, an escape in each but content-length, whose digits have none, and a body of 256 octets."""
    frames = []
    for number in range(count):
        headers = (
            ("subscription", "a:1"),
            ("message-id", f"ID:host-4711-1:{number}:1:1"),
            ("destination", "/queue/a:b"),
            ("x-path", f"C:\\new\\{number}"),
            ("x-text", "first line\nsecond line"),
            ("x-time", "12:34:56"),
            ("x-both", "\\c\\n"),
            ("content-length", "256"),
        )
        frames.append(Made(command, headers, b"y" * 256))
    return frames


def receipts(count: int) -> list[Made]:
    return [Made("RECEIPT", (("receipt-id", f"r-{number}"),), b"") for number in range(count)]


def large(megabytes: int, *, binary: bool) -> Made:
    """One body of that many MiB: lines of text, or random octets, of which one in 256 is NUL."""
    size = megabytes << 20
    block = random.Random(1).randbytes(1 << 20) if binary else (b"x" * 63 + b"\n") * (1 << 14)
    headers = (("destination", "/queue/q"), ("message-id", "1"), ("content-length", str(size)))
    return Made("MESSAGE", headers, block * megabytes)


def read(raw: bytes) -> Made:
    """What one encoded frame without CR means, for the check of encoders."""
    head, _, body = raw[:-1].partition(b"\n\n")
    command, *lines = head.decode().split("\n")
    return Made(command, tuple(tuple(map(_plain, line.split(":"))) for line in lines), body)  # type: ignore[misc]


def _plain(text: str) -> str:
    return "".join(_undo(text))


def _undo(text: str) -> Iterator[str]:
    back = {written[1]: meant for meant, written in ESCAPES.items()}
    signs = iter(text)
    for sign in signs:
        yield back[next(signs)] if sign == "\\" else sign
