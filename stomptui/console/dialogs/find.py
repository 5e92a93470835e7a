"""Ask for the text to find."""

from __future__ import annotations

from stomptui.console.dialogs.entry import Line
from stomptui.console.dialogs.row import AskRow


class FindRow(AskRow):
    """`/ text`, enter; the result is the text, or None when there is none."""

    def __init__(self, text: str = "") -> None:
        super().__init__("/", text, placeholder="text in headers or body, upper or lower case; enter finds")

    def on_mount(self) -> None:
        # What is typed takes the place of the last search; the row itself puts the cursor at the end first.
        self.call_next(self.query_one(Line).action_select_all)

    def read(self, text: str) -> str | None:
        return text or None
