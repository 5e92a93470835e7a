"""The screen as a whole: panes, transactions, sending, finding, leaving."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stomptui.console.dialogs.compose import ComposeScreen
from stomptui.console.dialogs.confirm import ConfirmDialog, QuitQuestion
from stomptui.console.dialogs.help import HelpScreen
from stomptui.console.keys import KEYS, on_main
from stomptui.console.panes.session import SessionPane
from stomptui.console.routes import ROUTES
from stomptui.console.widgets.still import Still
from stomptui.stomp.events import Settlement
from tests.console.hostile import OCTETS, TEXT, screen_is_harmless
from tests.console.opened import opened


def test_every_key_of_the_main_screen_has_its_route() -> None:
    routed = {name for name, key in KEYS.items() if key.action == f"screen.key('{name}')"}
    offered = {name for name, key in KEYS.items() if on_main(key) or "transaction" in key.where}
    assert routed <= set(ROUTES)
    assert set(ROUTES) <= offered


async def test_panes_are_reached_by_number_and_by_tab_at_every_size() -> None:
    for size in ((80, 24), (120, 40), (200, 60), (60, 14)):
        async with opened(size) as console:
            for key, pane in (("1", "subscriptions"), ("2", "feed"), ("3", "message"), ("4", "session")):
                await console.press(key)
                assert console.main.pane == pane, (size, key)
            await console.press("2")
            seen = []
            for _ in range(4):
                await console.press("tab")
                seen.append(console.main.pane)
            assert sorted(seen) == ["feed", "message", "session", "subscriptions"]
            await console.press("4", "z")
            assert console.main.has_class("-zoom-session")
            await console.press("escape")
            assert not console.main.has_class("-zoom-session")


async def test_a_pane_and_its_zoom_typed_together() -> None:
    async with opened((80, 24)) as console:
        console.burst("4z")
        await console.until(lambda: console.main.has_class("-zoom-session"))
        assert console.main.pane == "session"
        await console.press("z", "2")
        await console.pilot.click("MessagePane")
        await console.until(lambda: console.main.pane == "message")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_pane_and_a_key_of_its_own_typed_together(size: tuple[int, int]) -> None:
    async with opened(size) as console:
        console.burst("4p")
        await console.until_said("The broker answers")
        console.burst("24B")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))


async def test_what_joins_a_transaction_is_staged_and_an_abort_gives_it_back() -> None:
    async with opened() as console:
        number = await console.one()
        await console.press("t", "b")
        await console.until_said("tx-1 begun")
        await console.press("u", "a")
        await console.until_said("staged in tx-1")
        assert console.app.capture.settlement(console.id_of(number)) is Settlement.STAGED
        await console.press("t", "x")
        await console.until_said("aborted, confirmed by receipt, 1 message is unsettled again")
        assert list(console.client.state.ledger) == [number]
        await console.press("t", "b")
        await console.until_said("tx-2 begun")
        await console.press("u", "a")
        await console.until_said("staged in tx-2")
        await console.press("t", "c")
        await console.until_said("committed")
        assert console.app.capture.settlement(console.id_of(number)) is Settlement.ACKED


async def test_resend_is_byte_exact_and_leaves_the_brokers_headers_out() -> None:
    async with opened() as console:
        await console.one(b"\x00\xff not text", {"x-a": "b:c\\d\ne", "content-type": "application/x"})
        await console.press("u", "r")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press("f5")
        await console.until_said("confirmed")
        sent = console.broker.received[-1]
        assert sent.body == b"\x00\xff not text"
        assert sent.first("x-a") == "b:c\\d\ne"
        assert sent.first("redelivered") is None
        assert sent.first("message-id") is None


async def test_a_draft_survives_escape() -> None:
    async with opened((80, 24)) as console:
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press(*"/queue/kept", "escape")
        await console.until_said("draft is kept")
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press("f5")
        await console.until_said("confirmed")
        assert console.broker.queue("/queue/kept").depth == 1


async def test_move_sends_and_acks_both_or_neither() -> None:
    async with opened() as console:
        number = await console.one(b"moved", {"x": "y"})
        await console.press("u", "m", *"/queue/there", "enter")
        await console.until_said("moved to /queue/there")
        assert console.broker.queue("/queue/there").depth == 1
        assert number not in console.client.state.ledger
        console.broker.publish("/queue/q", b"stays")
        await console.arrived(2)
        console.broker.faults.error_on_send = "no room"
        await console.press("u", "m", *"/queue/full", "enter")
        await console.until_said("was not moved")
        await console.until(lambda: console.client.state.ledger.open == 1)
        assert not console.client.state.transactions


async def test_find_goes_round_and_says_where_it_is() -> None:
    async with opened() as console:
        await console.subscribe("/queue/q")
        for word in ("alpha", "needle one", "beta", "NEEDLE two"):
            console.broker.publish("/queue/q", word)
        await console.arrived(4)
        numbers = list(console.client.state.ledger)
        await console.press("u", "slash", *"needle", "enter")
        await console.until_said(f"{numbers[1]:05d}")
        await console.press("n")
        await console.until_said(f"{numbers[3]:05d}")
        await console.press("n")
        await console.until_said("round the end")
        assert console.main.feed.cursor == console.id_of(numbers[1])


async def test_quitting_with_something_unsettled_asks_first_and_no_is_the_default() -> None:
    async with opened() as console:
        await console.one()
        await console.press("ctrl+q")
        await console.until(lambda: isinstance(console.app.screen, QuitQuestion))
        assert "1 unsettled: this broker puts them back" in console.app.screen.question
        await console.press("ctrl+q", "enter")
        await console.until_said("Still here")
        await console.press("ctrl+q", "y")
        await console.until(lambda: not console.app.is_running)


async def test_leaving_the_bottom_level_asks_even_when_nothing_is_lost() -> None:
    async with opened() as console:
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, QuitQuestion))
        await console.press("escape")
        await console.until_said("Still here")
        await console.press("q", "y")
        await console.until(lambda: not console.app.is_running)


async def test_quitting_with_something_typed_and_not_sent_asks_first() -> None:
    async with opened() as console:
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press(*"/queue/x", "ctrl+q")
        await console.until(lambda: isinstance(console.app.screen, QuitQuestion))
        assert "not sent" in console.app.screen.question
        await console.press("n")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press("escape")
        await console.until_said("draft is kept")
        await console.press("ctrl+q")
        await console.until(lambda: isinstance(console.app.screen, QuitQuestion))
        await console.press("y")
        await console.until(lambda: not console.app.is_running)


async def test_quitting_from_the_help_asks_only_about_a_form_below_it() -> None:
    async with opened() as console:
        await console.press("?")
        await console.until(lambda: isinstance(console.app.screen, HelpScreen))
        await console.press("ctrl+q")
        await console.until(lambda: not console.app.is_running)
    async with opened() as console:
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        await console.press(*"/queue/x", "f1")
        await console.until(lambda: isinstance(console.app.screen, HelpScreen))
        await console.press("ctrl+q")
        await console.until(lambda: isinstance(console.app.screen, QuitQuestion))
        assert "not sent" in console.app.screen.question


async def test_ctrl_c_says_which_key_quits() -> None:
    async with opened() as console:
        await console.press("ctrl+c")
        await console.until_said("^q quits")


async def test_a_second_transaction_says_that_new_frames_join_neither() -> None:
    async with opened() as console:
        number = await console.one()
        await console.press("t", "b")
        await console.until_said("tx-1 begun: what you send and ack joins it")
        await console.press("t", "b")
        await console.until_said("tx-2 begun beside 1 more: new frames join none of them")
        await console.press("u", "a")
        await console.until_said("receipt after")
        assert number not in console.client.state.ledger


async def test_what_a_broker_holds_of_a_closed_subscription_is_said_and_asked_about() -> None:
    async with opened() as console:
        await console.one()
        state = console.client.state
        state.dialect = replace(state.dialect, unsubscribe_holds=True)
        await console.press("1", "delete", "y")
        await console.until_said("Unsubscribed")
        assert len(state.ledger.held) == 1
        await console.press("ctrl+q")
        await console.until(lambda: isinstance(console.app.screen, QuitQuestion))
        assert "1 of closed subscriptions still held" in console.app.screen.question


async def test_short_terminals_show_the_session_in_the_place_of_the_subscriptions() -> None:
    async with opened((60, 14)) as console:
        await console.press("4")
        await console.until(lambda: console.main.query_one(SessionPane).size.height > 4)
        await console.press("1")
        await console.until(lambda: console.main.subscriptions.size.height > 4)


async def test_a_full_subscription_says_what_to_do() -> None:
    async with opened() as console:
        await console.subscribe("/queue/q", prefetch=1)
        console.broker.publish("/queue/q", b"x")
        await console.arrived(1)
        shown = console.main.subscriptions.render().plain
        assert "1/1 full" in shown
        assert "settle some, or subscribe" in shown


async def test_the_next_search_takes_the_place_of_the_last() -> None:
    async with opened() as console:
        number = await console.one(b"first second")
        await console.press("slash", *"first", "enter")
        await console.until_said(f"'first' in {number:05d}")
        await console.press("slash", *"second", "enter")
        await console.until_said(f"'second' in {number:05d}")


async def test_an_error_from_the_broker_is_shown_in_its_own_words() -> None:
    async with opened() as console:
        console.broker.faults.error_on_send = "the broker's own words"
        await console.press("c", *"/queue/q", "f5")
        await console.until_said("the broker's own words")


async def test_stop_reading_is_shown_and_can_be_taken_back() -> None:
    async with opened() as console:
        await console.press("P")
        await console.until_said("Reading stopped")
        assert not console.client.reading
        await console.press("P")
        await console.until_said("Reading again")


async def test_ping_asks_for_two_receipts_and_touches_no_queue() -> None:
    async with opened() as console:
        await console.press("4", "p")
        await console.until_said("The broker answers")
        await console.until(lambda: " of 2" in str(console.main.query_one("#session-lines", Still).visual))
        assert {frame.command for frame in console.broker.received} == {"CONNECT", "BEGIN", "ABORT"}


async def test_help_opens_from_every_pane() -> None:
    async with opened((80, 24)) as console:
        for pane in ("1", "2", "3", "4"):
            await console.press(pane, "question_mark")
            await console.until(lambda: isinstance(console.app.screen, HelpScreen))
            await console.press("escape")
            await console.until(lambda: not isinstance(console.app.screen, HelpScreen))


async def test_hostile_text_reaches_no_part_of_the_screen() -> None:
    for size in ((80, 24), (120, 40)):
        async with opened(size) as console:
            text = TEXT.replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
            hostile = {"x-" + text: text, "correlation-id": "[/red]"}
            await console.subscribe("/queue/h[/]\x1b]52;c;x\x07\u202e")
            console.broker.publish("/queue/h[/]\x1b]52;c;x\x07\u202e", OCTETS, hostile)
            await console.arrived(1)
            await console.press("u", "h")
            for _ in range(4):
                await console.press("v")
                await console.pilot.pause(0.1)
                screen_is_harmless(console.app)
            for keys in (("1",), ("4",), ("2", "t", "b"), ("a",), ("t",), ("escape",), ("r",)):
                await console.press(*keys)
                await console.pilot.pause(0.1)
                screen_is_harmless(console.app)
            await console.press("escape")
            console.broker.faults.error_on_send = "\x1b]52;c;x\x07[/] \u202e refused"
            await console.press("c", "f5")
            await console.pilot.pause(0.3)
            screen_is_harmless(console.app)


async def test_moving_where_a_message_may_be_dropped_asks_first() -> None:
    async with opened() as console:
        number = await console.one()
        await console.press("u", "m", *"/topic/nobody", "enter")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        assert "drops it" in console.app.screen.question
        await console.press("enter")
        await console.until_said("Nothing was moved")
        assert number in console.client.state.ledger


async def test_what_was_due_when_the_console_ended_finds_no_panes_and_needs_none() -> None:
    async with opened() as console:
        await console.one()
        await console.app._shutdown()
        console.app.touch()
        console.app._tick()
        with console.app._context():
            console.main.on_feed_cursor_moved()
        assert not console.main.query("*")
