"""One run of the console: connect before the screen opens, disconnect after it closed, whatever ends it."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stomptui import brokers
from stomptui.brokers.words import is_copy
from stomptui.capture.store import Capture
from stomptui.commands.login import Login
from stomptui.console.guard import Lock
from stomptui.net.connect import connect
from stomptui.render.text import printable
from stomptui.stomp.errors import BrokerError, LocalProtocolError, StompError
from stomptui.stomp.failover import Failover
from stomptui.stomp.frame import AckMode
from stomptui.stomp.percent import UriError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stomptui.commands.ordered import First
    from stomptui.net.client import Client
    from stomptui.stomp.events import Event
    from stomptui.stomp.frame import Headers
    from stomptui.stomp.uri import Endpoint

PREFETCH = 10
"""Unsettled messages held unless told otherwise: enough to look around, and the rest stays there."""

END = 2.0
"""Seconds that DISCONNECT may take, and the console its leaving."""
WRITE = 8.0
"""Seconds that what is left may take to be written: more than the fastest broker can have us be behind."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is asked to do; what is not about the screen is as in `connect`.

    `reconnect` holds unless the URI says otherwise.
    """

    brokers: Endpoint | Failover
    first: tuple[First, ...] = ()
    reconnect: bool = True
    login: Login = field(default_factory=Login)
    headers: Headers = field(default=(), repr=False)
    redact: tuple[str, ...] = ()
    http_headers: Headers = field(default=(), repr=False)
    origin: str | None = None
    mouse: bool = True
    theme: str | None = None
    greeting: str = ""
    capture: Capture = field(
        default_factory=lambda: Capture(recognise=brokers.recognise), repr=False, compare=False
    )

    lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    @property
    def reconnects(self) -> bool:
        """Whether a lost connection is made again by itself."""
        told = self.brokers.reconnect if isinstance(self.brokers, Failover) else None
        return self.reconnect if told is None else told


class Inbox:
    """Holds what happens on the connection until the console takes it, then passes it on; in order."""

    def __init__(self) -> None:
        self._held: list[Event] = []
        self._take: Callable[[Sequence[Event]], None] | None = None

    def __call__(self, events: list[Event]) -> None:
        if self._take is None:
            self._held += events
        else:
            self._take(events)

    def open(self, take: Callable[[Sequence[Event]], None]) -> None:
        """Give `take` what was held, and from now on what happens, a list a slice."""
        held, self._held = self._held, []
        self._take = take
        if held:
            take(held)


Leaving = asyncio.Future
"""Done, with the number of the signal, when the console is to leave at once."""

Console = Callable[["Client", Inbox, Plan, "Leaving[int]"], Awaitable[int | None]]
"""Runs until the user quits or `Leaving` is done, and leaves the connection open; gives 1 when it failed."""


def run(plan: Plan, console: Console | None = None) -> int:
    """Run the console; gives the exit status: 0, 1 (connection), 2 (URI, settings), 128 + a signal.

    The recording is closed in the end, and stays where it was asked for or the end was not the user's.
    """
    try:
        return asyncio.run(attend(plan, console or _console(plan)))
    except UriError as error:  # a file that it names, as for TLS
        _say(str(error))
        return 2
    except LocalProtocolError as error:  # what was asked for, as by --subscribe, is not sent
        _say(str(error))
        return 2
    except StompError as error:
        _say(str(error))
        return 1
    except _settings_error() as error:  # evaluated only when all before did not fit: the console was imported
        _say(str(error))
        return 2
    except BaseException:
        plan.capture.keep()
        raise
    finally:
        kept = plan.capture.close(WRITE)
        if kept is not None:
            _say(_kept(kept, plan.capture))


async def attend(plan: Plan, console: Console) -> int:
    """Connect, subscribe, run the console, disconnect; raises StompError until the console runs."""
    loop = asyncio.get_running_loop()
    leaving: Leaving[int] = loop.create_future()
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _leave, leaving, number)
    inbox = Inbox()
    opening = asyncio.ensure_future(_open(plan, inbox))
    await asyncio.wait((opening, leaving), return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        opening.cancel()
        await asyncio.wait((opening,))
        return 128 + leaving.result()
    client = opening.result()
    # From here on ctrl+c is a key; the signal is meant for the editor or the pager that has the terminal.
    loop.add_signal_handler(signal.SIGINT, _pass)
    showing = asyncio.ensure_future(console(client, inbox, plan, leaving))
    await asyncio.wait((showing, leaving), return_when=asyncio.FIRST_COMPLETED)
    lost = not client.connected
    words = _farewell(client)
    # First what the broker is to hear: on SIGHUP the terminal is gone, and may hold up whoever writes to it.
    with suppress(StompError):  # an ERROR that came at the very end: the screen showed those before it
        await client.disconnect(END)
    if not showing.done():
        await asyncio.wait((showing,), timeout=END)
        showing.cancel()
        await asyncio.wait((showing,), timeout=END)
    if lost:
        where, why = client.endpoint.address, client.closed.result().reason
        words = f"there was no connection to {where} any more: {why}"
    elif client.closed.done() and not (end := client.closed.result()).clean:
        words = f"{words}; {end.reason}"
    _say(words)
    status = showing.result() if showing.done() and not showing.cancelled() else None
    if leaving.done() or status:
        plan.capture.keep()
    if leaving.done():
        return 128 + leaving.result()
    return 1 if lost else status or 0


async def _open(plan: Plan, inbox: Inbox) -> Client:
    client = await connect(
        plan.brokers,
        on_events=inbox,
        on_error=_shown_by_the_console,
        credentials=plan.login,
        headers=plan.headers,
        redact=plan.redact,
        http_headers=plan.http_headers,
        origin=plan.origin,
        reconnect=plan.reconnect,
        # A silent broker may come back; where nothing is made again, its messages had better stay.
        close_on_missed_beats=plan.reconnects,
        permit=plan.lock.permit,
    )
    try:
        # One after the other: of several under way, an ERROR does not say which it means.
        for first in plan.first:
            await _subscribe(client, first)
    except BaseException:
        with suppress(StompError):
            await client.disconnect(END)
        raise
    plan.lock.begin()
    return client


async def _subscribe(client: Client, first: First) -> None:
    state = client.state
    # Of a topic everybody gets a copy, so that `auto` takes nothing from anybody.
    copy = is_copy(brokers.words(state.dialect).destination_kind(first.destination))
    safe = AckMode.AUTO if copy else AckMode.CLIENT if state.version == "1.0" else AckMode.CLIENT_INDIVIDUAL
    mode = safe if first.ack is None else AckMode(first.ack)
    prefetch = PREFETCH if first.prefetch is None and mode is not AckMode.AUTO else first.prefetch
    try:
        await client.subscribe(first.destination, ack=mode, prefetch=prefetch, deliver=False)
    except StompError as error:
        words = f"--subscribe {first.destination}: {error}"
        if isinstance(error, BrokerError):
            raise BrokerError(words, error.frame) from None
        raise type(error)(words) from None


def _console(plan: Plan) -> Console:
    """The console with the user's settings; raises SettingsError before anything is connected."""
    # Before Textual is imported: at its default rate a repaint comes one to two frames of 60 Hz late.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from stomptui.console.prepared import prepared

    return prepared(plan.theme, plan.lock)


def _kept(path: Path, capture: Capture) -> str:
    """Where the recording is, and what it lacks."""
    if not path.exists():
        return f"the recording is gone: another program has removed or moved {path}"
    words = f"the recording is kept: stomptui open {shlex.quote(str(path))}"
    if not capture.unwritten:
        return words
    why = capture.unwritten_why or "the disk was too slow"
    return (
        f"{words}; it lacks what came last ({capture.unwritten:,} frames), which could not be written: {why}"
    )


def _settings_error() -> type[Exception]:
    from stomptui.console.settings import SettingsError

    return SettingsError


def _leave(leaving: Leaving[int], number: int) -> None:
    if not leaving.done():
        leaving.set_result(number)


def _pass() -> None:
    pass


def _shown_by_the_console(error: BrokerError) -> None:
    pass  # the ERROR frame is among the events


def _farewell(client: Client) -> str:
    """One line on what the end of this connection leaves behind."""
    where = client.endpoint.address
    state = client.state
    parts = [f"disconnected from {where}"]
    if state.ledger:
        parts += brokers.at_the_end(brokers.words(state.dialect), state)
    if held := len(state.ledger.held):
        parts.append(
            f"{held} held of closed subscriptions: this broker {brokers.words(state.dialect).on_close}"
        )
    if state.transactions:
        parts.append(f"what was staged in {', '.join(state.transactions)} is dropped")
    return "; ".join(parts)


def _say(words: str) -> None:
    try:
        print(f"stomptui: {printable(words)}", file=sys.stderr, flush=True)
    except OSError:
        # No terminal is left, as after SIGHUP: nor may the interpreter fail on what it flushes at its end.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
