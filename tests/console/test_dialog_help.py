"""The help screen: every key of the table, the place in focus first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.containers import VerticalScroll

from stomptui.console.dialogs.help import HelpScreen, groups, help_lines
from stomptui.console.keys import KEYS, display, on_main, rebound
from tests.console.hostile import screen_text
from tests.console.views import Trial, during, press

if TYPE_CHECKING:
    from textual.pilot import Pilot

PANES = ("feed", "message", "subscriptions", "session")


@pytest.mark.parametrize("pane", PANES)
def test_every_row_is_there_once_and_the_pane_in_focus_first(pane: str) -> None:
    listed = groups(pane)
    ids = [key.id for _, rows in listed for key in rows]
    assert sorted(ids) == sorted(KEYS)
    assert listed[0][0] == f"In this pane: {pane.capitalize()}"
    assert all(pane in key.where for key in listed[0][1])


@pytest.mark.parametrize("form", ["compose", "subscribe"])
def test_a_form_lists_only_what_works_in_it(form: str) -> None:
    listed = groups(form)
    assert listed[0][0] == "In this form"
    ids = {key.id for _, rows in listed for key in rows}
    assert {f"{form}.send", "form.back", "app.quit"} <= ids
    assert not {"settle.ack", "app.back"} & ids


@pytest.mark.parametrize("width", [40, 77, 120])
def test_lines_fit_and_lose_no_word(width: int) -> None:
    lines = [line.plain for line in help_lines("feed", width)]
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    for key in KEYS.values():
        assert key.words in text and key.tooltip in text
    assert "* unsettled" in text and "R2 second delivery" in text


def test_rebound_keys_are_shown_as_they_are() -> None:
    table = rebound({"settle.ack": "e,slash"})
    lines = [line.plain for line in help_lines("feed", 100, table)]
    assert any(line.split()[:3] == ["e", "/", "Ack"] for line in lines)


async def test_the_keymap_in_force_is_shown() -> None:
    app = Trial(HelpScreen())
    app.set_keymap({"feed.up": "ampersand"})
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "& " in screen_text(app).splitlines()[2]


@pytest.mark.parametrize("key", ["escape", "q", "question_mark", "f1", "enter"])
async def test_what_opens_or_ends_things_closes_it(key: str) -> None:
    assert await press(HelpScreen(), key) is None


async def test_it_stays_open_for_all_else_and_scrolls() -> None:
    async def scroll(app: Trial, pilot: Pilot[None]) -> None:
        page = app.dialog.query_one("#page", VerticalScroll)
        for keys, moved in (
            (["j"], 1),
            (["down"], 2),
            (["k"], 1),
            (["up"], 0),
            (["space"], None),
            (["g"], 0),
            (["end"], page.max_scroll_y),
            (["home"], 0),
            (["G"], page.max_scroll_y),
        ):
            await pilot.press(*keys)
            await pilot.pause()
            assert page.scroll_y == moved if moved is not None else page.scroll_y > 5
        assert "README" in screen_text(app)
        await pilot.press("a", "x", "c", "t", "s")

    assert await during(HelpScreen(), scroll) is Trial.NOTHING


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_it_shows_the_first_keys_at_every_size(size: tuple[int, int]) -> None:
    async def look(app: Trial, _pilot: Pilot[None]) -> None:
        seen = screen_text(app)
        assert "In this pane: Session" in seen and "p " in seen and "esc/q Close" in seen.splitlines()[-1]

    await during(HelpScreen("session"), look, size)


def test_the_first_keys_are_what_footers_call_them() -> None:
    assert display(KEYS["feed.page_up"].keys[0]) == "pgup"
    assert on_main(KEYS["session.ping"]) and not on_main(KEYS["compose.send"])
