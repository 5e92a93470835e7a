"""What is laid out and styled anew, and what is not: a dialog comes with its size, a pane with the focus."""

from __future__ import annotations

import pytest
from textual.geometry import Size
from textual.screen import Screen

from stomptui.console.app import ConsoleApp
from stomptui.console.dialogs.compose import ComposeScreen
from stomptui.console.panes.session import SessionPane
from tests.console.hostile import screen_text
from tests.console.opened import opened


async def test_a_dialog_is_laid_out_for_its_size_once_and_nothing_beneath_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    laid_out: list[tuple[type[Screen[object]], bool]] = []
    lay_out = Screen._refresh_layout

    def counting(screen: Screen[object], size: Size | None = None, scroll: bool = False) -> None:
        if size is not None:
            laid_out.append((type(screen), screen.has_class("-wide")))
        lay_out(screen, size, scroll)

    async with opened((120, 40)) as console:
        monkeypatch.setattr(Screen, "_refresh_layout", counting)
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        assert laid_out == [(ComposeScreen, True)]
        await console.pilot.resize_terminal(80, 24)
        await console.until(lambda: console.app.screen.has_class("-narrow"))
        assert {kind for kind, _ in laid_out[1:]} == {ComposeScreen, type(console.main)}
        await console.press("escape")
        await console.until(lambda: console.app.screen is console.main)
        assert console.main.size == Size(80, 24) and console.main.has_class("-narrow")


@pytest.mark.parametrize("size", [(80, 24), (60, 14)])
async def test_the_pane_in_focus_is_there_when_the_terminal_becomes_small(size: tuple[int, int]) -> None:
    async with opened((120, 40)) as console:
        await console.press("4")
        await console.pilot.resize_terminal(*size)
        await console.until(lambda: console.main.query_one(SessionPane).region.area, "the pane")
        await console.press("2")
        await console.until(lambda: not console.main.query_one(SessionPane).region.area)
        await console.pilot.resize_terminal(120, 40)
        await console.until(lambda: console.main.query_one(SessionPane).region.area, "all panes")


async def test_a_pane_is_drawn_with_the_focus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ConsoleApp, "_tick", lambda app: None)
    async with opened((120, 40)) as console:
        await console.until(lambda: console.main.query_one(SessionPane).region.area)
        await console.press("4")
        await console.until(lambda: "p ping" in screen_text(console.app))
        assert screen_text(console.app).splitlines()[-1].startswith(" p Ping")
