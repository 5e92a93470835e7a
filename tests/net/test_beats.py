"""Heart-beats on the wire: sent in time, missed ones judged, never while nobody reads."""

from __future__ import annotations

import asyncio

import pytest

from stomptui import Backoff, Connected, LocalProtocolError, Offline, connect
from stomptui.demo import Broker
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Event, HeartBeatMissed, HeartBeatReceived, HeartBeatSent, MessageReceived
from tests.net.conftest import Clock
from tests.net.peer import Peer, message, serving

BEATING = b"CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0\n"


async def silent(peer: Peer) -> None:
    await peer.accept(BEATING)
    await peer.answer()


async def test_a_beat_is_sent_at_half_the_period_and_not_after_other_data(clock: Clock) -> None:
    beats: asyncio.Queue[int] = asyncio.Queue()

    async def script(peer: Peer) -> None:
        await peer.accept(BEATING)
        while data := await peer.reader.read(100):
            await beats.put(data.count(b"\n") if data.strip(b"\n") == b"" else -1)

    events: list[Event] = []
    async with serving(script) as address:
        client = await connect(f"stomp://{address}", on_events=events.extend)
        await clock.forward(5.1)
        assert await beats.get() == 1
        await clock.forward(3)
        await client.send("/queue/q")
        assert await beats.get() == -1
        await clock.forward(3)
        assert beats.empty()
        await clock.forward(2.1)
        assert await beats.get() == 1
        client.abort_connection()
    assert sum(isinstance(event, HeartBeatSent) for event in events) == 2


async def test_a_silent_broker_is_given_up(clock: Clock) -> None:
    events: list[Event] = []
    async with serving(silent) as address:
        client = await connect(f"stomp://{address}", on_events=events.extend)
        await clock.forward(20)
        assert not client.closed.done()
        await clock.forward(1.5)
        ended = await client.closed
    assert ended.reason == "the broker was silent for 22 s though it had promised heart-beats"
    assert sum(isinstance(event, HeartBeatMissed) for event in events) == 1


@pytest.mark.parametrize(("option", "margin"), [("", 30), ("?heartbeat-grace=30", 0)])
async def test_how_late_is_too_late_can_be_set(clock: Clock, option: str, margin: float) -> None:
    async with serving(silent) as address:
        client = await connect(f"stomp://{address}{option}", beat_margin=margin)
        await clock.forward(49)
        assert not client.closed.done()
        await clock.forward(1.5)
        assert "was silent for" in (await client.closed).reason


async def test_a_silent_broker_is_replaced_and_beats_go_on(clock: Clock) -> None:
    beats: asyncio.Queue[int] = asyncio.Queue()
    served = 0

    async def script(peer: Peer) -> None:
        nonlocal served
        served += 1
        await peer.accept(BEATING)
        while served == 2 and (data := await peer.reader.read(100)):
            await beats.put(data.count(b"\n") if data.strip(b"\n") == b"" else -1)
        await peer.answer()

    again = asyncio.Event()

    def take(events: list[Event]) -> None:
        if any(isinstance(event, Connected) and event.connection == 2 for event in events):
            again.set()

    async with serving(script) as address:
        client = await connect(
            f"stomp://{address}", on_events=take, reconnect=Backoff(first=0.01, longest=0.01)
        )
        await clock.forward(21.5)
        await again.wait()
        for _ in range(3):
            await clock.forward(5.1)
            assert await beats.get() == 1
        await clock.forward(6)
        client.abort_connection()


async def test_a_silent_broker_is_only_told_of_where_that_is_asked_for(clock: Clock) -> None:
    missed = asyncio.Event()

    def take(events: list[Event]) -> None:
        if any(isinstance(event, HeartBeatMissed) for event in events):
            missed.set()

    async with serving(silent) as address:
        client = await connect(f"stomp://{address}", on_events=take, close_on_missed_beats=False)
        await clock.forward(30)
        await missed.wait()
        assert client.state.beats_missed == 1
        await client.ping()
        assert not client.closed.done()
        await client.disconnect()


async def test_beats_that_come_keep_it_open(clock: Clock) -> None:
    heard: asyncio.Queue[int] = asyncio.Queue()
    beat = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.accept(BEATING)
        while True:
            await beat.wait()
            beat.clear()
            await peer.send(b"\n")

    def take(events: list[Event]) -> None:
        for event in events:
            if isinstance(event, HeartBeatReceived):
                heard.put_nowait(event.count)

    async with serving(script) as address:
        client = await connect(f"stomp://{address}", on_events=take)
        for _ in range(5):
            await clock.forward(15)
            beat.set()
            assert await heard.get() == 1
        assert client.state.beats_received == 5
        assert not client.closed.done()
        client.abort_connection()


async def test_none_is_missed_while_nobody_reads(clock: Clock) -> None:
    sent = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.accept(BEATING)
        await peer.send(b"\n\n")
        sent.set()
        await peer.answer()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        client.stop_reading()
        await sent.wait()
        await clock.forward(600)
        assert client.state.beats_missed == 0
        client.resume_reading()
        await client.ping()
        assert client.state.beats_missed == 0
        assert client.state.beats_received == 2
        assert not client.closed.done()
        await client.disconnect()


async def test_silence_counts_again_from_when_reading_goes_on(clock: Clock) -> None:
    async with serving(silent) as address:
        client = await connect(f"stomp://{address}")
        client.stop_reading()
        await clock.forward(600)
        client.resume_reading()
        await clock.forward(20)
        assert not client.closed.done()
        await clock.forward(2)
        assert "silent for 62" in (await client.closed).reason


async def test_none_is_missed_while_too_much_is_undelivered(clock: Clock) -> None:
    async def script(peer: Peer) -> None:
        await peer.accept(BEATING)
        await peer.frame()
        for number in range(5000):
            await peer.send(message(number))
        await peer.answer()

    events: list[Event] = []
    full = asyncio.Event()

    def take(told: list[Event]) -> None:
        events.extend(told)
        if sum(isinstance(event, MessageReceived) for event in events) >= 1000:
            full.set()

    async with serving(script) as address:
        client = await connect(f"stomp://{address}", on_events=take)
        subscription = await client.subscribe("/queue/q", receipt=False)
        await full.wait()
        await clock.forward(600)
        got = 0
        async for _ in subscription:
            got += 1
            if got == 5000:
                break
        assert not any(isinstance(event, HeartBeatMissed) for event in events)
        await client.disconnect()


async def test_a_busy_loop_does_not_take_itself_for_a_silent_broker(clock: Clock) -> None:
    """What the broker sent while the loop stood still is read before its silence is judged."""

    async def script(peer: Peer) -> None:
        await peer.accept(BEATING)
        await peer.frame()
        peer.writer.write(b"\n")
        clock.ahead += 30

    async with serving(script) as address:
        client = await connect(f"stomp://{address}")
        client.transmit(frames.send("/queue/q"))
        await client.closed
        assert client.state.beats_missed == 0


async def test_withheld_beats_are_seen_to_by_the_broker_and_end_with_the_connection(clock: Clock) -> None:
    async with Broker() as broker:
        client = await connect(f"{broker.uri}?heartbeat=10")
        with pytest.raises(ValueError, match="between 0 and 600"):
            client.withhold_beats(3600)
        client.withhold_beats(600)
        await client.send("/queue/q", receipt=True)
        await clock.forward(19)
        assert not client.closed.done()
        await clock.forward(30)
        await client.closed
        assert client.session.unruly is None
        with pytest.raises(Offline):
            client.withhold_beats(30)


async def test_beats_are_delayed_and_kept_again(clock: Clock) -> None:
    beats: asyncio.Queue[int] = asyncio.Queue()

    async def script(peer: Peer) -> None:
        await peer.accept(BEATING)
        while data := await peer.reader.read(100):
            await beats.put(len(data))

    async with serving(script) as address:
        client = await connect(f"stomp://{address}", close_on_missed_beats=False)
        client.delay_beats(10, 60)
        await clock.forward(14)
        assert beats.empty() and client.state.beats_omitted == 1
        await clock.forward(1.5)
        assert await beats.get() == 1
        client.withhold_beats(60)
        await clock.forward(6)
        assert beats.empty()
        client.keep_beats()
        await clock.forward(0.1)
        assert await beats.get() == 1
        client.abort_connection()


async def test_a_rule_of_the_caller_may_refuse_it() -> None:
    async with serving(silent) as address:
        client = await connect(f"stomp://{address}", permit=lambda command, *_: f"no {command}")
        with pytest.raises(LocalProtocolError, match="no HEART-BEAT"):
            client.withhold_beats(30)
        assert client.session.unruly is None
        client.abort_connection()
