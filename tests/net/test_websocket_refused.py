"""A server of WebSockets that wants another login: to try again could lock an account."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from stomptui import AccessRefused, GivenUp, Offline, connect
from tests.net.lost import SOON, Told
from tests.net.peer import Peer, serving
from tests.net.web_peer import WebPeer, web_serving


@pytest.mark.parametrize("status", [401, 403])
async def test_one_that_is_refused_to_us_does_not_lead_to_the_next(status: int) -> None:
    asked = 0

    async def refuses(peer: Peer) -> None:
        nonlocal asked
        asked += 1
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())

    async with serving(refuses) as first, serving(refuses) as second:
        with pytest.raises(AccessRefused, match=f"HTTP {status}"):
            await connect(f"failover:(ws://{first},ws://{second})")
        assert asked == 1


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN])
async def test_one_that_wants_another_login_after_a_loss_is_not_tried_again(
    status: HTTPStatus,
) -> None:
    asked = 0

    def first_only(web: ServerConnection, _: Request) -> Response | None:
        nonlocal asked
        asked += 1
        return None if asked == 1 else web.respond(status, "no")

    async def is_lost(peer: WebPeer) -> None:
        await peer.accept()
        peer.reset()

    events = Told()
    async with web_serving(is_lost, process_request=first_only) as uri:
        client = await connect(uri, reconnect=SOON, on_events=events)
        given_up = await events.until(GivenUp)
        assert f"HTTP {status.value}" in given_up.reason
        with pytest.raises(Offline):
            await client.send("/queue/q")
    assert asked == 2
