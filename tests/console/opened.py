"""The whole console, headless, on the embedded broker: for tests that press keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.events import Key
from textual.keys import _character_to_key

from stomptui.commands.session import Inbox
from stomptui.console.app import ConsoleApp
from stomptui.console.dialogs.asking import Asking
from stomptui.console.settings import Settings
from stomptui.console.widgets.notice import Notice
from stomptui.demo.broker import Broker
from stomptui.net.connect import connect
from stomptui.stomp.uri import parse_uri

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from stomptui.capture.store import Capture
    from stomptui.commands.login import Login
    from stomptui.console.guard import Lock
    from stomptui.console.screen import MainScreen
    from stomptui.net.client import Client
    from stomptui.stomp.backoff import Backoff
    from stomptui.stomp.errors import BrokerError


@dataclass(frozen=True, slots=True)
class Opened:
    """A console that runs: its app, the pilot that presses keys, and the broker at the other end."""

    app: ConsoleApp
    pilot: Pilot[None]
    broker: Broker
    client: Client

    @property
    def main(self) -> MainScreen:
        return self.app.main

    @property
    def said(self) -> str:
        """What the message row says."""
        return self.main.query_one(Notice).said

    async def one(self, body: bytes = b'{"id":1}', headers: dict[str, str] | None = None) -> int:
        """Subscribe, and have one message there; gives its number."""
        await self.subscribe("/queue/q")
        self.broker.publish("/queue/q", body, headers or {})
        await self.arrived(1)
        return next(iter(self.client.state.ledger))

    async def press(self, *keys: str) -> None:
        """Press keys as somebody who sees what is on top."""
        top = self.app.screen
        if isinstance(top, Asking):
            await self.until(lambda: top.painted)
        await self.pilot.press(*keys)

    def burst(self, text: str) -> None:
        """Type `text` at once, as a slow line or a paste delivers it: nothing runs between the keys."""
        for character in text:
            key = {"\r": "enter", "\x1b": "escape"}.get(character) or _character_to_key(character)
            self.app.post_message(Key(key, character))

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Let the console run until `holds`; fails, with what the row says, when it never does."""
        try:
            async with asyncio.timeout(20):
                while not holds():
                    await self.pilot.pause(0.01)
        except TimeoutError:
            top = type(self.app.screen).__name__
            words = f"{what or 'it'} never came; the row says {self.said!r}, {top} is on top"
            raise AssertionError(words) from None

    async def until_said(self, words: str) -> None:
        """Let the console run until the message row holds `words`."""
        await self.until(lambda: words in self.said, repr(words))

    async def subscribe(
        self, destination: str, *, ack: str = "client-individual", prefetch: int = 10
    ) -> None:
        """Subscribe beside the keys, as the command line does."""
        await self.client.subscribe(destination, ack=ack, prefetch=prefetch, deliver=False)

    async def arrived(self, count: int) -> None:
        """Let the console run until `count` messages are in the capture and drawn."""
        await self.until(lambda: self._messages() >= count, f"{count} messages")
        self.app.touch()
        await self.pilot.pause(0.1)

    def _messages(self) -> int:
        return sum(one.delivered for one in self.client.state.subscriptions.values())

    def id_of(self, number: int) -> int:
        """The capture's id of frame `number`."""
        found = self.app.capture.find_id(1, number)
        assert found is not None
        return found


def _ignore(_error: BrokerError) -> None:
    pass


@asynccontextmanager
async def opened(
    size: tuple[int, int] = (120, 40),
    settings: Settings | None = None,
    *,
    reconnect: bool | Backoff = False,
    login: Login | None = None,
    broker: Broker | None = None,
    options: str = "",
    capture: Capture | None = None,
    lock: Lock | None = None,
) -> AsyncIterator[Opened]:
    """Run a broker, a client and the console in one event loop."""
    inbox = Inbox()
    async with broker or Broker() as broker:
        client = await connect(
            replace(parse_uri(broker.uri + options), login="ops" if login is not None else None),
            on_events=inbox,
            on_error=_ignore,
            credentials=login,
            reconnect=reconnect,
            close_on_missed_beats=False,
            permit=lock.permit if lock is not None else None,
        )
        app = ConsoleApp(client, settings or Settings(), login=login, capture=capture, lock=lock)
        inbox.open(app.on_events)
        async with app.run_test(size=size) as pilot:
            yield Opened(app, pilot, broker, client)
        await client.disconnect()
