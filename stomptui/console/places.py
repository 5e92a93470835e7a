"""Which pane has the focus or the whole screen, and the way back out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console.flows.leave import ask_to_quit
from stomptui.console.panes.session import SessionPane

if TYPE_CHECKING:
    from textual.widget import Widget

    from stomptui.console.screen import MainScreen

PANES = ("feed", "message", "subscriptions", "session")
_SIDE = ("subscriptions", "session")


def focus(screen: MainScreen, name: str | None = None, *, by: int = 0) -> None:
    """Focus a pane by name, or the one `by` places on; the side opens over the feed where it must."""
    if name is None:
        name = PANES[(PANES.index(screen.pane) + by) % len(PANES)]
    side = name in _SIDE
    classes = {"-side": side, "-message": name == "message", "-session": name == "session"}
    # Where there is room for all panes they change nothing, and all would be styled and painted anew.
    screen.update_classes(classes, update=screen.has_class("-narrow") or screen.has_class("-short"))
    if zoomed(screen):
        _zoom_on(screen, name)
    screen.pane = name
    panes(screen)[name].focus()
    screen.hold_keys()  # what is typed now is for the pane that has the focus only then
    screen.touch()


def panes(screen: MainScreen) -> dict[str, Widget]:
    """What takes the focus, by the name of its pane."""
    return {
        "feed": screen.feed,
        "message": screen.wire if screen.wire.on else screen.message,
        "subscriptions": screen.subscriptions,
        "session": screen.workbench if screen.workbench.on else screen.query_one(SessionPane).lines,
    }


def zoom(screen: MainScreen) -> None:
    """Give the pane in focus the whole screen, or take it back."""
    _zoom_on(screen, None if screen.has_class(f"-zoom-{screen.pane}") else screen.pane)


def back(screen: MainScreen) -> None:
    """Leave one level: zoom, side, message, selection, cursor; at the bottom, ask to quit."""
    if screen.exports.cancel():
        return
    if zoomed(screen):
        zoom(screen)
    elif screen.pane != "feed":
        focus(screen, "feed")
    elif screen.feed.selection:
        screen.feed.clear_selection()
    elif not screen.feed.following:
        screen.feed.follow()
    else:
        screen.flow(ask_to_quit(screen, always=True))


def zoomed(screen: MainScreen) -> bool:
    """Whether one pane has the whole screen."""
    return any(screen.has_class(f"-zoom-{kind}") for kind in PANES)


def _zoom_on(screen: MainScreen, chosen: str | None) -> None:
    screen.update_classes({f"-zoom-{kind}": kind == chosen for kind in PANES}, animate=False)
