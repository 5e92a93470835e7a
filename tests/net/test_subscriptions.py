"""What a subscription leaves behind when it is refused, cancelled, or read by tasks that come and go."""

from __future__ import annotations

import asyncio

import pytest

from stomptui import BrokerError, Connected, ErrorReceived, LocalProtocolError, connect
from stomptui.net.delivery import HIGH_WATER
from stomptui.stomp.frame import Frame
from tests.net.lost import SOON, Script, Told, in_turn, subscribed
from tests.net.peer import Peer, message, serving


def refusing(*deliveries: bytes) -> Script:
    """Deliver what is on its way already, refuse the SUBSCRIBE, and stay."""

    async def script(peer: Peer) -> None:
        await peer.accept()
        receipt = (await peer.frame()).first("receipt")
        await peer.send(b"".join(deliveries))
        await peer.send(f"ERROR\nmessage:no such queue\nreceipt-id:{receipt}\n\n\0".encode())
        await peer.answer()

    return script


async def test_what_came_before_a_refusal_holds_up_nobody() -> None:
    early = (message(number) for number in range(HIGH_WATER))
    async with serving(refusing(*early)) as address, connect(f"stomp://{address}") as client:
        with pytest.raises(BrokerError, match="no such queue"):
            await client.subscribe("/queue/q")
        assert client.undelivered == 0
        await client.send("/queue/q", receipt=True)


async def test_what_was_kept_is_given_out_before_the_refusal_of_a_new_connection() -> None:
    events = Told()
    lost = subscribed(message(1, b"1"), message(2, b"2"))
    async with (
        serving(in_turn(lost, refusing())) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        subscription = await client.subscribe("/queue/q", ack="auto")
        await events.until(ErrorReceived)
        assert [(await anext(subscription)).body, (await anext(subscription)).body] == [b"1", b"2"]
        with pytest.raises(BrokerError, match="could not be made again: no such queue"):
            await anext(subscription)
        assert client.undelivered == 0


async def test_an_id_that_is_yet_to_be_made_again_is_taken() -> None:
    confirm = asyncio.Event()
    made: list[Frame] = []

    async def first(peer: Peer) -> None:
        await peer.accept()
        for _ in range(2):
            await peer.receipt(await peer.frame())

    async def second(peer: Peer) -> None:
        await peer.accept()
        for number in range(2):
            made.append(await peer.frame())
            await confirm.wait()
            await peer.receipt(made[number])
        await peer.send(message(1, b"of b", "b"))
        await peer.answer()

    events = Told()
    async with (
        serving(in_turn(first, second)) as address,
        connect(f"stomp://{address}", reconnect=SOON, on_events=events) as client,
    ):
        await client.subscribe("/queue/a", id="a")
        other = await client.subscribe("/queue/b", id="b")
        await events.until(Connected, 2)
        with pytest.raises(LocalProtocolError, match="subscription b is about to be made again"):
            await client.subscribe("/queue/c", id="b")
        confirm.set()
        assert (await anext(other)).body == b"of b"
    assert [frame.first("destination") for frame in made] == ["/queue/a", "/queue/b"]


async def test_tasks_that_ended_hold_up_nobody() -> None:
    """`asyncio.wait_for` takes each message in a task of its own, which is gone then."""

    async def script(peer: Peer) -> None:
        await peer.accept()
        for _ in range(2):
            await peer.receipt(await peer.frame())
        await peer.send(b"".join(message(number, subscription="a") for number in range(2 * HIGH_WATER)))
        await peer.send(message(1, b"other", "b"))
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        flooded = await client.subscribe("/queue/a", id="a")
        other = await client.subscribe("/queue/b", id="b")
        await asyncio.create_task(anext(flooded))
        assert (await anext(other)).body == b"other"


async def test_each_message_goes_to_one_of_several_tasks() -> None:
    bodies = [str(number).encode() for number in range(100)]

    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.receipt(await peer.frame())
        for number, body in enumerate(bodies):
            await peer.send(message(number, body))
        await peer.answer()

    async with serving(script) as address, connect(f"stomp://{address}") as client:
        subscription = await client.subscribe("/queue/q")
        taken: list[bytes] = []

        async def take() -> None:
            async for one in subscription:
                taken.append(one.body)
                if len(taken) == len(bodies):
                    await subscription.unsubscribe()

        await asyncio.gather(take(), take(), take())
    assert sorted(taken) == sorted(bodies)
