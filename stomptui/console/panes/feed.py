"""The feed pane: the title rule, the feed, and what to do while there is nothing to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content

from stomptui.console.keys import KEYS, display
from stomptui.console.widgets.empty import hint
from stomptui.console.widgets.feed import Feed
from stomptui.console.widgets.filtered import count_words
from stomptui.console.widgets.still import Still
from stomptui.console.widgets.title import title_rule
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.app import ComposeResult

    from stomptui.capture.store import Capture
    from stomptui.console.view import View


class FeedPane(Vertical):
    """Shows what arrives and what is sent."""

    DEFAULT_CSS = """
    FeedPane { height: 1fr; }
    FeedPane > #feed-title { height: 1; }
    FeedPane > #feed-hint { height: auto; max-height: 8; padding: 0 1; }
    """

    def __init__(self, capture: Capture, *, extra_columns: Iterable[str] = ()) -> None:
        """Raises ValueError for an extra column that cannot be read."""
        super().__init__()
        self.feed = Feed(capture, extra_columns=extra_columns)
        self._title = Still(id="feed-title", markup=False)
        self._hint = Still(id="feed-hint", markup=False)

    def compose(self) -> ComposeResult:
        yield self._title
        yield self.feed
        yield self._hint

    def show(self, view: View) -> None:
        """Draw `view`, and the rows as they are now."""
        self.feed.refresh_rows()
        self._title.tell(self._title_rule(view))
        words = hint(view)
        self._hint.display = words is not None
        self._hint.tell(Content() if words is None else words, layout=True)

    def _title_rule(self, view: View) -> Content:
        width, left = self.size.width, f"Feed  {about(view)}".rstrip()
        rights = list(self._where("end" if view.recorded is not None else "following"))
        if view.filtered is not None:
            counted = count_words(view.filtered)
            rights = [*(f"{counted}  {right}" for right in rights), counted]
            # The count says more than the end of a long expression.
            text = printable(view.filtered.text)
            room = max(width - len("Feed  filter: ") - len(counted) - 12, 8)
            left = f"Feed  filter: {text if len(text) <= room else f'{text[: room - 3]}...'}"
        room = width - len(left) - 10
        right = next((text for text in rights if len(text) <= room), "")
        leads = ("feed.filter" if view.filtered is not None else "pane.feed", "feed.follow")
        return title_rule(left, right, width, focused=self.feed.has_focus, leads=leads)

    def _where(self, following: str) -> Iterator[str]:
        """What stands on the right, the most telling first: it takes what has room."""
        feed = self.feed
        capture = feed.capture
        last = f"{capture.last_number:05d}"
        chosen = f"{len(feed.selection)} selected  " if feed.selection else ""
        dropped = f"{capture.dropped} dropped  " if capture.dropped else ""
        if feed.following:
            place, news = last, f"  {following}"
        else:
            record = capture.brief(feed.cursor) if feed.cursor is not None else None
            place = f"{record.number:05d}/{last}" if record is not None and record.number else last
            news = f"  {feed.new} new ({display(KEYS['feed.follow'].keys[0])})" if feed.new else ""
        yield f"{dropped}{chosen}{place}{news}"
        yield f"{chosen}{place}{news}"
        yield f"{chosen}{place}"
        yield place


def about(view: View) -> str:
    """What is subscribed, for the title: the one destination, or how it is with several."""
    if view.recorded is not None and view.recorded.instead:
        return ""
    live = [one for one in view.state.subscriptions.values() if not one.closed and not one.refused]
    if not live or not (view.alive or view.recorded is None):
        return "nothing subscribed"
    if len(live) > 1:
        return "all destinations"
    one = live[0]
    held = (
        "" if one.mode == "auto" else f" {one.unsettled}/{one.prefetch if one.prefetch is not None else '-'}"
    )
    return f"{printable(one.destination)}  {one.mode}{held}"
