"""Captures in memory, and what of them a filter finds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from stomptui.capture import schema, stored
from stomptui.capture.decode import VERSIONS
from stomptui.capture.filter import matches, parse, prepare
from stomptui.capture.record import Kind

NOW = 1_795_000_000.0


def frame(
    id_: int,
    headers: bytes = b"",
    body: bytes = b"",
    *,
    command: bytes = b"MESSAGE",
    protocol: int = 3,
    to_broker: bool = False,
    wall: float = NOW - 60,
    settlement: int = 0,
    deliveries: int = 1,
) -> stored.Row:
    """A row as it would be stored; `headers` are lines as on the wire, each with its end."""
    end = b"\r\n" if b"\r\n" in headers else b"\n"
    head = command + end + headers + end
    names = stored.facts(head, protocol)
    return stored.Row(
        id_, 1, id_, Kind.FRAME, int(to_broker), wall, wall, protocol, *names, len(body), settlement,
        deliveries, head=head, body=body,
    )  # fmt: skip


def other(id_: int, kind: Kind, head: bytes | None = None) -> stored.Row:
    """A row that is no frame: a heart-beat, or octets that form none."""
    body = None if head is None else b""
    row = stored.Row(id_, 1, 0, kind, 0, NOW, NOW, 3, None, None, None, 0, 0)
    return row._replace(head=head, body=body)


def capture(rows: Iterable[stored.Row]) -> sqlite3.Connection:
    """A capture in memory with these rows, ready for filters."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    for statement in schema.TABLES.split(";\n"):
        db.execute(statement)
    stored.insert(db, list(rows))
    prepare(db)
    return db


def found(db: sqlite3.Connection, text: str) -> list[int]:
    """The ids for which an expression is true."""
    return list(matches(db, parse(text, now=NOW), 0, 1 << 40))


def version(protocol: int) -> str | None:
    """The version of STOMP that a row's `protocol` stands for."""
    return VERSIONS[protocol & 3]
