"""How long to wait before connecting again; pure, the caller has the clock and the dice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that grow from `first` to `longest` seconds, each `factor` times the one before.

    Up to the share `jitter` of a wait is taken off by chance, so that many clients do not come back at once.
    `attempts` in a row are made at most, None is no end of them. Raises ValueError for what is no such thing.
    """

    first: float = 0.5
    longest: float = 30.0
    factor: float = 2.0
    jitter: float = 0.25
    attempts: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.first <= self.longest:
            raise ValueError("first is over 0, and at most longest")
        if self.factor < 1 or not 0 <= self.jitter <= 1:
            raise ValueError("factor is 1 or more, jitter from 0 to 1")
        if self.attempts is not None and self.attempts < 1:
            raise ValueError("attempts is 1 or more, or None")

    def wait(self, attempt: int, chance: float) -> float:
        """Seconds to wait before an attempt; `attempt` counts from 0, `chance` is between 0 and 1."""
        wait = self.first
        for _ in range(attempt):
            if wait >= self.longest or self.factor == 1:
                break
            wait *= self.factor
        return min(wait, self.longest) * (1 - self.jitter * chance)
