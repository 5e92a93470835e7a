"""Replays into the embedded broker over real sockets: all, refused, cut off, silent, interrupted, resumed."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from stomptui.capture.pace import Pace
from stomptui.capture.replay import Choice
from stomptui.commands.replay_flight import WINDOW
from stomptui.commands.replay_run import End
from stomptui.demo import Broker, Faults
from stomptui.stomp.errors import ConnectionLost
from stomptui.stomp.frame import Frame
from tests.capture.recorded import capture, send
from tests.commands.replaying import Run

BINARY = bytes(range(256))


def bodies(broker: Broker) -> list[bytes]:
    return [frame.body for frame in broker.received if frame.command == "SEND"]


def numbered(tmp_path: Path, count: int, odd: dict[int, Frame] | None = None) -> Path:
    """A capture of SENDs to /queue/a with their record ids for bodies, but for some."""
    odd = odd or {}
    kept = [odd.get(id_, send("/queue/a", b"%d" % id_)) for id_ in range(1, count + 1)]
    return capture(tmp_path / "a.stomptui", kept)


async def test_all_is_confirmed_in_order_octet_for_octet(tmp_path: Path) -> None:
    kept = [
        send("/queue/a", BINARY, ("x", "a:b\\\n\r"), ("x", "2"), ("receipt", "old"), ("é", "ü")),
        send("/queue/a"),
        *(send("/topic/t", b"%d" % number) for number in range(3 * WINDOW)),
    ]
    path = capture(tmp_path / "a.stomptui", kept)
    async with Broker() as broker:
        run = Run(path, broker.uri)
        done = await run()
        sent = [frame for frame in broker.received if frame.command == "SEND"]
    assert (
        done.end is End.DONE and done.flight.confirmed == done.sent == len(kept) and run.told[-1] == len(kept)
    )
    assert [frame.body for frame in sent] == [frame.body for frame in kept]
    assert [pair for pair in sent[0].headers if pair[0] != "receipt"] == [
        ("destination", "/queue/a"),
        ("x", "a:b\\\n\r"),
        ("x", "2"),
        ("é", "ü"),
        ("content-length", "256"),
    ]
    assert sent[0].all("receipt") != ["old"] and len(sent[0].all("receipt")) == 1
    assert run.progress.confirmed == set(range(1, len(kept) + 1))


async def test_no_more_than_the_window_waits_for_receipts(tmp_path: Path) -> None:
    path = numbered(tmp_path, WINDOW + 50)
    async with Broker(faults=Faults(no_receipts=True)) as broker:
        run = Run(path, broker.uri, patience=1.0)
        going = asyncio.create_task(run())
        await broker.until(lambda: len(bodies(broker)) == WINDOW)
        done = await going
        assert len(bodies(broker)) == WINDOW
    assert done.end is End.LATE and done.flight.confirmed == 0
    assert {why for _, why in done.flight.unknown} == {"no receipt within 1 s"}
    assert run.progress.unknown == set(range(1, WINDOW + 1))


async def test_it_stops_at_the_first_that_is_refused_and_says_which(tmp_path: Path) -> None:
    path = numbered(tmp_path, 1000, {5: send("nowhere", b"5")})
    async with Broker() as broker:
        done = await Run(path, broker.uri)()
        received = len(bodies(broker))
    (refusal,) = done.flight.refusals
    assert done.end is End.REJECTED and refusal.sure and refusal.sent is not None
    assert (refusal.sent.id, refusal.sent.destination) == (5, "nowhere")
    assert "unknown destination" in refusal.words and refusal.error is not None
    assert received <= 5 + WINDOW and done.flight.confirmed == received - 1 and not done.flight.unknown


async def test_keep_going_sends_the_rest(tmp_path: Path) -> None:
    odd = {5: send("nowhere", b"5"), 9: send("nowhere", b"9"), 700: send("nowhere", b"700")}
    path = numbered(tmp_path, 700, odd)
    async with Broker() as broker:
        run = Run(path, broker.uri, keep_going=True)
        done = await run()
        assert len(bodies(broker)) == 700
    assert done.end is End.DONE and done.flight.confirmed == 697
    assert [refusal.sent and refusal.sent.id for refusal in done.flight.refusals] == [5, 9, 700]
    assert run.progress.rejected == {5, 9, 700} and not run.progress.unknown


async def test_keep_going_connects_again_where_a_refusal_closes(tmp_path: Path) -> None:
    path = numbered(tmp_path, 40, {5: send("nowhere", b"5"), 30: send("nowhere", b"30")})
    async with Broker(faults=Faults(errors_close=True)) as broker:
        run = Run(path, broker.uri, Choice(pace=Pace(None, 400.0)), keep_going=True)
        done = await run()
        received = bodies(broker)
    assert done.end is End.DONE
    assert [refusal.sent and refusal.sent.id for refusal in done.flight.refusals] == [5, 30]
    assert len(received) == len(set(received))  # nothing twice
    lost = {sent.id for sent, _ in done.flight.unknown}
    assert done.flight.confirmed == 38 - len(lost) and run.progress.unknown == lost


async def test_a_lost_connection_leaves_unknown_what_was_in_flight_and_resume_does_the_rest(
    tmp_path: Path,
) -> None:
    path = numbered(tmp_path, 600)
    async with Broker(faults=Faults(close_after=100)) as broker:
        first = Run(path, broker.uri, keep_going=True)
        done = await first()
        broker.faults.close_after = None
        before = first.progress
        assert done.end is End.CLOSED and done.flight.confirmed == len(before.confirmed) == 99
        assert 0 < len(before.unknown) <= WINDOW and before.unknown == {s.id for s, _ in done.flight.unknown}
        second = Run(path, broker.uri)
        resumed = await second()
        assert resumed.end is End.DONE and resumed.flight.confirmed == 600 - 99 - len(before.unknown)
        assert second.progress.unknown == before.unknown
        third = Run(path, broker.uri, again_unknown=True)
        await third()
        received = bodies(broker)
    assert len(third.progress.confirmed) == 600 and not third.progress.unknown
    assert set(received) == {b"%d" % id_ for id_ in range(1, 601)}
    twice = {int(body) for body in received if received.count(body) > 1}
    assert twice <= before.unknown


async def test_a_signal_stops_it_and_what_is_in_flight_may_still_be_confirmed(tmp_path: Path) -> None:
    path = numbered(tmp_path, 100)
    async with Broker() as broker:
        run = Run(path, broker.uri, Choice(pace=Pace()))  # one a second
        going = asyncio.create_task(run())
        await broker.until(lambda: len(bodies(broker)) == 1)
        os.kill(os.getpid(), signal.SIGINT)
        done = await going
        assert bodies(broker) == [b"1"]
    assert (done.end, done.signal) == (End.SIGNAL, signal.SIGINT)
    assert run.progress.confirmed == {1} and not run.progress.unknown


async def test_a_second_signal_waits_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stomptui.commands.replay_run.BRIEF", 1000.0)
    path = numbered(tmp_path, 100)
    async with Broker(faults=Faults(no_receipts=True)) as broker:
        run = Run(path, broker.uri)
        going = asyncio.create_task(run())
        await broker.until(lambda: len(bodies(broker)) == 100)
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        await broker.until(lambda: broker.received[-1].command == "DISCONNECT")
        broker.drop_connections()  # it would wait for the receipt of that
        done = await going
    assert done.signal == signal.SIGTERM and len(done.flight.unknown) == 100
    assert {why for _, why in done.flight.unknown} == {"stopped before its receipt came"}


async def test_a_signal_while_it_connects(tmp_path: Path) -> None:
    path = numbered(tmp_path, 1)
    async with Broker(faults=Faults(silent_after=0)) as broker:
        run = Run(path, broker.uri)
        going = asyncio.create_task(run())
        await broker.until(lambda: bool(broker.received))
        os.kill(os.getpid(), signal.SIGINT)
        done = await going
    assert done.end is End.SIGNAL and done.sent == 0 and not run.progress.unknown


async def test_no_broker_is_told_as_ever(tmp_path: Path) -> None:
    async with Broker() as broker:
        uri = broker.uri
    with pytest.raises(ConnectionLost, match="connection refused"):
        await Run(numbered(tmp_path, 1), uri)()


async def test_a_journal_that_cannot_be_written_stops_it_before_the_next_is_sent(tmp_path: Path) -> None:
    path = numbered(tmp_path, 3)
    async with Broker() as broker:
        run = Run(path, broker.uri)
        os.close(run.journal.file)
        run.journal.file = os.open("/dev/full", os.O_WRONLY)
        done = await run()
        assert bodies(broker) == []
    assert done.end is End.JOURNAL and done.sent == 0


async def test_what_this_version_cannot_write_is_refused_here_and_the_connection_lives(
    tmp_path: Path,
) -> None:
    path = numbered(tmp_path, 4, {2: send("/queue/a", b"2", ("x", "a\nb"))})
    async with Broker() as broker:
        run = Run(path, f"{broker.uri}?version=1.0", keep_going=True)
        done = await run()
        assert bodies(broker) == [b"1", b"3", b"4"]
    (refusal,) = done.flight.refusals
    assert "STOMP 1.0 cannot write that" in refusal.words and refusal.error is None
    assert run.progress.rejected == {2}


async def test_what_is_late_is_sent_all_the_same_and_the_lag_is_known(tmp_path: Path) -> None:
    path = numbered(tmp_path, 30)
    async with Broker(faults=Faults(slow=0.002)) as broker:
        done = await Run(path, broker.uri, Choice(pace=Pace(speed=1e9)))()
        assert len(bodies(broker)) == 30
    assert done.flight.confirmed == 30 and done.late > 0


async def test_it_takes_the_time_of_the_recording(tmp_path: Path) -> None:
    path = numbered(tmp_path, 6)
    async with Broker() as broker:
        done = await Run(path, broker.uri, Choice(pace=Pace(speed=20.0)))()
    assert done.seconds >= 5 / 20
