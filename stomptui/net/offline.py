"""Calls that wait, in order, until there is a connection again."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from stomptui.stomp.errors import Offline

LIMIT = 1_000
"""Calls that may wait at a time: each holds its message, and a broker may be away for long."""

OFFLINE_TIME = 300.0
"""Seconds that a call waits for a connection unless told otherwise."""


class Queue:
    """Calls that found no connection; they go on one after the other, in the order in which they came."""

    def __init__(self, within: float = OFFLINE_TIME, limit: int = LIMIT) -> None:
        self._within = within
        self._limit = limit
        self._waiting: deque[asyncio.Future[None]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    async def turn(self, is_open: Callable[[], bool]) -> None:
        """Wait until `is_open()` and all that came before went on; what is written then keeps that order.

        Raises Offline when too many wait already, after the time that one may wait, or once there will be no
        connection.
        """
        if len(self._waiting) >= self._limit:
            raise Offline(f"{self._limit} calls wait for a connection already; nothing was sent")
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        self._waiting.append(mine)
        limit = asyncio.timeout(self._within)
        try:
            async with limit:
                await mine
                while not is_open():  # woken in vain: it was lost again before this one could run
                    mine = self._waiting[0] = loop.create_future()
                    await mine
        except TimeoutError:
            raise Offline(f"there was no connection within {self._within:g} s; nothing was sent") from None
        finally:
            self._waiting.remove(mine)
            if is_open():  # once this one has written
                loop.call_soon(self.wake)

    def wake(self) -> None:
        """Let the first go on: there is a connection, or the one before it has gone on."""
        if self._waiting and not self._waiting[0].done():
            self._waiting[0].set_result(None)

    def fail(self, reason: str) -> None:
        """Raise Offline in all that wait: there will be no connection."""
        for future in self._waiting:
            if not future.done():
                future.set_exception(Offline(f"{reason}; nothing was sent"))
