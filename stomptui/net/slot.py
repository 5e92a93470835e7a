"""How much of the event loop's time what arrives may take: a share of each slot."""

from __future__ import annotations

SLOT = 0.016
"""Seconds of a slot: one frame of a 60 Hz screen, which shares the event loop."""

BUDGET = 0.008
"""Seconds of a slot spent on what arrives; the rest of the slot belongs to keys and painting."""

MOST = 0.013
"""The same while nobody types: 20 paintings a second find room in what is left, and no key has to wait."""

GATHER = 0.002
"""Seconds for which what follows a slice at once is left in the socket, where a screen shares the loop."""

FEW = 16 * 1024
"""Octets of a read below which that is done: brokers that write frame by frame would cost a slice a frame."""


class Slot:
    """The slot under way, in seconds of the loop's clock; a slice is one turn of reading within it."""

    __slots__ = ("_begun", "_looked", "_spent", "budget", "shared")

    def __init__(self) -> None:
        self.shared = True
        """Whether a screen shares the loop, so that only a part of the time is for what arrives."""
        self.budget = BUDGET
        self._begun = 0.0
        self._spent = 0.0
        self._looked = float("-inf")

    def hurry(self, hurried: bool) -> None:
        """Spend most of each slot on what arrives, or half of it."""
        self.budget = MOST if hurried else BUDGET

    def too_early(self, octets: int, now: float) -> float | None:
        """When to look at a read of so many octets, if more of them had better come first."""
        if octets >= FEW or not self.shared or now - self._looked >= GATHER:
            return None
        return self._looked + GATHER

    def begin(self, now: float) -> float:
        """Begin a slice; gives when it has to stop."""
        self._looked = now
        if now - self._begun >= SLOT:
            self._begun, self._spent = now, 0.0
        return now + self.budget - self._spent

    def end(self, now: float) -> float | None:
        """End the slice; gives when the next may begin if the budget of this slot is used."""
        self._spent += now - self._looked
        if self._spent < self.budget:
            return None
        return self._begun + SLOT if self.shared else self._looked
