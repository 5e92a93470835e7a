"""What happens unasked is told in the broker's words, once a cause, and counted."""

from __future__ import annotations

from stomptui.console.outage import Outage
from stomptui.console.unasked import TOAST, Unasked, unasked
from stomptui.stomp.codec import Malformed
from stomptui.stomp.events import (
    Closed,
    Connected,
    ErrorReceived,
    Event,
    GivenUp,
    HeartBeatMissed,
    MalformedReceived,
    NotSubscribed,
    Retrying,
    Settled,
    Settlement,
    TransactionEnded,
)
from stomptui.stomp.frame import Frame

ERROR = Frame("ERROR", {"message": "the broker's own words"}, b"and more")
RESET = Closed(1, 10.0, "the connection was reset by the peer", clean=False)
FIRST = Connected(1, 2, 0.0, Frame("CONNECTED"))
GONE = Outage(10.0, "reset")


def told(*slices: list[Event], now: float = 100.0) -> list[tuple[str, str, str]]:
    """What is to be told after these slices of a connection."""
    made = Unasked()
    made.take(FIRST, (), "mq1:61613")
    for events in slices:
        for at, event in enumerate(events):
            made.take(event, events[:at], "mq1:61613")
    return list(made.due(now))


def test_an_error_that_answers_nothing_we_sent_is_told_in_the_brokers_words() -> None:
    toast = unasked(ErrorReceived(1, 9, 0.0, ERROR, None, False))
    assert toast == ("00009 the broker's own words", "ERROR from the broker", "error")


def test_a_subscription_that_is_not_made_again_is_told_with_the_reason() -> None:
    toast = unasked(NotSubscribed(2, 0.0, "1", "/queue/q", "no such queue"))
    words = "/queue/q was not made again: no such queue; s subscribes anew"
    assert toast == (words, "Subscription refused", "error")


def test_an_error_that_answers_a_frame_is_left_to_who_sent_it() -> None:
    assert unasked(ErrorReceived(1, 9, 0.0, ERROR, 8, True)) is None


def test_what_ended_is_told_only_when_nobody_asked_for_it() -> None:
    assert unasked(Closed(1, 0.0, "disconnected", clean=True)) is None
    assert unasked(TransactionEnded(1, 0.0, "tx-1", "committed", 1, 1)) is None
    words = unasked(TransactionEnded(1, 0.0, "tx-1", "lost", 2, 1))
    assert words is not None
    assert "tx-1" in words[0]


def test_the_end_of_a_connection_is_told_with_what_it_cost() -> None:
    lost = TransactionEnded(1, 10.0, "tx-1", "lost", 1, 0)
    held = Settled(1, 10.0, (4, 5, 6), Settlement.LOST)
    assert told([lost, held, RESET]) == [
        (
            "the connection was reset by the peer. 3 unsettled. "
            "Lost with what was staged: tx-1; nothing of it was done.",
            "Connection lost",
            "error",
        )
    ]


def test_a_transaction_that_the_broker_gave_up_is_told_by_itself() -> None:
    lost = TransactionEnded(1, 10.0, "tx-1", "lost", 1, 0)
    assert [title for _, title, _ in told([lost], [RESET])] == ["Transaction lost", "Connection lost"]


def test_silence_that_ends_a_connection_is_told_as_its_reason_only() -> None:
    silent = Closed(1, 10.0, "the broker was silent for 21 s", clean=False)
    [(words, title, _)] = told([HeartBeatMissed(1, 10.0, 21.0)], [silent])
    assert (words, title) == ("the broker was silent for 21 s.", "Connection lost")


def test_the_next_connection_is_told_and_not_the_tries_before_it() -> None:
    tries: list[Event] = [
        Retrying(1, 10.0, 1, 0.5, "reset"),
        Closed(2, 11.0, "before CONNECTED", clean=False),
    ]
    back = Connected(3, 12, 22.0, Frame("CONNECTED"))
    [lost, again] = told([RESET], tries, [back])
    assert lost[1] == "Connection lost"
    assert again == (
        "mq1:61613, connection 3, 12s after the last one was lost.",
        "Connected again",
        "information",
    )


def test_a_broker_that_was_tried_before_the_first_connection_is_no_loss() -> None:
    made = Unasked()
    for event in (Closed(1, 0.0, "before CONNECTED", clean=False), Connected(2, 3, 0.1, Frame("CONNECTED"))):
        made.take(event, (), "mq2:61613")
    assert made.outage is None
    assert list(made.due(1.0)) == []


def test_given_up_is_told_with_its_reason() -> None:
    toast = unasked(GivenUp(1, 11.0, "access refused"), GONE)
    assert toast == ("access refused", "Not connected", "error")


def test_silence_and_octets_that_are_no_frame_are_told() -> None:
    silent = unasked(HeartBeatMissed(1, 0.0, 21.0))
    assert silent is not None
    assert "21s" in silent[0]
    broken = unasked(MalformedReceived(1, 3, 0.0, Malformed(b"\0", 0, "a NUL in the command line", "")))
    assert broken is not None
    assert broken[0] == "00003 a NUL in the command line"


def test_many_of_one_cause_are_one_toast_with_their_number() -> None:
    made = Unasked()
    made.take(FIRST, (), "mq1")
    for number in range(3):
        made.take(ErrorReceived(1, number, 0.0, ERROR, None, False), (), "mq1")
    assert list(made.due(1.0)) == [
        ("00002 the broker's own words (3 in all)", "ERROR from the broker", "error")
    ]
    made.take(ErrorReceived(1, 3, 0.0, ERROR, None, False), (), "mq1")
    assert list(made.due(1.0 + TOAST / 2)) == []
    assert list(made.due(1.0 + TOAST)) == [("00003 the broker's own words", "ERROR from the broker", "error")]
    assert list(made.due(99.0)) == []
