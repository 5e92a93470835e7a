"""Ask for the text, or the octets, to find."""

from __future__ import annotations

from stomptui.capture.search import octets_of
from stomptui.console.dialogs.entry import Line
from stomptui.console.dialogs.row import AskRow

PLACEHOLDER = "text in headers or body, any case, or octets as hex:0a1b; enter finds"


class FindRow(AskRow):
    """`/ text`, enter; the result is the text, or None when there is none."""

    def __init__(self, text: str = "") -> None:
        super().__init__("/", text, placeholder=PLACEHOLDER)

    def on_mount(self) -> None:
        # What is typed takes the place of the last search; the row itself puts the cursor at the end first.
        self.call_next(self.query_one(Line).action_select_all)

    def read(self, text: str) -> str | None:
        octets_of(text)  # raises what is wrong with them
        return text or None
