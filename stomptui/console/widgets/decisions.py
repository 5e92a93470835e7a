"""The list of collected decisions: however many there are, only those in view are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from stomptui.console.review import PLAIN, Review
from stomptui.console.widgets.feed_row import ending, fit
from stomptui.render.text import printable
from stomptui.stomp.dialect import Covers

if TYPE_CHECKING:
    from textual import events

    from stomptui.console.collected import Collected, Entry, Key
    from stomptui.console.review import Check
    from stomptui.stomp.state import State

LEAST = 12
"""Cells that a decision, and a destination, have at least."""
WHEEL = 3
"""Rows that one notch of the mouse wheel moves."""


class Decisions(Widget):
    """Rows of a collection, in the order of sending, under a row that names the columns."""

    ALLOW_SELECT = False

    class Moved(Message):
        """The cursor is on another entry now."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.entries: tuple[Entry, ...] = ()
        self.at = 0
        self._top = 0
        self._state: State | None = None
        self._review: Review | None = None

    @property
    def entry(self) -> Entry | None:
        """The one under the cursor."""
        return self.entries[self.at] if self.entries else None

    def show(self, collected: Collected, state: State) -> None:
        """List another collection; the cursor stays on its entry, or where that was."""
        before = self.entry
        self.entries, self._state = tuple(collected), state
        kept = collected.get(before.key) if before is not None else None
        if kept is not None and (self.at >= len(self.entries) or self.entries[self.at] is not kept):
            self.at = next(at for at, entry in enumerate(self.entries) if entry is kept)
        self.at = max(min(self.at, len(self.entries) - 1), 0)
        self.refresh()

    def tell(self, review: Review) -> None:
        """Show what sending it would do."""
        self._review = review
        self.refresh()

    def go(self, at: int) -> None:
        """Put the cursor on an entry by its place."""
        self.at = max(min(at, len(self.entries) - 1), 0)
        self.refresh()
        self.post_message(self.Moved())

    def go_to(self, key: Key) -> None:
        """Put the cursor on the entry of a message."""
        self.go(next((at for at, entry in enumerate(self.entries) if entry.key == key), self.at))

    def move(self, by: int) -> None:
        """Move the cursor by so many rows."""
        self.go(self.at + by)

    def page(self, by: int) -> None:
        """Move the cursor by so many screens."""
        self.go(self.at + by * max(self._height - 1, 1))

    @property
    def _height(self) -> int:
        return max(self.size.height - 1, 0)

    def render(self) -> Content:
        width, height = self.size.width, self._height
        if not self.entries:
            return Content.styled(" Nothing is collected.", "$muted $muted-style")
        self._top = max(min(self._top, self.at), self.at - height + 1, 0)
        self._top = min(self._top, max(len(self.entries) - height, 0))
        lines = [Content.styled(header(width), "$muted $muted-style")]
        for at in range(self._top, min(self._top + height, len(self.entries))):
            entry = self.entries[at]
            check = self._review.check(entry.key) if self._review is not None else PLAIN
            lines.append(draw(at, entry, check, self._state, width, cursor=at == self.at))
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        if event.y > 0:
            self.go(self._top + event.y - 1)

    def on_mouse_scroll_down(self) -> None:
        self.move(WHEEL)

    def on_mouse_scroll_up(self) -> None:
        self.move(-WHEEL)


def _widths(width: int) -> tuple[int, int]:
    """The cells of the decision and of the destination."""
    room = max(width - 27, 2 * LEAST)
    decision = max(room * 4 // 7, LEAST)
    return decision, room - decision


def header(width: int) -> str:
    """Name the columns."""
    decision, _ = _widths(width)
    return fit(f"{'#':>7}  {'message':<8}{'decision':<{decision}} {'settles':>7}  of", width)


def draw(place: int, entry: Entry, check: Check, state: State | None, width: int, *, cursor: bool) -> Content:
    """Draw one entry: `!` stands before what cannot be sent as it is."""
    decision, destination = _widths(width)
    held = state.ledger.get(entry.number) if state is not None else None
    of = printable(held.destination) if held is not None else ""
    wrong = bool(check.clash or check.why or entry.why)
    text = (
        f"{'>' if cursor else ' '}{'!' if wrong else ' '}{place + 1:>5}  {f'{entry.number:05d}':<8}"
        f"{fit(_decision(entry, check), decision)} {_settles(check):>7}  {ending(of, destination)}"
    )
    style = "bold $caution" if wrong else "bold" if cursor else ""
    return Content.styled(fit(text, width), style)


def _settles(check: Check) -> str:
    return "-" if not check.settles else f"{check.settles:,}"


def _decision(entry: Entry, check: Check) -> str:
    if check.clash:
        return f"{entry.command}, but {check.by:05d} settles it first"
    if check.by:
        return f"{entry.command}, done by {check.by:05d}"
    return f"{entry.command} {printable(entry.words)}".rstrip()


def about(entry: Entry, state: State, review: Review | None, width: int) -> list[str]:
    """Say what an entry decides, in a line of `width` cells where it can be, and what that does here."""
    held = state.ledger.get(entry.number)
    decided = f": {entry.command}{f', {entry.words}' if entry.words else ''}"
    decided += "".join(f", {name}:{value}" for name, value in entry.headers)
    of = ""
    if held is not None:
        room = max(width - cell_len(decided) - 11, LEAST)
        of = f" of {ending(printable(held.destination), room)}"
    return [f"{entry.number:05d}{of}{decided}", _does(entry, state, review)]


def _does(entry: Entry, state: State, review: Review | None) -> str:
    check = review.check(entry.key) if review is not None else PLAIN
    if check.why:
        return f"cannot be sent: {check.why}"
    if check.clash:
        return f"{check.by:05d}, sent before it, settles it too, and otherwise: change or take out one"
    if check.by:
        return f"left out: {check.by:05d}, sent before it, settles it as it says"
    refused = f"; was refused: {entry.why}" if entry.why else ""
    if review is None or entry.key not in review.checks:
        return f"settles this one message{refused}"
    rule = state.dialect.ack_covers if entry.command == "ACK" else state.dialect.nack_covers
    reach = "of all subscriptions here" if rule is Covers.CONNECTION else "of its subscription"
    count = f"{check.settles:,} messages" if check.settles != 1 else "1 message"
    return f"settles {count}: this and all unsettled before it {reach}{refused}"
