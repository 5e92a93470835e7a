"""Where the engineer is looking in the feed: pure state, without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stomptui.capture.matches import Matches
    from stomptui.capture.rows import Rows
    from stomptui.capture.store import Capture


class Place:
    """A window of `height` rows over a capture, a cursor and a selection; both are ids, never rows.

    While `following`, the newest rows are in view and there is no cursor. Whatever moves sets one and ends
    following. What arrives moves neither the cursor nor, when not following, the window.
    """

    def __init__(self, capture: Capture, height: int = 1) -> None:
        self.capture = capture
        self.height = height
        self.rows: Rows | Matches = capture.rows()
        self.matches: Matches | None = None
        """The same rows while they are those of a filter."""
        self.following = True
        self.cursor: int | None = None
        self.selection: set[int] = set()
        self.visible: list[int] = []
        """The ids in view when `look` was last called, from the top."""
        self.top = 0
        self._top_id = 0
        self._seen = 0
        self._unseen = False
        self._anchor: int | None = None
        self._version = self.rows.version

    # -- what is in view --

    def look(self) -> None:
        """Look at the capture again: new rows, and what is not there any more."""
        if self.matches is not None:
            self.matches.look()
            self._leave_hidden(self.matches)
        rows, height = self.rows, max(1, self.height)
        if rows.version != self._version:
            self._version = rows.version
            self._after_drop()
        count = len(rows)
        last = max(0, count - height)
        if self.following:
            self.top = last
        elif count:
            self.top = min(rows.index(self._top_id), last)
        self.visible = [rows[row] for row in range(self.top, min(self.top + height, count))]
        if self.visible and not self.following:
            self._seen = max(self._seen, self.visible[-1])

    @property
    def newest(self) -> int | None:
        """The newest record in view while following, else the newest there is."""
        if self.following and self.visible:
            return self.visible[-1]
        count = len(self.rows)
        return self.rows[count - 1] if count else None

    @property
    def cursor_in_view(self) -> bool:
        """Whether the record under the cursor is on the screen because somebody went there."""
        return self.cursor is not None and not self._unseen and self.cursor in self.visible

    @property
    def new(self) -> int:
        """How many rows came that have not been in view; 0 while following."""
        return 0 if self.following else self.rows.after(self._seen)

    def thumb(self) -> range:
        """The lines that the thumb of a scroll bar covers; none when every row is in view."""
        count, height = len(self.rows), max(1, self.height)
        if count <= height:
            return range(0)
        size = max(1, height * height // count)
        start = round(self.top * (height - size) / (count - height))
        return range(start, start + size)

    # -- moving --

    def show_beats(self, beats: bool) -> None:
        """Have heart-beats among the rows, or not."""
        top_id = self._top_id
        self.rows = self.capture.rows(beats)
        if self.cursor is not None and len(self.rows):
            self.cursor = self.rows[self.rows.index(self.cursor)]
        if len(self.rows) and not self.following:
            self._top_id = self.rows[self.rows.index(top_id)]

    def show_only(self, matches: Matches | None) -> None:
        """Have only those rows, or all again; the cursor stays until it is known to be on none of them.

        What was selected is not any more: a selection that does not show is settled by mistake.
        """
        looked_at = self.cursor_in_view
        self.clear_selection()
        self._seen = self.capture.last_id
        self.matches = matches
        if matches is not None:
            self.rows = matches
            return
        self.show_beats(self.rows.beats)
        if looked_at and self.cursor is not None:
            self._scroll_to(self.rows.index(self.cursor) - self.height // 2)

    def _leave_hidden(self, matches: Matches) -> None:
        """Go from a record that does not match to the nearest row, at which nobody looked yet."""
        if self.cursor is not None and matches.hides(self.cursor):
            self._unseen = True
            self._anchor = None
            self.cursor = matches[matches.index(self.cursor)] if len(matches) else None

    def follow(self) -> None:
        self.following = True
        self.cursor = None
        self._anchor = None

    def move(self, by: int) -> None:
        """Move the cursor by so many rows; while following, from the newest row in view."""
        self._anchor = None
        self._move(by)

    def page(self, by: int) -> None:
        self.move(by * max(1, self.height - 1))

    def go_to(self, id_: int) -> None:
        """Put the cursor on a record, or on the row nearest to it."""
        self._anchor = None
        if len(self.rows):
            self._go(self.rows.index(id_))

    def go_to_top(self) -> None:
        self.go_to(0)

    def scroll(self, by: int) -> None:
        """Show other rows; the cursor stays, perhaps out of view. While following it takes the newest row."""
        self.scroll_to(self.top + by)

    def scroll_to(self, top: int) -> None:
        if self.following and self.visible:
            self._stop_following()
            self.cursor = self.visible[-1]
        self._scroll_to(top)

    def _move(self, by: int) -> None:
        count = len(self.rows)
        if not count:
            return
        if self.cursor is not None:
            row = self.rows.index(self.cursor) + by
        else:
            row = self.top + max(1, len(self.visible)) - 1 + min(by, 0)
        self._go(max(0, min(row, count - 1)))

    def _go(self, row: int) -> None:
        """Put the cursor on a row and scroll as little as it takes; far away, to the middle."""
        if self.following:
            self._stop_following()
        self._unseen = False
        self.cursor = self.rows[row]
        height = max(1, self.height)
        if self.top - height <= row < self.top + 2 * height:
            self._scroll_to(max(min(self.top, row), row - height + 1))
        else:
            self._scroll_to(row - height // 2)

    def _scroll_to(self, top: int) -> None:
        count = len(self.rows)
        self.top = max(0, min(top, count - max(1, self.height)))
        self._top_id = self.rows[self.top] if count else 0

    def _stop_following(self) -> None:
        self.following = False
        self._seen = self.visible[-1] if self.visible else 0

    def _after_drop(self) -> None:
        """The oldest records went: a cursor on one goes to the oldest left, at which nobody looked yet."""
        capture = self.capture
        if self.cursor is not None and self.cursor not in capture:
            self._unseen = True
            self.cursor = self.rows[0] if len(self.rows) else None
        if self._anchor is not None and self._anchor not in capture:
            self._anchor = None
        if self.selection and min(self.selection) < capture.window_id:
            self.selection = {id_ for id_ in self.selection if id_ in capture}

    # -- selecting --

    def toggle(self) -> None:
        """Select the record under the cursor or let it go, and move on to the next."""
        if self.cursor is None:
            self._move(0)
        if self.cursor is not None:
            self.selection = self.selection ^ {self.cursor}
            self.move(1)

    def extend(self, by: int) -> None:
        """Move the cursor; what lies between where that began and where it is now is selected."""
        if self.cursor is None:
            self._move(0)
        if self.cursor is None:
            return
        if self._anchor is None:
            self._anchor = self.cursor
        before = set(self._between(self._anchor, self.cursor))
        self._move(by)
        self.selection = (self.selection - before) | set(self._between(self._anchor, self.cursor))

    def clear_selection(self) -> None:
        self.selection = set()
        self._anchor = None

    def _between(self, one: int, other: int) -> Iterator[int]:
        start, end = sorted((self.rows.index(one), self.rows.index(other)))
        return (self.rows[row] for row in range(start, end + 1))
