"""Bodies of every kind and size through the real brokers, octet for octet."""

from __future__ import annotations

import asyncio
import tracemalloc

from stomptui import connect
from tests.brokers.real import RealBroker
from tests.brokers.ways import every_version, every_way, uri

MIB = 1 << 20
LARGE = 64 * MIB
ODD = [b"", b"\0", b"\0\n\n\0", b"\n", b"\r\n", b"MESSAGE\n\n\0", b"\xff\xfe", bytes(range(256)) * 3]


@every_version
async def test_odd_bodies_come_back(broker: RealBroker, version: str, destination: str) -> None:
    async with connect(uri(broker, "tcp", version=version)) as client:
        subscription = await client.subscribe(destination)
        for body in ODD:
            await client.send(destination, body)
        assert [(await anext(subscription)).body for _ in ODD] == ODD


async def test_bodies_without_content_length_come_back(broker: RealBroker, destination: str) -> None:
    bodies = [body for body in ODD if b"\0" not in body]
    async with connect(broker.uri) as client:
        subscription = await client.subscribe(destination)
        for body in bodies:
            await client.send(destination, body, content_length=False)
        assert [(await anext(subscription)).body for _ in bodies] == bodies


@every_way
async def test_64_mib_take_no_more_memory_than_they_must(
    broker: RealBroker, way: str, destination: str
) -> None:
    """Out: the frame, and what the socket has not taken. In: what is gathered, and the frame.

    A WebSocket masks the one, and gathers the other once more.
    """
    body = bytes(range(256)) * (LARGE // 256)
    async with asyncio.timeout(60), connect(uri(broker, way)) as client:
        subscription = await client.subscribe(destination)
        tracemalloc.start()
        try:
            await client.send(destination, body, receipt=True)
            message = await anext(subscription)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert message.body == body
    assert peak < (4.5 if way in ("ws", "wss") else 2.5) * LARGE
