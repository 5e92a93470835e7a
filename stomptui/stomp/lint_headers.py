"""What a version of STOMP asks of headers: how they are written, and which ones a command must have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stomptui.stomp.escapes import VERSIONS
from stomptui.stomp.frame import AckMode, Mark
from stomptui.stomp.marking import shown
from stomptui.stomp.phase import CLIENT_FRAMES

CONNECTING = frozenset({"CONNECT", "STOMP"})
FROM_CLIENT = CLIENT_FRAMES | CONNECTING
FROM_SERVER = frozenset({"CONNECTED", "MESSAGE", "RECEIPT", "ERROR"})

_ESCAPE = re.compile(r"\\[rnc\\]")
_BEATS = re.compile(r"[0-9]+,[0-9]+")

_TRANSACTED = {"BEGIN": ("transaction",), "COMMIT": ("transaction",), "ABORT": ("transaction",)}
_ALWAYS = {"SEND": ("destination",), "RECEIPT": ("receipt-id",), **_TRANSACTED}
_SINCE_1_1 = {
    "CONNECT": ("accept-version", "host"),
    "STOMP": ("accept-version", "host"),
    "CONNECTED": ("version",),
    "SUBSCRIBE": ("destination", "id"),
    "UNSUBSCRIBE": ("id",),
    "MESSAGE": ("destination", "message-id", "subscription"),
    **_ALWAYS,
}
REQUIRED = {
    "1.0": {
        "SUBSCRIBE": ("destination",),
        "MESSAGE": ("destination", "message-id"),
        "ACK": ("message-id",),
        **_ALWAYS,
    },
    "1.1": {"ACK": ("message-id", "subscription"), "NACK": ("message-id", "subscription"), **_SINCE_1_1},
    "1.2": {"ACK": ("id",), "NACK": ("id",), **_SINCE_1_1},
}
"""By version and command, the headers that a frame must have."""

_SECTIONS = {
    "CONNECT": "CONNECT or STOMP Frame",
    "STOMP": "CONNECT or STOMP Frame",
    "CONNECTED": "CONNECTED Frame",
}
"""The sections of commands that do not bear just their name."""

_SECTIONS_1_0 = frozenset({"Augmented BNF", "MESSAGE", "RECEIPT", "ERROR", *CLIENT_FRAMES} - {"NACK"})

_INSTEAD = {
    ("1.2", "ACK", "id"): "; message-id and subscription are of STOMP 1.1",
    ("1.2", "NACK", "id"): "; message-id and subscription are of STOMP 1.1",
    ("1.1", "ACK", "message-id"): "; id is of STOMP 1.2",
    ("1.1", "NACK", "message-id"): "; id is of STOMP 1.2",
}


class Header(NamedTuple):
    """A header as it is written, less the padding of STOMP 1.0, and where its name and its value begin."""

    name: str
    value: str
    at: int
    value_at: int


def header_marks(
    headers: Sequence[Header], head: bytes, version: str | None, *, escaped: bool, escapes_1_0: bool
) -> Iterator[Mark]:
    """Yield what is wrong with how headers are written; `escaped` says that this frame has escapes.

    That is so with those versions that have any.
    """
    if version in ("1.0", "1.1"):
        at = head.find(b"\r\n")
        if at >= 0:
            words = f"CRLF ends this line: STOMP {version} knows LF alone"
            yield Mark("crlf", at, words, f"STOMP {version}, Augmented BNF")
    for header in headers:
        if escaped and version != "1.0" and ":" in header.value:
            before = header.value.partition(":")[0].encode("utf-8", "surrogateescape")
            at = header.value_at + len(before)
            yield Mark("raw-colon", at, "raw colon in a value", f"STOMP {version}, Value Encoding")
        if escaped and version == "1.0":
            yield from _escaped_1_0(header, escapes=escapes_1_0)
    if version != "1.0":
        yield from _repeats(headers, version)


def _escaped_1_0(header: Header, *, escapes: bool) -> Iterator[Mark]:
    for text, at in ((header.name, header.at), (header.value, header.value_at)):
        match = _ESCAPE.search(text)
        if match is not None:
            before = len(text[: match.start()].encode("utf-8", "surrogateescape"))
            means = "this broker undoes it" if escapes else "it stands for itself"
            words = f"{match[0]} is no escape in STOMP 1.0: {means}"
            yield Mark("escape-in-1.0", at + before, words, "STOMP 1.0, Augmented BNF")


def _repeats(headers: Sequence[Header], version: str | None) -> Iterator[Mark]:
    seen: dict[str, str] = {}
    for header in headers:
        if header.name not in seen:
            seen[header.name] = header.value
            continue
        if header.name == "content-length" and seen[header.name] != header.value:
            continue  # the decoder marks that
        words = f"{shown(header.name)} again: only the first one counts"
        yield Mark("repeated-header", header.at, words, section_of(version, "Repeated Header Entries"))


def command_marks(
    command: str, headers: Sequence[Header], version: str | None, *, to_broker: bool
) -> Iterator[Mark]:
    """Yield what is wrong with a command in a version and a direction, and with the headers that it has."""
    if command == "NACK" and version == "1.0":
        yield Mark("unknown-command", 0, "STOMP 1.0 has no NACK", "STOMP 1.0, Augmented BNF")
    elif command == "STOMP" and version == "1.0":
        yield Mark("unknown-command", 0, "STOMP 1.0 has no STOMP: CONNECT it is", "STOMP 1.0, Augmented BNF")
    if command in (FROM_SERVER if to_broker else FROM_CLIENT):
        words = f"{command} is sent by a {'server' if to_broker else 'client'} only"
        yield Mark("wrong-direction", 0, words, section_of(version, "Augmented BNF"))
    first: dict[str, Header] = {}
    for header in headers:
        first.setdefault(header.name, header)
    yield from _missing(command, first, version)
    yield from _values(command, first, version)


def _missing(command: str, first: dict[str, Header], version: str | None) -> Iterator[Mark]:
    section = section_of(version, _SECTIONS.get(command, command))
    # Where no version is known, what all of them require.
    unknown = _SINCE_1_1 if command in CONNECTING else _ALWAYS
    for name in (unknown if version is None else REQUIRED[version]).get(command, ()):
        if name not in first:
            words = f"{command} has no {name} header{_INSTEAD.get((version or '', command, name), '')}"
            yield Mark("missing-header", 0, words, section)
    if command == "UNSUBSCRIBE" and version == "1.0" and "destination" not in first and "id" not in first:
        yield Mark("missing-header", 0, "UNSUBSCRIBE has neither destination nor id", section)


def _values(command: str, first: dict[str, Header], version: str | None) -> Iterator[Mark]:
    if command in CONNECTING and (receipt := first.get("receipt")) is not None:
        words = f"{command} may not ask for a receipt"
        yield Mark("receipt-on-connect", receipt.at, words, section_of(version, "Header receipt"))
    if command == "SUBSCRIBE" and (ack := first.get("ack")) is not None:
        modes = [str(mode) for mode in AckMode][: 2 if version == "1.0" else 3]
        if ack.value not in modes:
            words = f"ack mode {shown(ack.value)} is none of {', '.join(modes)}"
            yield Mark("unknown-ack-mode", ack.value_at, words, section_of(version, "SUBSCRIBE"))
    beats = first.get("heart-beat") if command in CONNECTING or command == "CONNECTED" else None
    if beats is not None and version != "1.0" and not _BEATS.fullmatch(beats.value):
        words = f"heart-beat is {shown(beats.value)}, not two numbers of milliseconds"
        yield Mark("bad-heart-beat", beats.value_at, words, section_of(version, "Heart-beating"))
    said = first.get("version")
    if command == "CONNECTED" and said is not None and said.value not in VERSIONS:
        words = f"CONNECTED names version {shown(said.value)}"
        yield Mark("unknown-version", said.value_at, words, section_of(None, "Protocol Negotiation"))


def section_of(version: str | None, section: str) -> str:
    """Name a section of the specification of `version`, or of the last one where that has none of it."""
    if version is None or (version == "1.0" and section not in _SECTIONS_1_0):
        version = VERSIONS[-1]
    return f"STOMP {version}, {section}"
