"""Heart-beats sent otherwise than promised, on purpose, to see what a broker does: functions of `now`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stomptui.stomp.heartbeat import Beats

BOUND = 600.0
"""Seconds: longer than that nothing is withheld or delayed, whoever forgets about it."""

WITHHELD = float("inf")
"""The delay of a heart-beat that is not sent at all."""


class Unruly(NamedTuple):
    """Our heart-beats come `by` seconds later, WITHHELD for never, until a time of the driver's clock."""

    by: float
    until: float

    @property
    def withheld(self) -> bool:
        """Whether none is sent at all."""
        return self.by == WITHHELD

    def left(self, now: float) -> float:
        """Seconds for which it lasts still, 0 when it is over."""
        return max(self.until - now, 0.0)


def unruly(by: float, seconds: float, now: float) -> Unruly:
    """Begin at `now` for `seconds`; raises ValueError for less than nothing, or more than BOUND."""
    if not 0 < seconds <= BOUND:
        raise ValueError(f"for {seconds:g} s is not between 0 and {BOUND:g} s")
    if by != WITHHELD and not 0 < by <= BOUND:
        raise ValueError(f"later by {by:g} s is not between 0 and {BOUND:g} s")
    return Unruly(by, now + seconds)


def put_off(due: float, how: Unruly | None) -> float:
    """When a heart-beat leaves that is `due`: once it is over, at the latest."""
    return due if how is None else min(due + how.by, max(due, how.until))


class Broken:
    """Counts the periods that ended without anything sent from here, each once."""

    __slots__ = ("_counted", "_since")

    def __init__(self) -> None:
        self._since: float | None = None
        self._counted = 0

    def more(self, beats: Beats, last_sent: float | None, now: float) -> int:
        """How many ended by `now` that were not counted before."""
        if beats.send is None or last_sent is None:
            return 0
        if last_sent != self._since:
            self._since, self._counted = last_sent, 0
        ended = max(int((now - last_sent) / beats.send), self._counted)
        more, self._counted = ended - self._counted, ended
        return more

    def next_at(self, beats: Beats, last_sent: float | None) -> float | None:
        """When the next one ends if nothing is sent before."""
        if beats.send is None or last_sent is None:
            return None
        return last_sent + beats.send * (1 + self._counted * (last_sent == self._since))
