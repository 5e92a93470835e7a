"""Octets as a script: each decides something, and beyond the last the first choice is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Choice = TypeVar("Choice")


class Script:
    """Reads decisions off octets, from the first to the last."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    @property
    def left(self) -> bool:
        return self._at < len(self._octets)

    def number(self) -> int:
        """0 to 255."""
        number = self._octets[self._at] if self.left else 0
        self._at += 1
        return number

    def choose(self, choices: Sequence[Choice]) -> Choice:
        return choices[self.number() % len(choices)]

    def octets(self) -> bytes:
        """Up to 255 octets as they are; the first says how many."""
        length = self.number()
        taken = self._octets[self._at : self._at + length]
        self._at += length
        return taken
