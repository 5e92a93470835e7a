"""What happens unasked is told in the broker's words, once a cause, and counted."""

from __future__ import annotations

from stomptui.console.unasked import Cause, count_in, unasked
from stomptui.stomp.codec import Malformed
from stomptui.stomp.events import (
    Closed,
    ErrorReceived,
    HeartBeatMissed,
    MalformedReceived,
    TransactionEnded,
)
from stomptui.stomp.frame import Frame
from tests.console.opened import opened

ERROR = Frame("ERROR", {"message": "the broker's own words"}, b"and more")


def test_an_error_that_answers_nothing_we_sent_is_told_in_the_brokers_words() -> None:
    toast = unasked(ErrorReceived(1, 9, 0.0, ERROR, None, False))
    assert toast == ("00009 the broker's own words", "ERROR from the broker", "error")


def test_an_error_that_answers_a_frame_is_left_to_who_sent_it() -> None:
    assert unasked(ErrorReceived(1, 9, 0.0, ERROR, 8, True)) is None


def test_what_ended_is_told_only_when_nobody_asked_for_it() -> None:
    lost = unasked(Closed(1, 0.0, "the broker closed the connection", clean=False))
    assert lost is not None
    assert lost[0].startswith("the broker closed the connection. Nothing can be sent or settled here")
    assert unasked(Closed(1, 0.0, "disconnected", clean=True)) is None
    assert unasked(TransactionEnded(1, 0.0, "tx-1", "committed", 1, 1)) is None
    words = unasked(TransactionEnded(1, 0.0, "tx-1", "lost", 2, 1))
    assert words is not None
    assert "tx-1" in words[0]


def test_silence_and_octets_that_are_no_frame_are_told() -> None:
    silent = unasked(HeartBeatMissed(1, 0.0, 21.0))
    assert silent is not None
    assert "21s" in silent[0]
    broken = unasked(MalformedReceived(1, 3, 0.0, Malformed(b"\0", 0, "a NUL in the command line", "")))
    assert broken is not None
    assert broken[0] == "00003 a NUL in the command line"


def test_many_of_one_cause_are_one_toast_with_their_number() -> None:
    causes: dict[str, Cause] = {}
    for number in range(3):
        count_in(causes, ErrorReceived(1, number, 0.0, ERROR, None, False))
    [(title, cause)] = causes.items()
    assert title == "ERROR from the broker"
    assert (cause.count, cause.words) == (3, "00002 the broker's own words (3 in all)")


async def test_a_lost_connection_is_told_on_the_screen() -> None:
    async with opened() as console:
        console.broker.drop_connections()
        await console.until(lambda: any("Connection lost" in one.title for one in console.app._notifications))
