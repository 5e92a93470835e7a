"""A clock that only goes when nobody is at work: the same run gives the same times, ages and rates again."""

from __future__ import annotations

import asyncio
import os
import selectors
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

NOON = 1_772_452_800.0
"""Seconds since the epoch: 2 March 2026 at noon, the day of the sample orders."""
WORK = 0.0003
"""Seconds that one turn of the loop with octets to read takes, as far as anybody can see."""
QUIET = 0.002
"""Real seconds without anything to read after which everybody is surely waiting for the clock."""


class Clock:
    """Seconds of the monotonic clock and of the wall, both still until they are moved."""

    def __init__(self) -> None:
        self.now = 0.0
        self.start()

    def start(self) -> None:
        """Begin anew."""
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return NOON + self.now - 1_000.0

    def stop_time(self) -> None:
        """Have this process read this clock; to be called before Textual is imported, which takes copies."""
        os.environ["TZ"] = "UTC"
        time.tzset()
        time.monotonic = self.monotonic
        time.time = self.wall
        time.process_time = lambda: 0.0  # Textual asks it whether the app has come to rest


class Selector(selectors.DefaultSelector):
    """Moves the clock to the next timer, instead of waiting for it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return self._seen(super().select(0))
        threads = threading.active_count() > 1  # a name is looked up in one
        ready = super().select(None if timeout is None else 0.05 if threads else QUIET)
        if not ready and timeout is not None and not threads:
            self.clock.now += timeout
        return self._seen(ready)

    def _seen(
        self, ready: list[tuple[selectors.SelectorKey, int]]
    ) -> list[tuple[selectors.SelectorKey, int]]:
        if ready:
            self.clock.now += WORK
        return ready


class Loop(asyncio.SelectorEventLoop):
    """An event loop on such a clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(Selector(clock))
        self.clock = clock

    def time(self) -> float:
        return self.clock.now


def run(clock: Clock, steps: Callable[[], Coroutine[Any, Any, str]]) -> str:
    """Run `steps` in a loop of its own on `clock`."""
    with asyncio.Runner(loop_factory=lambda: Loop(clock)) as runner:
        return runner.run(steps())
