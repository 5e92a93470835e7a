"""Painted rows folded to a width, counted in terminal cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size

if TYPE_CHECKING:
    from stomptui.render.rows import Segment


def wrap(row: list[Segment], width: int) -> list[list[Segment]]:
    """Fold `row` into lines of at most `width` cells, anywhere: what is shown must stay exact, not pretty."""
    lines: list[list[Segment]] = [[]]
    room = width
    for text, style in row:
        while text:
            taken, cells = cut(text, room)
            if taken:
                lines[-1].append((text[:taken], style))
                room -= cells
                text = text[taken:]
            elif room == width:
                # A character wider than the whole line: it is dropped, or this would never end.
                text = text[1:]
            if text:
                lines.append([])
                room = width
    return lines


def cut(text: str, room: int) -> tuple[int, int]:
    """Say how many characters of `text` fit into `room` cells, and how many cells those take."""
    if text.isascii():
        return min(len(text), room), min(len(text), room)
    if len(text) < 512 and (cells := cell_len(text)) <= room:
        return len(text), cells
    cells = 0
    for taken, character in enumerate(text):
        wide = get_character_cell_size(character)
        if cells + wide > room:
            return taken, cells
        cells += wide
    return len(text), cells


def width_of(line: list[Segment]) -> int:
    """The cells that `line` takes."""
    return sum(cell_len(text) for text, _ in line)
