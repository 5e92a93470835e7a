"""Filters run where they can only read, can be ended, and say what stopped them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from stomptui.capture import files, stored
from stomptui.capture.files import CaptureError
from stomptui.capture.filter import (
    Filter,
    Stopped,
    TookTooLong,
    header_names,
    matches,
    matching,
    parse,
    prepare,
)
from stomptui.capture.record import Kind
from tests.capture.filter.made import NOW, capture, found, frame, other

ROWS = [
    frame(1, b"type:refund\nx-a:1\n", b'{"total": 1}'),
    frame(2, b"type:order\n"),
    frame(3, b"k\\cd:1\r\n"),
    frame(4, b" padded : 1\n", protocol=1),
    other(5, Kind.HEART_BEAT),
    other(6, Kind.MALFORMED, b"no:frame\n\n"),
]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO fact VALUES ('x', 1)",
        "DELETE FROM frame",
        "DROP TABLE frame",
        "CREATE TEMP TABLE x (y)",
        "ATTACH ':memory:' AS other",
        "PRAGMA query_only = OFF",
        "SELECT load_extension('x')",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM json_each('[1]')",
        "SELECT randomblob(10)",
        "SELECT * FROM frames",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x FROM n",
    ],
)
def test_a_connection_for_filters_reads_a_capture_and_nothing_else(statement: str) -> None:
    db = capture(ROWS)
    with pytest.raises(sqlite3.DatabaseError):
        db.execute(statement).fetchall()
    assert found(db, "type = 'refund'") == [1]


@pytest.mark.parametrize(
    "text",
    [
        "type = '''; DROP TABLE frame; --'",
        "\"x' OR 1=1 --\" = 'x'",
        'header."\') OR (1" = 1',
        'body."\'), 1) OR (1" = 1',
        'body."a""].b" = 1',
        "body LIKE '%'') OR 1 --'",
        "type IN (''') OR (1=1', ')')",
        "n0 = '{}' AND \"{0}\" = '?'",
    ],
)
def test_what_is_quoted_stays_quoted(text: str) -> None:
    assert found(capture(ROWS), text) == []


def test_a_file_with_views_for_tables_is_not_believed() -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE fact (name, value)")
    db.execute("CREATE TABLE octets (id INTEGER PRIMARY KEY, head, body)")
    db.execute("CREATE VIEW frame AS SELECT 1 AS id, 0 AS kind, value AS size FROM fact")
    prepare(db)
    with pytest.raises(CaptureError):
        list(matches(db, parse("size = 1", now=NOW), 1, 9))


def test_a_file_of_other_types_ends_nothing() -> None:
    odd = [
        frame(1)._replace(head="text", body="text"),  # type: ignore[arg-type]
        frame(2)._replace(head=b"", body=b"\0"),
        frame(3)._replace(protocol="x", size="y", time="z"),  # type: ignore[arg-type]
        frame(4, b"k:last\n")._replace(head=b"MESSAGE\nk:last"),
        frame(5, b"type:refund\n"),
    ]
    db = capture(odd)
    assert found(db, "type = 'refund'") == [5]
    assert found(db, "k IS NOT NULL AND body.a = 1 OR \"é\" = 1 OR size > 1e9 AND body LIKE '_%_%'") == []
    assert set(header_names(db)) == {"type", "k"}


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    with closing(files.create(path)) as db:
        stored.insert(db, [frame(at, b"type:refund\n", b"x" * 5000) for at in range(1, 200)])
    octets = bytearray(path.read_bytes())
    octets[3 * 8192 :] = b"\xff" * (len(octets) - 3 * 8192)
    path.write_bytes(octets)
    with closing(files.look(path)) as db, pytest.raises(CaptureError, match="cannot be read"):
        prepare(db)
        list(matches(db, parse("type = 'refund'", now=NOW), 1, 999))


def test_ranges_and_directions(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    with closing(files.create(path)) as db:
        stored.insert(db, [frame(at, b"n:%d\n" % at) for at in range(1, 3000)])
    with closing(files.look(path)) as db:
        prepare(db)
        odd = parse("n > 10", now=NOW)
        assert list(matches(db, odd, 5, 15)) == [11, 12, 13, 14, 15]
        assert list(matches(db, odd, 5, 15, backwards=True)) == [15, 14, 13, 12, 11]
        assert len(list(matches(db, odd, 1, 9999))) == 2989
        first = matches(db, odd, 1, 9999)
        assert next(first) == 11
        first.close()  # type: ignore[attr-defined]
        assert list(matches(db, odd, 4000, 9999)) == []


ENDLESS = Filter("endless", "(SELECT count(*) FROM frame a, frame b, frame c, frame d) > 0", (), False)


def endless() -> sqlite3.Connection:
    db = capture([frame(at) for at in range(1, 1000)])
    db.set_authorizer(None)
    return db


def test_a_slice_that_takes_too_long_is_given_up() -> None:
    db = endless()
    with pytest.raises(TookTooLong, match=r"longer than 0\.05 s for records 1 to 9") as caught:
        list(matches(db, ENDLESS, 1, 9, seconds=0.05))
    assert (caught.value.start, caught.value.stop) == (0, len("endless"))
    with pytest.raises(TookTooLong, match=r"longer than 0\.05 s for records 1 to 9"):
        matching(db, ENDLESS, 1, 9, seconds=0.05)
    assert list(matching(db, parse("size = 0", now=NOW), 1, 9)) == list(range(1, 10))
    assert found(db, "size = 0 AND age < 61") == list(range(1, 1000))


def test_another_thread_ends_a_slice() -> None:
    db = endless()
    running = threading.Event()
    ended: list[BaseException] = []

    def started() -> int:
        running.set()
        return 1

    def run() -> None:
        db.create_function("started", 0, started)
        slow = Filter("slow", f"started() AND {ENDLESS.where}", (), False)
        try:
            list(matches(db, slow, 1, 9, seconds=60))
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert running.wait(30)
    while thread.is_alive():  # what is called before the long part has begun ends nothing
        db.interrupt()
        thread.join(0.01)
    assert [type(error) for error in ended] == [Stopped]
    assert found(db, "size = 0 AND command = 'MESSAGE'") == list(range(1, 1000))


def test_the_names_of_headers_that_were_seen() -> None:
    names = header_names(capture(ROWS))
    assert names[0] == "type"
    assert set(names) == {"type", "x-a", "k:d", "padded"}
    assert set(header_names(capture(ROWS), 1)) == {"padded", "type", "x-a"}


def test_the_parser_is_loaded_by_the_first_expression_alone() -> None:
    program = (
        "import sys; from stomptui.capture.filter import parse; assert 'sqlglot' not in sys.modules; "
        "parse('a = 1', now=0); assert 'sqlglot' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
