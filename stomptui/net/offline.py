"""Calls that wait, in order, until there is a connection again."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from stomptui.stomp.errors import Offline

LIMIT = 1_000
"""Calls that may wait at a time: each holds its message, and a broker may be away for long."""


class Queue:
    """Calls that found no connection; they go on one after the other, in the order in which they came."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._waiting: deque[asyncio.Future[None]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self, is_open: Callable[[], bool]) -> AsyncIterator[None]:
        """Enter once `is_open()` and all that came before have had their turn.

        Raises Offline when too many wait already, and what `fail` was given.
        """
        if is_open() and not self._waiting:
            yield
            return
        if len(self._waiting) >= self._limit:
            raise Offline(f"{self._limit} calls wait for a connection already; nothing was sent")
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            while not (is_open() and self._waiting[0] is mine):
                await mine
                mine = self._renew(mine)
            yield
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
            if is_open():
                self.wake()

    def _renew(self, mine: asyncio.Future[None]) -> asyncio.Future[None]:
        # Woken in vain: the connection was lost again before it was this one's turn to run.
        again: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[self._waiting.index(mine)] = again
        return again

    def wake(self) -> None:
        """Let the first go on: there is a connection, or the one before it is done."""
        if self._waiting and not self._waiting[0].done():
            self._waiting[0].set_result(None)

    def fail(self, reason: str) -> None:
        """Raise Offline in all that wait: there will be no connection."""
        for future in self._waiting:
            if not future.done():
                future.set_exception(Offline(f"{reason}; nothing was sent"))
