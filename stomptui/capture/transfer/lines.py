"""A capture as NDJSON: UTF-8, one JSON object a line, told apart by its member `line`.

    header      the first line: format, version, the program, `selected` when it is not the whole capture,
                `removed` when something was taken out, in words
    fact        a name and a value (`value64` for octets)
    connection  one connection, its members named like the columns of the capture file
    record      one frame, heart-beat or loss, ascending by id
    settling    how a record was settled later: after its record
    note        what somebody noted on a record: after its record
    checkpoint  the state of a connection after a record: after that record
    end         the last line, with the number of records: without it the file was cut off

A member that has its default (null, "", 1 delivery, 1 beat, settlement "none") is left out. Numbers that
stand for words in the capture file are words here; `protocol` is the number that the schema explains.

Octets are exact. A head is `headers`, pairs of name and value in order with their escapes undone: command,
LF, the pairs joined by ":" and escaped as `protocol` says, each with an LF, and an LF. Where this does not
give the same octets, `head` has them in base64, and `headers` is for reading only. A body is the text `body`,
or in base64 `body64` when it is no UTF-8. Octets that form no frame are the text `octets`, or `head` alone.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

FORMAT = "stomptui-capture"
VERSION = 1

Int = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Id = Annotated[int, Meta(ge=1, le=2**62)]
Pairs = tuple[tuple[str, str], ...]

KINDS = ("frame", "malformed", "heart-beat", "missed", "closed", "given up")
DIRECTIONS = ("to_client", "to_broker")
SETTLEMENTS = ("none", "auto", "unsettled", "acked", "nacked", "staged", "lost")


class _Line(Struct, tag_field="line", omit_defaults=True, forbid_unknown_fields=True, gc=False):
    pass


class Header(_Line, tag="header"):
    """The first line."""

    format: str
    version: Int
    program: str = ""
    selected: bool = False
    removed: tuple[str, ...] = ()


class Fact(_Line, tag="fact"):
    """A row of `fact`; its value is `value64` when it is octets."""

    name: str
    value: Int | float | str | None = None
    value64: bytes | None = None


class Connection(_Line, tag="connection"):
    """A row of `connection`."""

    connection: Int
    endpoint: str | None = None
    role: str = "client"
    predecessor: Int | None = None
    version: str | None = None
    server: str | None = None
    dialect: str | None = None
    opened: float | None = None
    closed: float | None = None
    reason: str | None = None


class Record(_Line, tag="record"):
    """A row of `frame` and one of `octets`; `about` is first, last and count."""

    id: Id
    connection: Int
    number: Int
    kind: str
    direction: str
    time: float
    wall: float
    protocol: Int
    command: str | None = None
    destination: str | None = None
    subscription: str | None = None
    size: Int = 0
    settlement: str = "none"
    deliveries: Int = 1
    earlier: Int | None = None
    outcome: str = ""
    words: str = ""
    beats: Int = 1
    about: tuple[Int | None, Int | None, Int | None] | None = None
    headers: Pairs | None = None
    head: bytes | None = None
    octets: str | None = None
    body: str = ""
    body64: bytes | None = None


class Settling(_Line, tag="settling"):
    """A row of `settling`."""

    frame: Int
    wall: float
    settlement: str
    number: Int | None = None


class Note(_Line, tag="note"):
    """A row of `note`."""

    frame: Int
    wall: float
    mark: str
    text: str


class Checkpoint(_Line, tag="checkpoint"):
    """A row of `checkpoint`; `state` is JSON in a string, as the capture file has it."""

    id: Int
    connection: Int
    state: str


class End(_Line, tag="end"):
    """The last line."""

    records: Int | None = None


Line = Header | Fact | Connection | Record | Settling | Note | Checkpoint | End

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Line).decode
