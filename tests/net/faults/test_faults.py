"""Servers that misbehave: for each the octets that the client writes, and what it says, to the letter."""

from __future__ import annotations

import asyncio
import gc
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

import pytest
from _pytest.mark.structures import ParameterSet

from stomptui import ConnectionLost, StompError, connect
from stomptui.stomp.events import Closed, Event
from tests.brokers.certificates import Certificates
from tests.net.conftest import Clock
from tests.net.faults import (
    beats,
    closing,
    framing,
    greetings,
    messages,
    receipts,
    refusals,
    stages,
    strangers,
)
from tests.net.faults.behaviour import Behaviour
from tests.net.faults.program import Run, outcome, told
from tests.net.faults.remarks import remarks
from tests.net.faults.server import follow, half_closes
from tests.net.peer import Peer, serving
from tests.net.secure import server_context

pytestmark = pytest.mark.filterwarnings("error")

TABLES = (beats, closing, framing, greetings, messages, receipts, refusals, stages, strangers)
ROWS: tuple[Behaviour, ...] = tuple(row for table in TABLES for row in table.ROWS)


@pytest.fixture(scope="module", autouse=True)
def only_what_is_new_is_collected() -> Iterator[None]:
    """Else each collection would look through all modules, and take longer than the behaviour before it."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


class Tls(NamedTuple):
    """The contexts of both sides."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    """Fail on tasks that still run, and on exceptions of tasks and futures that nobody heard of."""
    loop = asyncio.get_running_loop()
    unheard: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: unheard.append(context))
    before = asyncio.all_tasks()
    yield
    for _ in range(5):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
    gc.collect()
    assert unheard == []
    loop.set_exception_handler(None)


def named(row: Behaviour) -> ParameterSet:
    return pytest.param(row, id=row.name)


async def play(row: Behaviour, clock: Clock, tls: Tls | None = None) -> tuple[list[str], list[Event]]:
    """What connecting and each call gave, and the events, once both sides have come to their end."""
    scheme, server, ours = ("stomp", None, None) if tls is None else ("stomp+ssl", *tls)
    said: list[str] = []
    events: list[Event] = []
    changed = asyncio.Event()
    over: list[asyncio.Event] = []

    def take(some: list[Event]) -> None:
        events.extend(some)
        changed.set()

    async def script(peer: Peer) -> None:
        over.append(asyncio.Event())
        try:
            await follow(row.script, peer, clock)
        finally:
            over[-1].set()

    async with serving(script, server) as address:
        try:
            client = await connect(f"{scheme}://{row.user}{address}{row.uri}", on_events=take, ssl=ours)
        except StompError as error:
            said.append(told(error))
        else:
            said.append(f"STOMP {client.state.version}")
            run = Run(client, changed)
            said.extend([await outcome(call(run)) for call in row.program])
            await all_is_over(run)
        for end in over:
            await end.wait()
    assert len(over) == 1
    return [line.replace(address, "AT") for line in said], events


async def all_is_over(run: Run) -> None:
    """The connection has ended, iterations end, and whoever goes on hears that it has."""
    assert run.client.closed.done()
    for subscription in run.subscriptions:
        with suppress(ConnectionLost):
            async for _ in subscription:
                pass
    with pytest.raises(ConnectionLost, match="the connection has ended: "):
        await run.client.send("/queue/q")
    await run.client.disconnect()


@pytest.mark.parametrize("row", [named(row) for row in ROWS])
async def test_behaviour(row: Behaviour, clock: Clock) -> None:
    async with nothing_left():
        said, events = await play(row, clock)
    assert said == list(row.outcome)
    assert remarks(events) == list(row.told)
    assert [type(event) for event in events].index(Closed) == len(events) - 1


@pytest.mark.parametrize("row", [named(row) for row in ROWS if half_closes not in row.script])
async def test_behaviour_over_tls(row: Behaviour, clock: Clock, certificates: Certificates) -> None:
    tls = Tls(server_context(certificates), ssl.create_default_context(cafile=certificates.ca))
    async with nothing_left():
        said, events = await play(row, clock, tls)
    assert said == [in_tls(line) for line in row.outcome]
    assert remarks(events) == list(row.told)


def in_tls(line: str) -> str:
    """The line of an outcome as it is over TLS, where advice differs."""
    other = (
        "is it a STOMP port?"
        if line.startswith("TimedOut")
        else "it may want a client certificate: ?cert=FILE&key=FILE"
    )
    return line.replace("is it a plain STOMP port? For TLS use stomp+ssl://", other).replace(
        "stomp://", "stomp+ssl://"
    )


def test_the_tables_are_long_and_say_nothing_twice() -> None:
    assert len(ROWS) >= 200
    assert len({row.name for row in ROWS}) == len(ROWS)
