"""How regularly the broker's heart-beats come: the spans between the last of them."""

from __future__ import annotations

from collections import deque

KEPT = 100
"""Spans that are kept."""


class Jitter:
    """The seconds of silence before each of the last heart-beats, and how far they are from their average.

    Not from the period: brokers that promise one a period and send two are no less regular.
    """

    __slots__ = ("_gaps",)

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=KEPT)

    def take(self, gap: float) -> None:
        """Keep one span of `gap` seconds."""
        self._gaps.append(gap)

    def __len__(self) -> int:
        return len(self._gaps)

    @property
    def every(self) -> float:
        """Seconds between two, on average; raises ZeroDivisionError when there are none."""
        return sum(self._gaps) / len(self._gaps)

    @property
    def mean(self) -> float:
        """Seconds between a span and `every`, on average; raises ZeroDivisionError when there are none."""
        every = self.every
        return sum(abs(gap - every) for gap in self._gaps) / len(self._gaps)

    @property
    def worst(self) -> float:
        """The most seconds between a span and `every`; raises ZeroDivisionError when there are none."""
        every = self.every
        return max(abs(gap - every) for gap in self._gaps)
