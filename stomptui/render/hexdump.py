"""Octets as a hexdump: offset, octets, and the characters of those that are ASCII."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.render.rows import Segment, Whole

FULL_WIDTH = 76
"""Columns of a row of sixteen octets."""

_ASCII = bytes(octet if 0x20 <= octet < 0x7F else ord(".") for octet in range(256))


class HexRows:
    """The rows of a hexdump of `octets`, made when asked for: sixteen octets each, or eight where narrow.

    One row is `0000002a  48 65 ... 6c  6c 6f ... 0a  Hello...`.
    """

    done = True

    def __init__(self, octets: Whole, width: int = FULL_WIDTH) -> None:
        self._octets = octets
        self._each = 16 if width >= FULL_WIDTH else 8

    def __len__(self) -> int:
        return -(-len(self._octets) // self._each)

    def __getitem__(self, index: int, /) -> list[Segment]:
        start = index * self._each
        row = bytes(self._octets[start : start + self._each])
        halves = [row[half : half + 8].hex(" ") for half in range(0, self._each, 8)]
        columns = "  ".join(f"{half:<23}" for half in halves)
        return [
            (f"{start:08x}  ", "hex-offset"),
            (f"{columns}  ", "hex-octets"),
            (row.translate(_ASCII).decode("ascii"), "hex-text"),
        ]

    def grow(self, count: int) -> None:
        """All rows are known."""

    def estimate(self) -> int:
        return len(self)

    def continues(self, index: int) -> bool:
        return False

    def place(self, offset: int) -> int | None:
        return min(offset // self._each, max(len(self) - 1, 0))
