"""A form over the main screen: at the bottom or over all of it when narrow, docked right when wide."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from stomptui.console.dialogs.asking import Asking
from stomptui.console.dialogs.help import HelpScreen
from stomptui.console.keys import bindings
from stomptui.console.widgets.bars import plain_bars
from stomptui.render.text import printable

if TYPE_CHECKING:
    from textual.binding import BindingType

Result = TypeVar("Result")


class Form(Asking[Result], Generic[Result]):
    """A rule, fields that scroll where there is no room, words about what is wrong, a button; esc leaves it.

    Its keys take the whole last row: those of the screen beneath mean nothing while it is open.
    """

    DEFAULT_CSS = """
    Form { align: left bottom; background: transparent; }
    Form > #form { width: 100%; height: 100%; background: $background; }
    Form.-wide { align: right bottom; }
    Form.-wide > #form { width: 55%; min-width: 68; max-width: 100; border-left: ascii $rule; }
    Form #middle { height: 1fr; scrollbar-size-vertical: 1; }
    Form .row { height: 1; width: 100%; }
    Form .label { width: 14; padding: 0 1; }
    Form .aside { width: auto; padding: 0 1; color: $muted; text-style: $muted-style; }
    Form .advice { height: auto; padding: 0 1 0 3; color: $muted; text-style: $muted-style; }
    Form #said { height: auto; max-height: 3; padding: 0 1; }
    Form.-low #said.-nothing { display: none; }
    Form #said.-problem { color: $caution; text-style: bold; }
    Form Button { min-width: 4; }
    """
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-tiny"), (66, "-narrow"), (100, "-wide")]  # noqa: RUF012  Textual's own typing
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-low"), (24, "-high")]  # noqa: RUF012  Textual's own typing
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("forms")]

    place = ""
    """The form's name in the key table."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, Content] = {}

    def action_back(self) -> None:
        """Leave the form without a result."""
        self.dismiss(None)

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(self.place))

    def say(self, words: str, *, problem: bool = False) -> None:
        """Show `words` above the keys."""
        said = self.query_one("#said", Static)
        said.set_class(problem, "-problem")
        said.set_class(not words, "-nothing")
        self.put("#said", Content(printable(words)))

    def put(self, part: str, words: Content) -> None:
        """Show `words` in a part of the form: the same words again would lay all of it out again."""
        before = self._told.get(part)
        if before is None or not words.is_same(before):
            self._told[part] = words
            self.query_one(part, Static).update(words)


def middle() -> VerticalScroll:
    """Make what scrolls between the ends of a form, as far as its fields have no room."""
    made = VerticalScroll(id="middle", can_focus=False)
    plain_bars(made)
    return made


def button(words: str, action: str, *, tab: bool = True, id: str | None = None) -> Button:
    """Make a button of one row that runs an action of the form; without `tab` only the mouse reaches it."""
    made = Button(Content(f"[ {words} ]"), compact=True, action=f"screen.{action}", id=id)
    made.can_focus = tab
    return made
