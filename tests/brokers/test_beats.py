"""What the real brokers do to a client whose heart-beats are withheld, or late."""

from __future__ import annotations

import asyncio

from stomptui import brokers, connect
from tests.brokers.real import RealBroker


def beating(broker: RealBroker) -> str:
    return broker.uri_for(broker.login, broker.passcode, query="heartbeat=1")


async def test_it_closes_the_connection_when_they_are_withheld(broker: RealBroker) -> None:
    async with connect(beating(broker)) as client:
        assert client.state.beats.send == 1.0
        patience = brokers.words(client.state.dialect).silence_closes
        assert patience is not None
        client.withhold_beats(30)
        async with asyncio.timeout(20):
            closed = await client.closed
        assert closed.reason == "the broker closed the connection and sent no ERROR"
        silence = closed.time - (client.state.last_sent or 0.0)
        # It looks once a period: the last one may be cut short.
        assert patience - 1.2 < silence < patience + 1.0, silence
        assert client.state.beats_omitted >= patience - 1
        assert client.session.unruly is None


async def test_frames_are_signs_of_life_while_they_are_withheld(broker: RealBroker) -> None:
    async with connect(beating(broker)) as client:
        client.withhold_beats(30)
        sent = client.state.beats_sent
        for _ in range(10):
            await asyncio.sleep(0.5)
            await client.ping()
        assert client.state.beats_sent == sent
        assert not client.closed.done()
