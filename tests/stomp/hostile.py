"""Streams that a careless reader takes the square of their length for; each of about `size` octets."""

from __future__ import annotations

from collections.abc import Callable

STREAMS: dict[str, Callable[[int], bytes]] = {
    "a body without end": lambda size: b"MESSAGE\n\n" + b"x" * size,
    "a counted body": lambda size: b"MESSAGE\ncontent-length:%d\n\n" % size + bytes(size + 1),
    "a body of line feeds": lambda size: b"MESSAGE\n\n" + b"\n" * size + b"\0",
    "a header without end": lambda size: b"MESSAGE\na:" + b"x" * size,
    "headers": lambda size: b"MESSAGE\n" + b"a:b\n" * (size // 4) + b"\n\0",
    "lines without a colon": lambda size: b"MESSAGE\n" + b"abc\n" * (size // 4) + b"\n\0",
    "escapes": lambda size: b"MESSAGE\na:" + b"\\c" * (size // 2) + b"\n\n\0",
    "backslashes": lambda size: b"MESSAGE\na:" + b"\\\\" * (size // 2) + b"\n\n\0",
    "undefined escapes": lambda size: b"MESSAGE\na:" + b"\\t" * (size // 2) + b"\n\n\0",
    "colons": lambda size: b"MESSAGE\na" + b":" * size + b"\n\n\0",
    "content-lengths": lambda size: b"MESSAGE\n" + b"content-length:0\n" * (size // 17) + b"\n\0",
    "NULs between frames": lambda size: bytes(size) + b"ACK\n\n\0",
    "NULs in headers": lambda size: b"MESSAGE\n" + b"a:\0\n" * (size // 4) + b"\n\0",
    "heart-beats": lambda size: b"\n" * size,
    "heart-beats and CRs": lambda size: b"\r\n\n" * (size // 3) + b"\r",
    "small frames": lambda size: b"ACK\n\n\0" * (size // 6),
    "frames between NULs": lambda size: b"ACK\n\n\0\0" * (size // 7),
    "commands cut by NUL": lambda size: b"A\0" * (size // 2),
}
