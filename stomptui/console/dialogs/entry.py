"""Text fields that cannot be made to show what a terminal would act on, whatever is pasted into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import Input, TextArea

from stomptui.console.dialogs import notation
from stomptui.console.widgets.bars import plain_bars
from stomptui.render.text import printable

if TYPE_CHECKING:
    from textual.events import Paste


class Line(Input):
    """One line; what is pasted and may not be shown becomes an escape (`escapes`) or its picture."""

    DEFAULT_CSS = """
    Line { width: 1fr; }
    Line > .input--placeholder { color: $muted; text-style: $muted-style; }
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        escapes: bool = False,
        type: str = "text",  # noqa: A002
        id: str | None = None,  # noqa: A002
    ) -> None:
        self.escapes = escapes
        super().__init__(
            value,
            placeholder=placeholder,
            type="integer" if type == "integer" else "text",
            compact=True,
            id=id,
            select_on_focus=False,
        )

    def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        self._take(event.text)

    def action_paste(self) -> None:
        self._take(self.app.clipboard)

    def _take(self, text: str) -> None:
        line = next(iter(text.splitlines()), "")
        self.replace(notation.visible(line) if self.escapes else printable(line), *self.selection)


class Block(TextArea):
    """Several lines; what is pasted and may not be shown becomes escapes, or is refused without `escapes`."""

    DEFAULT_CSS = """
    Block { padding: 0 1; scrollbar-size-vertical: 1; }
    Block .text-area--placeholder { color: $muted; text-style: $muted-style; }
    """

    class Refused(Message):
        """A paste was refused, since the text would not be what was pasted."""

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: str = "",
        escapes: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> None:
        self.escapes = escapes
        super().__init__(text, placeholder=placeholder, compact=True, highlight_cursor_line=False, id=id)
        self.match_cursor_bracket = False
        plain_bars(self)

    async def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        self._take(event.text)

    def action_paste(self) -> None:
        self._take(self.app.clipboard)

    def _take(self, text: str) -> None:
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        plain = lines.replace("\t", " ")
        if printable(plain, keep_newlines=True) != plain:
            if not self.escapes:
                self.post_message(self.Refused())
                return
            lines = notation.visible(lines)
        result = self.replace(lines, *self.selection)
        self.move_cursor(result.end_location)
