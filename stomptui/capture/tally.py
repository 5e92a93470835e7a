"""What came and went under one name, and how it came over the last minute."""

from __future__ import annotations

from array import array

KEPT = 64
"""Seconds that are remembered one by one: a minute, and some."""
WINDOW = 5
"""Seconds over which a rate is averaged."""
_ZEROS = array("L", [0] * KEPT)


class Tally:
    """What was counted under one name; `second` is the last one in which one came or went.

    `octets` counts those of bodies, of messages that came and of SENDs, and `largest` the largest of them.
    Times are seconds of the events' clock.
    """

    __slots__ = ("_ring", "begun", "largest", "octets", "received", "second", "sent")

    def __init__(self, second: int = 0) -> None:
        self.received = self.sent = self.octets = self.largest = 0
        self.begun = self.second = second
        self._ring = _ZEROS[:]

    def come(self, second: int, messages: int, octets: int, largest: int) -> None:
        """Add messages that came in `second`."""
        self._go_to(second)
        self._ring[second % KEPT] += messages
        self.received += messages
        self._sizes(octets, largest)

    def send(self, second: int, frames: int, octets: int, largest: int) -> None:
        """Add SENDs that left in `second`."""
        self._go_to(second)
        self.sent += frames
        self._sizes(octets, largest)

    def add(self, other: Tally) -> None:
        """Add all of `other`, its last minute included."""
        self._go_to(max(self.second, other.second))
        for second in range(max(other.second, self.second - 1) - KEPT + 1, other.second + 1):
            self._ring[second % KEPT] += other._ring[second % KEPT]
        self.received += other.received
        self.sent += other.sent
        self._sizes(other.octets, other.largest)

    def _sizes(self, octets: int, largest: int) -> None:
        self.octets += octets
        if largest > self.largest:
            self.largest = largest

    def _go_to(self, second: int) -> None:
        """Have the ring end with `second`, so that what it held of a minute before is gone."""
        passed = second - self.second
        if passed >= KEPT:
            self._ring = _ZEROS[:]
        else:
            for place in range(self.second + 1, second + 1):
                self._ring[place % KEPT] = 0
        if passed > 0:
            self.second = second

    def seconds(self, now: float, count: int) -> list[int]:
        """How many messages came in each of the `count` whole seconds before `now`, the oldest first."""
        quiet = int(now) - 1 - self.second
        if quiet >= count:
            return [0] * count
        cut = (self.second + 1) % KEPT
        line = [*self._ring[cut:], *self._ring[:cut], *([0] * quiet)]
        if quiet < 0:  # the second that has not ended is none of them
            del line[quiet:]
        return [0] * (count - len(line)) + line[max(len(line) - count, 0) :]

    def rate(self, now: float) -> float:
        """Messages a second that came in the five seconds before `now`, or in fewer if it is younger."""
        second = int(now)
        quiet = second - self.second
        if quiet > WINDOW:
            return 0.0
        ring = self._ring
        came = sum(ring[place % KEPT] for place in range(second - WINDOW + 1, self.second + 1))
        came_early = ring[(second - WINDOW) % KEPT] * (1 - now % 1)
        return (came + came_early) / min(max(now - self.begun, 1.0), WINDOW)
