"""Every key, from the table: those of the place in focus first."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from textual.content import Content

from stomptui.console.dialogs.page import PageScreen
from stomptui.console.keys import KEYS, SCOPES, Key, display, in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEYS_WIDTH = 17
WORDS_WIDTH = 21
BESIDE = 20
"""Cells without which what a key does stands below its words, not beside them."""
MARKS = (
    "Marks:  * unsettled   a acked   x nacked   t staged in a transaction   . auto",
    "        c ACK collected, n NACK collected: neither is sent yet",
    "        ! cannot be settled any more   R2 second delivery   > to the broker   < to the client",
    "        + selected   = what the ACK or NACK that is asked about would settle",
    "Any key can be changed in settings.toml; the README lists their ids.",
)


def groups(place: str, table: Mapping[str, Key] = KEYS) -> list[tuple[str, list[Key]]]:
    """Sort the rows that matter in `place` (a pane or a form) into groups, its own first."""
    on_main = place in SCOPES["main"]
    own = f"In this pane: {place.capitalize()}" if on_main else "In this form"
    chosen: dict[str, list[Key]] = {}
    for key in table.values():
        inside = place in key.where
        if inside or not on_main:
            scope = SCOPES.get(place, frozenset())
            if inside or not scope.isdisjoint(key.where):
                chosen.setdefault(own if inside else key.group, []).append(key)
        else:
            chosen.setdefault(key.group, []).append(key)
    return sorted(chosen.items(), key=lambda group: group[0] != own)


def help_lines(place: str, width: int = 120, table: Mapping[str, Key] = KEYS) -> Iterator[Content]:
    """Write the groups, a row a line, `width` cells wide; what does not fit goes on set in."""
    beside = width - KEYS_WIDTH - WORDS_WIDTH >= BESIDE
    indent = KEYS_WIDTH + WORDS_WIDTH if beside else 4
    for title, rows in groups(place, table):
        yield Content.styled(title, "$title-focus $title-focus-style")
        for key in rows:
            shown = "1 ... 9" if len(key.keys) > 4 else " ".join(map(display, key.keys))
            rest = textwrap.wrap(key.tooltip, max(width - indent, BESIDE), break_on_hyphens=False)
            first = rest.pop(0) if beside else ""
            yield Content.assemble(
                (f"  {shown:<{KEYS_WIDTH - 2}}", "$key $key-style"),
                (f"{key.words:<{WORDS_WIDTH}}" if beside else key.words, ""),
                (first, "$muted $muted-style"),
            )
            for line in rest:
                yield Content.styled(" " * indent + line, "$muted $muted-style")
        yield Content("")
    for line in MARKS:
        for part in textwrap.wrap(line, max(width, 20), subsequent_indent=" " * 8, drop_whitespace=False):
            yield Content.styled(part, "$muted $muted-style")


class HelpScreen(PageScreen):
    """The key table."""

    def __init__(self, place: str = "feed") -> None:
        super().__init__("Keys")
        self.place = place

    def lines(self, width: int) -> Iterator[Content]:
        return help_lines(self.place, width, in_force(self.app))
