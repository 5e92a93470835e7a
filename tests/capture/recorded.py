"""Capture files with what a test says was sent and received, a second apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from stomptui.capture import files, stored
from stomptui.capture.decode import frame_of
from stomptui.capture.record import Record
from stomptui.stomp.codec import encode
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame

START = 1.8e9
"""When record 0 would have been, seconds since 1970."""


class Kept(NamedTuple):
    """One frame of a capture; `wall` in seconds after START, a second a record unless told."""

    frame: Frame
    wall: float | None = None
    settlement: Settlement = Settlement.NONE
    connection: int = 1
    earlier: int | None = None


def send(destination: str, body: bytes = b"", *headers: tuple[str, str]) -> Frame:
    pairs = [("destination", destination), *headers, ("content-length", str(len(body)))]
    return Frame("SEND", pairs, body)


def message(destination: str, body: bytes = b"", *headers: tuple[str, str]) -> Frame:
    own = (("subscription", "s-1"), ("message-id", "m-1"), ("ack", "a-1"), ("redelivered", "false"))
    pairs = [("destination", destination), *own, *headers, ("content-length", str(len(body)))]
    return Frame("MESSAGE", pairs, body)


def capture(path: Path, kept: Iterable[Frame | Kept]) -> Path:
    """Make a capture file with these frames as records 1, 2, ..."""
    db = files.create(path)
    append(db, kept)
    db.close()
    return path


def append(db: sqlite3.Connection, kept: Iterable[Frame | Kept], first: int = 1) -> None:
    """Add frames from record `first` on."""
    rows = []
    for id_, each in enumerate(kept, first):
        one = Kept(each) if isinstance(each, Frame) else each
        raw = one.frame.raw or encode(one.frame, None if one.frame.command == "CONNECTED" else "1.2")
        to_broker = one.frame.command not in ("MESSAGE", "CONNECTED", "RECEIPT", "ERROR")
        wall = START + (id_ if one.wall is None else one.wall)
        record = Record(
            id_,
            one.connection,
            id_,
            wall - START,
            wall,
            to_broker,
            frame_of(raw, 3),
            raw,
            one.settlement,
            1 if one.earlier is None else 2,
            one.earlier,
        )
        rows.append(stored.row_of(record, 0 if one.frame.command == "CONNECTED" else 3))
    db.execute("BEGIN")
    stored.insert(db, rows)
    db.execute("COMMIT")
