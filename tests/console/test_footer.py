"""The footer on a screen: what it shows, what a click presses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.app import App

from stomptui.console.widgets.footer import Footer, entries
from tests.console.hostile import Bench, screen_text
from tests.console.views import LOST, current, session, view

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key


class Foot(Bench):
    def __init__(self, footer: Footer) -> None:
        super().__init__()
        self.footer = footer
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.footer

    def on_key(self, event: Key) -> None:
        self.pressed.append(event.key)


def last_row(app: App[None]) -> str:
    return screen_text(app).splitlines()[-1].rstrip()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_it_shows_the_pane_in_focus_and_fits(size: tuple[int, int]) -> None:
    app = Foot(Footer())
    async with app.run_test(size=size) as pilot:
        app.footer.show(view(session(1), current=current(4)))
        await pilot.pause()
        assert last_row(app).startswith(" a Ack  x Nack  u Unsettled  / Find  r Resend")
        assert last_row(app).endswith("? Keys")
        app.footer.show(view(session(1), pane="session"))
        await pilot.pause()
        assert last_row(app).startswith(" p Ping")


def test_in_session_the_transaction_comes_right_after_ping() -> None:
    shown = [entry.key.id for entry in entries(view(session(1), pane="session"), 80)]
    assert shown[:2] == ["session.ping", "transaction.menu"] and shown[-1] == "app.help"
    few = [entry.key.id for entry in entries(view(session(1), pane="session"), 40)]
    assert few == ["session.ping", "transaction.menu", "app.help"]


async def test_it_follows_the_width() -> None:
    app = Foot(Footer())
    async with app.run_test(size=(120, 24)) as pilot:
        app.footer.show(view(session(1), current=current(4)))
        await pilot.pause()
        assert "m Move  space Select" in last_row(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "m Move" not in last_row(app) and last_row(app).endswith("? Keys")


@pytest.mark.parametrize(
    ("words", "key"), [("a Ack", "a"), ("u Unsettled", "u"), ("/ Find", "slash"), ("? Keys", "question_mark")]
)
async def test_a_click_presses_the_key(words: str, key: str) -> None:
    app = Foot(Footer())
    async with app.run_test() as pilot:
        app.footer.show(view(session(1), current=current(4)))
        await pilot.pause()
        for offset in (0, len(words) - 1):
            await pilot.click(Footer, offset=(last_row(app).index(words) + offset, 0))
        await pilot.pause()
        assert app.pressed == [key, key]
        await pilot.click(Footer, offset=(79, 0))
        await pilot.pause()
        assert app.pressed == [key, key]


async def test_it_shows_and_presses_keys_as_they_are_rebound() -> None:
    app = Foot(Footer())
    async with app.run_test() as pilot:
        app.set_keymap({"settle.ack": "ampersand,f9"})
        app.footer.show(view(session(1), current=current(4)))
        await pilot.pause()
        assert last_row(app).startswith(" & Ack")
        await pilot.click(Footer, offset=(1, 0))
        await pilot.pause()
        assert app.pressed == ["ampersand"]


async def test_what_may_not_run_is_greyed_and_nothing_is_drawn_again_without_a_change() -> None:
    app = Foot(Footer())
    async with app.run_test() as pilot:
        made = session(1)
        app.footer.show(view(made, current=current(4)))
        await pilot.pause()
        before = app.footer.shown
        app.footer.show(view(made, current=current(4), now=5.0))
        assert app.footer.shown == before
        spans = {str(span.style) for span in app.footer.render().spans}
        assert "$key $key-style" in spans and "$muted $muted-style" not in spans
        app.footer.show(view(made, outage=LOST, current=current(4)))
        assert "$muted $muted-style" in {str(span.style) for span in app.footer.render().spans}
