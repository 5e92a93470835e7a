"""Ask for a passcode; what is typed is not shown."""

from __future__ import annotations

from stomptui.console.dialogs.entry import Line
from stomptui.console.dialogs.row import AskRow


class PasscodeRow(AskRow):
    """The result is the passcode, empty for the first one; None when it was left."""

    def __init__(self, who: str, why: str) -> None:
        super().__init__(f"Passcode of {who}", hint=why, placeholder="enter takes the first one again")

    def on_mount(self) -> None:
        self.query_one(Line).password = True
        super().on_mount()
