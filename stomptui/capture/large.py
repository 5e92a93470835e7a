"""Frames with a large body in a file: head and beginning at once, all of it piece by piece in a thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

from stomptui.capture import files, stored
from stomptui.capture.decode import frame_of
from stomptui.capture.doubt import doubted
from stomptui.capture.record import Record

START = 1 << 16
"""Octets of a large body that are read at once: some screens of it, and what tells its kind."""
PIECE = 1 << 19
"""Octets of it that are read in one go: no other thread waits longer than it takes to copy as many."""

BRIEF = (
    f"SELECT frame.{stored.COLUMNS.replace(' ', ' frame.')}, head, "
    f"CASE WHEN size < {stored.LARGE} THEN body END "
    "FROM frame LEFT JOIN octets ON octets.id = frame.id WHERE frame.id = ?"
)

Told = Callable[[float], bool]
"""Told how much has been read, 0 to 1; says whether to go on."""


def brief(db: sqlite3.Connection, id_: int) -> stored.Row | None:
    """The row of record `id_`, of a large body only the first START octets; raises sqlite3.Error.

    None when there is no such record.
    """
    for found in db.execute(BRIEF, (id_,)):
        row = doubted(stored.Row._make(found))
        if row.head is None or row.body is not None:
            return row
        with db.blobopen("octets", "body", id_, readonly=True) as blob:
            return row._replace(body=blob.read(START))
    return None


def whole(path: Path, record: Record, told: Told) -> Record | None:
    """Return `record` with what was left of it in the file at `path`; for a thread of its own.

    None when it is gone from there, or `told` says so. Raises CaptureError and sqlite3.Error.
    """
    with closing(files.look(path)) as db:
        found = db.execute(
            "SELECT protocol, head, size FROM frame JOIN octets USING (id) WHERE id = ?", (record.id,)
        ).fetchone()
        if found is None:
            return None
        protocol, head, size = found
        raw = BytesIO()
        raw.write(head)
        with db.blobopen("octets", "body", record.id, readonly=True) as blob:
            while piece := blob.read(PIECE):
                raw.write(piece)
                if not told((raw.tell() - len(head)) / size):
                    return None
        raw.write(b"\0")
        octets = raw.getvalue()  # the very octets that were written, not a copy
    return record._replace(raw=octets, frame=frame_of(octets, protocol), left=0)
