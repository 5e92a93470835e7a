"""Keys in the order in which they were typed, held back while what they are meant for is on its way.

Over a slow line, or from a paste, several keys arrive together. Textual would hand all of them to what has
the focus now, and the letters of a search would be taken for commands that settle messages.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.events import Key, Paste

LIMIT = 4096
"""Keys and pastes held back at most; beyond, somebody leans on the keyboard, and the newest are dropped."""


class KeysAhead:
    """What was typed and not taken yet; `take` handles one of them, `soon` has `drain` called again."""

    def __init__(self, take: Callable[[Key | Paste], Awaitable[None]], soon: Callable[[], object]) -> None:
        self._take = take
        self._soon = soon
        self._typed: deque[Key | Paste] = deque()
        self._held = False
        self._draining = False
        self._dropped_at = float("-inf")

    def add(self, event: Key | Paste) -> None:
        """Put a key, or a paste, behind those that wait."""
        if len(self._typed) < LIMIT and event.time > self._dropped_at:
            self._typed.append(event)

    def hold(self) -> None:
        """Take no more until `release`."""
        self._held = True

    def release(self) -> None:
        """Take what waits, and what comes."""
        self._held = False
        if self._typed:
            self._soon()

    def drop(self) -> None:
        """Forget what was typed until now, also what has not come here yet."""
        self._typed.clear()
        self._dropped_at = Message().time

    async def drain(self) -> None:
        """Take one after the other, each wholly before the next, until none is left or they are held."""
        if self._draining:
            return
        self._draining = True
        try:
            while self._typed and not self._held:
                await self._take(self._typed.popleft())
        finally:
            self._draining = False
