"""What waits for an iteration: everything that happens on a client, as `Client.events` gives it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from stomptui.stomp.events import MessageReceived

if TYPE_CHECKING:
    from stomptui.net.delivery import Delivery
    from stomptui.stomp.events import Event


class EventStream:
    """Every event of a client from now on, in order; iterating ends when no connection is left or will be.

    What nobody takes counts as undelivered: it stops the socket, not the memory.
    """

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._kept: deque[Event] = deque()
        self._some = asyncio.Event()
        self._pending = 0
        self._ended = False
        self.octets = 0
        """Octets of the messages that wait to be taken."""
        self.taker: asyncio.Task[object] | None = None
        """The task that took, or waits for, the last event; None while nobody ever did."""

    @property
    def waits(self) -> bool:
        """Whether an iteration waits for an event."""
        return self._pending > 0

    @property
    def undelivered(self) -> int:
        """How many events wait for the iteration."""
        return len(self._kept)

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> Event:
        self.taker = asyncio.current_task()
        while not self._kept:
            if self._ended:
                raise StopAsyncIteration
            self._some.clear()
            self._pending += 1
            self._delivery.steer()
            try:
                await self._some.wait()
            finally:
                self._pending -= 1
        event = self._kept.popleft()
        if type(event) is MessageReceived:
            self.octets -= len(event.frame.raw)
        self._delivery.steer()
        return event

    def extend(self, events: list[Event]) -> None:
        """Append what happened."""
        self._kept += events
        self.octets += sum(len(event.frame.raw) for event in events if type(event) is MessageReceived)
        self._some.set()

    def end(self) -> None:
        """Let the iteration end after what is kept."""
        self._ended = True
        self._some.set()
