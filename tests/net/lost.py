"""Peers that go away, and what a client is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from stomptui import (
    Backoff,
)
from stomptui.stomp.events import Event
from tests.net.peer import Peer

SOON = Backoff(first=0.01, longest=0.02)
NEVER = Backoff(first=1000, longest=1000)

Script = Callable[[Peer], Awaitable[None]]

REFUSED = b"ERROR\nmessage:Bad CONNECT\n\nAccess refused for user 'guest'\0"


def in_turn(*scripts: Script) -> Script:
    """The first connection is played by the first script, and so on; the last plays all that come after."""
    left = list(scripts)

    async def script(peer: Peer) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(peer)

    return script


async def closes(peer: Peer) -> None:
    await peer.accept()


async def answers(peer: Peer) -> None:
    await peer.accept()
    await peer.answer()


E = TypeVar("E", bound=Event)


class Told(list[Event]):
    """Everything that `on_events` was told."""

    def __init__(self) -> None:
        super().__init__()
        self._more = asyncio.Event()

    def __call__(self, events: list[Event]) -> None:
        self.extend(events)
        self._more.set()

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self if isinstance(event, kind)]

    async def until(self, kind: type[E], count: int = 1) -> E:
        """Wait until `count` events of a kind were told, give the last of those."""
        while len(found := self.all(kind)) < count:
            self._more.clear()
            await self._more.wait()
        return found[count - 1]


async def stays_away(peer: Peer) -> None:
    pass


def subscribed(*deliveries: bytes, stays: bool = False) -> Script:
    """Accept, confirm one SUBSCRIBE, deliver, and close unless it `stays`."""

    async def script(peer: Peer) -> None:
        await peer.accept()
        frame = await peer.frame()
        assert frame.command == "SUBSCRIBE"
        await peer.receipt(frame)
        for delivery in deliveries:
            await peer.send(delivery)
        if stays:
            await peer.answer()

    return script
