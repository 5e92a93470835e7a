"""The one rule over every pane: its title, what is on its right, and a line between."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content

RULE = "="


def title_rule(left: str, right: str, width: int, *, focused: bool) -> Content:
    """Draw `== left ==== right ==`, `width` cells; the right part goes first when there is no room.

    Both parts must have passed `render.printable()`.
    """
    head = f"{RULE * 2} {left} "
    tail = f" {right} {RULE * 2}" if right else ""
    if cell_len(head) + cell_len(tail) > width:
        tail = ""
    if cell_len(head) > width:
        head = set_cell_size(head, width)
    rule = RULE * max(width - cell_len(head) - cell_len(tail), 0)
    style = "$title-focus $title-focus-style" if focused else "$title $title-style"
    return Content.assemble(
        (head, style), (rule, "$rule-focus" if focused else "$rule $rule-style"), (tail, style)
    )
