"""Text find over raw octets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.capture import search
from stomptui.capture.holding import holding
from stomptui.capture.search import PIECE
from stomptui.capture.store import Capture
from stomptui.stomp.events import Settlement
from tests.capture import made


def found(capture: Capture, text: str, *, after: int = 0, backwards: bool = False) -> list[int]:
    hits = capture.search(text, after=after, backwards=backwards)
    return [id_ for id_ in hits if id_ is not None]


def capture_of(*bodies: bytes) -> Capture:
    capture = Capture()
    capture.extend(
        made.message(number, body, settlement=Settlement.AUTO) for number, body in enumerate(bodies, 1)
    )
    return capture


def test_each_record_once_nearest_first_and_round_the_end() -> None:
    capture = capture_of(b"ab ab", b"x", b"AB", b"x", b"xab")
    assert found(capture, "aB") == [1, 3, 5]
    assert found(capture, "ab", after=3) == [5, 1, 3]
    assert found(capture, "ab", after=3, backwards=True) == [1, 5, 3]
    assert found(capture, "ab", after=99) == [1, 3, 5]
    assert found(capture, "nowhere") == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("STRASSE ÄÖ".encode(), "äö"),
        ("привет".encode(), "ПРИВЕТ"),
        ("注文".encode(), "注文"),
        (b"[a].*(", "[A].*("),
        (b"\xff\xfe!", "\udcff\udcfe!"),
        (b'{"id":4711}', '"id":4711'),
    ],
)
def test_any_text_is_taken_literally_and_in_any_case(body: bytes, text: str) -> None:
    assert found(capture_of(b"nothing", body), text) == [2]


def test_a_header_is_found_as_it_reads() -> None:
    capture = Capture()
    capture.extend([made.connected(1), made.message(2, headers=(("x-path", "c:\\temp"),))])
    assert found(capture, r"C:\temp") == [2]


@pytest.mark.parametrize("text", ["", "\0", "a\0b", "\ud800"])
def test_what_no_record_holds_is_not_found(text: str) -> None:
    assert found(capture_of(b"a", b"b"), text) == []


def test_text_across_two_records_is_in_neither() -> None:
    capture = capture_of(b"one", b"two")
    assert found(capture, "oneMESSAGE") == []


@given(
    st.lists(st.binary(max_size=12), max_size=30),
    st.text("abAB:\\é", min_size=1, max_size=3),
    st.integers(0, 31),
)
@settings(max_examples=100, deadline=None)
def test_it_finds_what_a_plain_look_at_each_finds(bodies: list[bytes], text: str, after: int) -> None:
    capture = capture_of(*bodies)
    needles = {text.lower(), text.replace("\\", "\\\\").replace(":", "\\c").lower()}
    expected = [
        number
        for number in range(1, len(bodies) + 1)
        if any(needle in capture.raw(number).decode("utf-8", "surrogateescape").lower() for needle in needles)
    ]
    assert found(capture, text) == expected
    assert set(found(capture, text, after=after)) == set(expected)
    assert set(found(capture, text, after=after, backwards=True)) == set(expected)
    left: list[int] = []
    assert [id_ for id_ in holding(capture, text, range(1, len(bodies) + 1), left) if id_] == expected
    assert left == []


def test_a_large_body_is_looked_through_across_the_pieces() -> None:
    body = b"-" * (PIECE - 40) + b"needle" + b"-" * PIECE
    for shift in range(0, 80, 3):
        assert found(capture_of(b"x", b"-" * shift + body), "NEEDLE") == [2]


def test_messages_kept_beyond_the_cap_are_searched_too() -> None:
    capture = Capture(limit_records=5)
    capture.extend([made.message(1, b"needle"), *made.messages(2, 40), made.message(41, b"needle")])
    assert found(capture, "needle") == [1, 41]
    assert found(capture, "needle", after=41, backwards=True) == [1, 41]
    assert found(capture, "needle", after=1) == [41, 1]


def test_it_lets_others_run_and_survives_that_records_are_dropped_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "SLICE", 0.0)
    capture = Capture(limit_records=50)
    event = made.message(1, b"x" * (PIECE // 2), settlement=Settlement.AUTO)
    capture.extend(event._replace(number=number) for number in range(1, 51))
    steps = capture.search("needle")
    assert [next(steps), next(steps)] == [None, None]
    needle = made.message(160, b"needle", settlement=Settlement.AUTO)
    capture.extend(event._replace(number=number) for number in range(51, 160))
    capture.extend([needle])
    assert capture.first_id == 111
    rest = list(steps)
    assert rest.count(None) > 10 and set(rest) <= {None, 160}


def test_whether_a_large_record_holds_it_is_told_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SLICE", 0.0)
    capture = capture_of(b"-" * 4 * PIECE, b"-" * 2 * PIECE + b"needle", b"needle")
    assert list(holding(capture, "NEEDLE", (1, 2, 3, 99), [])) == [*[None] * 7, 2, None, 3, None]
