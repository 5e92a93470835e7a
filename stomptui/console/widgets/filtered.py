"""What is said of the filter of the feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console.view import Filtered
from stomptui.render.text import printable

if TYPE_CHECKING:
    from stomptui.console.widgets.feed import Feed


def filtered(feed: Feed) -> Filtered | None:
    """How far the filter of `feed` is; None without one."""
    matches = feed.matches
    if matches is None:
        return None
    of = len(feed.capture.rows(matches.beats))
    scan = matches.scan
    return Filtered(matches.filter.text, len(matches), of, scan.share, scan.trouble)


def count_words(shown: Filtered) -> str:
    """How many match: `1,204 of 1,000,000 (40 %)`."""
    percent = int(shown.share * 100)  # 100 only when all was looked at
    looking = f" ({percent} %)" if shown.share < 1 and shown.of - shown.share * shown.of >= 1 else ""
    return f"{shown.found:,} of {shown.of:,}{looking}"


def empty_words(shown: Filtered) -> str:
    """What an empty feed says, so that nobody wonders where everything is."""
    text = printable(shown.text)
    if shown.trouble:
        return f"The filter stopped: {printable(shown.trouble)}. f changes it, f and an empty line show all."
    return f"{count_words(shown)} match {text}; f changes the filter, f and an empty line show all."
