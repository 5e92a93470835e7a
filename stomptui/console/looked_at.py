"""Which records a settling key means: those that somebody is looking at, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.console.screen import MainScreen


def settling_target(screen: MainScreen, *, selection: bool = True) -> tuple[list[int], int] | None:
    """Name the records that a settling key means, and how many of them are out of view.

    None, after going to the oldest unsettled message and saying so, when nobody is looking at one.
    """
    feed = screen.feed
    if selection and feed.selection:
        chosen = sorted(feed.selection)
        return chosen, feed.out_of_view(feed.selection)
    if screen.wire.on and feed.cursor is not None and screen.wire.current != feed.cursor:
        screen.say("Nothing was sent: the wire begins with what is no row of the feed.", "warning")
        return None
    if feed.cursor is not None and feed.cursor_looked_at:
        return [feed.cursor], 0
    if feed.cursor is not None and feed.cursor_in_view:
        # What was typed ahead was meant for what this key would have opened: it goes too.
        screen.console.keys_ahead.drop()
        screen.say("Nothing was sent: the cursor had just moved here. Press the key again.", "warning")
        return None
    oldest = feed.unsettled_near(0)
    if oldest is None:
        shown = " that matches the filter" * (feed.matches is not None)
        screen.say(f"Nothing was sent: nothing{shown} is unsettled.", "warning")
        return None
    feed.go_to(oldest)
    screen.say("Nothing was sent. This is the oldest unsettled: press the key again to settle.")
    return None
