"""A reader of STOMP frames that knows nothing of this project's own: small, and strict."""

from __future__ import annotations

import re
from typing import NamedTuple

MEANING = {
    "1.0": {},
    "1.1": {b"n": b"\n", b"c": b":", b"\\": b"\\"},
    "1.2": {b"n": b"\n", b"c": b":", b"\\": b"\\", b"r": b"\r"},
}
"""What follows a backslash, and what both mean; in STOMP 1.0 a backslash is a backslash."""

BLANKS = "".join(map(chr, range(33)))


class Read(NamedTuple):
    """A frame as it was read."""

    command: str
    headers: list[tuple[str, str]]
    body: bytes


def read_frame(data: bytes, version: str, *, trims: bool = False) -> tuple[Read, bytes] | None:
    """Read the frame that `data` begins with, and what follows it; None if it is not all there.

    With `trims` it takes blanks and control characters off around names and values, as some brokers do.
    """
    head, blank, rest = data.partition(b"\n\n")
    if not blank:
        return None
    assert b"\0" not in head
    assert b"\r" not in head
    command, *lines = head.split(b"\n")
    escapes = {} if command == b"CONNECT" else MEANING[version]
    headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        assert colon
        assert name
        assert b":" not in value or not escapes
        headers.append((_meant(name, escapes), _meant(value, escapes)))
    if trims:
        headers = [(name.strip(BLANKS), value.strip(BLANKS)) for name, value in headers]
    stated = [int(value) for name, value in headers if name == "content-length"]
    end = stated[0] if stated else rest.find(b"\0")
    if end < 0 or len(rest) <= end:
        return None
    assert rest[end] == 0
    return Read(_meant(command, {}), headers, rest[:end]), rest[end + 1 :]


def read_frames(data: bytes, version: str, *, trims: bool = False) -> list[Read]:
    """Read all frames of `data`, which must end where the last one does."""
    frames = []
    while data:
        found = read_frame(data, version, trims=trims)
        assert found is not None
        frame, data = found
        frames.append(frame)
    return frames


def _meant(octets: bytes, escapes: dict[bytes, bytes]) -> str:
    if escapes:
        octets = re.sub(rb"\\(.?)", lambda match: escapes[match[1]], octets, flags=re.DOTALL)
    return octets.decode("utf-8", "surrogateescape")


def written(text: str, version: str) -> bytes:
    """`text` as it stands in a header."""
    octets = text.encode("utf-8", "surrogateescape")
    signs = {meaning: b"\\" + sign for sign, meaning in MEANING[version].items()}
    return b"".join(signs.get(octet, octet) for octet in (octets[at : at + 1] for at in range(len(octets))))
