"""Every key, from the table: those of the place in focus first."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from stomptui.console.dialogs.asking import Asking
from stomptui.console.dialogs.fields import FormKeys, Hint, Rule
from stomptui.console.keys import KEYS, SCOPES, Key, display, in_force
from stomptui.console.widgets.bars import plain_bars

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.geometry import Size

KEYS_WIDTH = 17
WORDS_WIDTH = 21
BESIDE = 20
"""Cells without which what a key does stands below its words, not beside them."""
MARKS = (
    "Marks:  * unsettled   a acked   x nacked   t staged in a transaction   . auto",
    "        ! cannot be settled any more   R2 second delivery   > to the broker   < to the client",
    "Any key can be changed in settings.toml; the README lists their ids.",
)


def groups(place: str, table: Mapping[str, Key] = KEYS) -> list[tuple[str, list[Key]]]:
    """Sort the rows that matter in `place` (a pane or a form) into groups, its own first."""
    on_main = place in SCOPES["main"]
    chosen: dict[str, list[Key]] = {}
    for key in table.values():
        inside = place in key.where
        if inside or not on_main:
            scope = SCOPES.get(place, frozenset())
            if inside or not scope.isdisjoint(key.where):
                title = f"In this {'pane' if on_main else 'form'}" if inside else key.group
                chosen.setdefault(title, []).append(key)
        else:
            chosen.setdefault(key.group, []).append(key)
    first = next((title for title in chosen if title.startswith("In this")), None)
    return sorted(chosen.items(), key=lambda group: group[0] != first)


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


class Page(Widget):
    """The lines, folded to the width there is: known as soon as that is, so that no frame shows it empty."""

    DEFAULT_CSS = "Page { width: 1fr; height: auto; text-wrap: nowrap; text-overflow: clip; }"

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def _lines(self, width: int) -> list[Content]:
        return list(help_lines(self.place, width, in_force(self.app)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.size.width))


class HelpScreen(Asking[None]):
    """The key table as a page that scrolls; any key that closes things closes it."""

    DEFAULT_CSS = """
    HelpScreen { align: right bottom; background: transparent; }
    HelpScreen > #help { width: 100%; height: 100%; background: $background; }
    HelpScreen.-wide > #help { width: 60%; min-width: 88; max-width: 120; border-left: ascii $rule; }
    HelpScreen VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    """
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  Textual's own typing
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "close", "Close", show=False, id="help.close"),
        Binding("down,j", "scroll('down')", "Down", show=False, id="help.down"),
        Binding("up,k", "scroll('up')", "Up", show=False, id="help.up"),
        Binding("pagedown,space,ctrl+d", "scroll('page_down')", "Page down", show=False, id="help.page_down"),
        Binding("pageup,ctrl+u", "scroll('page_up')", "Page up", show=False, id="help.page_up"),
        Binding("home,g", "scroll('home')", "Top", show=False),
        Binding("end,G", "scroll('end')", "End", show=False),
    ]

    def __init__(self, place: str = "feed") -> None:
        super().__init__()
        self.place = place

    def compose(self) -> ComposeResult:
        with Vertical(id="help"):
            yield Rule("Keys", heads="page")
            with VerticalScroll(id="page") as page:
                plain_bars(page)
                yield Page(self.place)
        yield FormKeys(
            Hint("help.close", "Close"), Hint("help.down", "Down"), Hint("help.page_down", "Page down")
        )

    def action_close(self) -> None:
        self.dismiss(None)

    def action_scroll(self, how: str) -> None:
        page = self.query_one("#page", VerticalScroll)
        getattr(page, f"scroll_{how}")(animate=False)
