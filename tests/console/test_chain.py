"""From delivery to delivery of one message, how sure that is, and a NACK that would go round and round."""

from __future__ import annotations

from pathlib import Path

import pytest

from stomptui import brokers
from stomptui.brokers.activemq import ACTIVEMQ
from stomptui.brokers.rabbitmq import RABBITMQ
from stomptui.capture import again, recordings
from stomptui.capture.again import Again, after_in_file
from stomptui.capture.store import Capture
from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.widgets.record_words import remarks
from stomptui.demo.sample import order
from stomptui.stomp.dialect import Dialect
from tests.capture import made
from tests.console.opened import Opened, opened
from tests.console.test_collected import reviewing


async def given_back(console: Opened, times: int) -> list[int]:
    """One message, given back so many times; the numbers of its deliveries."""
    console.broker.publish(*order(4708))
    await console.subscribe("/queue/orders")
    numbers: list[int] = []

    def another() -> bool:
        return any(number not in numbers for number in console.client.state.ledger)

    for count in range(times + 1):
        await console.until(another, "the message")
        numbers += console.client.state.ledger
        if count < times:
            await console.client.settle_many("NACK", numbers[-1:])
    console.main.feed.go_to(console.id_of(numbers[-1]))
    await console.until(lambda: console.main.feed.cursor_looked_at)
    return numbers


def at(console: Opened) -> int | None:
    record = console.main.record
    return None if record is None else record.number


async def test_keys_go_from_delivery_to_delivery() -> None:
    async with opened() as console:
        first, second, third = await given_back(console, 2)
        await console.press("left_square_bracket")
        assert at(console) == second
        await console.until_said(
            f"{second:05d}, which frame {second + 1:05d} gave back, came again as {third:05d}."
        )
        await console.press("left_square_bracket")
        assert at(console) == first
        await console.press("left_square_bracket")
        await console.until_said(f"{first:05d} has no earlier delivery here")
        await console.press("right_square_bracket")
        await console.until(lambda: at(console) == second)
        await console.press("right_square_bracket")
        await console.until(lambda: at(console) == third)
        await console.press("right_square_bracket")
        await console.until_said(f"{third:05d} has not come again")


@pytest.mark.parametrize("times", [1, 2])
async def test_a_nack_that_goes_round_and_round_is_asked_about(times: int) -> None:
    async with opened() as console:
        numbers = await given_back(console, times)
        await console.press("x", "b")
        if times == 1:
            await console.until_said("sent back to the queue")
            return
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog), "the question")
        dialog = console.app.screen
        assert isinstance(dialog, ConfirmDialog)
        assert f"{numbers[-1]:05d} came 3 times already: it comes again at once." in dialog.question
        await console.press("enter")  # No is the default
        await console.until_said("Nothing was sent")
        assert list(console.client.state.ledger) == numbers[-1:]
        await console.press("x", "d")
        await console.until(lambda: not console.client.state.ledger)


async def test_a_collected_nack_that_goes_round_and_round_is_asked_about_before_it_is_sent() -> None:
    async with opened() as console:
        numbers = await given_back(console, 2)
        await console.press("plus", "x", "b")
        await console.until_said(f"NACK {numbers[-1]:05d} (back to queue (comes again at once)) collected")
        await reviewing(console)
        await console.press("f5")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog), "the question")
        dialog = console.app.screen
        assert isinstance(dialog, ConfirmDialog)
        asked = f"{numbers[-1]:05d} came 3 times already: it comes again at once. Send?"
        assert asked in dialog.question
        await console.press("enter")  # No is the default
        await console.until_said("Nothing was sent; it is still collected.")
        assert list(console.client.state.ledger) == numbers[-1:]


@pytest.mark.parametrize(
    ("dialect", "words"),
    [
        (ACTIVEMQ, "second delivery of 00004 (sure: the same message-id)"),
        (
            RABBITMQ,
            "second delivery of 00004 (likely: the same headers and body; RabbitMQ gives each delivery ",
        ),
    ],
)
def test_it_is_said_how_sure_that_is(dialect: Dialect, words: str) -> None:
    capture = Capture()
    capture.extend([made.message(4), made.message(5)._replace(deliveries=2, earlier=4)])
    record = capture.record(2)
    assert record is not None
    [[(told, _)]] = remarks(record, brokers.words(dialect))
    assert told.startswith(words)


def test_in_a_recording_the_file_tells_what_came_after(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    capture = Capture(recording=recordings.record(path))
    capture.extend([made.message(4), made.message(5)._replace(deliveries=2, earlier=4), made.message(6)])
    assert capture.again.after(1, 4) == 5 and capture.again.after(1, 5) is None
    capture.close(30)
    assert after_in_file(path, 1, 4) == 5
    assert after_in_file(path, 1, 6) is None and after_in_file(path, 2, 4) is None


def test_the_oldest_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "REMEMBERED", 3)
    known = Again()
    for number in range(1, 6):
        known.note(1, number, number + 100)
    assert [known.after(1, number) for number in range(1, 6)] == [None, None, 103, 104, 105]
