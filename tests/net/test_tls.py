"""TLS as a transport: octets both ways, back-pressure, and how it ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from stomptui import connect
from stomptui.net.transport import Transport, open_transport
from stomptui.stomp.uri import parse_uri
from tests.brokers.certificates import Certificates
from tests.net.peer import Peer, serving
from tests.net.secure import TLS_1_2, TLS_1_3, blunt, lingering, server_context
from tests.net.web_peer import Ear

BIG = bytes(range(256)) * (12 * 1024)
"""3 MiB."""

both_versions = pytest.mark.parametrize("version", [TLS_1_2, TLS_1_3])


async def opening(address: str, certificates: Certificates) -> tuple[Transport, Ear]:
    ear = Ear()
    return await open_transport(parse_uri(f"stomp+ssl://{address}?ca={certificates.ca}"), ear), ear


Opened = tuple[Transport, Ear]


@asynccontextmanager
async def opened(
    script: Callable[[Peer], Awaitable[None]],
    certificates: Certificates,
    version: ssl.TLSVersion | None = None,
) -> AsyncIterator[Opened]:
    async with serving(script, server_context(certificates, version=version)) as address:
        transport, ear = await opening(address, certificates)
        try:
            yield transport, ear
        finally:
            transport.abort()


@both_versions
async def test_octets_go_both_ways(certificates: Certificates, version: ssl.TLSVersion) -> None:
    async def script(peer: Peer) -> None:
        await peer.send(await peer.reader.readexactly(len(BIG)))

    async with opened(script, certificates, version) as (transport, ear):
        transport.write(BIG)
        assert await ear.end is None
        assert ear.octets == BIG


@pytest.mark.parametrize("paused", [False, True])
async def test_nothing_is_lost_when_the_peer_just_closes(certificates: Certificates, paused: bool) -> None:
    async with blunt(server_context(certificates), BIG) as address:
        transport, ear = await opening(address, certificates)
        if paused:
            transport.pause_reading()
            before = len(ear.octets)
            await held_back(lambda: len(ear.octets))
            assert len(ear.octets) == before
            transport.resume_reading()
        assert await ear.end is None
        assert ear.octets == BIG
        transport.close()
        await transport.gone()


async def held_back(progress: Callable[[], int]) -> None:
    """Wait until `progress` stands still."""
    still = 0
    while still < 1000:
        before = progress()
        await asyncio.sleep(0)
        still = still + 1 if progress() == before else 0


async def test_pausing_holds_the_peer_back(certificates: Certificates) -> None:
    sent, count, piece = 0, 256, 65_536

    async def script(peer: Peer) -> None:
        nonlocal sent
        for number in range(count):
            await peer.send(number.to_bytes(4, "big") * (piece // 4))
            sent += 1

    async with opened(script, certificates) as (transport, ear):
        await ear.until(lambda: len(ear.octets) > piece)
        transport.pause_reading()
        before = len(ear.octets)
        await held_back(lambda: sent)
        assert sent < count
        assert len(ear.octets) == before
        transport.resume_reading()
        assert await ear.end is None
        assert ear.octets == b"".join(number.to_bytes(4, "big") * (piece // 4) for number in range(count))


async def test_a_peer_that_does_not_read(certificates: Certificates) -> None:
    go_on = asyncio.Event()
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def script(peer: Peer) -> None:
        await go_on.wait()
        heard.set_result(await peer.reader.read(-1))

    async with opened(script, certificates) as (transport, ear):
        written = 0
        while not ear.ready:
            transport.write(b"x" * 65_536)
            written += 65_536
            await asyncio.sleep(0)
        assert ear.ready == [False]
        assert transport.backlog() > 0
        go_on.set()
        await ear.until(lambda: ear.ready == [False, True])
        transport.close()
        assert len(await heard) == written


async def test_what_was_written_leaves_before_it_closes(certificates: Certificates) -> None:
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def script(peer: Peer) -> None:
        heard.set_result(await peer.reader.read(-1))  # raises for an end that was not announced

    async with opened(script, certificates) as (transport, ear):
        transport.pause_reading()
        transport.write(BIG)
        transport.close()
        transport.write(b"too late")
        assert await heard == BIG
        await transport.gone()
        assert not ear.end.done()


async def test_it_can_be_cut(certificates: Certificates) -> None:
    cut = asyncio.Event()

    async def script(peer: Peer) -> None:
        try:
            await peer.reader.read(-1)
        finally:
            cut.set()

    async with opened(script, certificates) as (transport, ear):
        transport.abort()
        await transport.gone()
        await cut.wait()
        assert not ear.end.done()


@pytest.mark.parametrize("first", [False, True])
async def test_it_closes_what_is_below_once_both_have_ended(certificates: Certificates, first: bool) -> None:
    async with lingering(server_context(certificates), first=first) as address:
        transport, ear = await opening(address, certificates)
        if first:
            assert await ear.end is None
        transport.close()
        await transport.gone()
        assert ear.end.done() == first


async def test_a_reset(certificates: Certificates) -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.readexactly(1)
        peer.reset()

    async with opened(script, certificates) as (transport, ear):
        transport.write(b"x")
        assert isinstance(await ear.end, ConnectionResetError)


@both_versions
async def test_octets_that_are_no_tls_end_it(certificates: Certificates, version: ssl.TLSVersion) -> None:
    async def script(peer: Peer) -> None:
        await peer.send(b"good")
        await peer.reader.readexactly(1)
        # Around the TLS of this server.
        peer.writer.get_extra_info("socket")._sock.send(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
        await peer.reader.read(1)

    async with opened(script, certificates, version) as (transport, ear):
        await ear.until(lambda: ear.octets == b"good")
        transport.write(b"x")
        assert isinstance(await ear.end, ssl.SSLError)
        assert ear.octets == b"good"


async def test_nothing_raises_once_it_has_ended(certificates: Certificates) -> None:
    async def script(peer: Peer) -> None:
        peer.writer.close()

    async with opened(script, certificates) as (transport, ear):
        await ear.end
        for _ in range(2):
            transport.write(b"x")
            transport.pause_reading()
            transport.resume_reading()
            assert transport.backlog() == 0
            transport.close()
            transport.abort()
        await transport.gone()


async def test_octets_may_come_one_by_one(certificates: Certificates) -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.answer()

    async with serving(script, server_context(certificates)) as behind:

        async def relay(peer: Peer) -> None:
            host, _, port = behind.partition(":")
            reader, writer = await asyncio.open_connection(host, int(port))

            async def forward() -> None:
                while data := await peer.reader.read(65_536):
                    writer.write(data)
                writer.close()

            forwarding = asyncio.ensure_future(forward())
            while octet := await reader.read(1):
                await peer.send(octet)
            await forwarding

        async with serving(relay) as address, connect(f"stomps://{address}?ca={certificates.ca}") as client:
            await client.ping()
        assert client.closed.result().clean


async def test_a_handshake_that_is_given_up_leaves_no_connection(certificates: Certificates) -> None:
    begun, closed = asyncio.Event(), asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.reader.read(65_536)
        begun.set()
        await peer.reader.read(65_536)
        closed.set()

    async with serving(script) as address:
        going = asyncio.ensure_future(opening(address, certificates))
        await begun.wait()
        going.cancel()
        await closed.wait()
        with pytest.raises(asyncio.CancelledError):
            await going
