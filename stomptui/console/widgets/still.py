"""Words that are painted again only when they are others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from stomptui.console.widgets.pressing import clicked

if TYPE_CHECKING:
    from textual.content import Content
    from textual.events import Click


class Still(Static):
    """A Static of which every tick may say what it shows."""

    _told: Content | None = None

    def tell(self, words: Content, *, layout: bool = False) -> None:
        """Show `words`; `layout` where they may take more or fewer rows than those before."""
        # Equal contents have equal text, which says nothing about their styles.
        if self._told is None or not words.is_same(self._told):
            self._told = words
            self.update(words, layout=layout)

    async def on_click(self, event: Click) -> None:
        """Do what the words that were clicked lead to."""
        await clicked(self, event)
