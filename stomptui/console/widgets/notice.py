"""The message row: what the last key did, or why it did nothing."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from stomptui.render.text import printable


class Notice(Static):
    """One row of words; `error` and `warning` say so by colour and by a leading word."""

    DEFAULT_CSS = "Notice { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    said: str = ""

    def say(self, words: str, severity: str = "information") -> None:
        """Show `words`, made safe, until the next ones."""
        self.said = printable(words)
        style = {"warning": "$caution", "error": "$bad $bad-style"}.get(severity, "")
        self.update(Content.styled(f" {self.said}", style), layout=False)
