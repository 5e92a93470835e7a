"""Settle by hand: what a key settles is what is looked at, and more only after a question."""

from __future__ import annotations

import re

import pytest

from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.stomp.events import Settlement
from tests.console.hostile import screen_text
from tests.console.opened import Opened, opened


def settlement(console: Opened, number: int) -> Settlement:
    return console.app.capture.settlement(console.id_of(number))


def unsettled(console: Opened) -> list[int]:
    return list(console.client.state.ledger)


async def three(console: Opened, **how: str) -> list[int]:
    """Subscribe, have three messages arrive, and give their numbers."""
    await console.subscribe("/queue/q", **how)
    for index in range(3):
        console.broker.publish("/queue/q", f"body {index}".encode())
    await console.arrived(3)
    return unsettled(console)


async def test_without_a_cursor_a_settling_key_sends_nothing_and_shows_the_oldest() -> None:
    async with opened() as console:
        first, *_ = await three(console)
        for key in ("a", "A", "m", "x"):
            console.main.feed.follow()
            console.main.say("")
            await console.press(key)
            await console.until_said("Nothing was sent")
            assert console.main.feed.cursor == console.id_of(first), key
            assert len(unsettled(console)) == 3
        await console.press("a")
        await console.until_said("receipt after")
        assert settlement(console, first) is Settlement.ACKED


async def test_with_the_cursor_scrolled_out_of_view_nothing_is_sent() -> None:
    async with opened((80, 24)) as console:
        first, second, _ = await three(console)
        await console.press("u", "down")
        assert console.main.feed.cursor == console.id_of(second)
        await console.subscribe("/topic/t", ack="auto")
        for _ in range(60):
            console.broker.publish("/topic/t", b"x")
        await console.arrived(63)
        console.main.feed._place.scroll(40)
        console.main.feed.refresh_rows()
        assert not console.main.feed.cursor_in_view
        await console.press("a")
        await console.until_said("Nothing was sent")
        assert len(unsettled(console)) == 3
        assert console.main.feed.cursor == console.id_of(first)


async def test_arrivals_never_move_the_cursor_and_a_settles_what_it_is_on() -> None:
    async with opened((80, 24)) as console:
        numbers = await three(console, prefetch=500)
        await console.press("u", "down")
        at = console.main.feed.cursor
        for index in range(200):
            console.broker.publish("/queue/q", f"more {index}".encode())
        await console.arrived(203)
        assert console.main.feed.cursor == at
        await console.press("a")
        await console.until_said("receipt after")
        assert settlement(console, numbers[1]) is Settlement.ACKED
        assert numbers[1] not in unsettled(console)
        assert len(unsettled(console)) == 202
        assert console.main.feed.cursor == console.id_of(numbers[2]), "on to the next unsettled one"


async def test_nack_takes_two_keys_and_says_what_became_of_it() -> None:
    async with opened() as console:
        first, second, _ = await three(console)
        await console.press("u", "x", "b")
        await console.until_said("sent back to the queue")
        assert settlement(console, first) is Settlement.NACKED
        await console.arrived(4)
        again = unsettled(console)[-1]
        assert console.client.state.ledger[again].earlier == first
        await console.press("x", "d")
        await console.until(lambda: settlement(console, second) is Settlement.NACKED)
        await console.press("x", "escape")
        await console.until_said("Nothing was sent.")


async def test_what_an_ack_covers_more_is_asked_first_and_no_is_the_default() -> None:
    async with opened() as console:
        first, _, last = await three(console, ack="client")
        await console.press("u", "down", "down", "a")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        assert "covers 3 messages" in console.app.screen.question
        assert f"{first:05d} to {last:05d}" in console.app.screen.question
        await console.press("enter")
        await console.until_said("Nothing was sent")
        assert len(unsettled(console)) == 3
        await console.press("a", "y")
        await console.until_said("None unsettled")
        assert {settlement(console, number) for number in (first, last)} == {Settlement.ACKED}


async def test_in_mode_client_the_oldest_is_acked_at_once() -> None:
    async with opened() as console:
        await three(console, ack="client")
        await console.press("u", "a")
        await console.until_said("2 still unsettled")


async def test_up_to_here_acks_each_one_of_its_subscription_after_a_question() -> None:
    async with opened() as console:
        numbers = await three(console)
        await console.subscribe("/queue/other")
        console.broker.publish("/queue/other", b"not of it")
        await console.arrived(4)
        await console.press("u", "down", "down", "A")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        assert f"{numbers[0]:05d} to {numbers[2]:05d}" in console.app.screen.question
        await console.press("y")
        await console.until_said("1 still unsettled")
        assert set(unsettled(console)).isdisjoint(numbers)


async def test_a_selection_is_settled_whole_and_asked_about_when_out_of_view() -> None:
    async with opened((80, 24)) as console:
        await console.subscribe("/queue/q", prefetch=100)
        for index in range(60):
            console.broker.publish("/queue/q", f"body {index}".encode())
        await console.arrived(60)
        await console.press("u", "space", "down", "space", "a")
        await console.until_said("58 still unsettled")
        assert not console.main.feed.selection
        await console.press("*", "a")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        assert "not on the screen" in console.app.screen.question
        await console.press("y")
        await console.until_said("None unsettled")


@pytest.mark.parametrize(("keys", "reason"), [(("a",), "already acked"), (("x",), "already acked")])
async def test_a_settled_message_is_refused_with_the_reason(keys: tuple[str, ...], reason: str) -> None:
    async with opened() as console:
        first, *_ = await three(console)
        await console.press("u", "a")
        await console.until_said("receipt after")
        console.main.feed.go_to(console.id_of(first))
        await console.press(*keys)
        await console.until_said(reason)
        assert len(unsettled(console)) == 2


async def test_auto_is_refused_with_the_reason() -> None:
    async with opened() as console:
        await console.subscribe("/topic/t", ack="auto")
        console.broker.publish("/topic/t", b"x")
        await console.arrived(1)
        await console.press("up", "down", "a")
        await console.until_said("the broker forgot it")


def lit(console: Opened) -> list[int]:
    """The numbers of the rows that are lit up: `>00005=`."""
    return [int(found) for found in re.findall(r"(?m)^.?(\d{5})=", screen_text(console.app))]


async def test_what_an_ack_would_cover_lights_up_while_it_is_asked() -> None:
    async with opened((80, 24)) as console:
        numbers = await three(console, ack="client")
        await console.press("u", "down", "a")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        await console.until(lambda: lit(console) == numbers[:2])
        await console.press("n")
        await console.until_said("Nothing was sent")
        await console.until(lambda: lit(console) == [])
        assert unsettled(console) == numbers


async def test_what_a_nack_would_cover_lights_up_while_its_outcome_is_chosen() -> None:
    async with opened((80, 24)) as console:
        numbers = await three(console)
        await console.press("u", "x")
        await console.until(lambda: lit(console) == numbers[:1])
        await console.press("escape")
        await console.until(lambda: lit(console) == [])
        assert unsettled(console) == numbers


async def test_a_question_that_is_open_when_the_console_ends_is_no_fault() -> None:
    async with opened((80, 24)) as console:
        await three(console, ack="client")
        await console.press("u", "down", "a")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
