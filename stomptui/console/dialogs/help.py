"""Every key, from the table: those of the place in focus first."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from stomptui.console.dialogs.asking import Asking
from stomptui.console.dialogs.fields import FormKeys, Hint, Rule
from stomptui.console.keys import KEYS, SCOPES, Key, display, in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

KEYS_WIDTH = 17
WORDS_WIDTH = 21
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
    room = max(width - KEYS_WIDTH - WORDS_WIDTH, 20)
    for title, rows in groups(place, table):
        yield Content.styled(title, "$title-focus $title-focus-style")
        for key in rows:
            shown = "1 ... 9" if len(key.keys) > 4 else " ".join(map(display, key.keys))
            first, *rest = textwrap.wrap(key.tooltip, room, break_on_hyphens=False)
            yield Content.assemble(
                (f"  {shown:<{KEYS_WIDTH - 2}}", "$key $key-style"),
                (f"{key.words:<{WORDS_WIDTH}}", ""),
                (first, "$muted $muted-style"),
            )
            for line in rest:
                yield Content.styled(" " * (KEYS_WIDTH + WORDS_WIDTH) + line, "$muted $muted-style")
        yield Content("")
    for line in MARKS:
        for part in textwrap.wrap(line, max(width, 20), subsequent_indent=" " * 8, drop_whitespace=False):
            yield Content.styled(part, "$muted $muted-style")


class Page(Static):
    """The lines, folded to the width there is."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def on_resize(self) -> None:
        lines = help_lines(self.place, self.size.width, in_force(self.app))
        self.update(Content("\n").join(lines))


class HelpScreen(Asking[None]):
    """The key table as a page that scrolls; any key that closes things closes it."""

    DEFAULT_CSS = """
    HelpScreen { align: right bottom; background: transparent; }
    HelpScreen > #help { width: 100%; height: 100%; background: $background; }
    HelpScreen.-wide > #help { width: 60%; min-width: 88; max-width: 120; border-left: ascii $rule; }
    HelpScreen VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    HelpScreen Page { width: 1fr; }
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
            with VerticalScroll(id="page"):
                yield Page(self.place)
            yield FormKeys(
                Hint("help.close", "Close"), Hint("help.down", "Down"), Hint("help.page_down", "Page down")
            )

    def action_close(self) -> None:
        self.dismiss(None)

    def action_scroll(self, how: str) -> None:
        page = self.query_one("#page", VerticalScroll)
        getattr(page, f"scroll_{how}")(animate=False)
