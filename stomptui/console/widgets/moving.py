"""Keys that move, in every pane the same: by one, by a page, to either end."""

from __future__ import annotations

from textual.widget import Widget

FAR = 1 << 30
"""Rows beyond which there are none."""


class Moving(Widget):
    """A widget that moves in its rows; the keys are those of the table, from `feed.up` on."""

    def move(self, by: int) -> None:
        """Move by so many rows, downwards when positive, as far as there are any."""
        raise NotImplementedError

    def page(self, by: int) -> None:
        """Move by so many screens."""
        raise NotImplementedError

    def home(self) -> None:
        """Go to the first row."""
        self.move(-FAR)

    def end(self) -> None:
        """Go to the last row."""
        self.move(FAR)

    def action_up(self) -> None:
        self.move(-1)

    def action_down(self) -> None:
        self.move(1)

    def action_page_up(self) -> None:
        self.page(-1)

    def action_page_down(self) -> None:
        self.page(1)

    def action_home(self) -> None:
        self.home()

    def action_end(self) -> None:
        self.end()
