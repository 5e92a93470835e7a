"""Which step of connecting took too long."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import pytest

from stomptui import Client, TimedOut, connect, parse_uri
from stomptui.net.explain import no_connection_in_time
from stomptui.net.stage import Stage, stage, stage_of
from tests.net.conftest import Clock
from tests.net.peer import Peer, serving


async def test_the_look_up_of_the_name(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def never(*_: object, **__: object) -> list[object]:
        answered.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    try:
        going = asyncio.ensure_future(connect("stomp://mq1").__aenter__())
        await asyncio.sleep(0)
        await clock.forward(10)
        with pytest.raises(TimedOut) as caught:
            await going
    finally:
        answered.set()
    assert str(caught.value) == (
        "mq1: the look-up of this name was not answered within 10 s; "
        "check the network, or use the address itself"
    )


@asynccontextmanager
async def swallowing() -> AsyncIterator[int]:
    """A port whose queue of connections is full: the kernel drops who else knocks, as a firewall does."""
    with ExitStack() as sockets:
        server = sockets.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(3):
            guest = sockets.enter_context(socket.socket())
            guest.setblocking(False)
            guest.connect_ex(server.getsockname())
        yield server.getsockname()[1]


async def in_time(clock: Clock, going: Coroutine[Any, Any, Client]) -> Client:
    """What comes of connecting, while seconds pass as hundredths."""
    task = asyncio.ensure_future(going)
    while not task.done():
        await clock.forward(0.1)
        await asyncio.wait((task,), timeout=0.001)
    return task.result()


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels answer for a full queue")
async def test_an_address_that_swallows_everything(clock: Clock) -> None:
    async with swallowing() as port:
        with pytest.raises(TimedOut) as caught:
            await in_time(clock, connect(f"stomp://127.0.0.1:{port}").__aenter__())
    assert str(caught.value) == (
        f"127.0.0.1:{port}: no connection within 10 s; check host and port, a firewall may swallow it"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels answer for a full queue")
async def test_an_address_that_swallows_everything_leaves_time_for_the_next(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.answer()

    async with swallowing() as port, serving(script) as address:
        places = [("127.0.0.1", port), ("127.0.0.1", int(address.partition(":")[2]))]
        both = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", place) for place in places]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
        client = await in_time(clock, connect("stomp://mq1?timeout=1000").__aenter__())
        assert client.state.server == "scripted/1"
        client.abort_connection()


async def test_the_outermost_stage_is_named() -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0):
            with stage(Stage.PROXY), stage(Stage.NAME):
                await asyncio.Event().wait()
    assert stage_of(caught.value) is Stage.PROXY


async def test_no_stage() -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0):
            await asyncio.Event().wait()
    assert stage_of(caught.value) is None
    assert stage_of(TimeoutError()) is None


@pytest.mark.parametrize(
    ("which", "words"),
    [
        (Stage.NAME, "mq1: the look-up of this name was not answered within 10 s"),
        (Stage.CONNECT, "mq1:1: no connection within 10 s; check host and port, a firewall may swallow it"),
        (Stage.PROXY, "mq1:1: the proxy did not connect within 10 s"),
        (Stage.TLS, "mq1:1: the TLS handshake was not answered within 10 s"),
        (Stage.WEBSOCKET, "mq1:1: the WebSocket handshake was not answered within 10 s"),
        (None, "mq1:1: no connection within 10 s"),
    ],
)
def test_each_has_its_words(which: Stage | None, words: str) -> None:
    assert no_connection_in_time(parse_uri("mq1:1"), which).startswith(words)
