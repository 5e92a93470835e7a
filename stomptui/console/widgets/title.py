"""The one rule over every pane: its title, what is on its right, and a line between."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from stomptui.console.widgets.pressing import leading

RULE = "="


def title_parts(left: str, right: str, width: int, *, focused: bool) -> list[tuple[str, str]]:
    """Draw `== left ==== right ==`, `width` cells, as pieces with the names of their styles.

    The right part goes first when there is no room. Both parts must have passed `render.printable()`.
    """
    head = f"{RULE * 2} {left} "
    tail = f" {right} {RULE * 2}" if right else ""
    if cell_len(head) + cell_len(tail) > width:
        tail = ""
    if cell_len(head) > width:
        head = set_cell_size(head, width)
    rule = RULE * max(width - cell_len(head) - cell_len(tail), 0)
    style, line = ("title-focus", "rule-focus") if focused else ("title", "rule")
    return [(head, style), (rule, line), (tail, style)]


def title_rule(
    left: str, right: str, width: int, *, focused: bool, leads: tuple[str, str] = ("", "")
) -> Content:
    """Draw the same as a Content; `leads` are the keys, by id, that a click left and right leads to."""
    head, rule, tail = (
        Content.styled(text, _VARIABLES[style])
        for text, style in title_parts(left, right, width, focused=focused)
    )
    return Content.assemble(leading(head + rule, leads[0]), leading(tail, leads[1] or leads[0]))


_VARIABLES = {
    "title": "$title $title-style",
    "title-focus": "$title-focus $title-focus-style",
    "rule": "$rule $rule-style",
    "rule-focus": "$rule-focus",
}
