"""The garbage collector, kept from holding up the keys."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = 0.015
"""Seconds of a full collection after which what it found alive is spared the next ones."""


def keep_short(longest: float = LONG) -> Callable[[], None]:
    """Collect now, and never again look at what is alive now; return what ends the watch on the collector.

    What start-up made costs 40 ms to look through, and 100,000 unsettled messages 120 ms: those live until
    they are settled, and are freed then without any collector.
    """
    started = 0.0

    def watch(phase: str, info: dict[str, int]) -> None:
        nonlocal started
        if info["generation"] < 2:
            return
        if phase == "start":
            started = time.perf_counter()
        elif time.perf_counter() - started > longest:
            gc.freeze()

    gc.collect()
    gc.freeze()
    gc.callbacks.append(watch)
    return lambda: gc.callbacks.remove(watch) if watch in gc.callbacks else None
