"""Capture files: made, opened to go on, opened to look."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from stomptui.capture import schema
from stomptui.capture.shape import strange

BUSY_SECONDS = 2.0
"""How long a look waits for a writer that is just ending a batch."""

MAGIC = b"SQLite format 3\0"
NOT_HERE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
"""What SQLite says where it cannot make the files that it needs beside one with a log."""


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
        version = _version(db)
        while version < schema.VERSION:
            db.execute("BEGIN IMMEDIATE")
            for statement in schema.MIGRATIONS[version].split(";\n"):
                db.execute(statement)
            version += 1
            db.execute(f"PRAGMA user_version = {version}")
            db.execute("COMMIT")
        _must_be_ours(db, path)
        _tune(db)
    except sqlite3.Error as error:
        db.close()
        raise CaptureError(words(path, error, "cannot be written")) from None
    except CaptureError:
        db.close()
        raise
    return db


def look(path: Path) -> sqlite3.Connection:
    """Open the capture at `path` to read only, also while another connection writes; raises CaptureError.

    Texts that are no UTF-8 are read with U+FFFD.
    """
    db = _checked(path, "ro")
    try:
        version = _version(db)
        if version < schema.VERSION:
            raise CaptureError(
                f"{path}: written by an older stomptui (schema {version}, this one reads {schema.VERSION}); "
                "stomptui connect --capture brings it up to date"
            )
        _must_be_ours(db, path)
    except sqlite3.Error as error:
        db.close()
        raise CaptureError(words(path, error)) from None
    except CaptureError:
        db.close()
        raise
    return db


def _checked(path: Path, mode: str) -> sqlite3.Connection:
    if not path.exists():
        raise CaptureError(f"{path}: there is no such file")
    if path.is_dir():
        raise CaptureError(f"{path}: is a folder")
    if not path.is_file():  # to open a FIFO may wait for ever
        raise CaptureError(f"{path}: is not a file")
    try:
        db, application, version = _begun(path, mode)
    except sqlite3.Error as error:
        if mode != "ro" or _code(error) not in NOT_HERE or _has_log(path):
            raise CaptureError(words(path, error)) from None
        try:  # in a folder where nothing can be written; and so nobody writes to the file
            db, application, version = _begun(path, "ro&immutable=1")
        except sqlite3.Error as second:
            raise CaptureError(words(path, second)) from None
    if application != schema.APPLICATION or version < 1:
        db.close()
        raise CaptureError(f"{path}: is not a capture of stomptui")
    if version > schema.VERSION:
        db.close()
        raise CaptureError(
            f"{path}: written by a newer stomptui (schema {version}, this one reads {schema.VERSION})"
        )
    return db


def _begun(path: Path, mode: str) -> tuple[sqlite3.Connection, int, int]:
    """A connection, and what the file says that it is; raises sqlite3.Error."""
    db = _open(path, mode)
    try:
        return db, db.execute("PRAGMA application_id").fetchone()[0], _version(db)
    except sqlite3.Error:
        db.close()
        raise


def _must_be_ours(db: sqlite3.Connection, path: Path) -> None:
    if found := strange(db):
        raise CaptureError(
            f"{path}: is not laid out as a capture of stomptui is: {found}; another program has changed it"
        )


def words(path: Path, error: sqlite3.Error, otherwise: str = "cannot be read") -> str:
    """Say what an error of SQLite means for whoever named the file."""
    match _code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"{path}: another program holds it locked"
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY:
            if _has_log(path):
                return (
                    f"{path}: has a log beside it, {path.name}-wal, and its folder cannot be written; "
                    "copy both to another folder"
                )
            return f"{path}: cannot be opened; is it yours to read?"
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT if _begins_well(path):
            return f"{path}: is damaged ({str(error)[:100]}); sqlite3 FILE .recover shows what can be saved"
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return f"{path}: is not a capture of stomptui"
    return f"{path}: {otherwise}: {error}"


def _code(error: sqlite3.Error) -> int:
    """The first octet of SQLite's code: what kind of error it is."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _begins_well(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC
    return False


def _has_log(path: Path) -> bool:
    with suppress(OSError):
        return os.stat(f"{path}-wal").st_size > 0
    return False


def _open(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    db = sqlite3.connect(
        uri,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_SECONDS,
        cached_statements=64,
    )
    db.execute("PRAGMA trusted_schema = OFF")  # whoever made the file may mean harm
    db.execute("PRAGMA cell_size_check = ON")
    db.text_factory = partial(str, encoding="utf-8", errors="replace")
    return db


def _tune(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
