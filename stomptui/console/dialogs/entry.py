"""Text fields that never show what a terminal would act on, whatever they begin with or is pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import Input, TextArea

from stomptui.console.widgets.bars import plain_bars
from stomptui.render import notation
from stomptui.render.text import printable

if TYPE_CHECKING:
    from textual.events import Paste


class Line(Input):
    """One line; what may not be shown becomes an escape (`escapes`) or its picture."""

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
        type: str = "text",  # noqa: A002  Textual's own name
        id: str | None = None,
    ) -> None:
        self.escapes = escapes
        super().__init__(
            self._safe(value),
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
        self.replace(self._safe(next(iter(text.splitlines()), "")), *self.selection)

    def _safe(self, text: str) -> str:
        return notation.visible(text).replace("\n", "\\n") if self.escapes else printable(text)


class Block(TextArea):
    """Several lines; what may not be shown becomes escapes, or is refused without `escapes`."""

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
        id: str | None = None,
    ) -> None:
        """Raises ValueError for a text that would have to be refused: nothing stands in for what is sent."""
        self.escapes = escapes
        safe = self._safe(text)
        if safe is None:
            raise ValueError("a text that may not be shown needs escapes")
        super().__init__(safe, placeholder=placeholder, compact=True, highlight_cursor_line=False, id=id)
        self.match_cursor_bracket = False
        plain_bars(self)

    async def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        self._take(event.text)

    def action_paste(self) -> None:
        self._take(self.app.clipboard)

    def _take(self, text: str) -> None:
        lines = self._safe(text.replace("\r\n", "\n").replace("\r", "\n"))
        if lines is None:
            self.post_message(self.Refused())
            return
        result = self.replace(lines, *self.selection)
        self.move_cursor(result.end_location)

    def _safe(self, text: str) -> str | None:
        """The text as it may be shown, None for one that is refused; a CR is only a part of a line end."""
        lines = text.replace("\r\n", "\n")
        plain = lines.replace("\t", " ")
        if printable(plain, keep_newlines=True) == plain:
            return text
        return notation.visible(lines) if self.escapes else None
