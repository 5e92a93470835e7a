"""Which step of connecting took too long."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from stomptui import TimedOut, connect, parse_uri
from stomptui.net.explain import no_connection_in_time
from stomptui.net.stage import Stage, stage, stage_of
from tests.net.conftest import Clock


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
