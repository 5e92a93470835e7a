"""Capture files with something of everything in them, and any rows that a capture can hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st

from stomptui.capture import files, stored
from stomptui.capture.record import About, Kind, Record
from stomptui.capture.stored import Row
from stomptui.capture.transfer import export, load
from stomptui.stomp.events import Settlement

Result = TypeVar("Result")

NESTED = b'{"user":{"name":"Ann","card":"4111-1111"},"price":1.10,"big":123456789012345678901234567890}'

FRAMES = [
    b"MESSAGE\nsubscription:s\nmessage-id:1\ndestination:/queue/a\nx-token:hunter2\n\n" + NESTED + b"\0",
    b"MESSAGE\nsubscription:s\ndestination:/a\\cb\\\\c\nx:\\n\n\ntext\0",
    b"MESSAGE\r\ndestination:/queue/a\r\nX-Token:hunter2\r\n\r\nbody\r\n\r\n\0",
    b"SEND\ndestination:/queue/a:b\n\n\xff\xfe\0",
    b"SEND\ndestination:/queue/\xff\nno-colon\n:empty\nx:\\q\n\n\0",
    b"SEND\ndestination:/queue/a\ncontent-length:3\n\n\0\0\n\0",
    b"SEND\ndestination:/queue/a\n\n" + "\ud7ff\U0010ffff\u2028\x1b]52;c;aGk=\x07".encode() + b"\0",
    b"MESSAGE\nsubscription:s\0",
    b"CONNECTED\nversion:1.2\nserver:x/1:2\nsession:a\\b\n\n\0",
]


def record(id_: int, raw: bytes, kind: Kind = Kind.FRAME, **more: object) -> Record:
    settled = Settlement.UNSETTLED if kind is Kind.FRAME else Settlement.NONE
    return Record(id_, 1, id_, id_ / 7, 1.8e9 + id_ / 3, False, None, raw, settled, kind=kind, **more)  # type: ignore[arg-type]


def rows() -> list[Row]:
    """Ten frames and one of each other kind."""
    kept = [record(id_, raw) for id_, raw in enumerate(FRAMES, start=1)]
    at = len(kept)
    kept += [
        record(at + 1, b"ACK\nid:1\ntransaction:tx-hunter2\n\n\0", outcome="committed (tx-hunter2)"),
        record(at + 2, b"garbage x-token: hunter2\n\0", Kind.MALFORMED, words="a NUL in the command line"),
        record(at + 3, b"\xff\xfe\0", Kind.MALFORMED, words="no octets of STOMP"),
        record(at + 4, b"", Kind.HEART_BEAT, beats=3),
        record(at + 5, b"", Kind.MISSED, words="nothing heard for 20 s"),
        record(at + 6, b"", Kind.CLOSED, words="the broker refused hunter2"),
        record(at + 7, b"", Kind.GIVEN_UP, words="\u2028 words"),
        record(
            at + 8, FRAMES[0], deliveries=2, earlier=1, about=About(3, 5, 2), outcome="refused: see 00003"
        ),
    ]
    return [stored.row_of(one, 3 if one.id % 2 else 7) for one in kept]


def made(path: Path, some: Iterable[Row] | None = None) -> sqlite3.Connection:
    """A capture with those rows, and something in every other table."""
    db = files.create(path)
    db.execute("BEGIN")
    stored.insert(db, rows() if some is None else list(some))
    db.execute("INSERT INTO fact VALUES ('program', 'stomptui hunter2'), ('odd', x'00ff'), ('none', NULL)")
    db.execute("INSERT INTO fact VALUES ('real', 1.0), ('int', 9223372036854775807)")
    db.execute(
        "INSERT INTO connection VALUES (1, 'stomp://hunter2@mq1', 'client', NULL, '1.2', 'RabbitMQ/4', "
        "'rabbitmq', 1.5, NULL, NULL), (2, NULL, 'proxy', 1, NULL, NULL, NULL, 2, 3.5, 'lost: hunter2')"
    )
    db.execute(
        "INSERT INTO settling VALUES (1, 2.5, 3, 11), (1, 2.25, 5, NULL), (3, 2.5, 6, NULL), (99, 1, 4, 1)"
    )
    db.execute(
        "INSERT INTO note VALUES (3, 1.5, '!', 'look: hunter2'), (1, 2.5, '', 'b'), (1, 1.5, '?', 'a')"
    )
    db.execute("INSERT INTO checkpoint VALUES (4, 1, '{\"a\": \"hunter2\"}'), (4, 2, '{}'), (17, 1, '[ ]')")
    db.execute("COMMIT")
    return db


TABLES = {
    "fact": "name",
    "connection": "connection",
    "frame": "id",
    "octets": "id",
    "settling": "frame, wall, settlement",
    "note": "frame, rowid",
    "checkpoint": "id, connection",
}


def contents(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, each value with its type."""
    return {
        table: [
            tuple((type(value), value) for value in row)
            for row in db.execute(f"SELECT * FROM {table} ORDER BY {order}")
        ]
        for table, order in TABLES.items()
    }


def written(db: sqlite3.Connection, path: Path, form: str = "ndjson", **options: Any) -> export.Exported:
    """Export at one go."""
    return result(export.to_file(db, path, form, **options))


def loaded(source: Path, path: Path, *, force: bool = False) -> load.Loaded:
    """Import at one go."""
    with source.open("rb") as stream:
        return result(load.load(stream, path, force=force))


def result(slices: Generator[object, None, Result]) -> Result:
    """What a generator returns."""
    while True:
        try:
            next(slices)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


INT = st.integers(-(2**63), 2**63 - 1)
SMALL = st.integers(0, 9)
FLOAT = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(max_size=12)
OCTETS = st.binary(max_size=30) | st.lists(
    st.sampled_from(
        [b"a", b":", b"\n", b"\\", b"\\c", b"\\n", b"\r", b"\0", b"\xff", b"\xc3\xa9", b"content-length"]
    )
).map(b"".join)
HEAD = st.tuples(st.sampled_from([b"SEND", b"MESSAGE", b"CONNECTED", b"\xff", b""]), OCTETS).map(
    lambda parts: parts[0] + b"\n" + parts[1] + b"\n\n"
)


@st.composite
def any_row(draw: st.DrawFn) -> Row:
    """A row that a capture can hold, columns and octets at odds included."""
    head = draw(st.none() | HEAD | OCTETS)
    some = st.none() | INT
    return Row(
        1,
        draw(SMALL),
        draw(INT),
        draw(st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5])),
        draw(st.integers(0, 1)),
        draw(FLOAT),
        draw(FLOAT.filter(lambda wall: abs(wall) < 1e300)),
        draw(st.integers(0, 7)),
        draw(st.none() | TEXT | st.sampled_from(["SEND", "MESSAGE", "CONNECTED"])),
        draw(st.none() | TEXT),
        draw(st.none() | TEXT),
        draw(INT),
        draw(st.integers(0, 6)),
        draw(INT),
        draw(some),
        draw(TEXT),
        draw(TEXT),
        draw(INT),
        draw(some),
        draw(some),
        draw(some),
        head,
        None if head is None else draw(OCTETS),
    )
