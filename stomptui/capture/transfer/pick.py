"""Which records leave: all of a capture, or those of some ids, read in order."""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any, NamedTuple

from msgspec import MsgspecError, convert

from stomptui.capture.record import Kind
from stomptui.capture.stored import Row, read, select

TOGETHER = 200
"""Records asked for by their ids in one query."""
LONG = 8
"""Ids in a row from which on they are asked for by first and last."""

Text = str | None
Types: Any = tuple.__class_getitem__(
    (
        *(int, int, int, int, int, float, float, int, Text, Text, Text, int, int, int, int | None, str, str),
        *(int, int | None, int | None, int | None, bytes | None, bytes | None),
    )
)
"""What the values of a Row are when they come from a file."""


class Runs(NamedTuple):
    """Ids in ascending order, 16 octets for each run of them."""

    first: array[int]
    last: array[int]
    total: int


def runs(ids: Iterable[int | range]) -> Runs:
    """Keep ids, or ranges of them with step 1, that ascend; raises ValueError for others."""
    first, last, count = array("q"), array("q"), 0
    for item in ids:
        start, stop = (item.start, item.stop) if isinstance(item, range) else (item, item + 1)
        if stop <= start:
            continue
        if last and start <= last[-1]:
            raise ValueError(f"id {start} after id {last[-1]}: ids ascend")
        count += stop - start
        if last and start == last[-1] + 1:
            last[-1] = stop - 1
        else:
            first.append(start)
            last.append(stop - 1)
    return Runs(first, last, count)


def found(db: sqlite3.Connection, where: str, values: Iterable[object] = ()) -> Runs:
    """The ids of the records for which `where` holds, a condition of our own with a `?` for each value."""
    return runs(
        id_ for (id_,) in db.execute(f"SELECT id FROM frame WHERE {where} ORDER BY id", tuple(values))
    )


def has(picked: Runs, id_: int) -> bool:
    """Whether an id is among those picked."""
    place = bisect_right(picked.first, id_) - 1
    return place >= 0 and id_ <= picked.last[place]


def count(db: sqlite3.Connection, picked: Runs | None, beats: bool) -> int:
    """How many records `rows` is going to give, at most."""
    if picked is not None:
        return picked.total
    where = "" if beats else f" WHERE kind <> {Kind.HEART_BEAT:d}"
    return int(db.execute(f"SELECT count(*) FROM frame{where}").fetchone()[0])


def rows(db: sqlite3.Connection, picked: Runs | None, beats: bool = True) -> Iterator[Row]:
    """The rows of the records picked, of all for None, ascending.

    Raises sqlite3.Error, and ValueError with words for a row that no capture should have.
    """
    known: set[tuple[type, ...]] = set()
    for row in select(db, "1 ORDER BY frame.id") if picked is None else _picked(db, picked):
        try:
            if (types := tuple(map(type, row))) not in known:  # SQLite keeps any type in any column
                convert(tuple(row), Types, builtin_types=(bytes,))
                known.add(types)
        except MsgspecError as error:
            raise ValueError(f"record {row.id}: {error}") from None
        if not (isfinite(row.time) and isfinite(row.wall)):
            raise ValueError(f"record {row.id}: its time is no number for JSON")
        if beats or row.kind != Kind.HEART_BEAT:
            yield row


def _picked(db: sqlite3.Connection, picked: Runs) -> Iterator[Row]:
    some: list[int] = []
    for first, last in zip(picked.first, picked.last, strict=True):
        if last - first < LONG:
            some.extend(range(first, last + 1))
            if len(some) < TOGETHER:
                continue
        yield from _these(db, some)
        some.clear()
        if last - first >= LONG:
            yield from read(db, first, last)
    yield from _these(db, some)


def _these(db: sqlite3.Connection, ids: list[int]) -> Iterator[Row]:
    if ids:
        yield from select(db, f"frame.id IN ({','.join('?' * len(ids))}) ORDER BY frame.id", ids)
