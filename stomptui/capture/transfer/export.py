"""Records leave a capture, in slices: as NDJSON, CSV, frames, or one file per body."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from msgspec import MsgspecError

from stomptui.capture.stored import Row
from stomptui.capture.transfer import bodies, flat, ndjson, pick, target
from stomptui.capture.transfer.redact import Redaction
from stomptui.capture.transfer.rules import Rules
from stomptui.capture.transfer.target import TransferError

FORMS = ("ndjson", "csv", "raw", "bodies")
SLICE = 256
"""Records of a slice, some milliseconds of work: the console takes one between two paintings."""
SLICE_OCTETS = 1 << 20
"""Octets that end a slice earlier."""
SLICE_REDACTED = 64
"""Records of a slice where something is to be removed."""

Write = Callable[[bytes], object]
"""Takes octets, all of them; raises OSError."""


class Progress(NamedTuple):
    """How many records have been dealt with, of how many; redaction looks at each twice."""

    done: int
    total: int


class Exported(NamedTuple):
    """What came of an export: records written, and what was removed, in words."""

    records: int
    removed: tuple[str, ...]


Slices = Generator[Progress, None, Exported]


def to_file(
    db: sqlite3.Connection,
    path: Path,
    form: str = "ndjson",
    *,
    ids: Iterable[int | range] | pick.Runs | None = None,
    beats: bool = True,
    rules: Rules | None = None,
    force: bool = False,
) -> Slices:
    """Write to the file (of `bodies`, the folder) at `path`, a slice of work each time; close it to give up.

    `ids` ascend, None is every record; `beats=False` leaves heart-beats out. The file has mode 0600 and comes
    to its place when it is complete, a file that is there is replaced only by `force`. `db` is not used for
    anything else meanwhile. Raises TransferError.
    """
    if form == "bodies":
        with target.folder(path) as folder, _reading(db):
            return (yield from _export(db, folder, form, ids, beats, rules or Rules()))
    with target.file(path, force) as file, _reading(db):
        return (yield from _export(db, _all_of(file.write), form, ids, beats, rules or Rules()))


def to_stream(
    db: sqlite3.Connection,
    write: Write,
    form: str = "ndjson",
    *,
    ids: Iterable[int | range] | pick.Runs | None = None,
    beats: bool = True,
    rules: Rules | None = None,
) -> Slices:
    """Hand the octets to `write`, whose OSError comes through; else as `to_file`. Not for `bodies`."""
    with _reading(db):
        return (yield from _export(db, write, form, ids, beats, rules or Rules()))


@contextmanager
def _reading(db: sqlite3.Connection) -> Iterator[None]:
    """One picture of the capture, whatever is written to it meanwhile."""
    own = not db.in_transaction
    try:
        if own:
            db.execute("BEGIN")
        yield
    except (sqlite3.Error, ValueError, LookupError, MsgspecError) as error:
        raise TransferError(f"the capture cannot be read: {error}") from None
    finally:
        if own and db.in_transaction:
            db.execute("ROLLBACK")


def _all_of(write: Callable[[bytes], int | None]) -> Write:
    """A file without a buffer may take less than all."""

    def whole(octets: bytes) -> None:
        left = memoryview(octets)
        while left:
            left = left[write(left) or 0 :]  # type: ignore[arg-type]  # a view of octets serves as octets here

    return whole


def _export(
    db: sqlite3.Connection,
    to: Write | Path,
    form: str,
    ids: Iterable[int | range] | pick.Runs | None,
    beats: bool,
    rules: Rules,
) -> Slices:
    picked = None if ids is None else ids if isinstance(ids, pick.Runs) else pick.runs(ids)
    total = pick.count(db, picked, beats)
    passes = 2 if rules else 1
    redaction = Redaction(rules)
    if rules:
        for done, row in enumerate(pick.rows(db, picked, beats), start=1):
            redaction.row(row)
            if done % SLICE_REDACTED == 0:
                yield Progress(done, total * passes)
        if form == "ndjson":
            _words(db, redaction, picked)
    removed = redaction.summary()
    redaction.begin()
    rows = pick.rows(db, picked, beats)
    if rules:
        rows = map(redaction.row, rows)
    records = 0
    pieces = _pieces(db, rows, form, to, _part(db, picked, beats, total, removed, redaction))
    for octets, grown in _slices(pieces, SLICE_REDACTED if rules else SLICE):
        if octets and not isinstance(to, Path):
            to(octets)
        records = min(records + grown, total)
        yield Progress(total * (passes - 1) + records, total * passes)
    return Exported(total, removed)


def _words(db: sqlite3.Connection, redaction: Redaction, picked: pick.Runs | None) -> None:
    """Count what is removed of words that are in no record."""
    for name, value in db.execute("SELECT name, value FROM fact"):
        redaction.text(name)
        redaction.text(value if isinstance(value, str) else "")
    for row in db.execute("SELECT * FROM connection"):
        for value in row:
            redaction.text(value if isinstance(value, str) else "")
    for frame, mark, text in db.execute("SELECT frame, mark, text FROM note"):
        if picked is None or pick.has(picked, frame):
            redaction.text(mark)
            redaction.text(text)


def _part(
    db: sqlite3.Connection,
    picked: pick.Runs | None,
    beats: bool,
    total: int,
    removed: tuple[str, ...],
    redaction: Redaction,
) -> ndjson.Part:
    every = pick.count(db, None, True)
    whole = picked is None and (beats or total == every)
    return ndjson.Part(whole, total, every, removed, redaction.text if redaction.rules else None)


def _pieces(
    db: sqlite3.Connection, rows: Iterator[Row], form: str, to: Write | Path, part: ndjson.Part
) -> Iterator[bytes | int]:
    """Octets, or for a folder how many were written there, for each record."""
    if isinstance(to, Path):
        return bodies.files(rows, to)
    if form == "ndjson":
        return ndjson.pieces(db, rows, part)
    return flat.table(rows) if form == "csv" else flat.frames(rows)


def _slices(pieces: Iterator[bytes | int], most: int) -> Iterator[tuple[bytes, int]]:
    """Join pieces: the octets, and from how many pieces they are."""
    some: list[bytes] = []
    size = count = 0
    for piece in pieces:
        count += 1
        if isinstance(piece, bytes):
            some.append(piece)
            size += len(piece)
        else:
            size += piece
        if count >= most or size >= SLICE_OCTETS:
            yield b"".join(some), count
            some.clear()
            size = count = 0
    yield b"".join(some), count
