"""Between the ledger and the feed: one cursor, which both show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console import places
from stomptui.console.flows.look import go_to
from stomptui.console.panes.subscriptions import Shown

if TYPE_CHECKING:
    from stomptui.console.screen import MainScreen


def toggle(screen: MainScreen) -> None:
    """Show the ledger, with the cursor on an unsettled message; or go back to the feed, with it there."""
    pane, feed = screen.subscriptions, screen.feed
    if screen.pane == "subscriptions" and pane.way is Shown.LEDGER:
        places.focus(screen, "feed")
        return
    pane.look(Shown.LEDGER)
    places.focus(screen, "subscriptions")
    record = screen.capture.brief(feed.cursor) if feed.cursor is not None else None
    here = record is not None and record.connection == screen.state.connection
    if record is None or not here or record.number not in screen.state.ledger:
        oldest = feed.unsettled_near(0)
        if oldest is None:
            shown = " that matches the filter" * (feed.matches is not None)
            screen.say(f"Nothing{shown} is unsettled.")
        else:
            feed.go_to(oldest)
    screen.touch()


def moved(screen: MainScreen, number: int) -> None:
    """Have the feed's cursor on a message of the ledger, so that keys mean what is seen in both."""
    go_to(screen, screen.state.connection, number)
    screen.touch()
