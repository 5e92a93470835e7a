"""Capture files: made, opened to go on, opened to look."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from stomptui.capture import schema

BUSY_SECONDS = 2.0
"""How long a look waits for a writer that is just ending a batch."""


class CaptureError(Exception):
    """A capture file cannot be used; the words say why, and what to do."""


def create(path: Path) -> sqlite3.Connection:
    """Make a new capture at `path`, mode 0600, and return a connection that writes to it.

    The connection is in autocommit mode, in a write-ahead log, and may be used by one other thread than
    the one that made it. Raises CaptureError when there is such a file, or it cannot be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise CaptureError(f"{path}: there is such a file") from None
    except OSError as error:
        raise CaptureError(f"{path}: cannot be made: {error.strerror}") from None
    try:
        return fill(path)
    except CaptureError:
        with suppress(OSError):
            os.unlink(path)
        raise


def fill(path: Path) -> sqlite3.Connection:
    """Make an empty file a capture, mode 0600; returns and raises what `create` does."""
    db = None
    try:
        os.chmod(path, 0o600)
        db = _open(path, "rw")
        db.execute(f"PRAGMA page_size = {schema.PAGE}")
        _tune(db)
        db.execute("BEGIN IMMEDIATE")
        for statement in schema.TABLES.split(";\n"):
            db.execute(statement)
        db.execute("INSERT INTO fact VALUES ('created', ?), ('window', 1), ('dropped', 0)", (time.time(),))
        db.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        db.execute(f"PRAGMA user_version = {schema.VERSION}")
        db.execute("COMMIT")
    except OSError as error:
        raise CaptureError(f"{path}: cannot be made: {error.strerror}") from None
    except sqlite3.Error as error:
        if db is not None:
            db.close()
        raise CaptureError(f"{path}: cannot be written: {error}") from None
    return db


def go_on(path: Path) -> sqlite3.Connection:
    """Open the capture at `path` to write more, an older schema brought up to date; raises CaptureError."""
    db = _checked(path, "rw")
    try:
        _tune(db)
        version = _version(db)
        while version < schema.VERSION:
            db.execute("BEGIN IMMEDIATE")
            for statement in schema.MIGRATIONS[version].split(";\n"):
                db.execute(statement)
            version += 1
            db.execute(f"PRAGMA user_version = {version}")
            db.execute("COMMIT")
    except sqlite3.Error as error:
        db.close()
        raise CaptureError(f"{path}: cannot be written: {error}") from None
    return db


def look(path: Path) -> sqlite3.Connection:
    """Open the capture at `path` to read only, also while another connection writes; raises CaptureError."""
    db = _checked(path, "ro")
    version = _version(db)
    if version < schema.VERSION:
        db.close()
        raise CaptureError(
            f"{path}: written by an older stomptui (schema {version}, this one reads {schema.VERSION}); "
            "stomptui connect --capture brings it up to date"
        )
    return db


def _checked(path: Path, mode: str) -> sqlite3.Connection:
    if not path.exists():
        raise CaptureError(f"{path}: there is no such file")
    if path.is_dir():
        raise CaptureError(f"{path}: is a folder")
    if not path.is_file():  # to open a FIFO may wait for ever
        raise CaptureError(f"{path}: is not a file")
    try:
        db = _open(path, mode)
        application = db.execute("PRAGMA application_id").fetchone()[0]
        version = _version(db)
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise CaptureError(f"{path}: another program holds it locked") from None
        if "unable to open" in str(error):
            raise CaptureError(f"{path}: cannot be opened; is it yours to read?") from None
        raise CaptureError(f"{path}: is not a capture of stomptui") from None
    if application != schema.APPLICATION:
        db.close()
        raise CaptureError(f"{path}: is not a capture of stomptui")
    if version > schema.VERSION:
        db.close()
        raise CaptureError(
            f"{path}: written by a newer stomptui (schema {version}, this one reads {schema.VERSION})"
        )
    return db


def _open(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(
        uri,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_SECONDS,
        cached_statements=64,
    )


def _tune(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
