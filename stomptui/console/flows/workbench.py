"""The workbench in the place of the session: opened and left, and what a key there leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console import places
from stomptui.console.flows.look import go_to
from stomptui.render.text import printable
from stomptui.stomp.errors import StompError

if TYPE_CHECKING:
    from stomptui.console.screen import MainScreen


def toggle(screen: MainScreen) -> None:
    """Show the workbench, or the session again."""
    if leave(screen):
        return
    pane = screen.workbench
    pane.on, pane.from_pane = True, screen.pane
    screen.set_class(True, "-workbench")
    pane.show(screen.console.view(screen.now()))
    places.focus(screen, "session")


def leave(screen: MainScreen) -> bool:
    """Show the session again, and focus the pane from which the workbench was opened; if it was open."""
    pane = screen.workbench
    if not pane.on:
        return False
    pane.on = False
    screen.set_class(False, "-workbench")
    places.focus(screen, pane.from_pane if screen.pane == "session" else screen.pane)
    return True


def back(screen: MainScreen) -> bool:
    """Leave the workbench, unless something else is nearer; whether that was done."""
    on = screen.workbench.on and screen.pane == "session" and not places.zoomed(screen)
    return on and leave(screen)


def open_frame(screen: MainScreen) -> None:
    """Go to the staged frame under the cursor, in the feed."""
    place = screen.workbench.bench.cursor
    if place is None or not place.number:
        screen.say("No frame is under the cursor: up and down go to one.", "warning")
    elif go_to(screen, screen.state.connection, place.number):
        places.focus(screen, "feed")


def join_next(screen: MainScreen) -> None:
    """Have new frames join the next open transaction, and none of them after the last."""
    client = screen.client
    state = client.state
    ways = [None, *(name for name, one in state.transactions.items() if one.ending is None)]
    here = ways.index(state.joined) if state.joined in ways else 0
    chosen = ways[(here + 1) % len(ways)]
    try:
        client.session.join(chosen)
    except StompError as error:  # it has just ended
        screen.say(str(error), "error")
        return
    screen.say(joins(chosen))
    screen.touch()


def joins(name: str | None) -> str:
    """Say what new frames join from now on."""
    return f"New frames join {printable(name)}." if name else "New frames stay outside any transaction."
