"""What became of each SEND: by its receipt, by an ERROR that names it, or one that names none."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from stomptui.commands.replay_flight import WINDOW, WINDOW_OCTETS, Flight, Sent
from stomptui.stomp.events import Closed, Confirmed, ErrorReceived, Event
from stomptui.stomp.frame import Frame


class Notes:
    """Remembers what was noted, last word first."""

    def __init__(self) -> None:
        self.said: dict[int, str] = {}

    def confirmed(self, ids: Iterable[int]) -> None:
        self.said.update(dict.fromkeys(ids, "confirmed"))

    def rejected(self, id_: int) -> None:
        self.said[id_] = "rejected"


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def flight(notes: Notes) -> Flight:
    """Four SENDs in flight: frames 11 to 14, made of records 1 to 4."""
    flight = Flight(notes)
    for at, place in enumerate(("/queue/a", "/exchange/none/key", "/queue/a", "/exchange/none/key"), 1):
        flight.depart(10 + at, Sent(at, place, 100, float(at)))
    return flight


def confirmed(number: int) -> Event:
    return Confirmed(1, 0.0, number, "SEND", 0.001)


def error(words: str, answers: int | None = None, sure: bool = False) -> Event:
    return ErrorReceived(1, 99, 0.0, Frame("ERROR", [("message", words)]), answers, sure)


def closed(why: str = "the broker closed the connection") -> Event:
    return Closed(1, 0.0, why, False)


def refused(flight: Flight) -> list[tuple[int | None, bool]]:
    return [(each.sent and each.sent.id, each.sure) for each in flight.refusals]


def test_receipts_in_any_order(flight: Flight, notes: Notes) -> None:
    flight.learn([confirmed(13), confirmed(11), confirmed(99)])
    assert (flight.confirmed, flight.octets, list(flight.waiting)) == (2, 200, [12, 14])
    assert notes.said == {1: "confirmed", 3: "confirmed"}
    flight.over("it ended")
    assert [(sent.id, why) for sent, why in flight.unknown] == [(2, "it ended"), (4, "it ended")]
    assert notes.said == {1: "confirmed", 3: "confirmed"}


def test_an_error_that_names_its_frame(flight: Flight, notes: Notes) -> None:
    flight.learn([error("no", 12, sure=True)])
    assert refused(flight) == [(2, True)] and notes.said == {2: "rejected"}
    assert list(flight.waiting) == [11, 13, 14] and not flight.doubts


def test_an_error_that_names_none_is_about_what_stays_without_a_receipt(flight: Flight, notes: Notes) -> None:
    """The session takes the frame sent last for the culprit; its receipt tells otherwise."""
    flight.learn([error("Unknown destination", 14)])
    flight.learn([confirmed(11), confirmed(14)])
    assert not flight.resolvable and not flight.refusals
    flight.learn([confirmed(13)])
    assert flight.resolvable
    flight.resolve()
    assert refused(flight) == [(2, True)] and notes.said[2] == "rejected"
    assert flight.confirmed == 3 and not flight.waiting and not flight.doubts


def test_two_errors_in_the_order_of_the_frames(flight: Flight) -> None:
    flight.learn([error("first", 14), error("second", 13), confirmed(11), confirmed(13)])
    flight.resolve()
    assert [(each.sent and each.sent.id, each.words) for each in flight.refusals] == [
        (2, "first"),
        (4, "second"),
    ]


def test_an_error_about_none_of_them(flight: Flight) -> None:
    flight.learn([error("out of disk"), *(confirmed(number) for number in range(11, 15))])
    flight.resolve()
    assert refused(flight) == [(None, True)] and flight.confirmed == 4


def test_before_the_end_an_error_that_quotes_a_destination_names_it(flight: Flight, notes: Notes) -> None:
    flight.learn([error("NOT_FOUND - no exchange 'none' in vhost '/'", 14), confirmed(11), closed()])
    flight.over("the broker closed the connection")
    assert refused(flight) == [(2, True)] and notes.said == {1: "confirmed", 2: "rejected"}
    assert [sent.id for sent, _ in flight.unknown] == [3, 4]


def test_before_the_end_an_error_that_quotes_nothing_leaves_all_unknown(flight: Flight, notes: Notes) -> None:
    flight.learn([error("CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'")])
    flight.learn([confirmed(11), confirmed(12), confirmed(13), closed()])
    flight.over("the broker closed the connection")
    assert refused(flight) == [(4, False)] and 4 not in notes.said
    assert [sent.id for sent, _ in flight.unknown] == [4]


def test_what_a_dying_channel_says_of_all_that_follows_is_told_once(flight: Flight) -> None:
    """RabbitMQ answers `Processing error` to what comes behind the one that it means."""
    flight.learn([error("NOT_FOUND - no exchange 'none'"), *(error("Processing error"),) * 2, closed()])
    flight.over("the broker closed the connection")
    assert [(each.words, each.sure) for each in flight.refusals] == [
        ("NOT_FOUND - no exchange 'none'", True),
        ("Processing error", False),
    ]
    assert [sent.id for sent, _ in flight.unknown] == [1, 3, 4]


def test_the_window_is_bounded_in_frames_and_in_octets(notes: Notes) -> None:
    many, large = Flight(notes), Flight(notes)
    for number in range(WINDOW):
        assert not many.full
        many.depart(number, Sent(number, "/q", 1, 0.0))
    assert many.full
    large.depart(1, Sent(1, "/q", WINDOW_OCTETS, 0.0))
    assert large.full
    large.learn([confirmed(1)])
    assert not large.full
