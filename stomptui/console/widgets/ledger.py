"""The ledger in its pane: what awaits its ACK or NACK, by subscription, oldest first, with a cursor."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from stomptui.console.widgets.ledger_rows import entry_row, heading_row, held_row, told_lines
from stomptui.stomp.dialect import Covers
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stomptui.console.view import View
    from stomptui.stomp.ledger import Unsettled

GROUPED = 20_000
"""Unsettled messages that are put together by subscription; more are shown in one order, which is quick."""
TOLD = 3
"""Lines about the message under the cursor, where there is room for them."""
PATIENCE = 20
"""How many times longer than it takes to list them anew the list is kept."""
COUNTED = 5_000
"""Unsettled messages among which those that an ACK settles are counted one by one; of more, by places."""


class Group(NamedTuple):
    """Messages under one heading, by number, ascending: of a `subscription`, or else of what `words` say."""

    subscription: str
    numbers: Sequence[int]
    words: str = ""


class LedgerList:
    """Which messages are listed, where the cursor is, and how they are drawn."""

    def __init__(self) -> None:
        self.cursor: int | None = None
        """The number of the message under the cursor; None while that is on none of them."""
        self.groups: tuple[Group, ...] = ()
        self._starts: list[int] = []
        """The row of each group's heading."""
        self._known: tuple[int, ...] = ()
        self._listed_at = self._took = 0.0
        self._drawn: tuple[int, int] = (0, 0)
        self._top = 0

    def take(self, view: View) -> None:
        """List what is unsettled now, unless that was just done; the cursor is that of the feed."""
        state = view.state
        current = view.current
        here = current.number if current is not None and current.connection == state.connection else None
        self.cursor = here if here is not None and here in state.ledger else None
        known = (state.connection, state.frames, len(state.ledger), state.ledger.open, len(state.ledger.held))
        now = time.monotonic()
        if known == self._known or now - self._listed_at < PATIENCE * self._took:
            return
        self.groups = _groups(view)
        self._starts, row = [], 0
        for group in self.groups:
            self._starts.append(row)
            row += 1 + len(group.numbers)
        self._known, self._listed_at = known, now
        self._took = time.monotonic() - now

    @property
    def rows(self) -> int:
        return self._starts[-1] + 1 + len(self.groups[-1].numbers) if self.groups else 0

    def at(self, row: int) -> int | None:
        """The number of the message in a row, None for a heading."""
        group = bisect_right(self._starts, row) - 1
        place = row - self._starts[group] - 1
        return self.groups[group].numbers[place] if place >= 0 else None

    def row_of(self, number: int) -> int | None:
        """The row of a message, None when it is not listed."""
        for group, start in zip(self.groups, self._starts, strict=True):
            place = bisect_left(group.numbers, number)
            if place < len(group.numbers) and group.numbers[place] == number:
                return start + 1 + place
        return None

    def moved(self, by: int) -> int | None:
        """The message `by` rows on from the one under the cursor, over headings; None where there is none."""
        if not self.rows:
            return None
        here = self.row_of(self.cursor) if self.cursor is not None else None
        row = (0 if by > 0 else self.rows - 1) if here is None else here + by
        row = min(max(row, 0), self.rows - 1)
        step = 1 if by > 0 or row == 0 else -1
        while 0 <= row < self.rows:
            if (number := self.at(row)) is not None:
                return number
            row += step
        return None if here is None else self.cursor

    def clicked(self, y: int) -> int | None:
        """The message in line `y` under the title."""
        first, count = self._drawn
        return self.at(first + y - 1) if 1 <= y <= count else None

    def draw(self, view: View, width: int, height: int, *, focused: bool) -> list[Content]:
        """Draw the rows there is room for, the one under the cursor among them, and what is told of it."""
        if not self.rows:
            return [Content.styled(" nothing is unsettled", "$muted")]
        ledger = view.state.ledger
        entry = ledger.get(self.cursor) if self.cursor is not None else None
        told: list[Content] = []
        if entry is not None and height > 2 * TOLD:
            told = told_lines(view, entry, self.covers(view, entry), width, TOLD)
        room = max(height - len(told), 1)
        at = self.row_of(entry.number) if entry is not None else None
        if at is not None:
            self._top = max(min(self._top, at), at - room + 1)
        # The first message under a heading shows that too.
        if at is not None and self._top == at and at and self.at(at - 1) is None and room > 1:
            self._top -= 1
        self._top = min(self._top, max(self.rows - room, 0))
        rows = range(self._top, min(self._top + room, self.rows))
        self._drawn = self._top, len(rows)
        lines = [self._row(view, row, width, focused=focused) for row in rows]
        return lines + [Content()] * (room - len(lines)) + told

    def _row(self, view: View, row: int, width: int, *, focused: bool) -> Content:
        group = self.groups[bisect_right(self._starts, row) - 1]
        number = self.at(row)
        if number is None:
            return heading_row(view, group.subscription, group.words, len(group.numbers), width)
        ledger = view.state.ledger
        entry = ledger.get(number)
        if entry is None:
            held = ledger.held.get(number)
            return held_row(number, held.why_not if held is not None else None, width)
        place = bisect_left(group.numbers, number) + 1
        under_cursor = focused and number == self.cursor
        return entry_row(view, entry, place, width, under_cursor=under_cursor, alone=not group.subscription)

    def covers(self, view: View, entry: Unsettled) -> int | None:
        """How many messages an ACK of this one would settle, itself included; 0 where it is staged.

        None where there are too many to count while somebody looks on.
        """
        ledger, rule = view.state.ledger, view.state.dialect.ack_covers
        if entry.transaction is not None:
            return 0
        if entry.mode is not AckMode.CLIENT or rule is Covers.ONE:
            return 1
        if len(ledger) <= COUNTED:
            return len(ledger.covered(entry.number, "ACK", view.state.dialect))
        if len(ledger) != ledger.open or ledger.held:  # a place in a list counts what is staged as well
            return None
        groups = [g for g in self.groups if rule is Covers.CONNECTION or g.subscription == entry.subscription]
        return sum(bisect_right(group.numbers, entry.number) for group in groups) or None


def _groups(view: View) -> tuple[Group, ...]:
    """Put what is unsettled under the headings of subscriptions, in the order in which those were made."""
    state = view.state
    ledger = state.ledger
    groups: list[Group] = []
    if len(ledger) > GROUPED:
        groups.append(Group("", list(ledger), "all subscriptions"))
    elif ledger:
        numbers: dict[str, list[int]] = {name: [] for name in state.subscriptions}
        for number, entry in ledger.items():
            numbers.setdefault(entry.subscription, []).append(number)
        groups += [Group(name, listed) for name, listed in numbers.items() if listed]
    if ledger.held:
        groups.append(Group("", sorted(ledger.held), "held: subscription closed"))
    return tuple(groups)
