"""Ask what a NACK is to do: never one key, never the same on two brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from stomptui.brokers import NackOutcome
from stomptui.console.dialogs.row import Row, options
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.events import Key


class NackRow(Row[NackOutcome]):
    """`NACK 00412: b back to queue . d discard . esc`; the result is the outcome, None when it was left.

    `give_back` tells how to put a message back where NACK does not.
    """

    def __init__(self, what: str, outcomes: Sequence[NackOutcome], give_back: str | None = None) -> None:
        super().__init__()
        self.what = printable(what)
        self.outcomes = {outcome.key: outcome for outcome in outcomes}
        self.give_back = give_back

    def compose(self) -> ComposeResult:
        choices = [(key, printable(outcome.words), True) for key, outcome in self.outcomes.items()]
        with Vertical(id="row"):
            if choices:
                yield Static(options(f"NACK {self.what}:", choices))
            else:
                yield Static(options("This broker knows no NACK.", []))
            if self.give_back is not None:
                yield Static(Content.styled(f"Or {printable(self.give_back)}", "$muted $muted-style"))

    def on_key(self, event: Key) -> None:
        if event.character in self.outcomes:
            event.stop()  # or the key would reach the screen beneath once this one is gone
            self.dismiss(self.outcomes[event.character])
