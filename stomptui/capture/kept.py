"""Messages that outlive the cap, because they are unsettled: few, since the prefetch bounds them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

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

    def line(self, id_: int) -> Line | None:
        return self.lines.get(id_)

    def id(self, connection: int, number: int) -> int | None:
        return self._by_number.get((connection, number))

    def settle(self, id_: int, settlement: int) -> None:
        """Note what became of a message, if it is here."""
        if id_ not in self.lines:
            return
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

    def after(self, id_: int) -> int | None:
        """The first id above `id_`."""
        at = bisect_right(self.ids, id_)
        return self.ids[at] if at < len(self.ids) else None

    def before(self, id_: int) -> int | None:
        """The last id below `id_`."""
        at = bisect_left(self.ids, id_) - 1
        return self.ids[at] if at >= 0 else None

    def unsettled(self, after: int, before: int, *, backwards: bool) -> Iterator[int]:
        """The unsettled ones whose ids lie between both, neither included; ascending, or descending."""
        ids = self.ids[bisect_right(self.ids, after) : bisect_left(self.ids, before)]
        for id_ in reversed(ids) if backwards else ids:
            if self.lines[id_].settlement == Settlement.UNSETTLED:
                yield id_
