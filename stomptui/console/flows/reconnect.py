"""Connect again by hand: at once, or with another passcode where the broker refused the login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.dialogs.passcode import PasscodeRow
from stomptui.console.flows.leave import what_quitting_loses
from stomptui.render.span import span
from stomptui.render.text import printable
from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.events import Connected, GivenUp, Retrying

if TYPE_CHECKING:
    from stomptui.console.screen import MainScreen


async def reconnect(screen: MainScreen) -> None:
    """Try to connect now, and say what that led to; a connection that is silent is given up for it."""
    if screen.console.outage is None and not await _given_up(screen):
        return
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


async def _given_up(screen: MainScreen) -> bool:
    """Ask whether to give up the connection that there is, and do so; returns whether there is none now."""
    state = screen.client.state
    silence = span(screen.now() - state.last_received) if state.last_received is not None else "-"
    losses = what_quitting_loses(state, screen.words, screen.now())
    question = f"Nothing heard for {silence}. Give this connection up and make a new one?"
    agreed = await screen.ask_for(ConfirmDialog(question, *(() if losses is None else (f"{losses}.",))))
    if not agreed:
        screen.say("Still connected.")
    elif screen.console.outage is None:
        screen.client.drop_connection("given up here, the broker was silent")
    return bool(agreed)
