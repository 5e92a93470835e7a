"""Counts by destination and by subscription: from events, from a file, and in bounded room."""

from __future__ import annotations

from pathlib import Path

import pytest

from stomptui.capture import files
from stomptui.capture.counts import LONGEST, Counts, count_on, from_file
from stomptui.capture.store import Capture
from stomptui.capture.stored import insert, row_of
from stomptui.capture.tally import KEPT, Tally
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Event, MessageReceived
from stomptui.stomp.frame import Frame
from tests.capture import made


def came(
    destination: str, time: float, body: bytes = b"12345", subscription: str | None = "s-1", **more: object
) -> MessageReceived:
    event = made.message(4, body, destination=destination, time=time, **more)  # type: ignore[arg-type]
    return event._replace(subscription=subscription)


def counted(*events: Event, limit: int = 100) -> Counts:
    counts = Counts(limit)
    for event in events:
        counts.take([event])
    return counts


def numbers(tally: Tally) -> tuple[int, int, int, int]:
    return tally.received, tally.sent, tally.octets, tally.largest


def test_messages_and_sends_are_counted_with_the_octets_of_their_bodies() -> None:
    send = made.sent(9, frames.send("/queue/a", b"1234567"))._replace(time=3.0)
    counts = counted(
        came("/queue/a", 1.0),
        came("/queue/b", 1.5, b"", "s-2"),
        came("/queue/a", 2.0, b"123", "s-2"),
        send,
        made.sent(10, frames.begin("tx-1")),
        made.receipt(11, None),
    )
    assert {name: numbers(tally) for name, tally in counts.destinations.items()} == {
        "/queue/a": (2, 1, 15, 7),
        "/queue/b": (1, 0, 0, 0),
    }
    assert {name: numbers(tally) for name, tally in counts.subscriptions.items()} == {
        "s-1": (1, 0, 5, 5),
        "s-2": (2, 0, 3, 3),
    }
    assert numbers(counts.total) == (3, 1, 15, 7)


def test_each_message_is_counted_where_it_came_from_however_they_alternate() -> None:
    slice_ = [
        came(f"/queue/{name}", 5.0, b"x" * size, headers=headers)
        for size, (name, headers) in enumerate(
            [("a", ()), ("a", ()), ("bb", ()), ("a", (("x", "y"),)), ("b", ()), ("bb", ()), ("a", ())]
        )
    ]
    counts = Counts()
    counts.take(slice_)
    assert {name: tally.received for name, tally in counts.destinations.items()} == {
        "/queue/a": 4,
        "/queue/bb": 2,
        "/queue/b": 1,
    }
    assert counts.destinations["/queue/bb"].octets == 2 + 5


def test_a_body_that_looks_like_the_header_is_none() -> None:
    plain = came("/queue/a", 1.0)
    at = plain.frame.raw.index(b"\ndestination:")
    head = b"MESSAGE\nsubscription:s-1\nmessage-id:1\n\n"
    body = b"." * (at - len(head)) + b"\ndestination:/queue/a\n"
    bare = made.received(Frame("MESSAGE", (("subscription", "s-1"), ("message-id", "1")), body))
    counts = counted(plain, plain._replace(frame=bare))
    assert {name: tally.received for name, tally in counts.destinations.items()} == {"/queue/a": 1, "": 1}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_escaped_octets_are_counted_under_what_they_mean(version: str) -> None:
    counts = counted(came("/queue/a:b\\c", 1.0, version=version), came("/queue/a:b\\c", 2.0, version=version))
    assert {name: tally.received for name, tally in counts.destinations.items()} == {"/queue/a:b\\c": 2}


def test_a_new_connection_reads_the_same_octets_by_its_own_version() -> None:
    escaped = came("/queue/a:b", 1.0, version="1.2")
    raw = Frame("MESSAGE", (*escaped.frame.headers[:2], ("destination", "/queue/a\\cb")), b"")
    counts = counted(escaped, made.connected(3, "1.0"), escaped._replace(frame=made.received(raw, "1.0")))
    assert list(counts.destinations) == ["/queue/a:b", "/queue/a\\cb"]


def test_the_last_minute_is_remembered_second_by_second() -> None:
    counts = counted(*(came("/queue/a", at) for at in (10.0, 10.9, 11.5, 13.0, 14.2)))
    tally = counts.destinations["/queue/a"]
    assert tally.seconds(14.5, 6) == [0, 0, 2, 1, 0, 1]  # the second from 14 has not ended
    assert tally.seconds(15.0, 6) == [0, 2, 1, 0, 1, 1]
    assert tally.seconds(18.0, 4) == [1, 0, 0, 0]
    assert tally.seconds(90.0, 4) == [0, 0, 0, 0]
    for now in (0.0, 12.0, 14.9, 15.0, 40.0, 90.0, 900.0):
        assert [len(tally.seconds(now, count)) for count in (0, 1, KEPT, KEPT + 9)] == [0, 1, KEPT, KEPT + 9]
    counts.take([came("/queue/a", 14.0 + KEPT)])
    tally = counts.destinations["/queue/a"]
    assert tally.received == 6 and sum(tally.seconds(15.0 + KEPT, KEPT)) == 1


def test_the_rate_is_that_of_five_seconds_and_fades() -> None:
    counts = counted(*(came("/queue/a", at / 10) for at in range(100, 200)))
    assert counts.rate(20.0) == pytest.approx(10.0)
    assert counts.destinations["/queue/a"].rate(22.5) == pytest.approx(5.0)
    assert counts.rate(25.0) == 0.0 and counts.rate(500.0) == 0.0
    young = counted(*(came("/queue/b", 30.0) for _ in range(4)))
    assert young.rate(30.1) == young.rate(31.0) == 4.0 and young.rate(32.0) == 2.0


def test_those_that_were_quiet_for_longest_are_counted_together() -> None:
    counts = counted(*(came(f"/temp-queue/{n}", float(n), subscription=f"s-{n}") for n in range(50)), limit=8)
    assert len(counts.destinations) <= 8 and len(counts.subscriptions) <= 8
    assert "/temp-queue/49" in counts.destinations and "/temp-queue/0" not in counts.destinations
    kept = sum(tally.received for tally in counts.destinations.values())
    assert (kept + counts.others.received, counts.total.received) == (50, 50)
    assert counts.forgotten == 50 - len(counts.destinations)
    assert sum(counts.others.seconds(50.0, 50)) == counts.others.received
    counts.take([came("/temp-queue/0", 51.0)])  # it begins anew
    assert counts.destinations["/temp-queue/0"].received == 1


def test_a_destination_too_long_to_keep_is_one_of_the_others() -> None:
    counts = counted(came("/queue/" + "x" * LONGEST, 1.0), came("/queue/" + "y" * LONGEST, 1.0))
    assert dict(counts.destinations) == {} and counts.others.received == 2


def test_a_file_gives_the_same_as_its_events(tmp_path: Path) -> None:
    events: list[Event] = [made.connected()]
    for n in range(90):
        at = 1000.0 + n
        size = b"x" * (n % 7)
        events.append(came(f"/queue/{n % 3}", at, size, "s-1")._replace(number=2 * n + 3))
        events.append(made.sent(2 * n + 4, frames.send("/topic/t", size))._replace(time=at))
    capture = Capture(offset=lambda: 50.0)
    counts = Counts()
    for event in events:
        capture.extend([event])
        counts.take([event])
    with_file = files.create(tmp_path / "a.stomp")
    records = [capture.record(id_) for id_ in capture.rows(True)]
    insert(with_file, [row_of(record, 3) for record in records if record is not None])
    read = from_file(with_file, offset=50.0)
    half = from_file(with_file, offset=50.0, last=91)
    assert half.total.received + half.total.sent == 90
    assert half.until == 1045.0
    count_on(half, with_file, 91, 10_000, offset=50.0)
    assert numbers(half.total) == numbers(read.total)
    assert half.destinations["/queue/0"].seconds(1090.0, 60) == read.destinations["/queue/0"].seconds(
        1090, 60
    )
    with_file.close()
    assert read.until == counts.until
    assert set(read.destinations) == set(counts.destinations)
    for name, tally in counts.destinations.items():
        assert numbers(read.destinations[name]) == numbers(tally)
        assert read.destinations[name].seconds(1090.0, 60) == tally.seconds(1090.0, 60)
    assert numbers(read.subscriptions["s-1"]) == numbers(counts.subscriptions["s-1"])
    assert numbers(read.total) == numbers(counts.total)
    read.take([came("/queue/0", 1090.5)])
    assert read.destinations["/queue/0"].received == 31


def test_an_empty_file_counts_nothing(tmp_path: Path) -> None:
    db = files.create(tmp_path / "a.stomp")
    assert dict(from_file(db).destinations) == {}
    db.close()
