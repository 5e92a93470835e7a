"""Text that was searched, set off in rows of pieces whatever pieces it lies in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stomptui.render.text import printable

if TYPE_CHECKING:
    from stomptui.render.rows import Segment

FOUND = "found"
"""The style of what was searched."""


def searching(text: str) -> re.Pattern[str] | None:
    """Find `text` in upper or lower case as rows show it: JSON made pretty has a blank after `:` and `,`."""
    if not text:
        return None
    shown = re.escape(printable(text))
    return re.compile(re.sub("([:,])", r"\1 ?", shown), re.IGNORECASE)


def set_off(row: list[Segment], wanted: re.Pattern[str]) -> list[Segment]:
    """Return `row` with every place that holds what is wanted in a piece of its own."""
    spans = [match.span() for match in wanted.finditer("".join(text for text, _ in row))]
    if not spans:
        return row
    out: list[Segment] = []
    end = span = 0
    for text, style in row:
        start = place = end
        end += len(text)
        while place < end:
            while span < len(spans) and spans[span][1] <= place:
                span += 1
            first, last = spans[span] if span < len(spans) else (end, end)
            inside = first <= place
            until = min(last if inside else first, end)
            out.append((text[place - start : until - start], FOUND if inside else style))
            place = until
    return out
