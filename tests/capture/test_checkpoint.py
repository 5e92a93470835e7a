"""A recording writes the states of its connection down as it goes, exact to the record."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from stomptui import brokers
from stomptui.capture import checkpoint, recordings
from stomptui.capture.moment import Moments
from stomptui.capture.store import Capture
from stomptui.demo import Broker
from stomptui.net.client import Client
from stomptui.net.connect import connect
from stomptui.stomp.events import Event
from stomptui.stomp.snapshot import snapshot

PATIENCE = 30.0


async def test_what_is_written_is_the_state_at_that_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY", 20)
    path = tmp_path / "a.stomptui"
    capture = Capture(recording=recordings.record(path), recognise=brokers.recognise)
    holder: list[Client] = []
    capture.states = lambda: [client.state for client in holder]
    arrived = asyncio.Event()

    def on_events(events: list[Event]) -> None:
        capture.extend(events)
        arrived.set()

    async with Broker() as broker:
        for number in range(200):
            broker.publish("/queue/q", f"{number}")
        async with connect(broker.uri, on_events=on_events) as client:
            holder.append(client)
            await client.subscribe("/queue/q", ack="client-individual", prefetch=7, deliver=False)
            for _ in range(60):
                async with asyncio.timeout(PATIENCE):
                    while not client.state.ledger:
                        arrived.clear()
                        await arrived.wait()
                await client.ack(next(iter(client.state.ledger)), receipt=True)
    assert capture.close(PATIENCE) == path
    db = recordings.opened(path).look
    written = [id_ for (id_,) in db.execute("SELECT id FROM checkpoint ORDER BY id")]
    assert len(written) > 4 and all(b - a >= 20 for a, b in pairwise(written))
    with_them = {id_: snapshot(Moments(db, brokers.recognise).at(id_).state) for id_ in written}
    db.close()
    bare = recordings.record(path)
    bare.db.execute("DELETE FROM checkpoint")
    folded = {id_: snapshot(Moments(bare.db, brokers.recognise).at(id_).state) for id_ in written}
    bare.close(keep=True)
    for id_ in written:
        for data in (with_them[id_], folded[id_]):
            data.pop("last_received")
        assert with_them[id_] == folded[id_]
