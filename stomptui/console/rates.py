"""How fast messages come, from what the state has counted: nothing is done for each of them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stomptui.stomp.state import State

WINDOW = 5.0
"""Seconds over which rates are averaged."""
STEP = 0.5
"""Seconds between two looks at the counts."""


class Counts(NamedTuple):
    """How many messages had come by `time`, by subscription id."""

    time: float
    delivered: dict[str, int]


class Rates:
    """Messages a second over the last five seconds, by subscription."""

    def __init__(self) -> None:
        self._counts: deque[Counts] = deque()
        self._rates: dict[str, float] = {}
        self._connection = 0

    def of(self, state: State, now: float) -> dict[str, float]:
        """Give the rates of the live subscriptions of `state` at `now`, looked up anew every half second."""
        if state.connection != self._connection:  # another one counts from nothing
            self._counts.clear()
            self._connection = state.connection
        if self._counts and now - self._counts[-1].time < STEP:
            return self._rates
        delivered = {one.id: one.delivered for one in state.subscriptions.values() if not one.closed}
        self._counts.append(Counts(now, delivered))
        while len(self._counts) > 2 and self._counts[1].time <= now - WINDOW:
            self._counts.popleft()
        first = self._counts[0]
        seconds = now - first.time
        if seconds > 0:
            self._rates = {
                name: max(count - first.delivered.get(name, 0), 0) / seconds
                for name, count in delivered.items()
            }
        return self._rates
