"""Ask what a NACK is to do: never one key, never the same on two brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from stomptui.brokers import NackOutcome
from stomptui.console.dialogs.own_headers import HeaderLine, leaves, meaning, read
from stomptui.console.dialogs.row import Row, options
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.events import Key
    from textual.widgets import Input

    from stomptui.brokers import Header
    from stomptui.console.dialogs.own_headers import Own

OWN = "h"
"""The key that opens a line for an own header; no outcome has it."""


class NackRow(Row[NackOutcome]):
    """`NACK 00412: b back to queue . d discard . h more . esc`; the result is the outcome.

    It has the own headers among its headers, and is None when the row was left. `give_back` tells how to put
    a message back where NACK does not. `understood` are the headers that this broker knows on a NACK; without
    them there is no way to add one.
    """

    AUTO_FOCUS = ""  # the keys are the row's until the line is asked for
    DEFAULT_CSS = """
    NackRow #own { height: 1; display: none; }
    NackRow #own > Static { width: auto; }
    NackRow #hint { height: auto; color: $muted; text-style: $muted-style; display: none; }
    NackRow #hint.-problem { color: $caution; text-style: bold; }
    """

    def __init__(
        self,
        what: str,
        outcomes: Sequence[NackOutcome],
        give_back: str | None = None,
        understood: Sequence[Header] | None = None,
    ) -> None:
        super().__init__()
        self.what = printable(what)
        self.outcomes = {outcome.key: outcome for outcome in outcomes}
        self.give_back = give_back
        self.understood = tuple(understood or ())
        self._all = tuple(outcomes)
        self._adds = understood is not None and bool(outcomes)
        self._own: Own = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="row"):
            yield Static(self._choices(), id="choices")
            if self.give_back is not None:
                yield Static(Content.styled(f"Or {printable(self.give_back)}", "$muted $muted-style"))
            if self._adds:
                with Horizontal(id="own"):
                    yield Static(Content.styled("header ", "$key $key-style"))
                    yield HeaderLine(self.understood)
                yield Static(id="hint")

    def _choices(self) -> Content:
        if not self._all:
            return options("This broker knows no NACK.", [])
        choices = [(key, printable(outcome.words), True) for key, outcome in self.outcomes.items()]
        if self._adds:
            choices.append((OWN, "more", True))
        return options(f"NACK {self.what}:", choices)

    def on_key(self, event: Key) -> None:
        if event.character in self.outcomes:
            event.stop()  # or the key would reach the screen beneath once this one is gone
            self.dismiss(self.outcomes[event.character])
        elif event.character == OWN and self._adds:
            event.stop()
            self._write(True)

    def action_leave(self) -> None:
        """End the line if it is open, else the row."""
        if self._writing:
            self._write(False)
        else:
            self.dismiss(None)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._say(meaning(event.value, self.understood))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            header = read(event.value, self.understood)
        except ValueError as problem:
            self._say(str(problem), problem=True)
            return
        kept = tuple(pair for pair in self._own if pair[0] != header[0])
        self._own = (*kept, header)
        self.outcomes = {outcome.key: outcome for outcome in leaves(self._all, self._own)}
        self.query_one("#choices", Static).update(self._choices())
        self._write(False)

    @property
    def _writing(self) -> bool:
        return self._adds and self.query_one("#own").display

    def _write(self, on: bool) -> None:
        """Open the line for a header, or end it."""
        line = self.query_one(HeaderLine)
        self.query_one("#own").display = self.query_one("#hint").display = on
        line.value = ""
        self.set_focus(line if on else None)
        self._say(meaning("", self.understood))

    def _say(self, words: str, *, problem: bool = False) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(problem, "-problem")
        hint.update(Content(printable(words)))
