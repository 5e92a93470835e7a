"""Finished lines: filtered for the terminal and as wide as their widget, and only writing them is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget


class Painted(Strip):
    """A line that is kept and written again and again.

    Textual's own strip notes in itself that, cut to its full width, it is itself. Such a circle is freed by
    the garbage collector only, and thousands of them a second make that hold up the keys.
    """

    __slots__ = ()

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        where = list(cuts)
        return [self] if where == [self.cell_length] else super().divide(where)


Finish = Callable[[Strip], Painted]


def finishing(widget: Widget) -> Finish:
    """Return what finishes a line of `widget`, as wide as it is, until its style changes.

    The box model has no part in it: the widget must have neither border nor padding.
    """
    filters, background = widget.get_line_filters(), widget.background_colors[1]

    def finish(strip: Strip) -> Painted:
        segments = list(strip)
        for one in filters:
            segments = one.apply(segments, background)
        return Painted(segments, strip.cell_length)

    return finish
