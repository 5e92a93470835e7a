"""Own headers of a NACK: written in the row, explained, and never against what an outcome says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stomptui.brokers import activemq, rabbitmq
from stomptui.brokers.words import NackOutcome, Words
from stomptui.console.dialogs.nack import NackRow
from stomptui.console.dialogs.own_headers import HeaderLine, completions, leaves, meaning, read
from tests.console.hostile import TEXT, screen_is_harmless, screen_text
from tests.console.opened import opened
from tests.console.views import Trial, during, press

if TYPE_CHECKING:
    from textual.pilot import Pilot

BACK, DEAD = rabbitmq.WORDS.nack
UNDERSTOOD = rabbitmq.WORDS.headers_of("NACK")


def row(words: Words = rabbitmq.WORDS) -> NackRow:
    return NackRow("00412", words.nack, words.give_back, words.headers_of("NACK"))


def test_only_what_the_broker_heeds_completes() -> None:
    assert completions(UNDERSTOOD) == ["requeue:true", "requeue:false"]
    assert completions(activemq.WORDS.headers_of("NACK")) == []


def test_each_header_says_what_it_means_here() -> None:
    assert "understood here: requeue" in meaning("", UNDERSTOOD)
    assert "discarded or dead-lettered" in meaning("requeue:", UNDERSTOOD)
    assert "a NACK never puts back" in meaning("requeue:", activemq.WORDS.headers_of("NACK"))
    assert "nothing that is known" in meaning("x-why:", UNDERSTOOD)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("requeue", "no colon"),
        ("requeue:perhaps", "requeue is true or false"),
        ("id:1", "names the message itself"),
        ("transaction:t", "as the status row says"),
        ("", "nothing was written"),
    ],
)
def test_what_cannot_be_written_says_why(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read(text, UNDERSTOOD)


def test_what_is_offered_stays_true() -> None:
    assert leaves([BACK, DEAD], (("requeue", "false"),)) == [DEAD]
    [back] = leaves([BACK, DEAD], (("requeue", "true"),))
    assert (back.key, back.headers) == (BACK.key, (("requeue", "true"),))
    both = leaves([BACK, DEAD], (("x-why", "spoilt"),))
    assert [one.headers for one in both] == [
        (("x-why", "spoilt"),),
        (("requeue", "false"), ("x-why", "spoilt")),
    ]
    assert all(one.words.endswith("with x-why:spoilt") for one in both)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["h", *"x-a:b", "enter", "d"], (("requeue", "false"), ("x-a", "b"))),
        (["h", *"x-a:b", "enter", "h", *"x-c:d", "enter", "b"], (("x-a", "b"), ("x-c", "d"))),
        (["h", *"x-a:b", "enter", "h", *"x-a:c", "enter", "b"], (("x-a", "c"),)),
        (["h", *"bd", "escape", "b"], ()),
    ],
)
async def test_they_go_out_with_the_outcome(keys: list[str], expected: tuple[tuple[str, str], ...]) -> None:
    outcome = await press(row(), *keys)
    assert isinstance(outcome, NackOutcome)
    assert outcome.headers == expected


async def test_escape_ends_the_line_and_then_the_row() -> None:
    assert await press(row(), "h", "x", "escape") is Trial.NOTHING
    assert await press(row(), "h", "x", "escape", "escape") is None
    assert await press(NackRow("00412", rabbitmq.WORDS.nack), "h") is Trial.NOTHING


async def test_what_contradicts_an_outcome_takes_it_off_the_row() -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press("h", *"requeue:f")
        await pilot.pause(0.1)
        await pilot.press("tab")
        await pilot.pause()
        assert "discarded or dead-lettered" in screen_text(app).replace("\u00a0", " ")
        await pilot.press("enter")
        await pilot.pause()
        seen = screen_text(app).replace("\u00a0", " ")
        assert "back to queue" not in seen and "discard or dead-letter" in seen
        await pilot.press("b")
        assert app.result is Trial.NOTHING
        await pilot.press("d")

    outcome = await during(row(), look)
    assert outcome == DEAD


async def test_a_problem_keeps_the_line_open() -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press("h", *"requeue:x", "enter")
        await pilot.pause()
        assert "requeue is true or false here" in screen_text(app).replace("\u00a0", " ")

    assert await during(row(), look) is Trial.NOTHING


async def test_hostile_text_is_harmless_there() -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press("h")
        app.screen.query_one(HeaderLine)._take(TEXT)
        await pilot.pause()
        screen_is_harmless(app)

    await during(row(), look)


async def test_the_broker_gets_them() -> None:
    async with opened() as console:
        await console.subscribe("/queue/q")
        console.broker.publish("/queue/q", b"1")
        await console.arrived(1)
        await console.press("u", "x")
        await console.until(lambda: isinstance(console.app.screen, NackRow))
        await console.press("h", *"x-why:spoilt", "enter", "d")
        await console.until_said("discarded, with x-why:spoilt")
        sent = [
            record.frame
            for id_ in range(1, console.app.capture.last_id + 1)
            if (record := console.app.capture.brief(id_)) is not None and record.frame is not None
        ]
        [nack] = [frame for frame in sent if frame.command == "NACK"]
        assert (nack.first("requeue"), nack.first("x-why")) == ("false", "spoilt")
