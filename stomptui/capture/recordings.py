"""Where recordings lie, who writes to them, and which were kept after a crash."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from platformdirs import user_state_path

from stomptui.capture import files, lock, retention
from stomptui.capture.files import CaptureError
from stomptui.capture.retention import Limits

SUFFIX = ".stomptui"
RUNNING = "running-"
"""Before the name of a recording that nobody asked for, for as long as it is written."""
BESIDE = ("", "-wal", "-shm")
"""What SQLite keeps of one database: the file, its write-ahead log, and that log's index."""
ATTEMPTS = 10
"""To find a name that no other stomptui holds."""


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

    def close(self, *, keep: bool, ended: bool = True) -> Path | None:
        """Close the file, and remove it unless it is to be kept; the path that it has then.

        Unless all has `ended`, a thread is still at it: what it has not committed is lost when we end.
        """
        self.look.close()
        if not ended:
            self.db.interrupt()
            if not keep:
                _remove(self.path)
            return self.path if keep else None
        if self.db is not self.look:
            self.db.close()
        path: Path | None = self.path
        if self.writes and not keep:
            _remove(self.path)
            path = None
        elif self.writes and not self.kept:
            path = _named(self.path)
        lock.release(self.lock)
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
    kept = path is not None
    held = None
    try:
        for _ in range(ATTEMPTS):
            at = path or folder() / f"{RUNNING}{datetime.now():%Y-%m-%dT%H.%M.%S.%f}-{os.getpid()}{SUFFIX}"
            held = lock.hold(at, make=True)
            if held is not None or kept:
                break  # else another stomptui that begins looks whether it was left over
    except ValueError as error:
        raise CaptureError(f"{path}: {error}") from None
    except OSError as error:
        raise CaptureError(f"{path or 'a recording'}: cannot be written: {error.strerror}") from None
    if held is None:
        raise CaptureError(f"{at}: another stomptui records to it")
    with ExitStack() as undo:
        undo.callback(lock.release, held)
        try:
            new = at.stat().st_size == 0
            if new:
                undo.callback(_remove, at)
            db = files.fill(at) if new else files.go_on(at)
            undo.callback(db.close)
            if limits is None:
                limits = retention.default_limits(at.parent)
            _must_be_dense(db, at)
            base = 0 if new else _settle_the_past(db)
        except OSError as error:
            raise CaptureError(f"{at}: cannot be written: {error.strerror}") from None
        except sqlite3.Error as error:
            raise CaptureError(files.words(at, error, "cannot be written")) from None
        look = files.look(at)
        undo.pop_all()
    return Recording(at, db, look, limits, base, kept, lock=held)


def opened(path: Path) -> Recording:
    """Open a recording to look at it only; raises CaptureError."""
    look = files.look(path)
    try:
        _must_be_dense(look, path)
    except (CaptureError, sqlite3.Error) as error:
        look.close()
        raise error if isinstance(error, CaptureError) else CaptureError(files.words(path, error)) from None
    return Recording(path, look, look, Limits(), writes=False)


def _must_be_dense(db: sqlite3.Connection, path: Path) -> None:
    """What lists records by number would never end where a billion are skipped; raises CaptureError."""
    if not retention.is_dense(db):
        raise CaptureError(
            f"{path}: is damaged: its records are not numbered one by one; "
            "stomptui export shows what is there"
        )


def left_over() -> list[Path]:
    """The recordings that an end other than the user's has left, under the names that they keep.

    Each is told once: what it was called while it was written changes, and its log is folded into it.
    """
    found = []
    for path in sorted(folder().glob(f"{RUNNING}*{SUFFIX}")):
        with suppress(OSError, ValueError, CaptureError, sqlite3.Error):
            held = lock.hold(path)
            if held is None:
                continue
            try:
                if _is_empty(path):
                    _remove(path)
                else:
                    found.append(_named(path))
            finally:
                lock.release(held)
    return found


def _is_empty(path: Path) -> bool:
    if path.stat().st_size == 0:
        return True
    with closing(files.go_on(path)) as db:
        return retention.last_id(db) == 0


def newest() -> Path | None:
    """The recording that was begun last of those that nobody named and nobody writes to; None without any.

    What a killed run has left counts too, and is told of no more.
    """
    left_over()
    names = (path for path in folder().glob(f"*{SUFFIX}") if not path.name.startswith(RUNNING))
    return max(names, default=None)  # the names begin with when


def _named(path: Path) -> Path:
    """Give a recording that nobody writes to any more the name that it keeps.

    Not while another program looks at it: its log may lie beside it, and is found by the name.
    """
    if any(os.path.lexists(f"{path}{name}") for name in BESIDE[1:]):
        return path
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
