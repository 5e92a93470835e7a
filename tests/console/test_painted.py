"""Finished lines: kept until what they show changes, and the same that Textual would paint."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from stomptui.capture.counts import Counts
from stomptui.console import themes
from stomptui.console.panes.message import MessagePane, views_words
from stomptui.console.panes.subscriptions import SubscriptionsPane
from stomptui.console.screen import SLOW
from stomptui.console.widgets.feed import Feed
from stomptui.console.widgets.painted import Painted
from stomptui.console.widgets.still import Still
from stomptui.console.widgets.title import title_rule
from stomptui.render.views import BodyView
from tests.capture import made
from tests.console.frames import message, record
from tests.console.hostile import Bench
from tests.console.opened import opened
from tests.console.test_feed import FeedApp, app_of
from tests.console.test_message import pane
from tests.console.views import session, view

THEMES = sorted(theme.name for theme in themes.shipped())


def line(text: str) -> Painted:
    return Painted([Segment(text)], len(text))


def test_a_line_cut_to_its_width_is_itself_and_needs_no_collector() -> None:
    whole = line("abc")
    assert list(whole.divide([3])) == [whole]
    assert [part.text for part in whole.divide([1, 3])] == ["a", "bc"]
    before = sum(type(one) is Painted for one in gc.get_objects())
    gc.disable()
    try:
        for _ in range(10):
            line("abc").divide([3])
        assert sum(type(one) is Painted for one in gc.get_objects()) == before
    finally:
        gc.enable()


def cells(strips: list[Strip]) -> list[list[tuple[str, str]]]:
    """Every character with its look."""
    return [[(letter, str(part.style)) for part in strip for letter in part.text] for strip in strips]


def textuals(widget: Widget) -> list[list[tuple[str, str]]]:
    """What Textual's box model makes of the lines of `widget`."""
    return cells(widget._styles_cache.render_widget(widget, widget.size.region))


def ours(widget: Widget) -> list[list[tuple[str, str]]]:
    return cells(widget.render_lines(widget.size.region))


@pytest.mark.parametrize("name", THEMES)
async def test_the_feed_looks_as_textual_would_paint_it(name: str) -> None:
    app = app_of(b"one", b"\x1btwo")
    async with app.run_test(size=(80, 6)) as pilot:
        assert themes.register(app, Path("nowhere")) == []
        app.theme = name
        app.feed.go_to(1)
        await pilot.pause()
        assert ours(app.feed) == textuals(app.feed)
        assert len({tuple(line) for line in ours(app.feed)}) == 3


@pytest.mark.parametrize("name", THEMES)
async def test_the_message_pane_looks_as_textual_would_paint_it(name: str) -> None:
    async with pane(60, 8) as (shown, pilot):
        assert themes.register(pilot.app, Path("nowhere")) == []
        shown.show(record(message(b'{"a": "\x1b"}' * 20, "x-tenant:acme")), None)
        await pilot.pause()
        before = ours(shown)
        pilot.app.theme = name
        await pilot.pause()
        assert ours(shown) == textuals(shown)
        assert ours(shown) != before


@pytest.mark.parametrize("name", THEMES)
async def test_both_ways_to_draw_a_title_look_the_same(name: str) -> None:
    class Titles(Bench):
        def compose(self) -> ComposeResult:
            yield MessagePane()
            yield Still(id="title")

        CSS = "#title { height: 1; } MessagePane { height: 5; }"

    app = Titles()
    async with app.run_test(size=(60, 8)) as pilot:
        assert themes.register(app, Path("nowhere")) == []
        app.theme = name
        for focused in (True, False):
            app.set_focus(app.query_one(MessagePane) if focused else None)
            app.query_one(Still).tell(
                title_rule("Message", views_words(BodyView.PRETTY), 60, focused=focused)
            )
            await pilot.pause()
            assert ours(app.query_one(MessagePane))[0] == textuals(app.query_one(Still))[0]


async def test_a_line_is_painted_once_while_it_shows_the_same() -> None:
    async with pane(60, 8) as (shown, pilot):
        headers = ("destination:/queue/orders", "x-tenant:" + "a" * 40)
        shown.show(record(message(b"one", *headers), id=1), None)
        await pilot.pause()
        whole = shown.size.region
        first = shown.render_lines(whole)
        assert all(one is other for one, other in zip(first, shown.render_lines(whole), strict=True))
        shown.show(record(message(b"two", *headers), id=2), None)
        second = shown.render_lines(whole)
        same = [one is other for one, other in zip(first, second, strict=True)]
        assert [second[n].text.strip(" =|") for n, kept in enumerate(same) if not kept] == [
            "two",
        ]


async def test_the_focus_shows_in_a_title_that_reads_the_same() -> None:
    async with pane(60, 8) as (shown, pilot):
        shown.show(record(message(b"one")), None)
        await pilot.pause()
        lit = shown.render_lines(Region(0, 0, 60, 1))[0]
        pilot.app.set_focus(None)
        await pilot.pause()
        dim = shown.render_lines(Region(0, 0, 60, 1))[0]
        assert lit.text == dim.text and list(lit) != list(dim)


async def test_feed_rows_are_finished_once_and_again_after_another_theme() -> None:
    app: FeedApp = app_of(b"one", b"two")
    async with app.run_test(size=(80, 6)) as pilot:
        rows = app.feed.render_lines(app.feed.size.region)[:2]
        app.feed.capture.extend([made.message(3, b"three")])
        app.feed.refresh_rows()
        assert app.feed.render_lines(app.feed.size.region)[0] is rows[0]
        app.theme = "textual-light"
        await pilot.pause()
        again = app.feed.render_lines(app.feed.size.region)[0]
        assert again.text == rows[0].text and list(again) != list(rows[0])


async def test_words_are_told_again_only_when_text_or_style_is_another() -> None:
    class Counted(Still):
        updates = 0

        def update(self, *words: object, layout: bool = True) -> None:
            Counted.updates += 1
            super().update(*words, layout=layout)  # type: ignore[arg-type]

    class One(Bench):
        def compose(self) -> ComposeResult:
            yield Counted()

    app = One()
    async with app.run_test():
        told = app.query_one(Counted)
        told.tell(Content.styled("words", "bold"))
        told.tell(Content.styled("words", "bold"))
        assert Counted.updates == 1
        told.tell(Content.styled("words", "dim"))
        assert Counted.updates == 2


def test_the_feed_and_the_message_pane_have_no_box() -> None:
    for widget in (Feed, MessagePane):
        assert "padding" not in widget.DEFAULT_CSS and "border" not in widget.DEFAULT_CSS


async def test_what_is_said_about_frames_follows_them_a_little_later() -> None:
    async with opened() as console:
        await console.subscribe("/queue/q")
        main, title = console.main, console.main.query_one("#feed-title", Still)
        await console.until(lambda: main.draw(main.now()))
        before, now = title.content, main.now() + 1000  # which no tick of the console comes to
        main._slow_at = now
        await console.client.send("/queue/q", b"one")
        await console.until(lambda: main.client.state.ledger.open)
        assert not main.draw(now + SLOW / 2)
        assert (title.content, main.message.record) == (before, main.record)
        assert main.draw(now + SLOW)
        assert title.content != before


async def test_the_side_is_painted_only_for_other_words() -> None:
    class Side(Bench):
        def compose(self) -> ComposeResult:
            yield SubscriptionsPane()

    app = Side()
    async with app.run_test(size=(40, 8)) as pilot:
        side, made = app.query_one(SubscriptionsPane), session(1)
        side.show(view(made))
        await pilot.pause()
        painted = side.render_lines(side.size.region)[0]
        side.show(view(made, now=5.0))
        assert side.render_lines(side.size.region)[0] is painted
        counts = Counts()
        counts.add(0, "/queue/orders", "sub-1", 7, 0, 7, 1)
        side.show(view(made, counts=counts))
        assert "7.0/s" in side.render_lines(side.size.region)[2].text
