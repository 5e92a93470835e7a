"""Pieces of NDJSON, one for each record and what belongs to it; see `lines` for the format."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from math import isfinite
from operator import itemgetter
from typing import NamedTuple

from msgspec import Struct, convert

from stomptui.capture.stored import Row
from stomptui.capture.transfer.lines import (
    FORMAT,
    SETTLEMENTS,
    VERSION,
    Checkpoint,
    Connection,
    End,
    Fact,
    Header,
    Note,
    Settling,
    encode,
)
from stomptui.capture.transfer.octets import line_of


class Part(NamedTuple):
    """What of a capture leaves: `whole`, or so many of so many records; what was removed, in words."""

    whole: bool
    records: int
    total: int
    removed: tuple[str, ...] = ()
    text: Callable[[str], str] | None = None
    """Makes words about frames fit to leave, where something is to be removed."""


def pieces(db: sqlite3.Connection, rows: Iterable[Row], part: Part) -> Iterator[bytes]:
    """All lines; raises sqlite3.Error, and ValueError with words for a row that no capture should have."""
    facts = {
        _fit(name, part.text): _fit(value, part.text) for name, value in db.execute("SELECT * FROM fact")
    }
    facts |= _told(facts, part)
    about: list[Struct] = [
        Header(FORMAT, VERSION, str(facts.get("program") or ""), not part.whole, part.removed)
    ]
    about += [_fact(name, value) for name, value in facts.items()]
    connections = db.execute("SELECT * FROM connection ORDER BY connection")
    about += [_line(Connection, [_fit(value, part.text) for value in row]) for row in connections]
    beginning = b"".join([encode(line) + b"\n" for line in about])
    beside = _beside(db, part)
    ahead = next(beside, None)
    count = 0
    for row in rows:
        count += 1
        try:
            piece = encode(line_of(row))
        except LookupError as error:
            raise ValueError(f"record {row.id}: {error} stands for nothing") from None
        piece += b"\n"
        while ahead is not None and ahead[0] <= row.id:
            if part.whole or ahead[0] == row.id:
                piece += encode(ahead[1]) + b"\n"
            ahead = next(beside, None)
        yield beginning + piece
        beginning = b""
    yield beginning
    while ahead is not None and part.whole:
        yield encode(ahead[1]) + b"\n"
        ahead = next(beside, None)
    yield encode(End(count)) + b"\n"


def _told(facts: dict[object, object], part: Part) -> dict[object, object]:
    """The facts that differ in what leaves."""
    told: dict[object, object] = {}
    if not part.whole:
        told |= {"window": 1, "dropped": 0, "selected": f"{part.records} of {part.total} records"}
    if part.removed:
        before = facts.get("redacted")
        earlier = (before,) if isinstance(before, str) and before else ()
        told["redacted"] = "; ".join([*earlier, *part.removed])
    return told


def _fit(value: object, text: Callable[[str], str] | None) -> object:
    """A value as it may leave; raises ValueError for a number that JSON has no digits for."""
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{value} is no number for JSON")
    return text(value) if text is not None and isinstance(value, str) else value


def _fact(name: object, value: object) -> Struct:
    return _line(Fact, (name, None, value) if isinstance(value, bytes) else (name, value))


def _line(kind: type[Struct], values: Iterable[object]) -> Struct:
    """The line with these members; raises MsgspecError for a type that none of them has."""
    given = dict(zip(kind.__struct_fields__, values, strict=False))
    return convert({"line": kind.__struct_config__.tag, **given}, kind, builtin_types=(bytes,))


def _beside(db: sqlite3.Connection, part: Part) -> Iterator[tuple[int, Struct]]:
    """Settlings, notes and checkpoints by the record that they are of, or follow, in its order."""
    settlings = db.execute(
        "SELECT frame, wall, settlement, number FROM settling ORDER BY frame, wall, settlement"
    )
    notes = db.execute("SELECT frame, wall, mark, text FROM note ORDER BY frame, rowid")
    states: Iterable[tuple[int, int, str]] = ()
    if part.whole and part.text is None:
        states = db.execute("SELECT id, connection, state FROM checkpoint ORDER BY id, connection")
    return merge(
        ((row[0], _line(Settling, (row[0], row[1], SETTLEMENTS[row[2]], row[3]))) for row in settlings),
        ((row[0], _line(Note, [_fit(value, part.text) for value in row])) for row in notes),
        ((row[0], _line(Checkpoint, row)) for row in states),
        key=itemgetter(0),
    )
