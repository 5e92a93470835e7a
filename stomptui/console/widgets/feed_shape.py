"""How wide the feed's columns have to be, as learnt from the rows that were shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from stomptui.console.widgets.feed_columns import Column, value
from stomptui.console.widgets.feed_row import LONG, Layout
from stomptui.render.text import printable

if TYPE_CHECKING:
    from stomptui.capture.record import Record

WIDEST = 16
"""Cells that a column of the settings takes at most."""
WIDEST_DESTINATION = 32


class Shape:
    """Columns only grow, so that rows do not jump about; the destination has one once there are two."""

    def __init__(self, columns: tuple[Column, ...] = ()) -> None:
        self._columns = columns
        self._widths = [0] * len(columns)
        self._destination: str | None = None
        self._several = False
        self._longest = 0

    def see(self, record: Record) -> None:
        """Take a row into account."""
        frame = record.frame
        if frame is None or frame.command != "MESSAGE":
            return
        destination = frame.first("destination") or ""
        if destination != self._destination:
            self._several = self._several or self._destination is not None
            self._destination = destination
            if self._longest < WIDEST_DESTINATION:
                self._longest = max(self._longest, cell_len(printable(destination[-LONG:])))
        for index, column in enumerate(self._columns):
            if self._widths[index] < WIDEST:
                self._widths[index] = min(WIDEST, max(self._widths[index], cell_len(value(column, frame))))

    def layout(self, width: int, last_number: int) -> Layout:
        """The layout for rows of `width` cells."""
        layout = Layout(width, max(5, len(str(last_number))), 0, self._columns, tuple(self._widths))
        if not self._several:
            return layout
        destination = min(self._longest, layout.most)
        return Layout(width, layout.number, destination, self._columns, layout.widths)
