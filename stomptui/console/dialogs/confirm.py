"""Ask yes or no, where No is what every other key means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from stomptui.console.dialogs.row import Row
from stomptui.console.widgets.pressing import pressing
from stomptui.render.text import printable

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key

YES_OR_NO = Content("/").join(pressing(Content.styled(key, "$key $key-style"), key.lower()) for key in "yN")


class ConfirmDialog(Row[bool]):
    """A question with what it covers: only `y` is yes; `n`, enter and escape are no."""

    def __init__(self, question: str, *details: str) -> None:
        super().__init__()
        self.question = printable(question)
        self.details = [printable(detail) for detail in details]

    def compose(self) -> ComposeResult:
        with Vertical(id="row"):
            for detail in self.details:
                yield Static(Content.styled(detail, "$muted $muted-style"))
            yield Static(Content.styled(f"{self.question} ", "bold $caution") + YES_OR_NO)

    def on_key(self, event: Key) -> None:
        # Stopped, or the key would reach the screen beneath once this one is gone.
        if self.typed_ahead(event):  # nobody answers what is not asked yet
            event.stop()
        elif event.character in ("y", "Y"):
            event.stop()
            self.dismiss(True)
        elif event.character in ("n", "N") or event.key == "enter":
            event.stop()
            self.dismiss(False)

    def action_leave(self) -> None:
        self.dismiss(False)


class QuitQuestion(ConfirmDialog):
    """Whether to quit though something would be lost; its class says so, that ctrl+q asks only once."""
