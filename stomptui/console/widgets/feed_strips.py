"""Finished rows: styled once, kept until something about them changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from stomptui.capture.record import Record
from stomptui.console.widgets.feed_row import Layout, Piece, row
from stomptui.console.widgets.painted import Finish, Painted

KEPT = 256
"""Finished rows that are kept: some screens, so that moving about paints each once."""
BAR = " "
THUMB = "|"


class Key(NamedTuple):
    """All that decides how a row looks, beside the layout and the theme."""

    id: int
    settlement: int
    outcome: str
    cursor: bool
    selected: bool
    thumb: bool
    covered: bool = False
    sign: str = ""


class Strips:
    """Makes rows into strips of `layout.width` cells and one of scroll bar."""

    def __init__(self, style: Callable[[str], Style], finishing: Callable[[], Finish]) -> None:
        self._style = style
        self._finishing = finishing
        self._finish: Finish | None = None
        self._styles: dict[tuple[str, bool, bool], Style] = {}
        self._made: dict[Key, Painted] = {}
        self.layout = Layout(0)
        self.find = ""
        """Text to set off wherever a row holds it, in lower case."""

    def restyle(self) -> None:
        """The theme changed, or the focus."""
        self._finish = None
        self._styles.clear()
        self._made.clear()

    def relayout(self, layout: Layout) -> None:
        if layout != self.layout:
            self.layout = layout
            self._made.clear()

    def set_off(self, text: str) -> None:
        if text.lower() != self.find:
            self.find = text.lower()
            self._made.clear()

    def known(self, key: Key) -> Painted | None:
        return self._made.get(key)

    def blank(self, width: int) -> Painted:
        """A row with nothing in it."""
        return self._finished(Strip.blank(width, self._look("", False, False)))

    def _finished(self, strip: Strip) -> Painted:
        if self._finish is None:
            self._finish = self._finishing()
        return self._finish(strip)

    def make(self, key: Key, record: Record | None) -> Painted:
        """The strip for a record, kept for the next time; a blank one for a record that is gone."""
        if record is None:
            return self.blank(self.layout.width + 1)
        pieces = row(
            record,
            self.layout,
            cursor=key.cursor,
            selected=key.selected,
            covered=key.covered,
            sign=key.sign,
        )
        strip = self._finished(self._strip(pieces, key))
        if len(self._made) >= KEPT:
            self._made.clear()
        self._made[key] = strip
        return strip

    def _strip(self, pieces: list[Piece], key: Key) -> Strip:
        segments: list[Segment] = []
        texts: list[str] = []
        last: Style | None = None
        for text, name in self._set_off(pieces) if self.find else pieces:
            style = self._look(name, key.cursor, key.selected or key.covered)
            if style is not last and texts:
                segments.append(Segment("".join(texts), last))
                texts = []
            last = style
            texts.append(text)
        segments.append(Segment("".join(texts), last))
        segments.append(
            Segment(THUMB if key.thumb else BAR, self._look("thumb" if key.thumb else "bar", False, False))
        )
        return Strip(segments, self.layout.width + 1)

    def _look(self, name: str, cursor: bool, selected: bool) -> Style:
        """The style of a piece in such a row; equal ones are one object, so that they can be joined."""
        found = self._styles.get((name, cursor, selected))
        if found is None:
            found = self._style(name) if name else Style.null()
            if cursor or selected:
                over = self._style("cursor" if cursor else "selected")
                found = over + found if name == "found" else found + over
            found = self._style("") + found
            found = next((other for other in self._styles.values() if other == found), found)
            self._styles[name, cursor, selected] = found
        return found

    def _set_off(self, pieces: list[Piece]) -> list[Piece]:
        """The pieces, with the text that was searched in pieces of its own."""
        out: list[Piece] = []
        for text, name in pieces:
            lower = text.lower()
            at = lower.find(self.find) if len(lower) == len(text) else -1
            start = 0
            while at >= 0:
                end = at + len(self.find)
                out += [(text[start:at], name), (text[at:end], "found")]
                start, at = end, lower.find(self.find, end)
            out.append((text[start:], name))
        return [piece for piece in out if piece[0]]
