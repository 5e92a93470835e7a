"""A lost connection: what is known of it, what it cost, in which words it is told."""

from __future__ import annotations

import pytest

from stomptui.brokers import at_the_end, words
from stomptui.console.outage import Outage, after, cost, ordinal
from stomptui.stomp.events import (
    Closed,
    Connected,
    Event,
    GivenUp,
    Rejected,
    Retrying,
    Settled,
    Settlement,
    TransactionEnded,
    Unconfirmed,
)
from stomptui.stomp.frame import Frame, begin, commit, send
from tests.stomp.playbook import RABBITMQ, Play, message, play

RESET = Closed(1, 10.0, "reset", clean=False)
BACK_AGAIN = "this broker puts them back as redelivered."
BACK = Connected(2, 9, 20.0, Frame("CONNECTED"))


def folded(*events: Event) -> Outage | None:
    outage = None
    for event in events:
        outage = after(outage, event)
    return outage


def test_it_begins_with_the_end_of_a_connection_and_ends_with_the_next() -> None:
    assert folded(RESET) == Outage(10.0, "reset")
    assert folded(RESET, BACK) is None
    assert (
        folded(
            Retrying(1, 10.0, 1, 0.5, "no"), GivenUp(1, 10.0, "no"), Rejected(1, 9.0, 1, "CONNECT", 2, True)
        )
        is None
    )


def test_each_try_says_when_it_begins_and_why_the_one_before_failed() -> None:
    waiting = folded(RESET, Retrying(1, 10.0, 1, 0.5, "reset"), Retrying(1, 11.0, 2, 4.0, "refused"))
    assert waiting == Outage(10.0, "refused", 2, 15.0)
    assert not waiting.trying(14.9) and waiting.trying(15.0)
    assert waiting.words(11.5) == "next try in 4 s (2nd)"
    assert waiting.words(15.0) == "connecting now (2nd try)"


def test_the_end_of_a_try_is_not_the_end_of_a_connection() -> None:
    tried = folded(
        RESET, Retrying(1, 10.0, 1, 0.5, "reset"), Closed(2, 11.0, "before CONNECTED", clean=False)
    )
    assert tried is not None
    assert (tried.since, tried.reason, tried.due) == (10.0, "reset", 10.5)


def test_given_up_means_that_none_is_due() -> None:
    over = folded(RESET, Retrying(1, 10.0, 1, 0.5, "reset"), GivenUp(1, 11.0, "five tries failed"))
    assert over == Outage(10.0, "five tries failed", 1, None)
    assert over.words(12.0) == "not made again by itself"
    begun = over.begun(13.0)
    assert begun.trying(13.0) and begun.words(13.0) == "connecting now (1st try)"


def test_a_refused_login_is_known_until_the_next_try() -> None:
    refused = Rejected(2, 11.0, 8, "CONNECT", 9, sure=True)
    over = folded(RESET, refused, GivenUp(2, 11.0, "access refused"))
    assert over is not None and over.refused
    assert not over.begun(12.0).refused
    other = folded(RESET, Rejected(2, 11.0, 8, "SUBSCRIBE", 9, sure=True))
    assert other is not None and not other.refused


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (112, "112th"),
    ],
)
def test_tries_are_counted_as_people_do(number: int, written: str) -> None:
    assert ordinal(number) == written


def ending(script: Play) -> str:
    """What the end of a played connection is said to have cost."""
    *before, closed = script.session.closed("reset", 9.0, clean=False)
    assert isinstance(closed, Closed)
    return cost(before, at_the_end(words(script.state.dialect), script.state))


def started() -> Play:
    return play().connects(RABBITMQ).subscribes("/queue/q")


def test_an_end_that_costs_nothing_says_nothing() -> None:
    assert ending(started()) == ""


def test_unsettled_messages_are_counted() -> None:
    assert ending(started().gets(message("1"))) == f"1 unsettled: {BACK_AGAIN}"
    told = ending(started().gets(message("1"), message("2")))
    assert told == f"2 unsettled: {BACK_AGAIN}"


def test_what_a_topic_had_is_told_as_dropped() -> None:
    script = started().subscribes("/topic/t", id="2").gets(message("1"), message("2", subscription="2"))
    assert ending(script) == (
        f"1 unsettled: {BACK_AGAIN} "
        "1 unsettled, of topics or own queues: this broker drops them with their subscription."
    )
    durable = (("durable", "true"), ("auto-delete", "false"))
    script = started().subscribes("/topic/t", id="2", headers=durable).gets(message("2", subscription="2"))
    assert ending(script) == f"1 unsettled: {BACK_AGAIN}"


def test_transactions_are_named_and_their_messages_are_unsettled() -> None:
    script = started().gets(message("1"))
    script.sends(begin("tx-1")).sends(send("/queue/a", b"staged")).settles("ACK", 4)
    assert ending(script) == (
        f"1 unsettled: {BACK_AGAIN} Lost with what was staged: tx-1; nothing of it was done."
    )
    script = started().sends(begin("tx-1")).sends(begin("tx-2"))
    assert "Lost with what was staged: tx-1, tx-2; nothing" in ending(script)


def test_a_commit_that_was_under_way_may_have_been_done() -> None:
    script = started().sends(begin("tx-1")).sends(send("/queue/a", b"staged"))
    script.sends(commit("tx-1", receipt="r-9"))
    assert ending(script) == (
        "Lost with what was staged: tx-1; a COMMIT was under way and may have been done. "
        "Not confirmed, outcome unknown: 1 COMMIT."
    )


def test_frames_that_were_not_confirmed_are_counted_unless_nothing_of_them_was_done() -> None:
    script = started()
    for receipt in ("r-7", "r-8"):
        script.sends(send("/queue/a", b"1", receipt=receipt))
    assert ending(script) == "Not confirmed, outcome unknown: 2 SEND."
    script = started().sends(begin("tx-1")).sends(send("/queue/a", b"1", receipt="r-7"))
    assert "Not confirmed" not in ending(script)


def test_what_was_settled_before_is_not_counted() -> None:
    lost = Settled(1, 9.0, (4,), Settlement.LOST)
    assert cost([lost, Unconfirmed(1, 9.0, 8, "SUBSCRIBE")]) == ""
    assert cost([lost, TransactionEnded(1, 9.0, "tx-1", "lost", 1, 0)]).startswith("Lost with")
