"""The tree of destinations: what of it is open, where the cursor is, and how its rows look."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from stomptui.capture.tree import Node, tree
from stomptui.console.widgets.cells import end_of
from stomptui.console.widgets.figures import count_words, rate_words, sparkline
from stomptui.render.body import size
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stomptui.console.view import View

MANY = 20
"""Children from which on a node is closed until somebody opens it: temporary queues come by the hundred."""
OTHERS = "\0"
"""The path of the row for all that are not counted by themselves; no destination has it."""
TOLD = 5
"""Rows from which on there is room to tell more of the one under the cursor."""


class Row(NamedTuple):
    """A node that shows, how deep it is, and whether it is open; None where nothing is below."""

    node: Node
    depth: int
    open: bool | None


class DestinationTree:
    """Rows of the destinations that were counted; the cursor is a path, so that no arrival moves it."""

    def __init__(self) -> None:
        self.by_rate = False
        self.path = ""
        self.rows: list[Row] = []
        self._turned: dict[str, bool] = {}
        self._shown: tuple[object, ...] = ()
        self._nodes: tuple[Node, ...] = ()
        self._seconds: dict[tuple[str, int], list[int]] = {}
        self._at = 0
        self._top = 0

    def look_at(self, view: View) -> None:
        """Take in what was counted: once a second, and whenever a destination came or went."""
        counts = view.counts
        shown = (counts, int(view.now), counts.version, view.words.separators, self.by_rate)
        if shown == self._shown:
            return
        self._shown = shown
        self._seconds.clear()
        self._nodes = tree(counts.destinations, view.now, view.words.separators, by_rate=self.by_rate)
        if counts.forgotten or counts.others.received:
            self._nodes += (_others(view),)
        self._lay_out()

    def _lay_out(self) -> None:
        self.rows = list(self._open_rows(self._nodes, 0))
        place = next((place for place, row in enumerate(self.rows) if row.node.path == self.path), None)
        if place is None:  # closed away, or among the others now
            above = [at for at, row in enumerate(self.rows) if row.open is False and self._holds(row.node)]
            place = above[-1] if above else min(self._at, len(self.rows) - 1)
        self._go(place)

    def _open_rows(self, nodes: Iterable[Node], depth: int) -> Iterator[Row]:
        for node in nodes:
            if not node.children:
                yield Row(node, depth, None)
                continue
            is_open = self._turned.get(node.path, len(node.children) <= MANY)
            if not is_open and node.path not in self._turned and self._holds(node):
                is_open = self._turned[node.path] = True  # one too many came, while somebody looked into it
            yield Row(node, depth, is_open)
            if is_open:
                yield from self._open_rows(node.children, depth + 1)

    def _holds(self, node: Node) -> bool:
        """Whether the cursor is below a node."""
        return self.path.startswith(node.path) and any(
            child.path == self.path or self._holds(child) for child in node.children
        )

    # -- the cursor --

    @property
    def node(self) -> Node | None:
        """What is under the cursor."""
        return self.rows[self._at].node if self.rows else None

    def _go(self, place: int) -> None:
        self._at = max(min(place, len(self.rows) - 1), 0)
        self.path = self.rows[self._at].node.path if self.rows else ""

    def move(self, by: int) -> None:
        """Move the cursor by so many rows."""
        self._go(self._at + by)

    def fold(self) -> None:
        """Close what is under the cursor, or go to what it is in."""
        if not self.rows:
            return
        row = self.rows[self._at]
        if row.open:
            self._turn(row)
        else:
            inner = range(self._at - 1, -1, -1)
            self._go(next((at for at in inner if self.rows[at].depth < row.depth), self._at))

    def unfold(self) -> None:
        """Open what is under the cursor, or go to the first that is in it."""
        if not self.rows:
            return
        row = self.rows[self._at]
        if row.open is False:
            self._turn(row)
        elif row.open:
            self.move(1)

    def click(self, y: int) -> bool:
        """Go to the row `y` of those in view, and open or close it if the cursor was there already."""
        place = self._top + y
        if not 0 <= place < len(self.rows):
            return False
        if place == self._at and self.rows[place].open is not None:
            self._turn(self.rows[place])
        self._go(place)
        return True

    def _turn(self, row: Row) -> None:
        self._turned[row.node.path] = not row.open
        self._lay_out()

    # -- drawing --

    def draw(self, view: View, width: int, height: int, *, focused: bool, blocks: bool) -> list[Content]:
        """Draw what fits in `height` lines of `width` cells; the last tell of what is under the cursor."""
        self.look_at(view)
        if not self.rows:
            return [Content.styled(" nothing came yet", "$muted")]
        layout = lay_out(width, max(_indent(row) + len(row.node.name) for row in self.rows))
        lines = [header(layout)] if layout.sent and height > TOLD else []
        told = _told(self.rows[self._at].node, width) if focused and height >= TOLD else []
        room = max(height - len(lines) - len(told), 1)
        self._top = max(min(self._top, self._at, len(self.rows) - room), self._at - room + 1, 0)
        for at, row in enumerate(self.rows[self._top : self._top + room], self._top):
            seconds = self._last(row.node, view.now, layout.spark)
            under_cursor = focused and at == self._at
            lines.append(draw_row(row, seconds, layout, under_cursor=under_cursor, blocks=blocks))
        lines += [Content()] * (height - len(lines) - len(told))
        return lines + told

    def _last(self, node: Node, now: float, count: int) -> list[int]:
        """The last seconds of a node, added up once for each second: a node may hold thousands."""
        found = self._seconds.get((node.path, count))
        if found is None:
            found = self._seconds[node.path, count] = node.seconds(now, count)
        return found


class Layout(NamedTuple):
    """Cells of each column, with the blank before it; 0 for one that there is no room for."""

    name: int
    came: int
    rate: int
    spark: int
    sent: int
    octets: int
    largest: int


NAME = 12
"""Cells that a name has at least."""
WANTED = (
    *(("rate", 7, False), ("came", 6, False), ("spark", 5, False), ("name", 18, True), ("octets", 9, False)),
    *(("spark", 8, True), ("sent", 7, False), ("largest", 9, False), ("name", 40, True), ("spark", 47, True)),
)
"""What room is used for, most wanted first: the column, its cells, and whether fewer are of use."""


def lay_out(width: int, name: int) -> Layout:
    """Share `width` cells out; `name` is what the longest name takes."""
    cells = dict.fromkeys(Layout._fields, 0) | {"name": NAME}
    room = width - 1 - NAME
    for column, wanted, fewer in WANTED:
        if column == "name":
            wanted = min(wanted, max(name - cells["name"], 0))
        taken = min(wanted, room) if fewer else wanted
        if 0 < taken <= room:
            cells[column] += taken
            room -= taken
    return Layout(**cells)._replace(spark=max(cells["spark"] - 1, 0))


def header(layout: Layout) -> Content:
    """Name the columns, where there are so many that their looks do not tell."""
    words = [" destination".ljust(layout.name + 1), "came".rjust(layout.came), "rate".rjust(layout.rate)]
    words.append(f" {f'last {layout.spark} s'.ljust(layout.spark)}")
    words += ["sent".rjust(layout.sent), "octets".rjust(layout.octets), "largest".rjust(layout.largest)]
    return Content.styled("".join(words), "$muted")


def _indent(row: Row) -> int:
    return min(row.depth, 4) + 2


def draw_row(row: Row, seconds: list[int], layout: Layout, *, under_cursor: bool, blocks: bool) -> Content:
    """Draw one node: its name at its depth, what came, the rate, how it went, and sizes."""
    node = row.node
    sign = {None: "  ", True: "- ", False: "+ "}[row.open]
    before = " " * (_indent(row) - len(sign)) + sign
    name = printable(node.name) if node.path != OTHERS else node.name
    room = layout.name - len(before)
    if cell_len(name) > room:  # it differs from those beside it by its beginning
        name = f"{set_cell_size(name, room - 1)}~"
    style = "bold" if under_cursor else "" if node.named else "$muted"
    parts = [
        (">" if under_cursor else " ", "bold $title-focus"),
        (before, "$muted"),
        (set_cell_size(name, room), style),
        (count_words(node.received).rjust(layout.came) if layout.came else "", ""),
        (rate_words(node.rate).rjust(layout.rate) if layout.rate else "", "$muted" if not node.rate else ""),
    ]
    if layout.spark:
        parts.append((f" {sparkline(seconds, blocks=blocks)}", "$good"))
    if layout.sent:
        parts.append(((count_words(node.sent) if node.sent else "").rjust(layout.sent), ""))
    for cells, octets in ((layout.octets, node.octets), (layout.largest, node.largest)):
        parts.append((size(octets).rjust(cells) if cells else "", "$muted"))
    return Content.assemble(*parts)


def _told(node: Node, width: int) -> list[Content]:
    """Tell all of one node in two lines."""
    path = printable(node.path) if node.path != OTHERS else "those quiet for longest, together"
    sent = f", {node.sent:,} sent" if node.sent else ""
    sizes = f", {size(node.octets)}, largest {size(node.largest)}"
    words = f"{node.received:,} came{sent}"
    words += sizes if len(words) + len(sizes) < width else f", {size(node.octets)}"
    return [
        Content.styled(f" {end_of(path, width - 1)}", "bold" if node.named else "$muted"),
        Content.styled(set_cell_size(f" {words}", width).rstrip(), "$muted"),
    ]


def _others(view: View) -> Node:
    tally = view.counts.others
    name = f"({view.counts.forgotten:,} others)" if view.counts.forgotten else "(others)"
    rate = tally.rate(view.now)
    counted = (tally.received, tally.sent, tally.octets, tally.largest, rate)
    return Node(name, OTHERS, False, *counted, (tally,))
