"""Records as rows of a capture file, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from stomptui.capture.decode import frame_of
from stomptui.capture.doubt import doubted
from stomptui.capture.record import About, Kind, Record
from stomptui.stomp.events import Settlement

DESTINATION, SUBSCRIPTION, ID = b"\ndestination:", b"\nsubscription:", b"\nid:"
NAMED_BY_ID = frozenset({"SUBSCRIBE", "UNSUBSCRIBE"})
TOGETHER = 100
"""Rows of one INSERT: one call without the interpreter's lock, not a hundred with it in between."""
COLUMNS = (
    "id, connection, number, kind, direction, time, wall, protocol, command, destination, subscription, "
    "size, settlement, deliveries, earlier, outcome, words, beats, about_first, about_last, about_frames"
)


ALL = f"frame ({COLUMNS})"
PLAIN = (
    "frame (id, connection, number, direction, time, wall, protocol, command, destination, subscription, "
    "size, settlement)"
)
"""A frame of which nothing is known but itself: nearly all of them."""
PLAIN_WIDTH = 12
SETTLING = (
    "frame (id, connection, number, direction, time, wall, protocol, command, size, settlement, about_first, "
    "about_last, about_frames)"
)
"""An ACK or NACK of one message, of which only its number is known beside itself."""
SETTLING_ROW = "(?,?,?,1,?,?,?,?,0,0,?,?,1)"
OCTETS = "octets"
LARGE = 1 << 20
"""Octets of a body that is written in pieces of this size."""


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
    body: bytes | memoryview | None = None

    @property
    def raw(self) -> bytes:
        """The octets of the wire; empty for what is none."""
        if self.head is None:
            return b""
        return b"".join((self.head, self.body or b"", b"\0")) if self.kind == Kind.FRAME else self.head


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Part the octets of a frame into its head, the blank line included, and its body, without the NUL."""
    end = _blank(raw)
    return (raw[:end], raw[end:-1]) if end else (raw[:-1], b"")


def settles(raw: bytes) -> str:
    """The command of an ACK or NACK that has an `id` and nothing more, so that its head is all of it."""
    if raw.count(b"\n") == 3 and raw.endswith(b"\n\n\0"):
        if raw.startswith(b"ACK\nid:"):
            return "ACK"
        if raw.startswith(b"NACK\nid:"):
            return "NACK"
    return ""


def split_large(raw: bytes) -> tuple[bytes, memoryview]:
    """Part octets as `split` does, without a copy of the body."""
    end = _blank(raw) or len(raw) - 1
    return raw[:end], memoryview(raw)[end:-1]


def _blank(raw: bytes) -> int:
    """Where the first blank line ends; 0 when a NUL ended the frame before one came."""
    end = raw.find(b"\n\n")
    carriage = raw.find(b"\n\r\n", 0, end + 1 if end >= 0 else len(raw))
    if carriage >= 0:
        return carriage + 3
    return end + 2 if end >= 0 else 0


def facts(head: bytes, protocol: int) -> tuple[str, str | None, str | None]:
    """Return command, destination and subscription of a frame, as its row has them."""
    command = _text(head[: head.find(b"\n")])
    named = command in NAMED_BY_ID
    name = ID if named else SUBSCRIPTION
    destination, subscription = _value(head, DESTINATION), _value(head, name)
    # Escapes in other headers change neither: no name of these can be written with one. 1.0 may pad them.
    if protocol & 3 < 2 or "\\" in (destination or "") or "\\" in (subscription or ""):
        octets = head + b"\0"
        frame = frame_of(octets, protocol, cut=True) or frame_of(octets, protocol)
        if frame is not None:
            return (
                command,
                _stored(frame.first("destination")),
                _stored(frame.first("id" if named else "subscription")),
            )
    return command, destination, subscription


def _value(head: bytes, line: bytes) -> str | None:
    at = head.find(line)
    if at < 0:
        return None
    at += len(line)
    end = head.find(b"\n", at)
    return _text(head[at:end] if end >= 0 else head[at:])


@lru_cache(1024)
def _text(value: bytes) -> str:
    return value.removesuffix(b"\r").decode("utf-8", "replace")


def _stored(value: str | None) -> str | None:
    return None if value is None else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def text(value: str) -> str:
    """What SQLite can keep of a text: what stands for no character becomes U+FFFD."""
    return value if value.isascii() else value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def insert(db: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Write rows, and their octets, in the transaction that is open; raises sqlite3.Error."""
    light = len(Row._fields) - 2
    insert_values(db, ALL, light, list(chain.from_iterable(row[:light] for row in rows)))
    octets: list[object] = []
    for row in rows:
        if row.head is None:
            continue
        if row.body is not None and len(row.body) >= LARGE:
            _insert_large(db, row.id, row.head, row.body)
        else:
            octets += (row.id, row.head, row.body or b"")
    insert_values(db, OCTETS, 3, octets)


def _insert_large(db: sqlite3.Connection, id_: int, head: bytes, body: bytes | memoryview) -> None:
    """Write a body in pieces, so that nothing else waits for the copying of the whole."""
    db.execute("INSERT INTO octets VALUES (?, ?, zeroblob(?))", (id_, head, len(body)))
    with db.blobopen("octets", "body", id_) as blob:
        for start in range(0, len(body), LARGE):
            blob.write(bytes(body[start : start + LARGE]))


def insert_values(
    db: sqlite3.Connection, table: str, width: int, values: Sequence[object], row: str = ""
) -> None:
    """Write rows of `width` values, all of them end to end, to a table (ALL, PLAIN, SETTLING, OCTETS)."""
    many_values(db, f"INSERT INTO {table} VALUES %s", width, values, row)


def many_values(
    db: sqlite3.Connection, statement: str, width: int, values: Sequence[object], row: str = ""
) -> None:
    """Run a statement of our own, with some rows of `width` values at once in the place of its `%s`.

    `row` is what stands there for each, with `width` marks; they are all that there is when it is empty.
    """
    row = row or f"({','.join('?' * width)})"
    step = TOGETHER * width
    for start in range(0, len(values), step):
        some = values[start : start + step]
        db.execute(_with_values(statement, row, len(some) // width), some)


@lru_cache(4 * TOGETHER)
def _with_values(statement: str, row: str, count: int) -> str:
    return statement % ",".join([row] * count)


def read(db: sqlite3.Connection, first: int, last: int) -> Iterator[Row]:
    """The rows with ids from `first` to `last`, ascending; raises sqlite3.Error."""
    return select(db, "frame.id BETWEEN ? AND ? ORDER BY frame.id", (first, last))


def select(db: sqlite3.Connection, where: str, values: Iterable[object] = ()) -> Iterator[Row]:
    """The rows for which `where` holds, a condition of our own with a `?` for each of `values`."""
    columns = f"frame.{COLUMNS.replace(' ', ' frame.')}"
    query = f"SELECT {columns}, head, body FROM frame LEFT JOIN octets ON octets.id = frame.id WHERE {where}"
    return map(Row._make, db.execute(query, tuple(values)))


def light(db: sqlite3.Connection, id_: int) -> Iterator[Row]:
    """The row of record `id_` without its octets, however many they are; raises sqlite3.Error."""
    return (doubted(Row(*row)) for row in db.execute(f"SELECT {COLUMNS} FROM frame WHERE id = ?", (id_,)))


def raws(db: sqlite3.Connection, id_: int, *, backwards: bool) -> Iterator[bytes]:
    """The octets of record `id_` and of those after it, or before it; empty for what is none."""
    compare, order = ("<=", "DESC") if backwards else (">=", "ASC")
    query = (
        "SELECT kind, head, body FROM frame LEFT JOIN octets ON octets.id = frame.id "
        f"WHERE frame.id {compare} ? ORDER BY frame.id {order}"
    )
    for kind, head, body in db.execute(query, (id_,)):
        if type(head) is not bytes or type(body) is not bytes:  # there is none, or the file is damaged
            yield b""
        else:
            yield b"".join((head, body, b"\0")) if kind == Kind.FRAME else head


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
