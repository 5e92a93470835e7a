"""A session on the embedded broker, recorded step by step, and the console that looks at it later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stomptui import brokers
from stomptui.capture import recordings
from stomptui.capture.moment import Moments
from stomptui.capture.record import Origin
from stomptui.capture.store import Capture
from stomptui.console.app import ConsoleApp
from stomptui.console.panes.session import SessionPane
from stomptui.console.panes.status import StatusRow
from stomptui.console.past import Past
from stomptui.console.settings import Settings
from stomptui.console.widgets.notice import Notice
from stomptui.console.widgets.still import Still
from stomptui.demo.broker import Broker
from stomptui.net.client import Client
from stomptui.net.connect import connect
from stomptui.stomp.uri import parse_uri

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from stomptui.console.screen import MainScreen
    from stomptui.stomp.events import Event


class Then(NamedTuple):
    """What the session knew right after record `id`."""

    id: int
    subscribed: list[str]
    unsettled: int
    transactions: list[str]


class Recording:
    """A client on a broker of its own that records; `steps` says what was known after each `step`."""

    def __init__(self, client: Client, broker: Broker, capture: Capture) -> None:
        self.client, self.broker, self.capture = client, broker, capture
        self.steps: list[Then] = []
        self.happened = asyncio.Event()

    def step(self) -> None:
        """Note what is known now."""
        state = self.client.state
        live = [one.destination for one in state.subscriptions.values() if not one.closed]
        self.steps.append(Then(self.capture.last_id, live, state.ledger.open, list(state.transactions)))

    async def arrived(self, count: int) -> None:
        """Wait until so many messages came."""
        async with asyncio.timeout(20):
            while sum(one.delivered for one in self.client.state.subscriptions.values()) < count:
                self.happened.clear()
                await self.happened.wait()


@asynccontextmanager
async def recording(path: Path) -> AsyncIterator[Recording]:
    """Record what is done inside, to the DISCONNECT at its end; the file is whole afterwards."""
    async with Broker() as broker:
        capture = Capture(
            recording=recordings.record(path),
            recognise=brokers.recognise,
            origin=lambda _: Origin(broker.uri),
        )
        happened: list[asyncio.Event] = []

        def on_events(events: list[Event]) -> None:
            capture.extend(events)
            for one in happened:
                one.set()

        uri = parse_uri(f"{broker.uri}?heartbeat=0")
        client = await connect(uri, on_events=on_events, on_error=lambda _: None, reconnect=False)
        made = Recording(client, broker, capture)
        happened.append(made.happened)
        yield made
        await client.disconnect()
        capture.close(30)


async def story(path: Path) -> list[Then]:
    """Three messages come, one is acked, one in a transaction, one never; then the subscription ends."""
    async with recording(path) as made:
        client, broker = made.client, made.broker
        made.step()
        one = await client.subscribe("/queue/orders", ack="client-individual", prefetch=10, deliver=False)
        made.step()
        for body in ("one", "two", "three"):
            broker.publish("/queue/orders", body)
        await made.arrived(3)
        made.step()
        numbers = list(client.state.ledger)
        await client.settle_many("ACK", numbers[:1], receipt=True)
        made.step()
        await client.subscribe("/topic/prices", ack="auto", deliver=False)
        made.step()
        name = await client.begin("tx-1")
        await client.settle_many("ACK", numbers[1:2])
        made.step()
        await client.commit(name)
        made.step()
        await client.unsubscribe(one.id)
        made.step()
        return made.steps


@dataclass(frozen=True, slots=True)
class Looking:
    """The console that looks at a recording."""

    app: ConsoleApp
    pilot: Pilot[None]
    past: Past

    @property
    def main(self) -> MainScreen:
        return self.app.main

    @property
    def said(self) -> str:
        """What the message row says."""
        return self.main.query_one(Notice).said

    @property
    def status(self) -> str:
        return str(self.main.query_one(StatusRow).content)

    @property
    def session(self) -> str:
        return str(self.main.query_one(SessionPane).query_one("#session-lines", Still).content)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def until(self, holds: Callable[[], object], what: str = "it") -> None:
        """Let the console run until `holds`."""
        try:
            async with asyncio.timeout(20):
                while not holds():
                    await self.pilot.pause(0.01)
        except TimeoutError:
            raise AssertionError(f"{what} never came: {self.status!r}, {self.said!r}") from None

    async def at(self, id_: int | None) -> None:
        """Put the cursor on a record, or on none, and wait until the panes show that moment."""
        if id_ is None:
            self.main.feed.follow()
        else:
            self.main.feed.go_to(id_)
        self.app.touch()
        await self.shown()

    async def shown(self) -> None:
        """Wait until what is under the cursor is what the panes show."""
        feed, capture = self.main.feed, self.app.capture

        def there() -> bool:
            now = self.past.shown == (feed.cursor if feed.cursor is not None else capture.last_id)
            # Else it would be drawn for no width; below 100 columns the side is hidden.
            drawn = [feed, *([self.main.query_one(SessionPane)] if self.app.size.width >= 100 else [])]
            return now and all(pane.size.width > 0 for pane in drawn)

        await self.until(there, "the state")
        self.main.touch()
        self.main.draw(self.main.now())

    @property
    def subscribed(self) -> list[str]:
        return [one.destination for one in self.main.subscriptions.live()]


@asynccontextmanager
async def looking(path: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Looking]:
    """Open `path` in the console, as the command does."""
    capture = Capture(recording=recordings.opened(path), recognise=brokers.recognise)
    assert capture.archive is not None
    past = Past(path, capture, Moments(capture.archive.recording.look, brokers.recognise))
    app = ConsoleApp(past, Settings(), capture=capture)
    past.touched = app.touch
    async with app.run_test(size=size) as pilot:
        seen = Looking(app, pilot, past)
        await seen.shown()
        yield seen
    capture.close(0.0)
