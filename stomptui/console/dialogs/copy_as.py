"""Ask as what a frame is to be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from stomptui.console.dialogs.row import Row, options
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.events import Key


class Form(NamedTuple):
    """What a frame can be copied as: its key, its words, and why that cannot be, if so."""

    key: str
    words: str
    why_not: str | None = None


class CopyAsRow(Row[str]):
    """`copy 00412 as: s stomptui send . p Python . f raw frame . esc`; the result is the key, or None."""

    def __init__(self, what: str, forms: Iterable[Form]) -> None:
        super().__init__()
        self.what = printable(what)
        self.forms = {form.key: form for form in forms}

    def compose(self) -> ComposeResult:
        choices = [(form.key, form.words, form.why_not is None) for form in self.forms.values()]
        reasons: dict[str, list[str]] = {}
        for form in self.forms.values():
            if form.why_not is not None:
                reasons.setdefault(form.why_not, []).append(form.key)
        with Vertical(id="row"):
            yield Static(options(f"copy {self.what} as:", choices))
            for why_not, keys in reasons.items():
                words = f"not {', '.join(keys)}: {printable(why_not)}"
                yield Static(Content.styled(words, "$muted $muted-style"))

    def on_key(self, event: Key) -> None:
        form = self.forms.get(event.character or "")
        if form is not None:
            event.stop()  # or the key would reach the screen beneath once this one is gone
            if form.why_not is None:
                self.dismiss(form.key)
