"""The mouse: what a click on a part of a row, a title or a hint leads to, double clicks, the wheel."""

from __future__ import annotations

import pytest
from textual import events

from stomptui.console.dialogs.broker import BrokerScreen
from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.dialogs.filter import FilterRow
from stomptui.console.dialogs.help import HelpScreen
from stomptui.console.dialogs.subscribe import SubscribeScreen
from stomptui.console.dialogs.transaction import TransactionRow
from stomptui.console.guard import Kind, Lock
from stomptui.console.keys import KEYS
from stomptui.console.panes.status import LEADS, StatusRow
from stomptui.console.routes import ROUTES
from stomptui.console.widgets.feed import Feed
from tests.console.hostile import screen_text
from tests.console.opened import Opened, opened

SIZES = [(80, 24), (120, 40), (200, 60)]


async def click(console: Opened, words: str, *, row: int | None = None, times: int = 1) -> None:
    """Click on words of the screen, as it is painted: on the middle of them, as they may move a little."""
    await console.until(lambda: words in screen_text(console.app), repr(words))
    rows = screen_text(console.app).splitlines()
    line = next(at for at, text in enumerate(rows) if words in text and row in (None, at, at - len(rows)))
    await console.pilot.click(offset=(rows[line].index(words) + len(words) // 2, line), times=times)


async def delivered(console: Opened, count: int = 40) -> None:
    await console.subscribe("/queue/q", prefetch=100)
    for number in range(count):
        console.broker.publish("/queue/q", f'{{"n":{number}}}')
    await console.arrived(count)


def test_whatever_a_part_leads_to_has_its_route_and_works_in_every_pane() -> None:
    assert set(LEADS.values()) <= set(ROUTES)
    assert {"main"} == {place for name in LEADS.values() for place in KEYS[name].where}


@pytest.mark.parametrize("size", SIZES)
async def test_each_part_of_the_status_row_leads_somewhere(size: tuple[int, int]) -> None:
    async with opened(size) as console:
        await delivered(console)
        main = console.main
        await click(console, "40 unsettled", row=0)
        await console.until(lambda: main.feed.cursor is not None and not main.feed.following)
        assert console.client.state.ledger.open == 40
        await click(console, "tx -", row=0)
        await console.until(lambda: isinstance(console.app.screen, TransactionRow))
        await console.press("escape")
        await click(console, "127.0.0.1", row=0)
        await console.until(lambda: isinstance(console.app.screen, BrokerScreen))
        await click(console, "Close", row=-1)
        await console.until(lambda: console.app.screen is main)
        await click(console, "OK ", row=0)
        await console.until(lambda: main.pane == "session")
        await console.press("P")
        await click(console, "STOPPED", row=0)
        await console.until_said("Reading again")


async def test_a_click_on_a_guard_asks_before_it_unlocks() -> None:
    lock = Lock(Kind.READ_ONLY)
    async with opened(lock=lock) as console:
        await click(console, "read-only", row=0)
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        assert lock.guard.locked


async def test_nothing_under_the_mouse_does_nothing() -> None:
    async with opened() as console:
        width = console.main.query_one(StatusRow).size.width
        await console.pilot.click(StatusRow, offset=(width - 1, 0))
        assert console.app.screen is console.main and console.main.pane == "feed"


async def test_a_row_clicked_twice_is_opened_and_nothing_is_settled() -> None:
    async with opened() as console:
        await delivered(console, 5)
        await click(console, '{"n":3}', times=2)
        await console.until(lambda: console.main.pane == "message")
        record = console.main.record
        assert record is not None and record.frame is not None and record.frame.body == b'{"n":3}'
        assert console.client.state.ledger.open == 5


async def test_a_subscription_clicked_twice_shows_its_frames_alone() -> None:
    async with opened((120, 40)) as console:
        await delivered(console, 5)
        await console.subscribe("/queue/other")
        await console.until(lambda: len(console.main.subscriptions.listed()) == 2)
        await console.pilot.click("SubscriptionsPane", offset=(3, 3), times=2)
        await console.until(lambda: "filter: destination = '/queue/other'" in screen_text(console.app))


async def test_titles_lead_to_their_panes_and_their_right_ends_to_what_they_say() -> None:
    async with opened((120, 40)) as console:
        await delivered(console)
        main = console.main
        await click(console, "== Session")
        await console.until(lambda: main.pane == "session" and "p ping" in screen_text(console.app))
        await click(console, "p ping")
        await console.until_said("The broker answers")
        await click(console, "== Feed")
        await console.until(lambda: main.pane == "feed")
        await console.press("u")
        console.broker.publish("/queue/q", "one more")
        await click(console, "1 new (G)")
        await console.until(lambda: main.feed.following)
        await console.press("f")
        console.burst("size > 3\r")
        await click(console, "Feed  filter: size > 3")
        await console.until(lambda: isinstance(console.app.screen, FilterRow))


async def test_hints_of_the_footer_and_of_forms_press_their_keys() -> None:
    async with opened((80, 24)) as console:
        await click(console, "s Subscribe", row=-1)
        await console.until(lambda: isinstance(console.app.screen, SubscribeScreen))
        await click(console, "f1 Keys", row=-1)
        await console.until(lambda: isinstance(console.app.screen, HelpScreen))
        await click(console, "esc/q Close", row=-1)
        await console.until(lambda: isinstance(console.app.screen, SubscribeScreen))
        await click(console, "esc Back", row=-1)
        await console.until(lambda: console.app.screen is console.main)


@pytest.mark.parametrize("size", SIZES)
async def test_each_pane_is_maximised_alone(size: tuple[int, int]) -> None:
    async with opened(size) as console:
        main = console.main
        panes = {
            "1": "SubscriptionsPane",
            "2": "FeedPane",
            "3": "MessagePane",
            "4": "SessionPane",
        }
        for key, name in panes.items():
            await console.press(key, "z")
            await console.until(lambda name=name: main.query_one(name).size.width >= size[0] - 2, name)
            shown = {one for one in panes.values() if main.query_one(one).region.area}
            assert shown == {name}
            assert main.query_one(name).size.height >= size[1] - 3
            assert main.query_one(name).region.x == 0 and main.query_one(name).size.width >= size[0] - 1
            await console.press("z")
            await console.until(lambda name=name: main.query_one(Feed).region.area or name == "none")


async def test_the_wheel_moves_in_each_pane() -> None:
    async with opened((120, 40)) as console:
        for number in range(30):
            await console.subscribe(f"/queue/q{number}", prefetch=10)
        await delivered(console)
        main, pilot = console.main, console.pilot
        await console.until(lambda: len(main.subscriptions.listed()) == 31)
        await pilot._post_mouse_events([events.MouseScrollDown], "SubscriptionsPane", (2, 3), button=0)
        assert main.subscriptions.cursor > 0
        await pilot._post_mouse_events([events.MouseScrollUp], "SubscriptionsPane", (2, 3), button=0)
        assert main.subscriptions.cursor == 0
        await pilot._post_mouse_events([events.MouseScrollUp], Feed, (2, 3), button=0)
        assert not main.feed.following
