"""Messages that outlive the cap, because they are unsettled: few, since the prefetch bounds them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from stomptui.capture.columns import Line, is_open
from stomptui.stomp.events import Settlement


class Kept:
    """Records older than the columns, by id; `ids` ascends, and some may be settled until `release`."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.lines: dict[int, Line] = {}
        self._by_number: dict[tuple[int, int], int] = {}
        self._settled: set[int] = set()

    def add(self, id_: int, line: Line) -> None:
        """Keep one more, younger than all before it."""
        self.ids.append(id_)
        self.lines[id_] = line
        self._by_number[line.connection, line.number] = id_

    def id(self, connection: int, number: int) -> int | None:
        return self._by_number.get((connection, number))

    def settle(self, id_: int, settlement: int) -> None:
        line = self.lines[id_]._replace(settlement=settlement)
        self.lines[id_] = line
        if is_open(settlement, line.flags):
            self._settled.discard(id_)
        else:
            self._settled.add(id_)

    def release(self) -> int:
        """Let go of those that have been settled; returns how many."""
        gone = self._settled
        if not gone:
            return 0
        for id_ in gone:
            line = self.lines.pop(id_)
            del self._by_number[line.connection, line.number]
        self.ids = list(self.lines)
        self._settled = set()
        return len(gone)

    def after(self, id_: int, unsettled: bool = False) -> int | None:
        """The first id above `id_`, or the first whose message is unsettled."""
        return self._first(range(bisect_right(self.ids, id_), len(self.ids)), unsettled)

    def before(self, id_: int, unsettled: bool = False) -> int | None:
        """The last id below `id_`, or the last whose message is unsettled."""
        return self._first(range(bisect_left(self.ids, id_) - 1, -1, -1), unsettled)

    def _first(self, indexes: range, unsettled: bool) -> int | None:
        ids, lines = self.ids, self.lines
        for index in indexes:
            if not unsettled or lines[ids[index]].settlement == Settlement.UNSETTLED:
                return ids[index]
        return None
