"""Settle by rule: asked for in a form, carried out in slices beside everything else, stopped by one key."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

from stomptui.capture.files import CaptureError
from stomptui.capture.filter.errors import FilterError
from stomptui.console import guard, history
from stomptui.console.dialogs.filter import Mistake
from stomptui.console.dialogs.rule import RuleScreen, StopRow
from stomptui.console.flows import only
from stomptui.console.flows.agree import agree
from stomptui.console.flows.outcome import outcome
from stomptui.console.judging import SLICE, is_ours, judged, preview
from stomptui.console.rule import Verdict, chosen, decide, meant, why_not_there
from stomptui.console.ruling import Running
from stomptui.console.steps import AT_ONCE
from stomptui.net.settling import settle_outside
from stomptui.render.text import printable
from stomptui.stomp.errors import StompError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stomptui.capture.filter import Filter
    from stomptui.console.rule import Preview, Rule
    from stomptui.console.screen import MainScreen
    from stomptui.net.outcome import Confirmation
    from stomptui.stomp.state import State
    from stomptui.stomp.subscription import Subscription

STOPPED = "stopped by hand"
UNTOLD = (FilterError, CaptureError, sqlite3.Error)
"""What ends the looking, as the expression took too long, or memory could not be read."""


async def rule(screen: MainScreen) -> None:
    """Ask for a rule and carry it out until it ends; where one runs, offer to stop it."""
    view = screen.console.view(screen.now())
    name = meant(view)
    to_stop = _to_stop(screen, name, in_pane=view.pane == "subscriptions" and view.subscription is not None)
    if to_stop:
        await _stop(screen, to_stop)
        return
    state = screen.client.state
    found = chosen(state, name)
    if isinstance(found, str):
        screen.say(found, "warning")
        return
    made = await _ask(screen, state, found)
    if made is None or screen.gone(state):
        return
    if not await agree(screen, made.commands, lambda: f"Settle by itself on {made.words},"):
        screen.say("Nothing was started.")
        return
    if screen.gone(state):
        return
    if (why := _why_not(screen, state, found)) is not None:
        screen.say(f"Nothing was started: {why}.", "warning")
        return
    await _carry_out(screen, state, made, found.number)


def _to_stop(screen: MainScreen, name: str | None, *, in_pane: bool) -> list[Running]:
    """The rules that the key means: that of the subscription, else all, unless its pane chose another."""
    running = screen.ruling.running
    if name is not None and name in running:
        return [running[name]]
    return [] if in_pane else list(running.values())


async def _stop(screen: MainScreen, to_stop: Sequence[Running]) -> None:
    details = [one.rule.words for one in to_stop]
    first = to_stop[0]
    count = " and ".join(f"{one.tally.settled} of {one.rule.most}" for one in to_stop)
    where = printable(first.rule.destination) if len(to_stop) == 1 else f"{len(to_stop)} subscriptions"
    if await screen.ask_for(StopRow(f"RULE on {where}, {count} settled", *details)):
        for one in to_stop:
            one.end(STOPPED)


async def _ask(screen: MainScreen, state: State, subscription: Subscription) -> Rule | None:
    """Open the form; what is typed there is remembered with the filters."""
    capture, collecting = screen.capture, screen.collecting
    names = asyncio.ensure_future(only.names_seen(capture))

    async def compiled(text: str) -> Filter:
        return await asyncio.to_thread(only.parsed, text, await names)

    async def previewed(wanted: Filter, told: Callable[[Preview], None]) -> Preview:
        try:
            return await preview(capture, state, collecting, subscription.id, wanted, told)
        except UNTOLD as error:
            raise Mistake(f"it cannot be told what it would find: {_words(error)}", 0, 0) from None

    dialog = RuleScreen(
        *(subscription, screen.words, compiled, previewed, names, history.read()),
        screen.console.settings.filters,
        lambda: _why_not(screen, state, subscription),
    )
    try:
        made = await screen.ask_for(dialog)
    finally:
        names.cancel()
    if made is None:
        screen.say("Nothing was started.")
    else:
        history.add(made.filter.text)
    return made


def _why_not(screen: MainScreen, state: State, subscription: Subscription) -> str | None:
    """Why no rule can be started there now."""
    if screen.offline is not None or screen.client.state is not state:
        return screen.offline or "the connection has ended, and what was counted was about that"
    if subscription.id in screen.ruling.running:
        return "one runs there already"
    locked = guard.why_not(screen.console.lock.guard, "ACK")
    found = chosen(state, subscription.id)
    return locked or (found if isinstance(found, str) else None)


async def _carry_out(screen: MainScreen, state: State, made: Rule, subscribed: int) -> None:
    """Settle as the rule says until it ends, and say why it did; `subscribed` numbers the SUBSCRIBE."""
    held = state.ledger if made.held else ()
    newest = next(reversed(state.ledger.all), 0)
    running = Running(made, subscribed, held, newest)
    screen.ruling.start(running)
    screen.say(f"Rule on {printable(made.destination)} begins: S stops it.", "warning")
    screen.touch()
    last: Confirmation | None = None
    try:
        while (why := _over(screen, state, running)) is None:
            some = await _next(state, running)
            if some:
                last = await _settle(screen, state, running, some) or last
            elif not running.waiting:
                await running.stirred()
    except StompError as error:
        why = str(error).removesuffix(".")
    except UNTOLD as error:
        why = f"its expression cannot be judged: {_words(error)}"
    finally:
        running.end("the console ended")  # unless there is a reason already
        screen.ruling.over(running)
    await _tell(screen, running, why, last)


def _over(screen: MainScreen, state: State, running: Running) -> str | None:
    """Why the rule has to end now, None when it may go on."""
    if running.tally.ended:
        return running.tally.ended
    if screen.console.outage is not None or screen.client.state is not state:
        return "the connection ended"
    subscription = state.subscriptions.get(running.rule.subscription)
    if subscription is None or subscription.number != running.subscribed:
        return "its subscription ended"
    if (gone := why_not_there(subscription, state.dialect)) is not None:
        return gone
    if (locked := guard.why_not(screen.console.lock.guard, "ACK")) is not None:
        return locked
    if state.joined is not None:
        return f"{printable(state.joined)} was begun, and frames would join it"
    return "" if running.tally.settled >= running.rule.most else None


async def _next(state: State, running: Running) -> list[int]:
    """The next messages of its subscription that wait to be looked at, a slice at most."""
    some: list[int] = []
    for _ in range(min(len(running.waiting), AT_ONCE)):
        number = running.waiting.popleft()
        entry = state.ledger.get(number)
        if entry is not None and entry.subscription == running.rule.subscription:
            some.append(number)
            if len(some) >= SLICE:
                break
    if not some:
        await asyncio.sleep(0)
    return some


async def _settle(
    screen: MainScreen, state: State, running: Running, numbers: Sequence[int]
) -> Confirmation | None:
    """Judge some messages and settle them; gives the last frame, which asks for a receipt."""
    made, collecting, last = running.rule, screen.collecting, None
    async for verdicts in judged(screen.capture, state.connection, made.filter, numbers):
        if _over(screen, state, running) is not None:
            break
        # Looked at only now: meanwhile somebody may have settled, staged or collected one of them.
        ours = [
            (number, verdict if is_ours(state, collecting, made.subscription, number) else Verdict.NOT_OURS)
            for number, verdict in verdicts
        ]
        decided = decide(made, running.tally, ours)
        running.tally = decided.tally
        for command, chosen_ones in (("ACK", decided.acks), ("NACK", decided.nacks)):
            if chosen_ones and not running.tally.ended:
                last = await _send(screen, state, running, command, chosen_ones) or last
    return last


async def _send(
    screen: MainScreen, state: State, running: Running, command: str, numbers: Sequence[int]
) -> Confirmation | None:
    again = sum(1 for one in numbers if (held := state.ledger.get(one)) and held.deliveries > 1)
    nack = running.rule.nack
    headers = nack.headers if command == "NACK" and nack is not None else ()
    client = screen.client
    running.sending = True
    try:
        first = await settle_outside(client, command, numbers[:-1], headers=headers)
        rest = await settle_outside(client, command, numbers[-1:], headers=headers, receipt=True)
    finally:
        running.sending = False
    sent = [*first.sent, *rest.sent]
    acks = command == "ACK"
    running.tally = running.tally.sent(
        len(sent) if acks else 0, 0 if acks else len(sent), 0 if acks else again
    )
    running.sent(one.number for one in sent)
    return sent[-1] if sent else None


async def _tell(screen: MainScreen, running: Running, why: str, last: Confirmation | None) -> None:
    """Say how it ended, in the message row and in a toast."""
    made, tally = running.rule, running.tally
    where = printable(made.destination)
    words = f"{f'({why}) ' if why else ''}{tally.words(made)}."
    severity = "warning" if why else "information"
    screen.say(f"Rule ended: {words} On {where}.", severity)
    screen.touch()
    if not why and last is not None:
        answer = await outcome(last)
        words = f"{words} {answer.words.capitalize()}."
        severity = answer.severity
        screen.say(f"Rule ended: {words} On {where}.", severity)
    if why != STOPPED:  # whoever pressed the key reads the row
        screen.console.toast(f"Ended: {words}", f"Rule on {where}", severity)


def _words(error: Exception) -> str:
    return printable(str(error)).removesuffix(".")
