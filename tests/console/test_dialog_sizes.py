"""The forms and the help at every size: their ends stay in view, and what has the focus does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from textual.containers import VerticalScroll

from stomptui.brokers import rabbitmq
from stomptui.console.dialogs.compose import ComposeScreen
from stomptui.console.dialogs.draft import ComposeDraft
from stomptui.console.dialogs.export import ExportScreen
from stomptui.console.dialogs.help import HelpScreen
from stomptui.console.dialogs.rule import RuleScreen
from stomptui.console.dialogs.subscribe import SubscribeScreen
from tests.console.hostile import screen_text
from tests.console.views import Trial, during, session

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

SIZES = [(40, 10), (60, 14), (80, 24), (100, 30), (120, 40)]
Forms = ComposeScreen | SubscribeScreen | ExportScreen | RuleScreen
HEADERS = "\n".join(f"x-header-{number}:{'value' * 8}" for number in range(20))


def compose() -> ComposeScreen:
    draft = ComposeDraft("/topic/orders", HEADERS, b"line\n" * 60, left_out=("message-id", "ack"))
    return ComposeScreen(draft, words=rabbitmq.WORDS, transactions=["tx-1"], joined="tx-1")


def subscribe() -> SubscribeScreen:
    return SubscribeScreen(words=rabbitmq.WORDS, dialect=rabbitmq.WORDS.dialect, destination="/queue/a.>")


def rule() -> RuleScreen:
    async def none(*_: object) -> Any:
        raise AssertionError("nothing was typed")

    subscription = next(iter(session(1).state.subscriptions.values()))
    names: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
    return RuleScreen(subscription, rabbitmq.WORDS, none, none, names)


def export() -> ExportScreen:
    return ExportScreen({"selection": "3 records", "filter": "x" * 200, "all": "4 records"}, "orders")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("form", "sends", "fields"),
    [
        (compose, "[ Send ]", 7),
        (subscribe, "[ Subscribe ]", 6),
        (export, "[ Export ]", 9),
        (rule, "[ Start ]", 6),
    ],
)
async def test_ends_and_focus_stay_in_view(
    form: Callable[[], Forms],
    sends: str,
    fields: int,
    size: tuple[int, int],
) -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        reached = set()
        for _ in range(fields + 1):
            focused = app.screen.focused
            assert focused is not None
            reached.add(focused)
            shown = app.screen.find_widget(focused)
            assert shown.visible_region.height > 0, focused
            rows = screen_text(app).splitlines()
            assert sends in rows[-2]
            assert form is not compose or ("in tx-1" in rows[0] and "[x] content-length" in rows[-2])
            # The last row belongs to the form from its first cell on: the keys beneath mean nothing now.
            assert rows[-1].startswith(" f5/^r ") and "esc Back" in rows[-1]
            await pilot.press("tab")
            await pilot.pause()
        assert len(reached) == fields

    await during(form(), look, size)


@pytest.mark.parametrize("size", SIZES)
async def test_the_help_is_as_high_as_its_lines(size: tuple[int, int]) -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press("end")
        await pilot.pause()
        page = app.screen.query_one("#page", VerticalScroll)
        assert page.scroll_offset.y == page.max_scroll_y > 0
        rows = screen_text(app).splitlines()
        assert "lists their ids." in " ".join(" ".join(rows[-4:]).replace("|", "").split()) and rows[
            -1
        ].startswith(" esc/q Close")

    await during(HelpScreen("feed"), look, size)
