"""Textual's scroll bars, drawn as those of feed and message are: the thumb is a letter and whole cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBarRender

if TYPE_CHECKING:
    from textual.widget import Widget

PLAIN = Color.default()


class PlainBar(ScrollBarRender):
    """A bar without fragments of blocks, which few fonts of a console draw alike."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color = PLAIN,
        bar_color: Color = PLAIN,
    ) -> Segments:
        drawn = super().render_bar(
            size, virtual_size, window_size, position, thickness, vertical, back_color, bar_color
        )
        letter = "|" if vertical else "-"
        pieces: list[Segment] = []
        for piece in drawn.segments:
            if piece.style is not None and piece.style.reverse:
                look = Style(color=back_color, bgcolor=bar_color, meta=piece.style.meta)
                piece = Segment(letter * len(piece.text), look)
            pieces.append(piece)
        return Segments(pieces, new_lines=drawn.new_lines)


def plain_bars(widget: Widget) -> None:
    """Draw the scroll bars of `widget` like that."""
    for bar in (widget.vertical_scrollbar, widget.horizontal_scrollbar):
        bar.renderer = PlainBar  # type: ignore[misc]  # what Textual says to do for one bar
