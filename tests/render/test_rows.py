"""Rows of octets: every octet once, lines where line feeds are, long lines cut, whatever the pace."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.render.body import Kind
from stomptui.render.growing import EACH, Octets, Offsets
from stomptui.render.rows import Beginning, Begins, FixedRows, Joined, PrettyRows, Rows, Segment, TextRows
from stomptui.render.views import BodyView, body_rows


def raw(octets: bytes, goes_on: bool) -> list[Segment]:
    return [(octets.decode("latin-1"), "on" if goes_on else "")]


def texts(rows: Rows, pace: int = 3) -> list[str]:
    """Find all rows, a few at a time, and return their texts."""
    while not rows.done:
        before = len(rows)
        rows.grow(pace)
        assert len(rows) <= rows.estimate() + pace
        assert len(rows) >= before
    assert rows.estimate() == len(rows)
    return ["".join(text for text, _ in rows[index]) for index in range(len(rows))]


LINES = st.lists(st.sampled_from([b"", b"a", b"abcdefgh", b"\xe6\x97\xa5" * 4, b"\x80\x80\x80\x80", b"\r"]))


@settings(max_examples=150)
@given(LINES, st.booleans(), st.integers(3, 9), st.integers(1, 7))
def test_text_rows_hold_every_octet_once(parts: list[bytes], ends: bool, longest: int, pace: int) -> None:
    body = b"\n".join(parts) + (b"\n" if ends else b"")
    rows = TextRows(body, raw, longest=longest)
    found = texts(rows, pace)
    assert "".join(found).encode("latin-1") == body
    assert not any("\n" in text[:-1] for text in found)
    assert all(len(text) <= longest + 4 for text in found)
    for index, text in enumerate(found[:-1]):
        assert rows.continues(index + 1) is not text.endswith("\n")


def test_lines_end_where_line_feeds_are() -> None:
    assert texts(TextRows(b"", raw)) == []
    assert texts(TextRows(b"\n\nx", raw)) == ["\n", "\n", "x"]
    assert texts(TextRows(b"abcdef\ng", raw, longest=4)) == ["abcd", "ef\n", "g"]
    assert texts(TextRows(b"abcd\nef", raw, longest=4)) == ["abcd\n", "ef"]


def test_a_long_line_is_cut_between_characters() -> None:
    body = "\u65e5\u672c\u8a9e".encode()
    found = texts(TextRows(body, lambda octets, _: [(octets.decode(), "")], longest=4))
    assert "".join(found) == "\u65e5\u672c\u8a9e"


PIECES = st.lists(
    st.tuples(
        st.sampled_from([b"", b"x", b"0123456789" * 3, "\u65e5\u672c".encode()]), st.sampled_from(Begins)
    ),
    max_size=20,
)


@settings(max_examples=150)
@given(PIECES, st.integers(4, 16), st.integers(1, 5))
def test_pretty_rows_hold_every_octet_once(made: list[tuple[bytes, Begins]], longest: int, pace: int) -> None:
    total = len(made)
    rows = PrettyRows(((n, *piece) for n, piece in enumerate(made, 1)), total, raw, longest=longest)
    whole = b"".join(octets for octets, _ in made)
    joined = "".join(texts(rows, pace))
    # A note is ours and decoded as UTF-8; everything else comes out octet by octet.
    if all(begins is not Begins.NOTE for _, begins in made):
        assert joined.encode("latin-1") == whole
    begun = sum(1 for _, begins in made if begins) + bool(made and made[0][0] and not made[0][1])
    assert sum(not rows.continues(index) for index in range(len(rows))) <= begun + 1


def test_notes_are_told_from_what_came() -> None:
    rows = PrettyRows([(1, b"-- a", Begins.NOTE), (2, b"-- a", Begins.ROW), (3, b"", Begins.ROW)], 3, raw)
    assert texts(rows) == ["-- a", "-- a", ""]
    assert [rows[0][0][1], rows[1][0][1]] == ["muted", ""]


def test_parts_joined_are_one_after_the_other() -> None:
    rows = Joined(FixedRows([[("head", "")]]), TextRows(b"abcd\ne", raw, longest=3))
    assert texts(rows) == ["head", "abc", "d\n", "e"]
    assert [rows.continues(index) for index in range(4)] == [False, False, True, False]


def test_offsets_grow_past_one_array_and_back() -> None:
    offsets = Offsets()
    offsets.take(iter(range(2 * EACH + 5)), 3 * EACH)
    assert len(offsets) == 2 * EACH + 5
    assert [offsets[n] for n in (0, EACH - 1, EACH, 2 * EACH, 2 * EACH + 4)] == [
        0,
        EACH - 1,
        EACH,
        2 * EACH,
        2 * EACH + 4,
    ]
    for _ in range(10):
        offsets.pop()
    offsets.append(7)
    assert len(offsets) == 2 * EACH - 4
    assert offsets[len(offsets) - 1] == 7


def test_octets_are_read_across_many_blocks() -> None:
    octets = Octets()
    for number in range(10_000):
        octets.append(b"%099d\n" % number, begins=True)
    assert len(octets) == 1_000_000
    for number in (0, 2621, 2622, 9999):
        assert octets[number * 100 : number * 100 + 100] == b"%099d\n" % number


def text_of(rows: Rows, index: int) -> str:
    return "".join(text for text, _ in rows[index])


ORDERS = b"[" + b",".join(b'{"id": %d, "lines": [1, 2]}' % number for number in range(5000)) + b"]"


@given(number=st.integers(0, 4999), view=st.sampled_from(list(BodyView)))
@settings(max_examples=40)
def test_the_place_of_an_octet_is_at_its_row_or_shortly_before(number: int, view: BodyView) -> None:
    rows = body_rows(view, memoryview(ORDERS), Kind.JSON)
    offset = ORDERS.index(b'"id": %d,' % number)
    while (place := rows.place(offset)) is None:
        assert not rows.done
        rows.grow(64)
    rows.grow(len(ORDERS))
    near = [text_of(rows, index) for index in range(place, min(place + 130, len(rows)))]
    if view is BodyView.HEX:
        assert near[0].startswith(f"{offset - offset % 16:08x}")
    else:
        assert f'"id": {number},' in "".join(near)


def test_the_place_of_what_was_not_found_yet_is_not_known() -> None:
    rows = body_rows(BodyView.PRETTY, ORDERS, Kind.JSON)
    rows.grow(64)
    assert rows.place(len(ORDERS) - 1) is None
    head = FixedRows([[("head", "")]])
    assert Joined(head, rows).place(len(ORDERS) - 1) is None
    assert Joined(head, rows).place(0) == 1


@pytest.mark.parametrize("view", BodyView)
def test_rows_of_a_view_of_octets_are_those_of_the_octets(view: BodyView) -> None:
    for octets, kind in ((ORDERS[:3000], Kind.JSON), (b"<a><b>x</b><c/></a>" * 20, Kind.XML)):
        of_octets, of_view = (body_rows(view, body, kind) for body in (octets, memoryview(octets)))
        of_octets.grow(10_000)
        of_view.grow(10_000)
        assert len(of_octets) == len(of_view)
        assert [of_octets[n] for n in range(len(of_octets))] == [of_view[n] for n in range(len(of_view))]


def test_a_beginning_says_nothing_of_the_end_it_lacks() -> None:
    whole = body_rows(BodyView.PRETTY, ORDERS, Kind.JSON)
    whole.grow(1000)
    for cut, most in ((200, 1000), (20_000, 100)):
        rows = Beginning(body_rows(BodyView.PRETTY, ORDERS[:cut], Kind.JSON), "reading", most)
        assert 1 < len(rows) <= most + 1
        assert [rows[n] for n in range(len(rows) - 1)] == [whole[n] for n in range(len(rows) - 1)]
        assert rows[len(rows) - 1] == [("reading", "muted")]
