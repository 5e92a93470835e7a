"""Connecting from one address of this machine."""

from __future__ import annotations

import asyncio
import socket
import sys
from dataclasses import replace

import pytest

from stomptui import Backoff, ConnectionLost, connect, parse_uri
from tests.brokers.certificates import Certificates
from tests.net.peer import Peer, serving
from tests.net.secure import server_context
from tests.net.test_websocket_proxy import VARIABLES, HttpProxy
from tests.net.web_peer import WebPeer, web_serving

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere 127.0.0.1 is the only one of its net"
)

OWN = "127.0.0.5"

NOWHERE = "203.0.113.7"
"""An address of nobody: RFC 5737."""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """One that names no proxy."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def free_port(host: str = OWN) -> int:
    with socket.socket() as one:
        one.bind((host, 0))
        port: int = one.getsockname()[1]
        return port


@pytest.mark.parametrize("tls", [False, True])
async def test_stomp_comes_from_it(certificates: Certificates, tls: bool) -> None:
    ends: list[tuple[str, int]] = []

    async def script(peer: Peer) -> None:
        ends.append(peer.writer.get_extra_info("peername"))
        await peer.accept()
        await peer.answer()

    async with serving(script, server_context(certificates) if tls else None) as address:
        where = f"stomp+ssl://{address}?ca={certificates.ca}&" if tls else f"stomp://{address}?"
        port = free_port()
        async with connect(f"{where}bind={OWN}"):
            pass
        async with connect(f"{where}bind={OWN}:{port}"):
            pass
    assert [host for host, _ in ends] == [OWN, OWN]
    assert ends[1][1] == port


@pytest.mark.parametrize("tls", [False, True])
async def test_a_websocket_comes_from_it(certificates: Certificates, tls: bool) -> None:
    ends: list[str] = []

    async def script(peer: WebPeer) -> None:
        ends.append(peer.web.remote_address[0])
        await peer.accept()
        await peer.answer()

    async with web_serving(script, ssl=server_context(certificates) if tls else None) as uri:
        trust = f"ca={certificates.ca}&" if tls else ""
        async with connect(f"{uri.replace('ws:', 'wss:') if tls else uri}?{trust}bind={OWN}"):
            pass
    assert ends == [OWN]


async def test_a_proxy_is_reached_from_it(environment: pytest.MonkeyPatch) -> None:
    ends: list[str] = []
    proxy = HttpProxy()

    async def script(peer: WebPeer) -> None:
        await peer.accept()
        await peer.answer()

    async def through(peer: Peer) -> None:
        ends.append(peer.writer.get_extra_info("peername")[0])
        await proxy(peer)

    async with serving(through) as address, web_serving(script) as uri:
        environment.setenv("ws_proxy", f"http://{address}")
        async with connect(f"{uri}?bind={OWN}"):
            pass
        with pytest.raises(ConnectionLost, match=r"bind=203\.0\.113\.7: this machine has no such address"):
            await connect(f"{uri}?bind={NOWHERE}")
    assert ends == [OWN]


async def failure(uri: str) -> str:
    with pytest.raises(ConnectionLost) as caught:
        await connect(uri)
    assert "\n" not in str(caught.value)
    return str(caught.value)


async def test_an_address_of_another_machine() -> None:
    async with serving(Peer.answer) as address:
        words = await failure(f"stomp://{address}?bind={NOWHERE}")
    assert words == (
        f"bind={NOWHERE}: this machine has no such address now; correct bind= in the URI, or leave it out"
    )


async def test_a_zone_that_does_not_exist() -> None:
    words = await failure("stomp://[::1]:1?bind=fe80::1%25nowhere")
    assert words.startswith("bind=fe80::1%nowhere: this machine has no such address now")


async def test_the_other_family() -> None:
    async with serving(Peer.answer) as address:
        words = await failure(f"stomp://{address}?bind=::1")
    assert words == "127.0.0.1: bind=::1 is IPv6, and this host has no IPv6 address"


async def test_a_name_with_both_is_reached_in_the_family_of_it() -> None:
    """Whatever `localhost` gives first."""

    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.answer()

    async with (
        serving(script) as address,
        connect(f"stomp://localhost:{address.split(':')[1]}?bind={OWN}") as client,
    ):
        await client.ping()


async def test_a_port_that_is_in_use() -> None:
    async with serving(Peer.answer) as address:
        words = await failure(f"stomp://{address}?bind={address}")
    assert words == f"bind={address}: this port is in use; correct bind= in the URI, or leave it out"


async def test_a_port_from_which_there_is_a_connection_already() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.answer()

    async with serving(script) as address:
        place = f"{OWN}:{free_port()}"
        async with connect(f"stomp://{address}?bind={place}"):
            words = await failure(f"stomp://{address}?bind={place}")
        assert words == (
            f"{address}: bind={place}: this port has a connection to it already, or had one just now"
        )


async def test_an_address_from_which_no_way_leads_there() -> None:
    words = await failure(f"stomp://{NOWHERE}?bind=127.0.0.1")
    assert words == (
        f"{NOWHERE}:61613: bind=127.0.0.1: no way leads there from this address of this machine; "
        "name another, or none"
    )


async def test_a_connection_that_is_made_again_comes_from_it_too() -> None:
    ends: list[str] = []
    twice = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.accept()
        ends.append(peer.writer.get_extra_info("peername")[0])
        if len(ends) == 1:
            peer.reset()
        else:
            twice.set()
            await peer.answer()

    async with serving(script) as address:
        endpoint = replace(parse_uri(f"stomp://{address}"), bind=(OWN, 0))
        async with connect(endpoint, reconnect=Backoff(first=0.001)):
            await twice.wait()
    assert ends == [OWN, OWN]
