"""The wire in the place of the message: opened at the feed's cursor, and left with the cursor where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console import places

if TYPE_CHECKING:
    from stomptui.console.screen import MainScreen


def toggle(screen: MainScreen) -> None:
    """Show the wire at the feed's cursor, or the message again."""
    if leave(screen):
        return
    pane, feed = screen.wire, screen.feed
    pane.on, pane.from_pane, pane.led = True, screen.pane, feed.cursor
    screen.set_class(True, "-wire")
    pane.go_to(feed.cursor)
    places.focus(screen, "message")


def leave(screen: MainScreen, pane: str = "") -> bool:
    """Show the message again and focus `pane`, or the one from which the wire was opened; if it was open."""
    wire = screen.wire
    if not wire.on:
        return False
    if wire.current is not None and wire.current != screen.feed.cursor:
        moved(screen, wire.current)
    wire.on = False
    screen.set_class(False, "-wire")
    places.focus(screen, pane or (wire.from_pane if screen.pane == "message" else screen.pane))
    return True


def back(screen: MainScreen) -> bool:
    """Leave the wire, unless something else is nearer; whether that was done."""
    if not screen.wire.on or places.zoomed(screen) or screen.pane not in ("message", "feed"):
        return False
    return not (screen.pane == "feed" and screen.feed.selection) and leave(screen)


def moved(screen: MainScreen, id_: int | None) -> None:
    """Have the feed's cursor on the frame at the top of the wire, or on the row nearest to it."""
    feed = screen.feed
    if id_ is None:
        feed.follow()
    elif id_ != feed.cursor:
        feed.go_to(id_)
    screen.wire.led = feed.cursor


def keep(screen: MainScreen) -> None:
    """Have the wire go where the feed's cursor went by itself, and show what arrived."""
    wire, feed = screen.wire, screen.feed
    if feed.cursor != wire.led or feed.following is not wire.following:
        wire.led = feed.cursor
        wire.go_to(feed.cursor)
    wire.look()
