"""Connect again by hand: at once, or with another passcode where the broker refused the login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console.dialogs.passcode import PasscodeRow
from stomptui.render.text import printable
from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.events import Connected, GivenUp, Retrying

if TYPE_CHECKING:
    from stomptui.console.screen import MainScreen


async def reconnect(screen: MainScreen) -> None:
    """Try to connect now, and say what that led to."""
    outage, login = screen.console.outage, screen.console.login
    tried = login.tried if login is not None else None
    if outage is not None and outage.refused and login is not None and tried is not None and tried.login:
        answer = await screen.ask_for(PasscodeRow(f"{tried.login} at {tried.address}", outage.reason))
        if answer is None:
            screen.say("Not connected.", "warning")
            return
        login.type(answer)
    screen.say("Connecting ...")
    screen.touch()
    try:
        event = await screen.console.connect_now()
    except LocalProtocolError:  # it came while this was asked
        screen.say("There is a connection already.")
        return
    if isinstance(event, Connected):
        screen.say(
            f"Connected to {printable(screen.client.endpoint.address)}, connection {event.connection}."
        )
    elif isinstance(event, GivenUp):
        screen.say(f"Not connected: {event.reason}", "error")
    elif isinstance(event, Retrying):
        screen.say(f"Not connected yet: {event.reason}", "warning")
