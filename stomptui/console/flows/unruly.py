"""Withhold heart-beats or send them late, on purpose and for a time, to see what the broker does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.keys import display, in_force
from stomptui.stomp.errors import StompError
from stomptui.stomp.unruly import BOUND

if TYPE_CHECKING:
    from stomptui.console.screen import MainScreen

LEAST = 30.0
"""Seconds for which it is done, unless the periods are long."""

PERIODS = 4.0
"""How many periods it lasts at least: brokers have closed after two or three."""


def lasting(period: float) -> float:
    """For how many seconds it is done, where so many are between our heart-beats."""
    return min(max(LEAST, PERIODS * period), BOUND)


async def withhold(screen: MainScreen) -> None:
    """Send none for a time, after a question; while that lasts, send them as promised again."""
    period = screen.client.state.beats.send
    if period is None or _keep(screen):
        return
    seconds = lasting(period)
    patience = screen.words.silence_closes
    close = (patience or 2) * period
    then = f"the broker should close the connection after about {close:.0f} s"
    if close >= seconds:
        then += ", which is longer: it will hardly notice"
    elif patience is None:
        then += ", or later: when is not known of this one"
    await _misbehave(screen, f"Withhold heart-beats for {seconds:.0f} s?", f"{then}.", None, seconds)


async def delay(screen: MainScreen) -> None:
    """Send each a period later for a time, after a question; while that lasts, as promised again."""
    period = screen.client.state.beats.send
    if period is None or _keep(screen):
        return
    by, seconds = min(period, BOUND), lasting(period)
    question = f"Send each heart-beat {by:g} s later for {seconds:.0f} s?"
    await _misbehave(screen, question, "later than promised, which the broker may put up with.", by, seconds)


async def _misbehave(screen: MainScreen, question: str, then: str, by: float | None, seconds: float) -> None:
    client, state = screen.client, screen.client.state
    details = (then[0].upper() + then[1:], "Other frames go as always, and count as signs of life.")
    if not await screen.ask_for(ConfirmDialog(question, *details)):
        screen.say("Heart-beats are sent as promised.")
        return
    if screen.gone(state):
        return
    try:
        if by is None:
            client.withhold_beats(seconds)
        else:
            client.delay_beats(by, seconds)
    except StompError as error:
        screen.say(f"Heart-beats are sent as promised: {error}", "error")
        return
    row = in_force(screen.app)["session.withhold" if by is None else "session.delay"]
    what = "withheld" if by is None else "late"
    until = time.strftime("%H:%M:%S", time.localtime(time.time() + seconds))
    ends = f"{display(row.keys[0])} in Session ends it"
    screen.say(f"Heart-beats of connection {state.connection} are {what} until {until}: {ends}.", "warning")
    screen.touch()


def _keep(screen: MainScreen) -> bool:
    """End what is under way; False when there was nothing."""
    how = screen.client.session.unruly
    if how is None or not how.left(screen.now()):
        return False
    screen.client.keep_beats()
    screen.say("Heart-beats are sent as promised again.")
    screen.touch()
    return True
