"""What a scan has found so far: ids in order, and which ids it has looked at."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence


class Found:
    """`ids` ascend, whatever the order in which they were found; `spans` are the ids looked at, inclusive."""

    def __init__(self) -> None:
        self.ids = array("Q")
        self.spans: list[tuple[int, int]] = []

    def add(self, first: int, last: int, ids: Iterable[int]) -> None:
        """Take in what was found from `first` to `last`, which nobody had looked at; `ids` ascend."""
        some = array("Q", ids)
        if some:
            at = bisect_left(self.ids, first)
            self.ids[at:at] = some
        spans = self.spans
        at = bisect_left(spans, (first, last))
        if at and spans[at - 1][1] == first - 1:
            at -= 1
            first = spans.pop(at)[0]
        if at < len(spans) and spans[at][0] == last + 1:
            last = spans.pop(at)[1]
        spans.insert(at, (first, last))

    def covers(self, first: int, last: int) -> bool:
        """Whether everything from `first` to `last` was looked at."""
        return first > last or any(one <= first and last <= other for one, other in self.spans)

    def looked(self, first: int, last: int) -> int:
        """How many ids from `first` to `last` were looked at."""
        return sum(max(0, min(last, other) - max(first, one) + 1) for one, other in self.spans)

    def forget(self, window: int, kept: Sequence[int]) -> None:
        """Forget those below `window` that are not among `kept`: they are not there any more."""
        gone = bisect_left(self.ids, window)
        if gone:
            here = set(kept)
            self.ids[:gone] = array("Q", [id_ for id_ in self.ids[:gone] if id_ in here])

    def next(self, after: int, first: int, last: int) -> int | None:
        """The next one after `after`, else the first one at all; 0 for nowhere, None while nobody knows.

        `first` and `last` are the ids that there are.
        """
        at = bisect_right(self.ids, after)
        if at < len(self.ids):
            return self.ids[at] if self.covers(max(after + 1, first), self.ids[at]) else None
        if not self.covers(max(after + 1, first), last):
            return None
        if self.ids:
            return self.ids[0] if self.covers(first, self.ids[0]) else None
        return 0 if self.covers(first, last) else None

    def previous(self, before: int, first: int, last: int) -> int | None:
        """The same the other way: the one before `before`, else the last one."""
        at = bisect_left(self.ids, before) - 1
        if at >= 0:
            return self.ids[at] if self.covers(self.ids[at], min(before - 1, last)) else None
        if not self.covers(first, min(before - 1, last)):
            return None
        if self.ids:
            return self.ids[-1] if self.covers(self.ids[-1], last) else None
        return 0 if self.covers(first, last) else None


class Way:
    """In which order ids from `first` to `last` are looked at: what came since first, then away from `start`.

    Forwards from `start` and backwards from there by turns, each round the end, until both meet; `forwards`
    False leaves out the one.
    """

    def __init__(self, first: int, last: int, start: int, *, forwards: bool = True) -> None:
        self._first = first
        self._start = min(max(start, first - 1), last)
        self._seam = last - self._start
        self._head, self._tail = 0, max(last - first + 1, 0)
        self._forwards = forwards
        self._turn = forwards
        self._done, self._last = last, last

    def grow(self, last: int) -> bool:
        """There are ids up to `last` by now; whether that is news."""
        news, self._last = last > self._last, max(self._last, last)
        return news

    def take(self, size: int) -> tuple[int, int] | None:
        """The next ids to look at, at most `size`; None when all were."""
        if self._done < self._last:
            first = self._done + 1
            self._done = min(self._done + size, self._last)
            return first, self._done
        size = min(size, self._tail - self._head)
        if size <= 0:
            return None
        turn, self._turn = self._turn, self._forwards and not self._turn
        head, tail, seam = self._head, self._tail, self._seam
        if turn:
            size = min(size, seam - head) if head < seam else size
            self._head += size
            return self._ids(head, size)
        size = min(size, tail - seam) if tail > seam else size
        self._tail -= size
        return self._ids(tail - size, size)

    def _ids(self, place: int, size: int) -> tuple[int, int]:
        first = self._start + 1 + place if place < self._seam else self._first + place - self._seam
        return first, first + size - 1
