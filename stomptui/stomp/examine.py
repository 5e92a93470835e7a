"""What in a frame departs from the specification: its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stomptui.stomp.escapes import ESCAPED, undefined
from stomptui.stomp.frame import Mark
from stomptui.stomp.scan import LENGTH

COMMANDS = {
    command.encode(): command
    for command in (
        *("CONNECT", "STOMP", "CONNECTED", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK"),
        *("BEGIN", "COMMIT", "ABORT", "DISCONNECT", "MESSAGE", "RECEIPT", "ERROR"),
    )
}
"""The commands of STOMP 1.0 to 1.2, by their octets."""

WITH_BODY = frozenset({"SEND", "MESSAGE", "ERROR"})
"""The commands whose frames may have a body. STOMP 1.2, Body."""

UNDEFINED_ESCAPE = "undefined-escape"
NO_COLON = "no-colon"
EMPTY_NAME = "empty-name"
FATAL = frozenset({UNDEFINED_ESCAPE, NO_COLON, EMPTY_NAME})
"""Marks that strict reading raises for: fatal to the specification, or no frame to its grammar."""

_ENCODING = "STOMP 1.2, Value Encoding"
_GRAMMAR = "STOMP 1.2, Augmented BNF"
_FRAMES = "STOMP 1.2, STOMP Frames"

_SOUND = re.compile(rb"[^\n\0]+\n(?:[^\n\0:]++:[^\n\0]*+\n)*+(?:\r?\n)?")


def marks(
    head: bytes, command: str, rules: int, version: str | None, bodied: bool, bare: bool
) -> tuple[Mark, ...]:
    """Return the marks of a frame: `head` its octets up to the body, `bodied` whether it has one.

    `bare` says that a NUL ended the head before its blank line.
    """
    return tuple(sorted(_marks(head, command, rules, version, bodied, bare), key=lambda mark: mark.offset))


def _marks(
    head: bytes, command: str, rules: int, version: str | None, bodied: bool, bare: bool
) -> Iterator[Mark]:
    if command not in COMMANDS.values():
        yield Mark("unknown-command", 0, "STOMP has no such command", _GRAMMAR)
    elif bodied and command not in WITH_BODY:
        yield Mark("unexpected-body", len(head), f"{command} has no body in STOMP", "STOMP 1.2, Body")
    if bare:
        yield Mark("nul-ends-head", len(head), "a NUL ends the frame where the blank line belongs", _GRAMMAR)
    try:
        head.decode()
    except UnicodeDecodeError as error:
        yield Mark("not-utf-8", error.start, "command and headers are not UTF-8", "STOMP 1.2, Encoding")
    if not _SOUND.fullmatch(head):
        yield from _lines(head)
    if version == "1.2" and b"\r" in head and head.count(b"\r") != head.count(b"\r\n"):
        at = re.search(rb"\r(?!\n)", head)
        yield Mark(
            "raw-cr", at.start() if at else 0, "a carriage return inside a line, not escaped", _GRAMMAR
        )
    if rules & ESCAPED and b"\\" in head:
        yield from _escapes(head, version)
    yield from _lengths(head)


def _lines(head: bytes) -> Iterator[Mark]:
    at = head.index(b"\n") + 1
    for line in head[at:].split(b"\n"):
        octets = line.removesuffix(b"\r")
        if octets and b":" not in octets:
            yield Mark(NO_COLON, at, "a header line without a colon", _GRAMMAR)
        elif octets[:1] == b":":
            yield Mark(EMPTY_NAME, at, "a header without a name", _GRAMMAR)
        nul = octets.find(b"\0")
        if nul >= 0:
            yield Mark("nul-in-header", at + nul, "a NUL inside a header", _FRAMES)
        at += len(line) + 1


def _escapes(head: bytes, version: str | None) -> Iterator[Mark]:
    at = head.index(b"\n") + 1
    for line in head[at:].split(b"\n"):
        if b"\\" in line:
            name, colon, value = line.removesuffix(b"\r").partition(b":")
            found = undefined(name, version)
            found += [
                (offset + len(name) + len(colon), octets) for offset, octets in undefined(value, version)
            ]
            for offset, octets in found:
                shown = octets.decode("latin-1")
                if version == "1.1" and octets == b"\\r":
                    yield Mark(
                        "cr-escape",
                        at + offset,
                        "\\r is an escape of STOMP 1.2 only",
                        "STOMP 1.1, Value Encoding",
                    )
                else:
                    yield Mark(UNDEFINED_ESCAPE, at + offset, f"undefined escape {shown!r}", _ENCODING)
        at += len(line) + 1


def _lengths(head: bytes) -> Iterator[Mark]:
    at = head.find(LENGTH)
    first = _value(head, at)
    while (at := head.find(LENGTH, at + 1)) >= 0 if first is not None else False:
        if _value(head, at) != first:
            words = "another content-length that differs; the first one counts"
            yield Mark("content-length-differs", at + 1, words, "STOMP 1.2, Repeated Header Entries")


def _value(head: bytes, at: int) -> bytes | None:
    if at < 0:
        return None
    at += len(LENGTH)
    text = head[at : head.index(b"\n", at)].strip()
    return text.lstrip(b"0") if text.isdigit() else text
