"""NDJSON becomes a capture file, in slices: all of it, or nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, NoReturn

import msgspec

from stomptui.capture import files
from stomptui.capture.files import CaptureError
from stomptui.capture.stored import Row, insert
from stomptui.capture.transfer import lines, target
from stomptui.capture.transfer.derive import Deriving
from stomptui.capture.transfer.lines import (
    FORMAT,
    VERSION,
    Checkpoint,
    Connection,
    End,
    Fact,
    Header,
    Line,
    Note,
    Record,
    Settling,
    decode,
)
from stomptui.capture.transfer.octets import place, row_of
from stomptui.capture.transfer.target import TransferError

if TYPE_CHECKING:
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.frame import Frame

SLICE = 256
"""Records written together."""
SLICE_OCTETS = 1 << 20
"""Octets of lines that end a slice earlier."""
LONGEST = 3 << 29
"""Octets of a line: SQLite keeps a body of a billion, and in base64 it is a third longer."""


class Loading(NamedTuple):
    """How far an import is: lines, and octets of the source."""

    lines: int
    octets: int


class Loaded(NamedTuple):
    """What came of an import: records, and what the source says was removed from it."""

    records: int
    removed: tuple[str, ...]


Slices = Generator[Loading, None, Loaded]


def load(
    source: BinaryIO,
    path: Path,
    *,
    force: bool = False,
    longest: int = LONGEST,
    recognise: Callable[[Frame], Dialect] | None = None,
) -> Slices:
    """Make a capture file at `path` of NDJSON: a slice of work for each item; close it to give up.

    Records of a selection are numbered anew without a gap, and what belongs to them with them. The file comes
    to its place when it is complete. Where the source has no checkpoints they are made, as in a recording,
    with `recognise` saying which dialect a CONNECTED speaks; without it they are not. Raises TransferError,
    with the number of the line that is wrong.
    """
    target.refuse(path, force)
    if force and path.exists():
        _unused(path)
    part = target.beside(path)
    try:
        with _capture(part) as db:
            loaded = yield from _Load(db, longest, Deriving(db, recognise)).run(source)
        target.place(part, path, force)
        return loaded
    except CaptureError as error:
        raise TransferError(str(error)) from None
    except (sqlite3.Error, OSError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise TransferError(f"{path}: cannot be written: {words}; nothing of it is left") from None
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                os.unlink(f"{part}{suffix}")


def _unused(path: Path) -> None:
    """Make sure that nobody has the file to be replaced open: its log would be taken for the new one's."""
    with suppress(CaptureError), closing(files.go_on(path)) as db:
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
            db.execute("COMMIT")
        except sqlite3.Error:
            raise TransferError(
                f"{path}: another program has it open; end that, or choose another name"
            ) from None
    if Path(f"{path}-wal").exists():
        raise TransferError(f"{path}: has a log beside it, {path.name}-wal; choose another name")


@contextmanager
def _capture(part: Path) -> Iterator[sqlite3.Connection]:
    db = files.create(part)
    try:
        db.execute("PRAGMA journal_mode = OFF")  # it is thrown away unless it becomes complete
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        yield db
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")
    finally:
        db.close()
    descriptor = os.open(part, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Load:
    """One import: where it is, and what has come so far."""

    def __init__(self, db: sqlite3.Connection, longest: int, deriving: Deriving) -> None:
        self._db = db
        self._deriving = deriving
        self._longest = longest
        self._line = self._octets = self._records = 0
        self._rows: list[Row] = []
        self._header: Header | None = None
        self._window = 1
        self._last = self._last_here = 0
        self._ended = False

    def run(self, source: BinaryIO) -> Slices:
        db = self._db
        db.execute("DELETE FROM fact")
        size = 0
        while octets := self._read(source):
            self._line += 1
            self._octets += len(octets)
            size += len(octets)
            self._take(octets)
            if self._line % SLICE == 0 or size >= SLICE_OCTETS:
                self._write()
                size = 0
                yield Loading(self._line, self._octets)
                yield from self._derive(ended=False)
        self._write()
        yield Loading(self._line, self._octets)
        if self._header is None:
            raise TransferError("the file is empty: the first line has to be the header of an export")
        if not self._ended:
            raise TransferError(
                f"line {self._line} is the last, and no end: the file was cut off; export it again"
            )
        db.execute("INSERT OR IGNORE INTO fact VALUES ('window', 1), ('dropped', 0)")
        yield from self._derive(ended=True)
        return Loaded(self._records, self._header.removed)

    def _derive(self, *, ended: bool) -> Iterator[Loading]:
        for _ in self._deriving.go_on(self._last_here, ended=ended):
            yield Loading(self._line, self._octets)

    def _read(self, source: BinaryIO) -> bytes:
        try:
            octets = source.readline(self._longest)
        except MemoryError:
            self._wrong("is longer than the memory that is free", self._line + 1)
        except OSError as error:
            raise TransferError(f"line {self._line + 1} cannot be read: {error.strerror or error}") from None
        if len(octets) >= self._longest and not octets.endswith(b"\n"):
            self._wrong(f"is longer than {self._longest} octets", self._line + 1)
        return octets

    def _take(self, octets: bytes) -> None:
        if self._ended:
            self._wrong("comes after the end")
        try:
            line = decode(octets)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            self._wrong(_words(str(error), octets))
        try:
            self._keep(line)
        except sqlite3.IntegrityError:
            self._wrong(f"says again what an earlier {line.__struct_config__.tag} says")
        except (OverflowError, ValueError, MemoryError, sqlite3.DataError) as error:
            self._wrong(f"cannot be kept: {error or 'too large'}")

    def _keep(self, line: Line) -> None:
        execute = self._db.execute
        if (self._header is None) is not isinstance(line, Header):
            self._wrong(
                "is no header, and the first has to be one" if self._header is None else "is a second header"
            )
        match line:
            case Record():
                self._record(line)
            case Settling():
                settled = place("settlement", line.settlement)
                frame = self._here(line.frame)
                execute("INSERT INTO settling VALUES (?, ?, ?, ?)", (frame, line.wall, settled, line.number))
            case Note():
                frame = self._here(line.frame)
                execute("INSERT INTO note VALUES (?, ?, ?, ?)", (frame, line.wall, line.mark, line.text))
            case Checkpoint():
                after = self._here(line.id)
                execute("INSERT INTO checkpoint VALUES (?, ?, ?)", (after, line.connection, line.state))
                self._deriving.passed(after)
            case Connection():
                marks = ", ".join("?" * len(line.__struct_fields__))
                execute(f"INSERT INTO connection VALUES ({marks})", msgspec.structs.astuple(line))
            case Fact():
                value = line.value if line.value64 is None else line.value64
                if line.name == "window" and isinstance(line.value, int):
                    self._window = line.value
                execute("INSERT INTO fact VALUES (?, ?)", (line.name, value))
            case End():
                if line.records is not None and line.records != self._records:
                    self._wrong(f"counts {line.records} records, and {self._records} came")
                self._ended = True
            case _:
                self._begin(line)

    def _begin(self, header: Header) -> None:
        if header.format != FORMAT:
            self._wrong("is of another format: the first line has to be the header of an export")
        if header.version != VERSION:
            self._wrong(f"is of version {header.version} of the format, and this stomptui reads {VERSION}")
        self._header = header

    def _record(self, line: Record) -> None:
        if line.id <= self._last:
            self._wrong(f"has id {line.id} after id {self._last}: ids ascend, and none is there twice")
        assert self._header is not None
        here = line.id
        if self._header.selected:
            here = self._last_here + 1
        elif self._window <= self._last and line.id != self._last + 1:
            self._wrong(f"has id {line.id} after id {self._last}: only a file whose header says "
                        '"selected":true may have gaps')  # fmt: skip
        row = row_of(line, here)
        self._last, self._last_here = line.id, here
        self._records += 1
        self._rows.append(row)

    def _here(self, id_: int) -> int:
        """The number that a record got here."""
        if self._header is None or not self._header.selected:
            return id_
        if id_ != self._last:
            self._wrong(f"is about record {id_}, which is not the one before it")
        return self._last_here

    def _write(self) -> None:
        insert(self._db, self._rows)
        self._rows.clear()

    def _wrong(self, words: str, line: int = 0) -> NoReturn:
        raise TransferError(f"line {line or self._line} {words}")


def _words(error: str, octets: bytes) -> str:
    if not octets.endswith(b"\n"):
        return "is cut off: it is the last, without a line end; export it again"
    if not octets.strip():
        return "is empty"
    kinds = ", ".join(str(kind.__struct_config__.tag) for kind in lines.Line.__args__)
    if error.endswith("`$.line`"):
        return f"is none of {kinds}"
    return f"cannot be read: {error[:200]}"
