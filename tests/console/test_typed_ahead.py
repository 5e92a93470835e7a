"""Keys that arrive together, as over a slow line: each is for what was asked before it."""

from __future__ import annotations

from stomptui.console.dialogs.confirm import ConfirmDialog
from tests.console.opened import opened


async def test_keys_that_arrive_together_end_a_dialog_once() -> None:
    async with opened() as console:
        await console.one()
        await console.press("u")
        for typed in ("/body\r\r\r", "s/queue/two\r\r\r", "m/queue/there\r\r\r"):
            console.burst(typed)
            await console.until(lambda: console.app.screen is not console.main)
            await console.until(lambda: console.app.screen is console.main)
        await console.until_said("moved to /queue/there")
        assert [one.destination for one in console.client.state.subscriptions.values()] == [
            "/queue/q",
            "/queue/two",
        ]


async def test_letters_typed_ahead_of_a_dialog_are_for_the_dialog() -> None:
    async with opened() as console:
        number = await console.one(b"an acme order")
        await console.press("u")
        console.burst("/acme order\r")
        await console.until_said(f"'acme order' in {number:05d}")
        console.burst("mxadx\x1b")
        await console.until_said("Nothing was moved")
        console.burst("xq\x1b")
        await console.until_said("Nothing was sent")
        assert list(console.client.state.ledger) == [number]
        assert {frame.command for frame in console.broker.received} == {"CONNECT", "SUBSCRIBE"}


async def test_letters_typed_behind_the_enter_of_a_line_are_no_part_of_it() -> None:
    async with opened() as console:
        number = await console.one(b"an acme order")
        await console.press("u")
        console.burst("/acme\r3z")
        await console.until_said(f"'acme' in {number:05d}")
        console.burst("s/queue/two\rzzs/queue/three\r")
        await console.until(lambda: len(console.client.state.subscriptions) == 3)
        assert [one.destination for one in console.client.state.subscriptions.values()] == [
            "/queue/q",
            "/queue/two",
            "/queue/three",
        ]


async def test_keys_behind_the_end_of_a_dialog_are_taken_one_after_the_other() -> None:
    async with opened() as console:
        number = await console.one()
        await console.press("u")
        console.burst("/acme\rz/content\r")
        await console.until_said(f"'content' in {number:05d}")
        assert console.app.screen is console.main
        assert list(console.client.state.ledger) == [number]
        assert {frame.command for frame in console.broker.received} == {"CONNECT", "SUBSCRIBE"}


async def test_letters_typed_ahead_of_a_question_do_not_answer_it() -> None:
    async with opened() as console:
        await console.subscribe("/queue/q", ack="client")
        for body in ("one", "two", "three"):
            console.broker.publish("/queue/q", body)
        await console.arrived(3)
        await console.press("u", "down", "down")
        console.burst("xdyyy")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        await console.press("n")
        await console.until_said("Nothing was sent")
        assert len(console.client.state.ledger) == 3


async def test_a_settling_key_typed_ahead_of_the_paint_sends_nothing() -> None:
    async with opened() as console:
        number = await console.one()
        console.burst("uaxdcz")
        await console.until_said("the cursor had just moved")
        assert console.app.screen is console.main
        await console.press("a")
        await console.until_said("receipt after")
        assert number not in console.client.state.ledger
