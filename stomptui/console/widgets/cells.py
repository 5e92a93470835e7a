"""Texts in so many cells and no more; they must have passed `render.printable()`."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def begin_of(text: str, width: int) -> str:
    """`text`, or its beginning with `~` behind it, in at most `width` cells."""
    return text if cell_len(text) <= width else f"{set_cell_size(text, max(width - 1, 0))}~"


def end_of(text: str, width: int) -> str:
    """`text`, or its end with `~` before it, in at most `width` cells: names and ids differ at their end."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) > width - 1:
        text = text[max(len(text) - width, 1) :] if len(text) > width else text[1:]
    return f"~{text}" if width > 0 else ""
