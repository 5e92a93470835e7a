"""The message row: what the last key did, or why it did nothing."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from stomptui.render.text import printable


class Notice(Static):
    """One row of words; a warning, an error or a result takes as many rows as it needs, three at most.

    What a broker refuses, and what to do about it, often stands at the end of its words.
    """

    DEFAULT_CSS = """
    Notice { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Notice.-grave { height: auto; max-height: 3; text-wrap: wrap; }
    """

    said: str = ""
    about_cursor = False
    """Whether the words are about the record under the cursor, and so over when it moves."""

    def say(self, words: str, severity: str = "information", *, about_cursor: bool = False) -> None:
        """Show `words`, made safe, until the next ones."""
        self.said = printable(words)
        self.about_cursor = about_cursor
        style = {"warning": "$caution", "error": "$bad $bad-style"}.get(severity, "")
        grave = severity in ("warning", "error", "result")
        resized = grave or self.has_class("-grave")
        self.set_class(grave, "-grave")
        self.update(Content.styled(self.said, style), layout=resized)
