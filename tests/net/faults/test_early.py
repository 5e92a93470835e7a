"""Servers that speak, or end, in the very octets that accept the connection: before CONNECT can have left."""

from __future__ import annotations

import pytest

from stomptui import StompError, connect
from tests.net.faults.program import told
from tests.net.peer import CONNECTED, Peer, serving
from tests.net.web_peer import accepting

pytestmark = pytest.mark.filterwarnings("error")

TEXT, CLOSE = 0x81, 0x88


def web_frame(code: int, octets: bytes) -> bytes:
    return bytes((code, len(octets))) + octets


async def refused(*early: bytes) -> str:
    """What connecting says to a WebSocket server whose answer has these frames right behind it."""

    async def script(peer: Peer) -> None:
        request = await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send(accepting(request) + b"".join(early))
        while await peer.reader.read(1000):
            pass

    async with serving(script) as address:
        with pytest.raises(StompError) as caught:
            await connect(f"ws://{address}/stomp")
        return told(caught.value).replace(address, "AT")


async def test_what_is_no_stomp() -> None:
    assert await refused(web_frame(TEXT, b"* OK ready\r\n")) == (
        r"RemoteProtocolError: AT: what answers there does not speak STOMP, it began with b'* OK ready\r\n'; "
        "is STOMP spoken at /stomp?"
    )


async def test_what_is_no_stomp_and_the_end() -> None:
    assert await refused(web_frame(TEXT, b"what?"), web_frame(CLOSE, b"\x03\xe8")) == (
        "RemoteProtocolError: AT: what answers there does not speak STOMP, it began with b'what?'; "
        "is STOMP spoken at /stomp?"
    )


async def test_the_end() -> None:
    assert await refused(web_frame(CLOSE, b"\x03\xe8")) == (
        "ConnectionLost: AT: the peer closed the connection before CONNECTED and sent no ERROR; "
        "is STOMP spoken at /stomp?"
    )


async def test_an_error_and_the_end() -> None:
    assert (
        await refused(web_frame(TEXT, b"ERROR\nmessage:full\n\n\0"), web_frame(CLOSE, b"\x03\xe8"))
        == "BrokerError: AT: full"
    )


async def test_connected() -> None:
    async def script(peer: Peer) -> None:
        request = await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send(accepting(request) + web_frame(TEXT, CONNECTED))
        while await peer.reader.read(1000):
            pass

    async with serving(script) as address:
        client = await connect(f"ws://{address}/stomp")
        assert client.state.version == "1.2"
        client.abort_connection()
