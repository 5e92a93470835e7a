"""The row at the bottom in which something short is asked, over a screen that goes on painting."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from stomptui.console.dialogs.asking import Asking
from stomptui.console.dialogs.entry import Line
from stomptui.console.widgets.pressing import clicked, pressing
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Click

Result = TypeVar("Result")


class Row(Asking[Result], Generic[Result]):
    """A row at the bottom of the screen; as many lines as its words need."""

    DEFAULT_CSS = """
    Row { align: left bottom; background: transparent; }
    Row > #row { width: 100%; height: auto; max-height: 60%; background: $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]

    place = ""
    """The row's name in the key table, if it has one."""

    async def on_click(self, event: Click) -> None:
        """Press the key whose words were clicked."""
        await clicked(self, event)

    def action_leave(self) -> None:
        """End without a result."""
        self.dismiss(None)


NO_BREAK = "\u00a0"
Option = tuple[str, str, bool]
"""A key, its words (printable), and whether it may be pressed now."""


KEPT_WHOLE = 40
"""Cells up to which an option is not broken over two lines."""


def options(lead: str, choices: Iterable[Option]) -> Content:
    """Write `lead: k words . k words . esc`, each clickable."""
    parts = [Content(f"{lead}  ")]
    for key, words, enabled in choices:
        style = "$key $key-style" if enabled else "$muted $muted-style"
        told = f" {words}".replace(" ", NO_BREAK) if len(words) < KEPT_WHOLE else f" {words}"
        option = Content.assemble((key, style), (told, "" if enabled else "$muted $muted-style"))
        if enabled:
            option = pressing(option, key)
        parts += [option, Content.styled(" . ", "$muted $muted-style")]
    leave = pressing(Content.styled("esc", "$key $key-style"), "escape")
    return Content("").join([*parts, leave])


class AskRow(Row[str]):
    """Ask for one line of text; what it stands for is the result, None when it was left."""

    DEFAULT_CSS = """
    AskRow #ask { height: 1; }
    AskRow #ask > Static { width: auto; max-width: 60%; }
    AskRow #hint { height: auto; color: $muted; text-style: $muted-style; }
    AskRow #hint.-problem { color: $caution; text-style: bold; }
    """

    def __init__(
        self, prompt: str, value: str = "", *, hint: str = "", placeholder: str = "", escapes: bool = False
    ) -> None:
        super().__init__()
        self.prompt = printable(prompt)
        self.value = value
        self.hint = printable(hint)
        self.placeholder = placeholder
        self.escapes = escapes

    def compose(self) -> ComposeResult:
        with Vertical(id="row"):
            with Horizontal(id="ask"):
                yield Static(Content.styled(f"{self.prompt} ", "$key $key-style"))
                yield Line(self.value, placeholder=self.placeholder, escapes=self.escapes)
            yield Static(Content(self.hint), id="hint")

    def on_mount(self) -> None:
        self.query_one("#hint").display = bool(self.hint)
        self.query_one(Line).action_end()

    def on_input_changed(self) -> None:
        self.say(self.hint)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            result = self.read(event.value)
        except ValueError as problem:
            self.say(str(problem), problem=True)
            return
        self.dismiss(result)

    def read(self, text: str) -> str | None:
        """Return what `text` stands for; ValueError in words keeps the row open."""
        return text

    def say(self, words: str, *, problem: bool = False) -> None:
        """Show `words` under the line."""
        hint = self.query_one("#hint", Static)
        hint.display = bool(words)
        hint.set_class(problem, "-problem")
        hint.update(Content(printable(words)))
