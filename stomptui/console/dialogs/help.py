"""Every key, from the table: those of the place in focus first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from stomptui.console.dialogs.fields import FormKeys, Hint, Rule
from stomptui.console.keys import KEYS, SCOPES, Key, display

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

KEYS_WIDTH = 18
MARKS = (
    "Marks:  * unsettled   a acked   x nacked   t staged in a transaction   . auto",
    "        ! cannot be settled any more   R2 second delivery   > to the broker   < to the client",
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


def help_lines(place: str, table: Mapping[str, Key] = KEYS) -> Iterator[Content]:
    """Write the groups, a row a line."""
    for title, rows in groups(place, table):
        yield Content.styled(title, "$title-focus $title-focus-style")
        for key in rows:
            shown = "1 ... 9" if len(key.keys) > 4 else " ".join(map(display, key.keys))
            yield Content.assemble(
                (f"  {shown:<{KEYS_WIDTH - 2}}", "$key $key-style"),
                (f"{key.words:<20}", ""),
                (key.tooltip, "$muted"),
            )
        yield Content("")
    for line in MARKS:
        yield Content.styled(line, "$muted")


class HelpScreen(ModalScreen[None]):
    """The key table as a page that scrolls; any key that closes things closes it."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: transparent; }
    HelpScreen > #help { width: 100%; max-width: 116; height: 100%; max-height: 60; background: $background; }
    HelpScreen VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    HelpScreen VerticalScroll > Static { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "close", "Close", show=False, id="help.close"),
        Binding("down,j", "scroll('down')", "Down", show=False, id="help.down"),
        Binding("up,k", "scroll('up')", "Up", show=False, id="help.up"),
        Binding("pagedown,space,ctrl+d", "scroll('page_down')", "Page down", show=False, id="help.page_down"),
        Binding("pageup,ctrl+u", "scroll('page_up')", "Page up", show=False, id="help.page_up"),
        Binding("home,g", "scroll('home')", "Top", show=False),
        Binding("end,G", "scroll('end')", "End", show=False),
    ]

    def __init__(self, place: str = "feed", table: Mapping[str, Key] = KEYS) -> None:
        super().__init__()
        self.place = place
        self.table = table

    def compose(self) -> ComposeResult:
        with Vertical(id="help"):
            yield Rule("Keys", "a key can be changed in settings.toml, by its id", heads="page")
            with VerticalScroll(id="page"):
                yield Static(Content("\n").join(help_lines(self.place, self.table)))
            yield FormKeys(
                Hint("help.close", "Close"), Hint("help.down", "Down"), Hint("help.page_down", "Page down")
            )

    def action_close(self) -> None:
        self.dismiss(None)

    def action_scroll(self, how: str) -> None:
        page = self.query_one("#page", VerticalScroll)
        getattr(page, f"scroll_{how}")(animate=False)
