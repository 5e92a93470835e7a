"""Where recordings lie, who writes to them, and which were kept after a crash."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from platformdirs import user_state_path

from stomptui.capture import files, retention
from stomptui.capture.files import CaptureError
from stomptui.capture.retention import Limits

SUFFIX = ".stomptui"
RUNNING = "running-"
"""Before the name of a recording that nobody asked for, for as long as it is written."""
BESIDE = ("", "-wal", "-shm")
"""What SQLite keeps of one database: the file, its write-ahead log, and that log's index."""


@dataclass(frozen=True, slots=True)
class Recording:
    """An open capture file: `db` writes (unless it `writes` not), `look` reads.

    `base` is what the numbers of this run's connections are raised by in the file. `kept` says that the
    file stays after a clean end. `lock` is the open file that shows others who writes.
    """

    path: Path
    db: sqlite3.Connection
    look: sqlite3.Connection
    limits: Limits
    base: int = 0
    kept: bool = True
    writes: bool = True
    lock: int = -1

    def close(self, *, keep: bool) -> Path | None:
        """Close the file, and remove it unless it is to be kept; the path that it has then."""
        self.look.close()
        if self.db is not self.look:
            self.db.close()
        path: Path | None = self.path
        if self.writes and not keep:
            _remove(self.path)
            path = None
        elif self.writes and not self.kept:
            path = _named(self.path)
        if self.lock >= 0:
            os.close(self.lock)
        return path


def folder() -> Path:
    """The folder of recordings that nobody named, made 0700 where it is not there."""
    path = user_state_path("stomptui") / "recordings"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def record(path: Path | None = None, limits: Limits | None = None) -> Recording:
    """Start a recording: a new file of the user's state folder, or `path`, which may be there and goes on.

    Raises CaptureError when it cannot be written, or another stomptui writes to it.
    """
    try:
        kept = path is not None
        if path is None:
            path = folder() / f"{RUNNING}{datetime.now():%Y-%m-%dT%H.%M.%S.%f}-{os.getpid()}{SUFFIX}"
        new = not path.exists() or path.stat().st_size == 0
        if new:
            path.unlink(missing_ok=True)
            db = files.create(path)
        lock = _lock(path)
        if lock is None:
            raise CaptureError(f"{path}: another stomptui records to it")
        if not new:
            db = files.go_on(path)
        if limits is None:
            limits = retention.default_limits(path.parent)
    except OSError as error:
        raise CaptureError(f"{path}: cannot be written: {error.strerror}") from None
    try:
        base = 0 if new else _settle_the_past(db)
    except sqlite3.Error as error:
        raise CaptureError(f"{path}: cannot be written: {error}") from None
    return Recording(path, db, files.look(path), limits, base, kept, lock=lock)


def opened(path: Path) -> Recording:
    """Open a recording to look at it only; raises CaptureError."""
    look = files.look(path)
    return Recording(path, look, look, Limits(), writes=False)


def left_over() -> list[Path]:
    """The recordings that an end other than the user's has left, under the names that they keep.

    Each is told once: what it was called while it was written changes, and its log is folded into it.
    """
    found = []
    for path in sorted(folder().glob(f"{RUNNING}*{SUFFIX}")):
        with suppress(OSError, CaptureError, sqlite3.Error):
            lock = _lock(path)
            if lock is None:
                continue
            db = files.go_on(path)
            empty = retention.last_id(db) == 0
            db.close()
            if empty:
                _remove(path)
            else:
                found.append(_named(path))
            if lock >= 0:
                os.close(lock)
    return found


def newest() -> Path | None:
    """The recording that was begun last of those that nobody named and nobody writes to; None without any.

    What a killed run has left counts too, and is told of no more.
    """
    left_over()
    names = (path for path in folder().glob(f"*{SUFFIX}") if not path.name.startswith(RUNNING))
    return max(names, default=None)  # the names begin with when


def _named(path: Path) -> Path:
    """Give a recording that nobody writes to any more the name that it keeps."""
    try:
        return path.rename(path.with_name(path.name.removeprefix(RUNNING)))
    except OSError:
        return path


def _remove(path: Path) -> None:
    for name in BESIDE:
        with suppress(OSError):
            os.unlink(f"{path}{name}")


def _settle_the_past(db: sqlite3.Connection) -> int:
    """What a killed run left unsettled can be settled no more; gives the last connection's number."""
    now = time.time()
    db.execute("BEGIN IMMEDIATE")
    db.execute(
        f"INSERT OR REPLACE INTO settling SELECT id, ?, 6, NULL FROM frame WHERE {retention.OPEN}", (now,)
    )
    db.execute("UPDATE frame SET settlement = 6 WHERE settlement IN (2, 5)")
    db.execute("COMMIT")
    return int(db.execute("SELECT coalesce(max(connection), 0) FROM connection").fetchone()[0])


def _lock(path: Path) -> int | None:
    """Hold `path` as its only writer until the number is closed; None when another does, -1 without flock."""
    try:
        import fcntl
    except ImportError:  # Windows: SQLite itself keeps two writers apart, only later
        return -1
    number = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(number)
        return None
    return number
