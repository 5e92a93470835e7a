"""Records as rows of a capture file, and back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from stomptui.capture.decode import frame_of
from stomptui.capture.record import About, Kind, Record
from stomptui.stomp.events import Settlement

DESTINATION = re.compile(rb"\ndestination:([^\n]*)")
SUBSCRIPTION = re.compile(rb"\nsubscription:([^\n]*)")
ID = re.compile(rb"\nid:([^\n]*)")
BLANK = re.compile(rb"\n\r?\n")
NAMED_BY_ID = frozenset({"SUBSCRIBE", "UNSUBSCRIBE"})
TOGETHER = 100
"""Rows of one INSERT: one call without the interpreter's lock, not a hundred with it in between."""
COLUMNS = (
    "id, connection, number, kind, direction, time, wall, protocol, command, destination, subscription, "
    "size, settlement, deliveries, earlier, outcome, words, beats, about_first, about_last, about_frames"
)


class Row(NamedTuple):
    """One record as its columns in a file, in their order there, and then its octets.

    `head` and `body` are None for what is no octets, such as a heart-beat.
    """

    id: int
    connection: int
    number: int
    kind: int
    direction: int
    time: float
    wall: float
    protocol: int
    command: str | None
    destination: str | None
    subscription: str | None
    size: int
    settlement: int
    deliveries: int = 1
    earlier: int | None = None
    outcome: str = ""
    words: str = ""
    beats: int = 1
    about_first: int | None = None
    about_last: int | None = None
    about_frames: int | None = None
    head: bytes | None = None
    body: bytes | None = None

    @property
    def raw(self) -> bytes:
        """The octets of the wire; empty for what is none."""
        if self.head is None:
            return b""
        return self.head + (self.body or b"") + b"\0" if self.kind == Kind.FRAME else self.head


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Part the octets of a frame into its head, the blank line included, and its body, without the NUL."""
    blank = BLANK.search(raw)
    if blank is None:  # a NUL ended it before its blank line came
        return raw[:-1], b""
    return raw[: blank.end()], raw[blank.end() : -1]


def facts(head: bytes, protocol: int) -> tuple[str, str | None, str | None]:
    """Return command, destination and subscription of a frame, as its row has them."""
    command = head[: head.find(b"\n")].rstrip(b"\r").decode("utf-8", "replace")
    subscription = ID if command in NAMED_BY_ID else SUBSCRIPTION
    if b"\\" in head or protocol & 3 < 2:  # escapes, or the padding of 1.0
        frame = frame_of(head + b"\0", protocol)
        if frame is not None:
            name = "id" if command in NAMED_BY_ID else "subscription"
            return command, _stored(frame.first("destination")), _stored(frame.first(name))
    return command, _value(DESTINATION, head), _value(subscription, head)


def _value(line: re.Pattern[bytes], head: bytes) -> str | None:
    match = line.search(head)
    return None if match is None else _text(match[1])


@lru_cache(1024)
def _text(value: bytes) -> str:
    return value.removesuffix(b"\r").decode("utf-8", "replace")


def _stored(value: str | None) -> str | None:
    return None if value is None else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def insert(db: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Write rows, and their octets, in the transaction that is open; raises sqlite3.Error."""
    light = len(Row._fields) - 2
    _insert(db, "frame", light, [row[:light] for row in rows])
    _insert(db, "octets", 3, [(row.id, row.head, row.body or b"") for row in rows if row.head is not None])


def _insert(db: sqlite3.Connection, table: str, width: int, rows: Sequence[tuple[Any, ...]]) -> None:
    for start in range(0, len(rows), TOGETHER):
        some = rows[start : start + TOGETHER]
        db.execute(_statement(table, width, len(some)), list(chain.from_iterable(some)))


@lru_cache(8)
def _statement(table: str, width: int, count: int) -> str:
    one = f"({','.join('?' * width)})"
    return f"INSERT INTO {table} VALUES {','.join([one] * count)}"


def read(db: sqlite3.Connection, first: int, last: int) -> Iterator[Row]:
    """The rows with ids from `first` to `last`, ascending; raises sqlite3.Error."""
    return select(db, "frame.id BETWEEN ? AND ? ORDER BY frame.id", (first, last))


def select(db: sqlite3.Connection, where: str, values: Iterable[object] = ()) -> Iterator[Row]:
    """The rows for which `where` holds, a condition of our own with a `?` for each of `values`."""
    columns = f"frame.{COLUMNS.replace(' ', ' frame.')}"
    query = f"SELECT {columns}, head, body FROM frame LEFT JOIN octets ON octets.id = frame.id WHERE {where}"
    return map(Row._make, db.execute(query, tuple(values)))


def raws(db: sqlite3.Connection, id_: int, *, backwards: bool) -> Iterator[bytes]:
    """The octets of record `id_` and of those after it, or before it; empty for what is none."""
    compare, order = ("<=", "DESC") if backwards else (">=", "ASC")
    query = (
        "SELECT kind, head, body FROM frame LEFT JOIN octets ON octets.id = frame.id "
        f"WHERE frame.id {compare} ? ORDER BY frame.id {order}"
    )
    for kind, head, body in db.execute(query, (id_,)):
        yield b"" if head is None else head + body + b"\0" if kind == Kind.FRAME else head


def record_of(row: Row) -> Record:
    """The record that a row keeps."""
    kind = Kind(row.kind)
    raw = row.raw
    about = None
    if row.about_first is not None and row.about_last is not None:
        about = About(row.about_first, row.about_last, row.about_frames or 1)
    return Record(
        row.id,
        row.connection,
        row.number,
        row.time,
        row.wall,
        bool(row.direction),
        frame_of(raw, row.protocol) if kind is Kind.FRAME else None,
        b"\n" * row.beats if kind is Kind.HEART_BEAT else raw,
        Settlement(row.settlement),
        row.deliveries,
        row.earlier,
        row.outcome,
        kind,
        row.words,
        row.beats,
        about,
    )


def row_of(record: Record, protocol: int) -> Row:
    """The row that keeps a record; `protocol` says how its frame is read (see the schema)."""
    head: bytes | None = None
    body: bytes | None = None
    command = destination = subscription = None
    if record.kind is Kind.FRAME:
        head, body = split(record.raw)
        command, destination, subscription = facts(head, protocol)
    elif record.kind is Kind.MALFORMED:
        head = record.raw
    about = record.about
    return Row(
        record.id,
        record.connection,
        record.number,
        record.kind,
        int(record.to_broker),
        record.time,
        record.wall,
        protocol,
        command,
        destination,
        subscription,
        len(body or b""),
        record.settlement,
        record.deliveries,
        record.earlier,
        record.outcome,
        record.words,
        record.beats,
        about and about.first,
        about and about.last,
        about and about.frames,
        head,
        body,
    )
