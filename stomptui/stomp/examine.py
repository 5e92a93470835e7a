"""What in a frame departs from the specification: its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from stomptui.stomp.escapes import ESCAPED, PADDED, UNESCAPED_COMMANDS, sound, undefined
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
CR_ESCAPE = "cr-escape"
FATAL = frozenset({UNDEFINED_ESCAPE, CR_ESCAPE, NO_COLON, EMPTY_NAME})
"""Marks that strict reading raises for: fatal to the specification, or no frame to its grammar."""

MOST = 100
"""Marks listed of one frame: a hostile head of some megabytes could earn millions."""

_ENCODING = "STOMP 1.2, Value Encoding"
_GRAMMAR = "STOMP 1.2, Augmented BNF"
_FRAMES = "STOMP 1.2, STOMP Frames"

_KNOWN = frozenset(COMMANDS.values())

_LONE_RETURN = re.compile(rb"\r(?!\n)")
_SOUND = re.compile(rb"[^\n\0]+\n(?:[^\n\0:]++:[^\n\0]*+\n)*+(?:\r?\n)?")


def marks(
    head: bytes, command: str, rules: int, version: str | None, *, bodied: bool = False, bare: bool = False
) -> tuple[Mark, ...]:
    """Return the marks of a frame, by their offsets: `head` is all before the body.

    `bodied` says that there is a body, `bare` that a NUL ended the head before its blank line.
    """
    found: list[Mark] = []
    if command not in _KNOWN:
        found.append(Mark("unknown-command", 0, "STOMP has no such command", _GRAMMAR))
    elif bodied and command not in WITH_BODY:
        found.append(Mark("unexpected-body", len(head), f"{command} has no body in STOMP", "STOMP 1.2, Body"))
    if bare:
        found.append(Mark("nul-ends-head", len(head), "a NUL stands where the blank line belongs", _GRAMMAR))
    if not head.isascii():
        found += _encoding(head)
    if not _SOUND.fullmatch(head):
        found += islice(_lines(head), MOST + 1)
    if version == "1.2" and b"\r" in head:
        found += _returns(head)
    if rules & ESCAPED and b"\\" in head:
        found += islice(_escapes(head, version), MOST + 1)
    at = head.find(LENGTH)
    if at >= 0 and head.find(LENGTH, at + 1) >= 0:
        found += islice(_lengths(head, at), MOST + 1)
    if len(found) > 1:
        found.sort(key=lambda mark: mark.offset)
    if len(found) > MOST:
        found[MOST:] = [Mark("more", found[MOST].offset, "and more that is not listed", _FRAMES)]
    return tuple(found)


def _encoding(head: bytes) -> Iterator[Mark]:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        yield Mark("not-utf-8", error.start, "command and headers are not UTF-8", _FRAMES)


def _returns(head: bytes) -> Iterator[Mark]:
    match = _LONE_RETURN.search(head)
    if match is not None:
        yield Mark("raw-cr", match.start(), "a carriage return inside a line, not escaped", _GRAMMAR)


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
    if sound(head[at:], version):
        return
    for line in head[at:].split(b"\n"):
        if b"\\" in line:
            name, colon, value = line.removesuffix(b"\r").partition(b":")
            for offset, octets in undefined(name, version):
                yield _escape(at + offset, octets, version)
            for offset, octets in undefined(value, version):
                yield _escape(at + len(name) + len(colon) + offset, octets, version)
        at += len(line) + 1


def _escape(offset: int, octets: bytes, version: str | None) -> Mark:
    if version == "1.1" and octets == b"\\r":
        return Mark(CR_ESCAPE, offset, "\\r is an escape of STOMP 1.2 only", "STOMP 1.1, Value Encoding")
    if len(octets) == 1:
        words = "a backslash at the end of a name or value"
    elif 0x20 < octets[1] < 0x7F:
        words = f"undefined escape \\{octets[1]:c}"
    else:
        words = f"undefined escape: a backslash before octet {octets[1]:02X}"
    return Mark(UNDEFINED_ESCAPE, offset, words, _ENCODING)


def _lengths(head: bytes, at: int) -> Iterator[Mark]:
    first = _value(head, at)
    while (at := head.find(LENGTH, at + 1)) >= 0:
        if _value(head, at) != first:
            words = "another content-length that differs; the first one counts"
            yield Mark("content-length-differs", at + 1, words, "STOMP 1.2, Repeated Header Entries")


def _value(head: bytes, at: int) -> bytes:
    at += len(LENGTH)
    text = head[at : head.index(b"\n", at)].strip()
    return text.lstrip(b"0") if text.isdigit() else text


def rules_of(head: bytes, command: str, how: int) -> int:
    """By what rules a head is read where `how` is in force: before CONNECTED nothing is escaped."""
    if command not in UNESCAPED_COMMANDS:
        return how
    return 0 if (b"\nversion:" if command == "CONNECTED" else b"\naccept-version:") in head else PADDED
