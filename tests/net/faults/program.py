"""What a client does in front of a scripted server, and what it is told: one line a call, whole texts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from stomptui import Client, StompError, Subscription
from stomptui.stomp.state import State


@dataclass
class Run:
    """One client under way."""

    client: Client
    changed: asyncio.Event
    """Set by each list of events."""
    subscriptions: list[Subscription] = field(default_factory=list)


Call = Callable[[Run], Awaitable[object]]


async def outcome(call: Awaitable[object]) -> str:
    """What a call gave: its value, or the name of its error and all that it says."""
    try:
        return str(await call)
    except StompError as error:
        return told(error)


def told(error: StompError) -> str:
    assert len(str(error).splitlines()) == 1
    return f"{type(error).__name__}: {error}"


# Calls.


async def send(run: Run) -> str:
    await run.client.send("/queue/q", b"x", receipt=True)
    return "confirmed"


async def post_much(run: Run) -> str:
    """Send more than the systems of both sides hold."""
    await run.client.send("/queue/q", b"x" * 16_000_000)
    return "sent"


async def pour(run: Run) -> str:
    """Send until that fails."""
    while True:
        await post_much(run)


def subscribe(ack: str = "auto", *, receipt: bool = True, id: str | None = None) -> Call:
    async def call(run: Run) -> str:
        run.subscriptions.append(await run.client.subscribe("/queue/q", ack=ack, receipt=receipt, id=id))
        return "subscribed"

    return call


listen = subscribe(receipt=False)
listen_by_hand = subscribe("client-individual", receipt=False)


def take(count: int) -> Call:
    """Take `count` messages of the subscription made last: their bodies."""

    async def call(run: Run) -> str:
        return " ".join([(await anext(run.subscriptions[-1])).body.decode() for _ in range(count)])

    return call


async def count(run: Run) -> str:
    """Take messages to the end."""
    taken = 0
    try:
        async for _ in run.subscriptions[-1]:
            taken += 1
    except StompError as error:
        return f"{taken} messages, then {told(error)}"
    return f"{taken} messages"


def settle(command: str, *, receipt: bool = True) -> Call:
    """Take one message and ACK or NACK it."""

    async def call(run: Run) -> str:
        message = await anext(run.subscriptions[-1])
        await (message.ack if command == "ACK" else message.nack)(receipt=receipt)
        return f"{message.body.decode()}: {command}"

    return call


async def unsubscribe(run: Run) -> str:
    await run.subscriptions[-1].unsubscribe()
    return "unsubscribed"


async def begin(run: Run) -> str:
    return await run.client.begin()


async def commit(run: Run) -> str:
    await run.client.commit("tx-1")
    return "committed"


async def abort(run: Run) -> str:
    await run.client.abort("tx-1")
    return "aborted"


async def transact(run: Run) -> str:
    async with run.client.transaction() as transaction:
        await transaction.send("/queue/q", b"x")
    return "committed"


async def ping(run: Run) -> str:
    await run.client.ping()
    return "answered"


async def leave(run: Run) -> str:
    """Disconnect: what that gave, and how the connection ended."""
    said = await outcome(run.client.disconnect())
    assert run.client.closed.done()
    return (await ended(run)) + ("" if said == "None" else f"; {said}")


async def ended(run: Run) -> str:
    """Wait for the end of the connection."""
    closed = await run.client.closed
    return f"{'closed' if closed.clean else 'lost'}: {closed.reason}"


def until(there: Callable[[State], bool]) -> Call:
    """Wait until the state of the connection is so."""

    async def call(run: Run) -> str:
        while not there(run.client.state):
            run.changed.clear()
            await run.changed.wait()
        return "so it is"

    return call


def together(*calls: Call) -> Call:
    """Make all calls at once, each a task: their outcomes in the order of the calls."""

    async def call(run: Run) -> str:
        return " | ".join(await asyncio.gather(*(outcome(each(run)) for each in calls)))

    return call
