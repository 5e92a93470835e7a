"""Offsets and octets that grow without being copied: a step of growing costs the same at any size."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIFT = 13
EACH = 1 << SHIFT
"""Offsets in one array."""

BLOCK = 262_144
"""Octets of a block before the next one begins."""


class Offsets:
    """Whole numbers in order, appended at the end, read anywhere."""

    def __init__(self) -> None:
        self._full: list[array[int]] = []
        self._last: array[int] = array("Q")

    def __len__(self) -> int:
        return len(self._full) * EACH + len(self._last)

    def __getitem__(self, index: int) -> int:
        place = index >> SHIFT
        return (self._full[place] if place < len(self._full) else self._last)[index & (EACH - 1)]

    def append(self, offset: int) -> None:
        self._last.append(offset)
        if len(self._last) == EACH:
            self._full.append(self._last)
            self._last = array("Q")

    def take(self, offsets: Iterator[int], count: int) -> None:
        """Append up to `count` of `offsets`."""
        while count > 0:
            before = len(self._last)
            wanted = min(count, EACH - before)
            self._last.extend(islice(offsets, wanted))
            got = len(self._last) - before
            if len(self._last) == EACH:
                self._full.append(self._last)
                self._last = array("Q")
            if got < wanted:
                return
            count -= got

    def pop(self) -> int:
        """Take the last offset away."""
        if not self._last:
            self._last = self._full.pop()
        return self._last.pop()


class Octets:
    """Octets appended at the end, read by their offsets."""

    def __init__(self) -> None:
        self._blocks = [bytearray()]
        self._starts = [0]
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, octets: bytes, *, begins: bool) -> None:
        """Append `octets`; only where something `begins` may a stretch that is read later end."""
        block = self._blocks[-1]
        if begins and len(block) >= BLOCK:
            block = bytearray()
            self._blocks.append(block)
            self._starts.append(self._length)
        block += octets
        self._length += len(octets)

    def __getitem__(self, stretch: slice) -> bytes:
        place = bisect_right(self._starts, stretch.start) - 1
        base = self._starts[place]
        return bytes(self._blocks[place][stretch.start - base : stretch.stop - base])
