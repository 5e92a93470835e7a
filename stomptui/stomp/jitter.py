"""How regularly the broker's heart-beats come: the spans between the last of them."""

from __future__ import annotations

from collections import deque

KEPT = 100
"""Spans that are kept."""


class Jitter:
    """The seconds of silence before each of the last heart-beats, and how far they are from the period."""

    __slots__ = ("_gaps", "period")

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=KEPT)
        self.period = 0.0

    def take(self, gap: float, period: float) -> None:
        """Keep one span of `gap` seconds where `period` was promised."""
        self._gaps.append(gap)
        self.period = period

    def __len__(self) -> int:
        return len(self._gaps)

    @property
    def every(self) -> float:
        """Seconds between two, on average; raises ZeroDivisionError when there are none."""
        return sum(self._gaps) / len(self._gaps)

    @property
    def mean(self) -> float:
        """Seconds between a span and the period, on average; raises ZeroDivisionError when there are none."""
        return sum(abs(gap - self.period) for gap in self._gaps) / len(self._gaps)

    @property
    def worst(self) -> float:
        """The most seconds between a span and the period; raises ValueError when there are none."""
        return max(abs(gap - self.period) for gap in self._gaps)
