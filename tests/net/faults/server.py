"""The steps of a scripted server: what it reads, to the octet, what it sends in which pieces, how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.net.conftest import Clock
from tests.net.peer import Peer

Step = Callable[[Peer, Clock], Awaitable[None]]


async def follow(script: tuple[Step, ...], peer: Peer, clock: Clock) -> None:
    """Play all steps, then wait for the client's end of stream: it must write nothing more."""
    for step in script:
        await step(peer, clock)
    rest = b""
    try:
        while not peer.writer.transport.is_closing() and (data := await peer.reader.read(65536)):
            rest += data
    except ConnectionError:
        pass
    assert rest == b""


def reads(octets: bytes) -> Step:
    """Read `octets`, which must be what comes next."""

    async def step(peer: Peer, clock: Clock) -> None:
        got = b""
        while len(got) < len(octets) and octets.startswith(got):
            data = await peer.reader.read(len(octets) - len(got))
            if not data:
                break
            got += data
        assert got == octets

    return step


def sends(*pieces: bytes) -> Step:
    """Send the pieces, each in a write of its own that the client has read before the next."""

    async def step(peer: Peer, clock: Clock) -> None:
        for piece in pieces:
            await peer.send(piece)
            await settled()

    return step


def blurts(octets: bytes) -> Step:
    """Send, and go on before the client has read it: what follows is there at the same time."""

    async def step(peer: Peer, clock: Clock) -> None:
        peer.writer.write(octets)

    return step


def trickles(octets: bytes) -> Step:
    """Send one octet at a time."""
    return sends(*(octets[at : at + 1] for at in range(len(octets))))


def floods(octets: bytes, times: int) -> Step:
    """Send `octets` over and over, cut where no frame ends."""

    async def step(peer: Peer, clock: Clock) -> None:
        data = octets * times
        for at in range(0, len(data), 50_001):
            await peer.send(data[at : at + 50_001])

    return step


def passes(seconds: float) -> Step:
    """Let so much time pass on the client's clock, once it waits."""

    async def step(peer: Peer, clock: Clock) -> None:
        await settled()
        await clock.forward(seconds)

    return step


async def closes(peer: Peer, clock: Clock) -> None:
    """End the stream, and close; everything that the client wrote must have been read."""
    peer.writer.close()


async def half_closes(peer: Peer, clock: Clock) -> None:
    """End the stream to the client, and go on reading."""
    peer.writer.write_eof()


async def resets(peer: Peer, clock: Clock) -> None:
    """End the connection with RST."""
    peer.reset()


async def stops_reading(peer: Peer, clock: Clock) -> None:
    """Read nothing any more; the script must end the connection itself."""
    peer.writer.transport.pause_reading()
    for _ in range(20):
        await settled()


async def settled() -> None:
    """Let the client read what was sent, and do what it does next."""
    for _ in range(5):
        await asyncio.sleep(0)
