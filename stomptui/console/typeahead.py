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
    from textual.screen import Screen

LIMIT = 4096
"""Keys and pastes held back at most; beyond, somebody leans on the keyboard, and the newest are dropped."""

LOST = 1.0
"""Seconds after which nothing waits any more for what a dialog does with a key."""


class Handled(Message):
    """Follows a key from the focused widget of `screen` up to the app, and so comes when the key was handled.

    What a widget tells of a key, such as the enter that ends a line, is behind the first: hence two `rounds`.
    """

    def __init__(self, screen: Screen[object], rounds: int = 2) -> None:
        self.screen = screen
        self.rounds = rounds
        super().__init__()


class KeysAhead:
    """What was typed and not taken yet; `take` handles one of them, `soon` has `drain` called again."""

    def __init__(self, take: Callable[[Key | Paste], Awaitable[None]], soon: Callable[[], object]) -> None:
        self._take = take
        self._soon = soon
        self._typed: deque[Key | Paste] = deque()
        self._held = False
        self._draining = False
        self._dropped_at = float("-inf")
        self._follows_since = float("inf")

    def add(self, event: Key | Paste) -> None:
        """Put a key, or a paste, behind those that wait."""
        if len(self._typed) < LIMIT and event.time > self._dropped_at:
            self._typed.append(event)

    def hold(self) -> None:
        """Take no more until `release`."""
        self._held = True
        self._follows_since = float("inf")

    def follow(self, now: float) -> None:
        """Take no more until `release`, which comes when a dialog has handled its key."""
        self._held = True
        self._follows_since = now

    def give_up(self, now: float) -> None:
        """Wait no longer for what went with the widget that had the key."""
        if now - self._follows_since > LOST:
            self.release()

    def release(self) -> None:
        """Take what waits, and what comes."""
        self._held = False
        self._follows_since = float("inf")
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
