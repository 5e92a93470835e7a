"""A connection that is lost and made again, under the hands of who looks and presses keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.widgets import Input

from stomptui.commands.login import Login
from stomptui.console.dialogs.compose import ComposeScreen
from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.dialogs.entry import Line
from stomptui.console.dialogs.nack import NackRow
from stomptui.console.dialogs.passcode import PasscodeRow
from stomptui.console.dialogs.subscribe import SubscribeScreen
from stomptui.console.dialogs.transaction import TransactionRow
from stomptui.console.panes.session import session_lines
from stomptui.console.panes.status import StatusRow
from stomptui.demo.broker import Broker
from stomptui.stomp.backoff import Backoff
from stomptui.stomp.events import Settlement
from tests.brokers.private import lasting_ports
from tests.console.hostile import screen_text
from tests.console.opened import Opened, opened

SOON = Backoff(first=0.05, longest=0.2)
LATE = Backoff(first=3600.0, longest=3600.0)
NOW = "R"


@asynccontextmanager
async def console_at(
    reconnect: bool | Backoff = LATE, size: tuple[int, int] = (120, 40), login: Login | None = None
) -> AsyncIterator[Opened]:
    """A console that is subscribed to /queue/q, at a broker that can be stopped and started."""
    broker = Broker(lasting_ports(1)[0])
    async with opened(size, reconnect=reconnect, broker=broker, login=login) as console:
        await console.subscribe("/queue/q")
        yield console


async def lost(console: Opened) -> None:
    """Lose the connection, and draw that."""
    console.broker.drop_connections()
    await console.until(lambda: "LOST" in status(console) or "NOT CONNECTED" in status(console))


async def back(console: Opened) -> None:
    """Connect, and wait until all subscriptions are made again."""
    if console.app.outage is not None:
        await console.press(NOW)
    await console.until(lambda: console.app.outage is None and not console.app.view(0.0).awaited, "connected")
    await console.until(lambda: all(one.confirmed for one in console.client.state.subscriptions.values()))


async def one_held(console: Opened) -> int:
    """A message that is unsettled; its number."""
    console.broker.publish("/queue/q", b"held")
    await console.arrived(1)
    return next(iter(console.client.state.ledger))


def status(console: Opened) -> str:
    return str(console.main.query_one(StatusRow).render())


def toasts(console: Opened) -> list[str]:
    return [toast.title for toast in console.app._notifications]


async def test_it_connects_by_itself_and_messages_flow_again() -> None:
    async with console_at(SOON) as console:
        number = await one_held(console)
        await console.broker.stop()
        await console.until(lambda: console.app.outage)
        await console.broker.start()
        await console.until(lambda: len(console.client.state.ledger) == 1 and console.app.outage is None)
        [again] = console.client.state.ledger
        assert again > number
        assert console.app.capture.settlement(console.id_of(number)) is Settlement.LOST
        await console.press("u", "a")
        await console.until_said("receipt after")
        assert console.broker.queue("/queue/q").depth == 0
        await console.until(lambda: toasts(console) == ["Connection lost", "Connected again"])


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (200, 60)])
async def test_the_status_row_counts_down_and_a_key_tries_at_once(size: tuple[int, int]) -> None:
    async with console_at(size=size) as console:
        await lost(console)
        await console.until(lambda: "LOST" in status(console) and " s (1st)" in status(console))
        assert screen_text(console.app).splitlines()[-1].startswith(f" {NOW} Reconnect")
        await back(console)
        await console.until(lambda: "LOST" not in status(console))
        assert "connection 2" in console.said
        if size[0] >= 80:
            await console.until(lambda: "conn" in status(console))


async def test_a_try_that_fails_says_why_and_the_next_is_waited_for() -> None:
    async with console_at() as console:
        await console.broker.stop()
        await console.until(lambda: console.app.outage and console.app.outage.due)
        await console.press(NOW)
        await console.until_said("connection refused; is the broker running")
        outage = console.app.outage
        assert outage is not None and outage.attempt == 2 and outage.due is not None
        lines = {label: words for label, words, _ in session_lines(console.app.view(outage.since))}
        assert "connection refused" in lines["why"] and "(2nd)" in lines["next"]
        await console.broker.start()
        await back(console)


async def test_without_reconnecting_it_is_left_to_the_key() -> None:
    async with console_at(False) as console:
        await lost(console)
        assert "NOT CONNECTED: R connects" in status(console)
        await console.press("4", "p")
        await console.until_said("not connected: R connects")
        await back(console)
        assert console.client.connected


async def test_keys_that_need_a_connection_say_why_they_do_nothing() -> None:
    async with console_at() as console:
        await one_held(console)
        await console.press("u")
        await console.until_said("one of 1 unsettled")
        await lost(console)
        await console.until(lambda: not console.said, "it is unsettled no more")
        sent = len(console.broker.received)
        for keys in ("a", "x", "A", "m", "s", "t", "P"):
            console.main.say("")
            await console.press(*keys)
            await console.until_said("no connection: next try in")
            assert "; R tries now" in console.said
        assert len(console.broker.received) == sent
        console.client.reconnect()
        await console.until(lambda: not console.said, "the reason is over")
        await console.press(NOW)
        await console.until_said("there is a connection")


async def test_cursor_selection_and_search_are_where_they_were() -> None:
    async with console_at() as console:
        for word in ("alpha", "needle", "omega"):
            console.broker.publish("/queue/q", word)
        await console.arrived(3)
        await console.press("u", "space", "slash", *"needle", "enter")
        await console.until_said("'needle' in")
        feed = console.main.feed
        cursor, selection = feed.cursor, set(feed.selection)
        await lost(console)
        await back(console)
        assert (feed.cursor, set(feed.selection)) == (cursor, selection)
        assert not feed.following
        await console.press("n")
        await console.until_said("'needle' in")
        assert feed.cursor is not None and cursor is not None and feed.cursor > cursor


async def test_a_selection_from_before_settles_nothing_and_says_why() -> None:
    async with console_at() as console:
        await one_held(console)
        await console.press("u", "space")
        await lost(console)
        await back(console)
        for key in "ax":
            await console.press(key)
            await console.until_said(
                "1 message came on connection 1, which has ended: a queue delivers it again"
            )
        await console.until(lambda: len(console.client.state.ledger) == 1)


async def test_the_message_under_the_cursor_from_before_is_not_settled() -> None:
    async with console_at() as console:
        number = await one_held(console)
        await console.press("u")
        await lost(console)
        await back(console)
        for key in "aAxm":
            console.main.say("")
            await console.press(key)
            await console.until_said(f"{number:05d} came on connection 1, which has ended")
        await console.until(lambda: len(console.client.state.ledger) == 1)


async def test_a_question_asked_on_one_connection_sends_nothing_on_the_next() -> None:
    """A nack's second key, a cumulative ACK's `y`, a move's destination, a commit: all after a reconnect."""
    async with console_at() as console:
        await one_held(console)
        await console.press("u", "x")
        await console.until(lambda: isinstance(console.app.screen, NackRow))
        await again_beneath(console)
        await console.press("d")
        await console.until_said("Nothing was sent: connection 1 has ended")

        await console.until(lambda: console.client.state.ledger)
        await console.press("u", "m")
        await console.until(
            lambda: isinstance(console.app.screen, Line) or console.app.screen is not console.main
        )
        await again_beneath(console)
        await console.press(*"/queue/there", "enter")
        await console.until_said("Nothing was sent: connection 2 has ended")

        await console.press("t", "b")
        await console.until_said("tx-1 begun")
        await console.press("t")
        await console.until(lambda: isinstance(console.app.screen, TransactionRow))
        await again_beneath(console)
        await console.press("c")
        await console.until_said("Nothing was sent: connection 3 has ended")

        await console.until(lambda: console.client.state.ledger)
        await console.press("u", "A")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        await again_beneath(console)
        await console.press("y")
        await console.until_said("Nothing was sent: connection 4 has ended")

        settled = {frame.command for frame in console.broker.received} & {"ACK", "NACK", "COMMIT", "SEND"}
        assert settled == set()
        assert len(console.client.state.ledger) == 1


async def again_beneath(console: Opened) -> None:
    """Lose the connection under an open dialog, and have it made again."""
    console.broker.drop_connections()
    await console.until(lambda: console.app.outage)
    console.client.reconnect()
    await console.until(lambda: console.app.outage is None and console.client.state.ledger)


async def test_a_form_whose_transaction_was_lost_says_so_and_takes_none() -> None:
    async with console_at(SOON) as console:
        await console.press("t", "b")
        await console.until_said("tx-1 begun")
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press(*"/queue/out")
        console.broker.drop_connections()
        await console.until(lambda: console.app.outage is None and console.client.state.connection == 2)
        await console.press("f5")
        await console.until(lambda: "tx-1 has ended: choose another" in screen_text(console.app))
        await console.press("f2", "f5")
        await console.until_said("/queue/out confirmed")


async def test_what_was_typed_stays_in_the_form_until_it_can_be_sent() -> None:
    async with console_at() as console:
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press(*"/queue/out")
        await lost(console)
        await console.press("f5")
        await console.until(lambda: "not sent: no connection: next try in" in screen_text(console.app))
        assert isinstance(console.app.screen, ComposeScreen)
        console.client.reconnect()
        await console.until(lambda: console.app.outage is None)
        await console.press("f5")
        await console.until_said("confirmed")
        assert console.broker.queue("/queue/out").depth == 1


async def test_a_draft_can_be_written_without_a_connection_and_is_kept() -> None:
    async with console_at() as console:
        await lost(console)
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press(*"/queue/out", "escape")
        await console.until_said("the draft is kept")
        await back(console)
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        assert console.app.screen.query_one("#to", Input).value == "/queue/out"


async def test_a_draft_for_a_transaction_that_was_lost_is_not_sent_outside_of_it() -> None:
    async with console_at() as console:
        await console.press("t", "b")
        await console.until_said("tx-1 begun")
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press(*"/queue/out")
        await lost(console)
        console.client.reconnect()
        await console.until(lambda: console.app.outage is None)
        await console.press("f5")
        await console.until(
            lambda: (
                "tx-1" in screen_text(console.app).splitlines()[-3] and "not sent" in screen_text(console.app)
            )
        )
        await console.press("ctrl+t", "f5")
        await console.until_said("confirmed")


async def test_the_subscribe_form_keeps_what_was_typed() -> None:
    async with console_at() as console:
        await console.press("s")
        await console.until(lambda: isinstance(console.app.screen, SubscribeScreen))
        await console.press(*"/queue/more")
        await lost(console)
        await console.press("f5")
        await console.until(lambda: "not sent: no connection: next try in" in screen_text(console.app))
        console.client.reconnect()
        await console.until(lambda: console.app.outage is None)
        await console.press("f5")
        await console.until_said("Subscribed to /queue/more")


async def test_subscriptions_wait_to_be_made_again_and_can_be_taken_off_the_list() -> None:
    async with console_at() as console:
        await console.subscribe("/queue/other")
        await lost(console)
        await console.until(lambda: screen_text(console.app).count("lost, to be made again") == 2)
        await console.press("1", "down", "delete")
        await console.until_said("Unsubscribed from /queue/other")
        await back(console)
        live = [one.destination for one in console.client.state.subscriptions.values()]
        assert live == ["/queue/q"]
        await console.until(lambda: "to be made again" not in screen_text(console.app))


async def test_one_that_is_refused_then_stays_with_the_brokers_words() -> None:
    async with console_at() as console:
        await console.subscribe("/topic/t")
        await lost(console)
        console.broker.faults.error_on_subscribe = "no such queue any more"
        await console.press(NOW)
        await console.until(lambda: "Subscription refused" in toasts(console))
        await console.until(lambda: "refused: This SUBSCRIBE was to" in screen_text(console.app))
        assert [one.destination for one in console.client.subscriptions] == ["/topic/t"]
        await console.press("1", "down", "delete")
        await console.until_said("/queue/q is off the list")
        await console.until(lambda: "refused: This" not in screen_text(console.app))


async def test_transactions_are_lost_by_name_and_new_ones_have_other_names() -> None:
    async with console_at() as console:
        await one_held(console)
        await console.press("t", "b")
        await console.until_said("tx-1 begun")
        await console.press("u", "a")
        await console.until_said("staged in tx-1")
        await lost(console)
        await console.until(lambda: toasts(console))
        [toast] = console.app._notifications
        assert "1 unsettled: this broker puts them back as redelivered" in toast.message
        assert "Lost with what was staged: tx-1; nothing of it was done." in toast.message
        await back(console)
        await console.press("t", "b")
        await console.until_said("tx-2 begun")


async def test_quitting_without_a_connection_asks_only_for_what_was_typed() -> None:
    async with console_at() as console:
        await one_held(console)
        await lost(console)
        await console.press("ctrl+q")
        await console.until(lambda: not console.app.is_running)
    async with console_at() as console:
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press(*"/queue/out", "escape")
        await console.until_said("draft is kept")
        await lost(console)
        await console.press("ctrl+q")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        assert "What was typed is not sent" in screen_text(console.app)


async def test_a_refused_login_is_not_tried_again_and_the_key_asks_for_the_passcode() -> None:
    login = Login()
    async with console_at(SOON, login=login) as console:
        console.broker.faults.refuse_login = True
        console.broker.drop_connections()
        await console.until(lambda: console.app.outage and console.app.outage.refused)
        await console.until(lambda: "NOT CONNECTED: R connects" in status(console))
        await console.until(lambda: "Not connected" in toasts(console))
        asked = len(console.broker.received)
        await asyncio.sleep(0.5)  # longer than the longest wait between two tries
        assert len(console.broker.received) == asked
        await console.press(NOW)
        await console.until(lambda: isinstance(console.app.screen, PasscodeRow))
        await console.press(*"fresh")
        assert "fresh" not in screen_text(console.app)
        console.broker.faults.refuse_login = False
        await console.press("enter")
        await console.until_said("connection")
        await back(console)
        assert login.tried is not None
        assert (await login(login.tried)).passcode == "fresh"
