"""A run of records with successive ids: their octets end to end, and one column for each fact."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import NamedTuple

from stomptui.capture.record import About

RECORDS = 4096
"""A segment is full at this many records: freeing one is one step of memory, small beside the cap."""
OCTETS = 1 << 20
"""Or at this many octets; a segment is also the unit in which a search reads."""
ALONE = 1 << 18
"""A frame of this size gets a segment of its own, so that its octets are never copied."""

TO_BROKER = 8
"""The bit of `flags` beside the three of the record's kind."""


class Extra(NamedTuple):
    """What few records have: kept beside the columns."""

    deliveries: int = 1
    earlier: int | None = None
    words: str = ""
    beats: int = 1
    about: About | None = None


PLAIN = Extra()


class Segment:
    """About 30 octets a record beside its raw octets; `gone` records at its start are dropped already."""

    __slots__ = (
        "abouts",
        "connections",
        "ends",
        "extras",
        "first",
        "flags",
        "gone",
        "numbers",
        "offsets",
        "outcomes",
        "raw",
        "settlements",
        "times",
    )

    def __init__(self, first: int) -> None:
        self.first = first
        self.gone = 0
        self.raw: bytearray | bytes = bytearray()
        self.ends = array("Q")
        self.times = array("d")
        self.connections = array("I")
        self.numbers = array("Q")
        self.flags = bytearray()
        self.settlements = bytearray()
        self.outcomes: dict[int, str] = {}
        self.extras: dict[int, Extra] = {}
        self.abouts: dict[int, int] = {}
        """Of an ACK or NACK that settled one message, and of which nothing else is known: its number."""
        self.offsets: list[tuple[int, float]] = []
        """(index, wall clock less monotonic clock) from that record on."""

    def __len__(self) -> int:
        return len(self.flags)

    @property
    def full(self) -> bool:
        return len(self.flags) >= RECORDS or len(self.raw) >= OCTETS or type(self.raw) is bytes

    def start(self, index: int) -> int:
        """Where the octets of record `index` begin."""
        return self.ends[index - 1] if index else 0

    def octets(self, index: int) -> bytes:
        return bytes(self.raw[self.start(index) : self.ends[index]])

    def wall(self, index: int) -> float:
        at = bisect_right(self.offsets, index, key=lambda step: step[0]) - 1 if len(self.offsets) > 1 else 0
        return self.times[index] + self.offsets[at][1]

    def extra(self, index: int) -> Extra:
        """What few records have, of record `index`."""
        number = self.abouts.get(index)
        if number is not None:
            return Extra(about=About(number, number, 1))
        return self.extras.get(index, PLAIN)

    def set_extra(self, index: int, extra: Extra) -> None:
        """Keep what few records have."""
        self.abouts.pop(index, None)
        self.extras[index] = extra

    def seal(self) -> None:
        """Nothing more is added: give back what the octets were given for growing."""
        self.raw = bytes(self.raw)
