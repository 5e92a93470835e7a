"""The head of a frame as octets, from its command to its blank line: headers read only when asked for."""

from __future__ import annotations

from functools import lru_cache

from stomptui.stomp.escapes import ESCAPED, SIMPLE, undo

Pairs = tuple[tuple[str, str], ...]

BLANKS = " \t"
"""What STOMP 1.0 peers pad names and values with."""


def read(head: bytes, rules: int) -> Pairs:
    """Return the headers in order, repeats kept; a header with an undefined escape stays as it came.

    A line without a colon is a name with an empty value.
    """
    text = head.decode("utf-8", "surrogateescape")
    if rules & SIMPLE:
        if rules & ESCAPED and "\\" in text:
            parts = undo(text.replace("\n", "\0").replace(":", "\0")).split("\0")
        else:
            parts = text.replace("\n", ":").split(":")
        return tuple(zip(parts[1:-2:2], parts[2:-1:2]))  # noqa: B905  # as long; `strict` costs a third
    lines = text.split("\n")
    if "\r" in text:
        lines = [line.removesuffix("\r") for line in lines]
    del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    pairs = [line.partition(":")[::2] for line in lines]
    if rules & ESCAPED and "\\" in text:
        return tuple(_meant(name, value) for name, value in pairs)
    return tuple(pairs)


def _meant(name: str, value: str) -> tuple[str, str]:
    try:
        return undo(name), undo(value)
    except ValueError:
        return name, value


@lru_cache(512)
def needle(name: str) -> bytes | None:
    """Return the octets that begin a header line named `name`; None where escapes could spell it."""
    if not name or not name.isascii() or not name.isprintable() or ":" in name or "\\" in name:
        return None
    return b"\n" + name.encode() + b":"


def seek(raw: bytes, end: int, key: bytes, rules: int) -> str | None:
    """Return the value of the first header that begins with `key` in `raw[:end]`, a head free of marks."""
    at = raw.find(key, 0, end)
    if at < 0:
        return None
    at += len(key)
    value = raw[at : raw.index(b"\n", at)].decode("utf-8", "surrogateescape")
    if not rules & SIMPLE:
        value = value.removesuffix("\r")
    return undo(value) if "\\" in value and rules & ESCAPED else value


def blot(head: bytes, chosen: list[bool], words: bytes) -> tuple[bytes, list[tuple[int, int, int]]]:
    """Write `words` for the value of each header line that is `chosen`.

    Returns the new head, and for each line changed its start, its end and the octets by which it grew.
    """
    lines = head.split(b"\n")
    changes: list[tuple[int, int, int]] = []
    at = len(lines[0]) + 1
    for index, choose in enumerate(chosen, start=1):
        line = lines[index]
        if choose:
            name, colon, value = line.partition(b":")
            new = name + colon + words + (b"\r" if value.endswith(b"\r") else b"")
            changes.append((at, at + len(line), len(new) - len(line)))
            lines[index] = new
        at += len(line) + 1
    return b"\n".join(lines), changes
