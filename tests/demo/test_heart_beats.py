"""Heart-beats: agreed on, sent, expected, and left out by a fault."""

from __future__ import annotations

import pytest

from stomptui.demo import Broker, Faults
from stomptui.demo.connection import BEAT_MARGIN
from stomptui.stomp import frame as frames
from tests.demo.client import Client, connected, socket


async def beats(client: Client, count: int) -> None:
    """Read until so many heart-beats have come."""
    got = 0
    while got < count:
        data = await client.reader.read(1)
        assert data == b"\n"
        got += 1


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ((10_000, 10_000), "10000,10000"),
        ((5_000, 0), "0,5000"),
        ((0, 300), "300,0"),
        ((1, 1), "10,10"),
        ((0, 0), "0,0"),
    ],
)
async def test_the_broker_agrees_to_what_is_asked(
    demo: Broker, asked: tuple[int, int], answered: str
) -> None:
    async with socket(demo) as client:
        client.write(frames.connect("/", heart_beat=asked))
        assert (await client.frame()).first("heart-beat") == answered


async def test_1_0_has_none(demo: Broker) -> None:
    async with socket(demo) as client:
        client.octets(b"CONNECT\nheart-beat:10,10\n\n\0")
        assert (await client.frame()).first("heart-beat") is None


async def test_the_broker_keeps_its_promise(demo: Broker) -> None:
    async with connected(demo, heart_beat=(0, 10)) as client:
        await beats(client, 5)
        assert demo.connections[0].beats >= 5


async def test_a_client_that_keeps_its_promise_stays(demo: Broker) -> None:
    period, theirs = 0.05, 0.01
    patience = 2 * period + BEAT_MARGIN
    async with connected(demo, heart_beat=(round(period * 1000), round(theirs * 1000))) as client:
        for _ in range(
            int(2 * patience / (theirs / 2))
        ):  # theirs come at half the period: they are the clock
            await beats(client, 1)
            client.octets(b"\n")
        await client.quiet()


async def test_a_client_that_breaks_its_promise_is_cut_without_error(demo: Broker) -> None:
    async with connected(demo, heart_beat=(10, 0)) as client:
        assert await client.closed() == b""


async def test_no_heart_beats_is_a_broken_promise(demo: Broker) -> None:
    async with (
        Broker(faults=Faults(no_heart_beats=True)) as mute,
        connected(mute, heart_beat=(0, 10)) as faulty,
        connected(demo, heart_beat=(0, 10)) as fine,
    ):
        await beats(fine, 10)
        await faulty.quiet()
        assert faulty.beats == 0


async def test_silence_goes_for_heart_beats_too(demo: Broker) -> None:
    async with (
        Broker() as silenced,
        connected(silenced, heart_beat=(0, 10)) as faulty,
        connected(demo, heart_beat=(0, 10)) as fine,
    ):
        await beats(faulty, 1)
        silenced.faults.silent_after = 0
        written = silenced.connections[0].beats
        await beats(fine, 10)
        assert silenced.connections[0].beats == written
