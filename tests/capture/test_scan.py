"""A scan finds what a look at each record finds, nearest first, and goes on with what arrives."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.capture import files, recordings, stored
from stomptui.capture.filter import parse
from stomptui.capture.found import Found, Way
from stomptui.capture.record import Record
from stomptui.capture.retention import Limits
from stomptui.capture.scan import Scan
from stomptui.capture.store import Capture
from stomptui.capture.wanted import NAME, Wanted
from stomptui.stomp.events import HeartBeatReceived, Settlement
from tests.capture import made


def until(scan: Scan, holds: Callable[[], object]) -> None:
    """Look until `holds`."""
    for _ in range(4000):
        scan.look()
        if holds():
            return
        time.sleep(scan.pause)
    raise AssertionError(f"never: {scan.trouble}, {scan.found.spans}")


def whole(capture: Capture, wanted: Wanted, start: int = 0, **how: bool) -> list[int]:
    """All that a scan finds."""
    scan = Scan(capture, wanted, start, **how)
    until(scan, lambda: scan.whole)
    scan.cancel()
    assert scan.wait(10)
    return list(scan.found.ids)


def where(expression: str) -> Wanted:
    return Wanted(filter=parse(expression, now=1.8e9))


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[Capture]:
    capture = Capture(limit_records=5, recording=recordings.record(tmp_path / "a.stomptui", Limits()))
    yield capture
    capture.close(10)


@pytest.fixture(params=["file", "memory"])
def capture(request: pytest.FixtureRequest) -> Capture:
    return request.getfixturevalue("filed") if request.param == "file" else Capture()


def take(capture: Capture, *bodies: bytes, first: int = 1, settlement: Settlement = Settlement.AUTO) -> None:
    capture.extend(made.message(n, body, settlement=settlement) for n, body in enumerate(bodies, first))
    settle_down(capture)


def settle_down(capture: Capture) -> None:
    if capture.archive is not None:
        assert capture.archive.settle_down(30)
        capture.catch_up()


# -- what is found --


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("STRASSE ÄÖ".encode(), "äö"),
        ("привет".encode(), "ПРИВЕТ"),
        ("注文".encode(), "注文"),
        ("GRÖSSE".encode(), "größe"),
        ("ÿ Ÿ!".encode(), "Ÿ!"),
        (b"a\0:\\c b:\xff", "B:\udcff"),
        (b"[a].*('%_", "[A].*('%_"),
        (b"\xff\xfe!", "\udcff\udcfe!"),
        (b"\0\xffABC", "abc"),
        (b'{"id":4711}', '"ID":4711'),
        (b"\x00\x01\x0aZ", "hex: 00 01 0A 5a"),
        (b"", "hex:0a0a00"),
        (b"end", "hex:656e6400"),
        (b"{", "hex:0a0a7b"),
    ],
)
def test_a_file_holds_what_memory_holds(filed: Capture, body: bytes, text: str) -> None:
    take(filed, b"nothing at all", body)
    memory = Capture()
    take(memory, b"nothing at all", body)
    assert whole(filed, Wanted(text)) == whole(memory, Wanted(text)) == [2]


@pytest.mark.parametrize("text", ["hex:4100", "hex:5a", "hex:0", "hex:zz", "hex:", "\ud800", "oneMESSAGE"])
def test_octets_are_not_letters_and_what_cannot_be_is_not_found(capture: Capture, text: str) -> None:
    take(capture, b"a", b"z", b"one")
    assert whole(capture, Wanted(text)) == []


def test_octets_across_two_records_are_in_neither(capture: Capture) -> None:
    take(capture, b"one", b"two")
    assert whole(capture, Wanted("hex:004d45535341")) == []  # NUL MESSA


@pytest.mark.parametrize("text", ["a", "50% _!", r"x\y", "a:b", "\1", "a\1", "*[a]?", "ab" * 600])
@pytest.mark.parametrize("before", [b"", b"\0", b"\xff\xe2", b"\\n"])
def test_signs_of_patterns_stand_for_themselves(filed: Capture, text: str, before: bytes) -> None:
    bodies = before + b"-", before + text.upper().encode() + b"\0", rb"50x y! *b [c]d x\\z"
    take(filed, *bodies)
    memory = Capture()
    take(memory, *bodies)
    expected = whole(memory, Wanted(text))
    assert 2 in expected
    assert whole(filed, Wanted(text)) == expected


@pytest.mark.parametrize(("text", "quick"), [("xy", False), ("XY", False), ("y:x", True), ("x\\y", False)])
def test_octets_filled_with_a_letter_are_looked_through_otherwise(
    filed: Capture, text: str, quick: bool
) -> None:
    bodies = [
        b"x" * 500,
        b"x" * 500 + b"Y",
        b"x" * 300 + b"\0xx\\y",
        b"y:" + b"x" * 300,
        b"",
        b"y\\c" + b"X" * 99,
    ]
    take(filed, *bodies)
    memory = Capture()
    take(memory, *bodies)
    assert whole(filed, Wanted(text)) == whole(memory, Wanted(text)) != []
    assert filed.archive is not None
    asked: list[str] = []
    with closing(files.look(filed.archive.recording.path)) as db:
        db.set_trace_callback(asked.append)
        Wanted(text).ids(db, 1, len(bodies))
    assert any(" LIKE " in statement for statement in asked) == quick
    both = Wanted(text, parse("size > 0", now=0))
    assert whole(filed, both) == whole(memory, both) == whole(memory, Wanted(text))


@pytest.mark.parametrize("text", ["größe", "ÿes", "é"])
def test_the_function_is_asked_only_where_a_text_may_be(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE octets (id INTEGER PRIMARY KEY, head BLOB, body BLOB)")
        bodies = [text.upper().encode(), b"no", "Æ".encode(), b"gr\xc3"]
        db.executemany("INSERT INTO octets VALUES (NULL, x'', ?)", [(body,) for body in bodies])
        asked: list[bytes] = []
        Wanted(text).prepare(db)
        db.create_function(NAME, 3, lambda _head, body, _id: asked.append(body) or 1)
        assert list(Wanted(text).ids(db, 1, 4)) == [1]
        assert asked == bodies[:1]


def test_all_and_every_other_one_are_found(capture: Capture) -> None:
    capture.extend(made.message(n, b"x" * (n % 2)) for n in range(1, 2001))
    settle_down(capture)
    assert whole(capture, where("size >= 0")) == list(range(1, 2001))
    assert whole(capture, where("size > 0")) == list(range(1, 2001, 2))
    assert whole(capture, where("size > 1")) == []
    assert whole(capture, Wanted("message")) == list(range(1, 2001))


def test_a_header_is_found_as_it_reads(capture: Capture) -> None:
    capture.extend([made.connected(1), made.message(2, headers=(("x-path", "c:\\temp"),))])
    settle_down(capture)
    assert whole(capture, Wanted(r"C:\temp")) == [2]


@given(
    st.lists(
        st.binary(max_size=12)
        | st.sampled_from([b"\0ab", b"A:b", "É\\".encode(), b"a\\C!\xc3%", b"a\0A_*B", b"\xe2[\xc0AB]?"]),
        max_size=30,
    ),
    st.text("abAB:\\éЯ%_!*?[\1", min_size=1, max_size=3)
    | st.binary(min_size=1, max_size=2).map(lambda b: f"hex:{b.hex()}"),
    st.integers(0, 31),
)
@settings(max_examples=60, deadline=None)
def test_it_finds_what_a_search_finds(bodies: list[bytes], text: str, start: int) -> None:
    memory = Capture()
    take(memory, *bodies)
    expected = sorted(id_ for id_ in memory.search(text) if id_ is not None)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.stomptui"
        db = files.create(path)
        db.execute("BEGIN")
        stored.insert(db, [stored.row_of(one, 3) for one in memory.page(range(1, len(bodies) + 1)) if one])
        db.execute("COMMIT")
        db.close()
        capture = Capture(recording=recordings.opened(path))
        assert whole(capture, Wanted(text), start) == expected
        assert whole(memory, Wanted(text), start) == expected
        capture.close(1)


def test_a_filter_and_a_text_with_it(capture: Capture) -> None:
    events = [made.message(n, b"x%d" % (n % 10), headers=(("type", "ab"[n % 2]),)) for n in range(1, 301)]
    capture.extend(events)
    settle_down(capture)
    assert whole(capture, where("type = 'b'")) == list(range(1, 301, 2))
    assert whole(capture, where("type = 'b'"), 300, forwards=False) == list(range(1, 301, 2))
    both = Wanted("X3", parse("type = 'b'", now=0))
    assert whole(capture, both) == list(range(3, 301, 10))
    lettered = Wanted("é", parse("type = 'b'", now=0))
    assert whole(capture, lettered) == []


# -- in which order, and what is known meanwhile --


@given(
    st.integers(1, 9),
    st.integers(0, 40),
    st.integers(0, 50),
    st.integers(1, 7),
    st.booleans(),
    st.integers(0, 9),
)
@settings(max_examples=200)
def test_each_id_is_looked_at_once(
    first: int, ids: int, start: int, size: int, forwards: bool, more: int
) -> None:
    last = first + ids - 1
    way, found = Way(first, last, start, forwards=forwards), Found()
    seen: list[int] = []
    for step in count():
        if step == 2 and more:
            assert way.grow(last + more)
            assert not way.grow(last)
        span = way.take(size)
        if span is None:
            if step >= 2:
                break
            continue
        assert span[1] - span[0] < size
        seen += range(span[0], span[1] + 1)
        found.add(*span, [id_ for id_ in range(span[0], span[1] + 1) if id_ % 3 == 0])
    assert sorted(seen) == list(range(first, last + more + 1))
    assert list(found.ids) == [id_ for id_ in sorted(seen) if id_ % 3 == 0]
    assert found.covers(first, last + more)
    assert found.looked(first, last) == max(last - first + 1, 0)


def test_the_nearest_is_known_before_all_is_looked_at() -> None:
    found = Found()
    found.add(50, 60, [52, 58])
    assert found.next(49, 1, 100) == 52
    assert found.next(58, 1, 100) is None
    assert found.next(10, 1, 100) is None
    assert found.previous(58, 1, 100) == 52
    assert found.previous(52, 1, 100) is None
    found.add(61, 100, [])
    assert found.next(58, 1, 100) is None  # round the end nobody has looked
    found.add(1, 10, [3])
    assert found.next(58, 1, 100) == 3
    assert found.previous(3, 1, 100) == 58
    found.add(11, 49, [])
    assert found.spans == [(1, 100)]
    assert Found().next(0, 1, 0) == 0


def test_records_that_fell_off_are_forgotten_and_kept_ones_are_not() -> None:
    found = Found()
    found.add(1, 9, [1, 2, 5, 8])
    found.forget(8, [2, 3])
    assert list(found.ids) == [2, 8]


# -- while things happen --


def test_what_arrives_is_found_later(capture: Capture) -> None:
    take(capture, b"needle", b"hay")
    scan = Scan(capture, Wanted("needle"), 0)
    until(scan, lambda: scan.whole)
    for first in range(3, 33, 3):
        take(capture, b"hay", b"NEEDLE", b"hay", first=first)
        until(scan, lambda: scan.whole)
    assert list(scan.found.ids) == [1, *range(4, 33, 3)]
    scan.cancel()
    assert scan.wait(10)


def test_it_goes_on_beside_the_writer(filed: Capture) -> None:
    scan = Scan(filed, where("type = 'b' OR command = 'ACK'"), 0)
    sent = 0
    for first in range(1, 4001, 100):
        filed.extend(
            made.message(n, headers=(("type", "ab"[n % 2]),), settlement=Settlement.AUTO)
            for n in range(first, first + 100)
        )
        filed.extend([HeartBeatReceived(1, first / 1000, 1)])
        sent += 50
        scan.look()
        filed.catch_up()
    settle_down(filed)
    until(scan, lambda: scan.whole)
    assert len(scan.found.ids) == sent
    assert all(filed.record(id_).frame.first("type") == "b" for id_ in scan.found.ids)  # type: ignore[union-attr]
    scan.cancel()
    assert scan.wait(10)


def test_what_falls_off_a_limit_is_gone_and_what_is_unsettled_stays(tmp_path: Path) -> None:
    recording = recordings.record(tmp_path / "a.stomptui", Limits(records=100))
    capture = Capture(limit_records=5, recording=recording)
    take(capture, b"needle", settlement=Settlement.UNSETTLED)
    scan = Scan(capture, Wanted("needle"), 0)
    for first in range(2, 3002, 100):
        take(capture, *[b"needle"] * 100, first=first)
        scan.look()
        assert all(id_ in capture for id_ in scan.found.ids)
    assert capture.window_id > 2000
    until(scan, lambda: scan.whole)
    assert list(scan.found.ids) == [1, *range(capture.window_id, capture.last_id + 1)]
    scan.cancel()
    assert scan.wait(10)
    capture.close(10)


def test_a_cancelled_scan_ends_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    db = files.create(path)
    db.execute("BEGIN")
    one = stored.row_of(next(iter(_one())), 3)
    stored.insert(db, [one._replace(id=id_) for id_ in range(1, 20_001)])
    db.execute("COMMIT")
    db.close()
    capture = Capture(recording=recordings.opened(path))
    scan = Scan(capture, Wanted("id"), 10_000)
    until(scan, lambda: scan.found.ids)
    scan.cancel()
    assert scan.wait(10)
    scan.look()
    kept = list(scan.found.ids)
    assert kept
    assert not scan.trouble
    assert 0 < scan.share <= 1
    scan.look()
    assert list(scan.found.ids) == kept
    Scan(capture, Wanted("id"), 10_000).cancel()  # before it began
    capture.close(1)


def _one() -> Iterator[Record]:
    memory = Capture()
    take(memory, b'{"id":1}')
    record = memory.record(1)
    assert record is not None
    yield record


def test_a_slow_filter_is_interrupted(filed: Capture) -> None:
    take(filed, b'{"a":' + b'"' + b"b" * 4_000_000 + b'"}')
    wide = " OR ".join(f"body.a{n} = 'x'" for n in range(60))
    scan = Scan(filed, where(wide), 0)
    scan.cancel()
    assert scan.wait(20)
    assert not scan.trouble


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    files.create(path).close()
    capture = Capture(recording=recordings.opened(path))
    path.unlink()
    scan = Scan(capture, Wanted("x"), 0)
    until(scan, lambda: scan.trouble)
    assert "no such file" in scan.trouble
    capture.close(1)
