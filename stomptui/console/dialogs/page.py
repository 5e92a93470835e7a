"""A page of lines that scrolls over the screen; any key that closes things closes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from stomptui.console.dialogs.asking import Asking
from stomptui.console.dialogs.fields import FormKeys, Hint, Rule
from stomptui.console.widgets.bars import plain_bars

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.geometry import Size


class Page(Widget):
    """The lines, folded to the width there is: known as soon as that is, so that no frame shows it empty."""

    DEFAULT_CSS = "Page { width: 1fr; height: auto; text-wrap: nowrap; text-overflow: clip; }"

    def __init__(self, screen: PageScreen) -> None:
        super().__init__()
        self._told_by = screen
        self._folded: tuple[int, list[Content]] = (0, [])

    def _lines(self, width: int) -> list[Content]:
        if self._folded[0] != width:
            self._folded = width, list(self._told_by.lines(width))
        return self._folded[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.size.width))


class PageScreen(Asking[None]):
    """A page with a title; what stands on it is for those who make one to say."""

    DEFAULT_CSS = """
    PageScreen { align: right bottom; background: transparent; }
    PageScreen > .page { width: 100%; height: 100%; background: $background; }
    PageScreen.-wide > .page { width: 60%; min-width: 88; max-width: 120; border-left: ascii $rule; }
    PageScreen VerticalScroll { height: 1fr; padding: 0 1; overflow-y: scroll; scrollbar-size-vertical: 1; }
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

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def lines(self, width: int) -> Iterable[Content]:
        """What stands on the page, none wider than `width` cells."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Vertical(classes="page"):
            yield Rule(self._title, heads="page")
            with VerticalScroll(id="page") as page:
                plain_bars(page)
                yield Page(self)
        yield FormKeys(
            Hint("help.close", "Close"), Hint("help.down", "Down"), Hint("help.page_down", "Page down")
        )

    def action_close(self) -> None:
        self.dismiss(None)

    def action_scroll(self, how: str) -> None:
        page = self.query_one("#page", VerticalScroll)
        getattr(page, f"scroll_{how}")(animate=False)
