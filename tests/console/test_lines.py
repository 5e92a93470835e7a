"""The window on rows: moving, folding and its scroll bar, without a screen."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.console.widgets.window import Window
from stomptui.console.widgets.wrap import width_of, wrap
from stomptui.render.highlight import plain
from stomptui.render.rows import FixedRows, TextRows


def window(body: bytes, width: int = 10, height: int = 4) -> Window:
    made = Window()
    made.resize(width, height)
    made.look_at(TextRows(body, plain()))
    return made


def shown(on: Window) -> list[str]:
    return ["".join(text for text, _ in line.text) for line in on.lines()]


NUMBERS = b"".join(b"%d\n" % number for number in range(100))


def test_moving_stops_at_both_ends() -> None:
    on = window(NUMBERS)
    assert shown(on) == ["0", "1", "2", "3"]
    on.move(-5)
    assert on.top == (0, 0)
    on.move(3)
    assert shown(on) == ["3", "4", "5", "6"]
    on.move(1000)
    assert shown(on) == ["96", "97", "98", "99"]
    on.move(-1)
    assert shown(on)[0] == "95"
    on.move(-1000)
    assert on.top == (0, 0)


def test_folded_rows_are_moved_through_line_by_line() -> None:
    on = window(b"a" * 25 + b"\nb\n" + b"c" * 45 + b"\n")
    assert shown(on) == ["a" * 10, "a" * 10, "a" * 5, "b"]
    on.move(1)
    assert shown(on) == ["a" * 10, "a" * 5, "b", "c" * 10]
    on.move(100)
    assert shown(on) == ["c" * 10, "c" * 10, "c" * 10, "c" * 5]
    on.move(-3)
    assert shown(on)[:2] == ["b", "c" * 10] or shown(on)[0] == "a" * 5


def test_the_end_of_one_long_row() -> None:
    on = window(b"x" * 100)
    on.find(None)
    on.bottom()
    assert on.top == (0, 6)
    assert len(shown(on)) == 4
    assert on.thumb() == (1, 4)


def test_little_needs_no_scroll_bar_and_much_has_one() -> None:
    assert window(b"").thumb() is None
    assert window(b"1\n2\n3\n4\n").thumb() is None
    on = window(NUMBERS)
    on.find(None)
    assert on.thumb() == (0, 1)
    on.move(50)
    assert on.thumb() == (2, 3)
    on.move(1000)
    assert on.thumb() == (3, 4)


def test_another_width_keeps_the_row_and_another_height_fills_the_window() -> None:
    on = window(b"a" * 25 + b"\n" + NUMBERS)
    on.move(10)
    row = on.top[0]
    on.resize(5, 4)
    assert on.top == (row, 0)
    on.move(1000)
    on.resize(5, 20)
    assert len(on.lines()) == 20
    on.look_at(FixedRows([[("only", "")]]), keep_place=True)
    assert on.top == (0, 0)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.text("ab\u65e5\u0301\U0001f600 ", max_size=15), st.sampled_from(["", "x"])), max_size=5
    ),
    st.integers(1, 12),
)
def test_folding_keeps_every_character_and_the_width(row: list[tuple[str, str]], width: int) -> None:
    lines = wrap(row, width)
    assert all(width_of(line) <= width for line in lines)
    if width > 1:
        joined = [(character, style) for line in lines for text, style in line for character in text]
        assert joined == [(character, style) for text, style in row for character in text]


@settings(max_examples=100)
@given(
    st.lists(st.integers(0, 35), max_size=30),
    st.lists(st.integers(-40, 40), max_size=8),
    st.integers(1, 9),
)
def test_the_window_is_full_whenever_it_can_be(lengths: list[int], moves: list[int], height: int) -> None:
    body = b"".join(b"x" * length + b"\n" for length in lengths)
    on = window(body, 10, height)
    lines = sum(max(-(-length // 10), 1) for length in lengths)
    for by in moves:
        on.move(by)
        assert len(on.lines()) == min(lines, height)
