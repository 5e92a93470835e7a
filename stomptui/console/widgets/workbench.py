"""The open transactions in their pane: each with what is staged in it, in order, and a cursor."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from stomptui.brokers.transacting import in_transaction
from stomptui.console.widgets.workbench_rows import ending_row, heading_row, staged_row, told_rows

if TYPE_CHECKING:
    from stomptui.console.view import View
    from stomptui.stomp.transactions import Transaction

ENDINGS = 3
"""Endings that are shown where there is room; one is shown in any case."""
NONE_OPEN = ("no transaction is open: t, then b, begins one", "none is open then")


class Place(NamedTuple):
    """A row: transaction `name`, and the `number` of a frame that is staged in it; 0 is its heading."""

    name: str
    number: int = 0


class _Tally:
    """What is staged in a transaction, counted once a frame."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.counted = self.settles = 0
        self.commands: Counter[str] = Counter()

    def count(self) -> None:
        staged = self.transaction.staged
        if len(staged) < self.counted:  # the broker refused one
            self.counted = self.settles = 0
            self.commands.clear()
        for one in staged[self.counted :]:
            self.commands[one.command] += 1
            self.settles += len(one.covers)
        self.counted = len(staged)


class Workbench:
    """Which transactions are open, where the cursor is, and how they are drawn."""

    def __init__(self) -> None:
        self.cursor: Place | None = None
        """None while nothing is open."""
        self._tallies: dict[str, _Tally] = {}
        self._starts: list[int] = []
        """The row of each heading."""
        self._names: list[str] = []
        self._rows = 0
        self._drawn: tuple[int, int] = (0, 0)
        self._top = 0

    def take(self, view: View) -> None:
        """Look at what is open now; the cursor stays where it was, as far as that is there."""
        open_ = view.state.transactions if view.alive else {}
        before = self._tallies
        self._tallies = {}
        self._starts, self._rows = [], 0
        for name, transaction in open_.items():
            tally = before.get(name)
            if tally is None or tally.transaction is not transaction:
                tally = _Tally(transaction)
            tally.count()
            self._tallies[name] = tally
            self._starts.append(self._rows)
            self._rows += 1 + tally.counted
        self._names = list(open_)
        if self.cursor is None or self.cursor.name not in open_:
            chosen = view.state.joined or next(iter(open_), None)
            self.cursor = Place(chosen) if chosen is not None else None

    def at(self, row: int) -> Place:
        """What is in a row."""
        place = bisect_right(self._starts, row) - 1
        name = self._names[place]
        behind = row - self._starts[place]
        return Place(name, self._tallies[name].transaction.staged[behind - 1].number if behind else 0)

    def row_of(self, place: Place) -> int:
        """The row of a place; of a frame that has left its transaction, one near it."""
        start = self._starts[self._names.index(place.name)]
        if not place.number:
            return start
        tally = self._tallies[place.name]
        staged = tally.transaction.staged
        return start + min(1 + bisect_left(staged, place.number, key=lambda one: one.number), tally.counted)

    def move(self, by: int) -> None:
        """Move the cursor by so many rows, as far as there are any."""
        if self.cursor is not None and self._rows:
            self.cursor = self.at(min(max(self.row_of(self.cursor) + by, 0), self._rows - 1))

    def click(self, y: int) -> bool:
        """Have the cursor in line `y` under the title; whether anything is there."""
        first, count = self._drawn
        if not 1 <= y <= count:
            return False
        self.cursor = self.at(first + y - 1)
        return True

    def draw(self, view: View, width: int, height: int, *, focused: bool) -> list[Content]:
        """Draw the rows there is room for, that of the cursor among them, then endings and what to know."""
        said = told_rows(in_transaction(view.words), width)
        if not self._rows:
            self._drawn = (0, 0)
            none = wrap(NONE_OPEN[view.recorded is not None], max(width - 1, 8))
            lines = [Content.styled(f" {line}", "$muted") for line in none]
            return [*lines, *self._foot(view, said, width, height - len(lines))]
        room = max(height - min(len(view.endings), 1), 1)
        at = self.row_of(self.cursor) if self.cursor is not None else 0
        self._top = max(min(self._top, at), at - room + 1)
        self._top = min(self._top, max(self._rows - room, 0))
        rows = range(self._top, min(self._top + room, self._rows))
        self._drawn = self._top, len(rows)
        lines = [self._row(view, row, width, focused=focused and row == at) for row in rows]
        return [*lines, *self._foot(view, said, width, height - len(lines))]

    def _foot(self, view: View, said: list[Content], width: int, room: int) -> list[Content]:
        """What goes under the rows, from the bottom up, as far as there is room."""
        endings = [ending_row(ending, view.now, width) for ending in view.endings[:ENDINGS]]
        foot = [*endings, *([Content(), *said] if room >= len(endings) + len(said) + 1 else [])]
        foot = foot[:room]
        return [Content()] * (room - len(foot)) + foot

    def _row(self, view: View, row: int, width: int, *, focused: bool) -> Content:
        place = self.at(row)
        tally = self._tallies[place.name]
        transaction = tally.transaction
        if place.number:
            staged = transaction.staged[row - self._starts[self._names.index(place.name)] - 1]
            return staged_row(staged, width, under_cursor=focused)
        joined = view.recorded is None and place.name == view.state.joined
        return heading_row(
            transaction,
            tally.commands,
            tally.settles,
            view.now,
            width,
            joined=joined,
            under_cursor=focused,
        )
