"""Text that was searched: set off in the message pane, across pieces and folds, and gone to."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.brokers import rabbitmq
from stomptui.console.panes.message import MessagePane
from stomptui.console.widgets.found import FOUND, searching, set_off
from stomptui.console.widgets.window import Window
from stomptui.render.rows import FixedRows
from tests.console.frames import message, record
from tests.console.test_message import pane

WORDS = rabbitmq.WORDS
BODY = b'{"id":4711,"lines":[' + b",".join(b'{"sku":"a-%d"}' % n for n in range(200)) + b"]}"


def found(text: str, *pieces: str) -> list[str]:
    """The pieces that are set off when `text` is searched."""
    wanted = searching(text)
    assert wanted is not None
    return [piece for piece, style in set_off([(piece, "") for piece in pieces], wanted) if style == FOUND]


@pytest.mark.parametrize(
    ("text", "pieces", "parts"),
    [
        ("abc", ["xxABCxxabc"], ["ABC", "abc"]),
        ("order-1", ["correlation-id", ":", "order-12"], ["order-1"]),
        ("id:order", ["correlation-id", ":", "order-12"], ["id", ":", "order"]),
        ('"id":4711', ['"id"', ": ", "4711"], ['"id"', ": ", "4711"]),
        ("[a.b]", ["axb [a.b]"], ["[a.b]"]),
        ("\x1b[2J", ["␛[2J"], ["␛[2J"]),
        ("none", ["some"], []),
    ],
)
def test_text_is_set_off_whatever_pieces_it_lies_in(text: str, pieces: list[str], parts: list[str]) -> None:
    assert found(text, *pieces) == parts


def test_nothing_searched_is_nothing_wanted() -> None:
    assert searching("") is None


@given(st.lists(st.tuples(st.text("ab:, é注", max_size=8), st.sampled_from(["", "x"])), max_size=12))
@settings(max_examples=150, deadline=None)
def test_setting_off_changes_no_character(row: list[tuple[str, str]]) -> None:
    wanted = searching("ab")
    assert wanted is not None
    after = set_off(row, wanted)
    line = "".join(text for text, _ in row)
    assert "".join(text for text, _ in after) == line
    marked = "".join(text for text, style in after if style == FOUND)
    assert marked == "ab" * line.count("ab")


def test_a_place_is_set_off_over_a_fold_and_gone_to() -> None:
    on = Window()
    on.resize(10, 3)
    on.look_at(FixedRows([[("line", "")]] * 50 + [[("x" * 28 + "needle", "")]] + [[("line", "")]] * 50))
    on.set_off(searching("NEEDLE"))
    assert list(on.seek())[-1] is True
    pieces = [piece for line in on.lines() for piece in line.text]
    assert [text for text, style in pieces if style == FOUND] == ["ne", "edle"]
    on.set_off(None)
    assert all(style != FOUND for line in on.lines() for _, style in line.text)


async def test_the_pane_goes_to_the_first_place_of_each_frame() -> None:
    async with pane(80, 12) as (shown, pilot):
        shown.show(record(message(BODY, "x-tenant:acme", content_type="application/json")), WORDS)
        assert shown.top == (0, 0)
        shown.set_off("A-150")
        async with asyncio.timeout(20):
            while not marked(shown):
                await pilot.pause(0.01)
        assert marked(shown) == ["a-150"]
        other = record(message(b"nothing here", "x-tenant:acme"), id=2)
        shown.show(other, WORDS)
        assert (shown.top, marked(shown)) == ((0, 0), [])
        shown.set_off("acme")
        assert (shown.top, marked(shown)) == ((0, 0), ["acme"])
        shown.set_off("")
        assert marked(shown) == []


async def test_a_place_that_is_in_view_moves_nothing() -> None:
    async with pane(80, 12) as (shown, _):
        shown.set_off("4711")
        shown.show(record(message(BODY, content_type="application/json")), WORDS)
        assert shown.top == (0, 0) and marked(shown) == ["4711"]


def marked(shown: MessagePane) -> list[str]:
    return [text for line in shown._visible() for text, style in line.text if style == FOUND]
