"""The octets and columns of a capture, in segments: appended at the end, dropped from the beginning."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from stomptui.capture.search import Piece
from stomptui.capture.segment import ALONE, TO_BROKER, Extra, Segment
from stomptui.stomp.events import Settlement


class Line(NamedTuple):
    """One record as it lies in the columns."""

    connection: int
    number: int
    time: float
    wall: float
    flags: int
    settlement: int
    raw: bytes
    outcome: str
    extra: Extra
    left: int = 0
    """Octets of the body that are missing in `raw`: they are in the file."""


class Columns:
    """Records `first_id` to `last_id` without a gap; `octets` counts the raw octets of those."""

    def __init__(self, first_id: int = 1) -> None:
        self.first_id = first_id
        self.last_id = first_id - 1
        self.octets = 0
        self._segments: list[Segment] = []
        self._firsts: list[int] = []

    def __len__(self) -> int:
        return self.last_id - self.first_id + 1

    def append(
        self,
        connection: int,
        number: int,
        time: float,
        offset: float,
        flags: int,
        raw: bytes,
        settlement: int,
    ) -> int:
        """Keep one record, return its id; `offset` leads from `time` to the wall clock."""
        segments = self._segments
        if not segments or segments[-1].full or len(raw) >= ALONE:
            self._open()
        segment = segments[-1]
        size = len(raw)
        index = len(segment.flags)
        if size >= ALONE:
            segment.raw = raw
        else:
            segment.raw += raw
        segment.ends.append(len(segment.raw))
        segment.times.append(time)
        segment.connections.append(connection)
        segment.numbers.append(number)
        segment.settlements.append(settlement)
        offsets = segment.offsets
        if not offsets or offsets[-1][1] != offset:
            offsets.append((index, offset))
        segment.flags.append(flags)
        self.octets += size
        self.last_id += 1
        return self.last_id

    def skip(self, last_id: int) -> None:
        """Go on behind record `last_id`, which is elsewhere, as all before it are; only while empty."""
        self.first_id, self.last_id = last_id + 1, last_id

    def _open(self) -> None:
        if self._segments:
            self._segments[-1].seal()
        self._segments.append(Segment(self.last_id + 1))
        self._firsts.append(self.last_id + 1)

    def find(self, id_: int) -> tuple[Segment, int] | None:
        """The segment that holds record `id_`, and its index there."""
        if not self.first_id <= id_ <= self.last_id:
            return None
        segment = self._segments[bisect_right(self._firsts, id_) - 1]
        return segment, id_ - segment.first

    def set_about(self, id_: int, number: int) -> None:
        """Keep that record `id_`, the newest, settled message `number`, and only that."""
        segment = self._segments[-1]
        segment.abouts[id_ - segment.first] = number

    def line(self, segment: Segment, index: int) -> Line:
        return Line(
            segment.connections[index],
            segment.numbers[index],
            segment.times[index],
            segment.wall(index),
            segment.flags[index],
            segment.settlements[index],
            segment.octets(index),
            segment.outcomes.get(index, ""),
            segment.extra(index),
        )

    def since(self, after: int, upto: int) -> list[tuple[Segment, int, int]]:
        """The segments that hold the records after id `after` up to `upto`, each with the range of those.

        May be called by another thread than the one that appends.
        """
        found = []
        for segment in tuple(self._segments):
            start = max(after + 1 - segment.first, segment.gone)
            stop = min(upto + 1 - segment.first, len(segment))
            if start < stop:
                found.append((segment, start, stop))
        return found

    def next_unsettled(self, after: int, before: int) -> int | None:
        """The first unsettled record whose id lies between both, neither included."""
        id_ = max(after + 1, self.first_id)
        while id_ < before and (found := self.find(id_)) is not None:
            segment, index = found
            at = segment.settlements.find(Settlement.UNSETTLED, index)
            if at >= 0:
                return segment.first + at if segment.first + at < before else None
            id_ = segment.first + len(segment)
        return None

    def last_unsettled(self, before: int) -> int | None:
        """The last unsettled record whose id is lower than `before`."""
        id_ = min(before - 1, self.last_id)
        while (found := self.find(id_)) is not None:
            segment, index = found
            at = segment.settlements.rfind(Settlement.UNSETTLED, segment.gone, index + 1)
            if at >= 0:
                return segment.first + at
            id_ = segment.first - 1
        return None

    def piece(self, id_: int, octets: int, backwards: bool) -> Piece | None:
        """Records from `id_` on, or up to it: of one segment, at most `octets` together unless it is one."""
        id_ = min(id_, self.last_id) if backwards else max(id_, self.first_id)
        found = self.find(id_)
        if found is None:
            return None
        segment, index = found
        ends = segment.ends
        if backwards:
            stop = index + 1
            least = ends[index] - octets
            start = 0 if least <= 0 else min(bisect_left(ends, least, 0, index) + 1, index)
            start = max(start, segment.gone)
        else:
            start = index
            stop = max(bisect_right(ends, segment.start(index) + octets, index), index + 1)
        base = segment.start(start)
        raw = bytes(segment.raw[base : ends[stop - 1]])
        return Piece(segment.first + start, raw, [end - base for end in ends[start:stop]])

    def drop(self, records: int, octets: int, upto: int = 1 << 62) -> None:
        """Drop from the first segment until `records` and `octets` are gone, or it is; never the newest.

        Nothing beyond id `upto` goes.
        """
        self._forget(self._reach(records, octets, upto))

    def part(self, records: int, octets: int) -> list[tuple[int, Line]]:
        """Do as `drop`; gives those whose messages are still open, which somebody else has to keep."""
        segment, stop = self._segments[0], self._reach(records, octets)
        open_ = [
            (segment.first + index, self.line(segment, index))
            for index in range(segment.gone, stop)
            if is_open(segment.settlements[index], segment.flags[index])
        ]
        self._forget(stop)
        return open_

    def _reach(self, records: int, octets: int, upto: int = 1 << 62) -> int:
        """Where in the first segment that is which has to go."""
        segment = self._segments[0]
        gone, size = segment.gone, len(segment)
        base = segment.start(gone)
        stop = max(gone + records, bisect_left(segment.ends, base + octets, gone) + 1 if octets > 0 else 0)
        stop = min(stop, size - 1 if len(self._segments) == 1 else size, upto + 1 - segment.first)
        return max(stop, gone)

    def _forget(self, stop: int) -> None:
        segment = self._segments[0]
        if stop == segment.gone:
            return
        base = segment.start(segment.gone)
        self.octets -= segment.start(stop) - base
        segment.gone = stop
        self.first_id = segment.first + stop
        if stop == len(segment):
            del self._segments[0], self._firsts[0]


def is_open(settlement: int, flags: int) -> bool:
    """Whether a record is a message that may still have to be settled."""
    return settlement == Settlement.UNSETTLED or (settlement == Settlement.STAGED and not flags & TO_BROKER)
