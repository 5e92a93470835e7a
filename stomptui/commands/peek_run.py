"""One look at a queue, from a broker's URI to an exit status: what it changes, the messages, how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import click

from stomptui import brokers
from stomptui.brokers.peeking import no_peek
from stomptui.commands.connect import fail
from stomptui.commands.connection import broker_at, secrets
from stomptui.commands.prompts import with_credentials
from stomptui.net.connect import RECEIPT_TIME, connect
from stomptui.net.explain import broker_words
from stomptui.net.peek import End, Peeked, peek
from stomptui.render import messages as shown
from stomptui.render.text import printable
from stomptui.stomp.errors import BrokerError, ConnectionLost, LocalProtocolError, StompError, TimedOut
from stomptui.stomp.percent import UriError

if TYPE_CHECKING:
    from stomptui.commands.send_run import Asked
    from stomptui.net.client import Client
    from stomptui.stomp.failover import Failover
    from stomptui.stomp.frame import Frame

LOOKED, NOT_LOOKED, UNUSABLE, REFUSED, NO_RECEIPT, LOST = range(6)
"""The exit statuses, as the help of `peek` tells them."""


@dataclass(frozen=True, slots=True)
class Look:
    """What to look at: a destination, so many messages, and seconds without one after which it ends."""

    destination: str
    count: int
    wait: float
    as_json: bool = False
    yes: bool = False


class Outcome(NamedTuple):
    """An exit status, the words for it, a line each, and what was seen."""

    status: int
    words: tuple[str, ...]
    frames: tuple[Frame, ...] = ()


def carry_out(asked: Asked, wanted: Look) -> int:
    """Look, print what was seen on standard output and all else on standard error; gives the exit status."""
    terminal = sys.stdin is not None and sys.stdin.isatty()
    if not wanted.yes and not terminal:
        fail("standard input is no terminal to ask on; --yes looks without asking", UNUSABLE)
    try:
        failover = broker_at(asked.uri, asked.headers, asked.http_headers, asked.origin)
        whom = with_credentials(failover._replace(reconnect=False), ask=terminal)
    except (LocalProtocolError, UriError) as error:
        fail(str(error), UNUSABLE)
    try:
        outcome = asyncio.run(look(asked, whom, wanted))
    except KeyboardInterrupt:
        click.echo(err=True)
        fail("interrupted; what was taken goes back", 128 + signal.SIGINT)
    _write(outcome.frames, wanted)
    _say(outcome.words)
    return outcome.status


async def look(asked: Asked, whom: Failover, wanted: Look, *, receipt_time: float = RECEIPT_TIME) -> Outcome:
    """Connect, say what a look changes, ask unless told not to, look, and leave.

    `receipt_time` is how many seconds the broker may take to confirm the subscription.
    """
    client: Client | None = None
    try:
        client = await connect(
            whom,
            headers=asked.headers,
            redact=secrets(asked.headers),
            http_headers=asked.http_headers,
            origin=asked.origin,
            receipt_time=receipt_time,
        )
        words = brokers.words(client.state.dialect)
        if (why_not := no_peek(words, wanted.destination)) is not None:
            return Outcome(NOT_LOOKED, (f"{wanted.destination} was not looked at: {why_not}",))
        _say(statement(words, wanted))
        if not wanted.yes and not await _agreed():
            return Outcome(NOT_LOOKED, (f"{wanted.destination} was not looked at",))
    except StompError as error:
        return Outcome(NOT_LOOKED, (f"{wanted.destination} was not looked at: {error}",))
    else:
        return await _looked(client, wanted)
    finally:
        if client is not None:
            with contextlib.suppress(StompError):
                await client.disconnect()


async def _looked(client: Client, wanted: Look) -> Outcome:
    where = wanted.destination
    try:
        found = await peek(client, where, count=wanted.count, patience=wanted.wait)
    except BrokerError as error:
        known = brokers.explained(client.state.dialect, error.frame)
        more = () if known is None else (f"  {known.meaning}", f"  {known.what_to_do}")
        return Outcome(REFUSED, (f"{where} refused: {broker_words(error.frame)}", *more))
    except TimedOut as error:
        return Outcome(NO_RECEIPT, (f"{where} was not looked at: {error}",))
    except ConnectionLost as error:
        return Outcome(LOST, (f"{where}: the connection was lost, and what was taken goes back: {error}",))
    except StompError as error:
        return Outcome(NOT_LOOKED, (f"{where} was not looked at: {error}",))
    return Outcome(LOOKED, (told(found, wanted),), tuple(message.frame for message in found.messages))


def statement(words: brokers.Words, wanted: Look) -> tuple[str, ...]:
    """What looking there changes on this broker, before it is done."""
    head = f"a look at {wanted.count:,} of {wanted.destination} at most; on {words.name} it"
    return (f"{head}:", *(f"  {line}" for line in words.peek.changes))


def told(found: Peeked, wanted: Look) -> str:
    """What was seen, and why not more."""
    count, where = len(found.messages), wanted.destination
    if not count and found.end is End.ALL:
        return f"{where} shows no message"
    if not count:
        return f"no message of {where} came within {wanted.wait:g} s: it is empty, or others hold what it has"
    what = f"{count:,} message{'' if count == 1 else 's'} of {where}"
    if found.end is End.COUNT:
        return f"{what}; there may be more"
    if found.end is End.ALL:
        return f"{what}; the broker shows no more"
    return f"{what}; no more came within {wanted.wait:g} s"


async def _agreed() -> bool:
    """Ask on the terminal; the connection is kept alive meanwhile."""
    click.echo("Look? [y/N]: ", nl=False, err=True)
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bytes] = loop.create_future()
    terminal = sys.stdin.fileno()

    def read() -> None:
        if not answer.done():
            answer.set_result(os.read(terminal, 1024))

    loop.add_reader(terminal, read)
    try:
        return (await answer).strip().lower() in (b"y", b"yes")
    finally:
        loop.remove_reader(terminal)


def _say(lines: tuple[str, ...]) -> None:
    for line in lines:
        click.echo(printable(line), err=True)


def _write(frames: tuple[Frame, ...], wanted: Look) -> None:
    out = sys.stdout.buffer
    terminal = sys.stdout.isatty()
    try:
        for number, frame in enumerate(frames, 1):
            if wanted.as_json:
                out.write(shown.json_line(frame).encode())
            else:
                out.write(shown.head(frame, f"{number} of {len(frames)}").encode())
                body = frame.body
                out.write(printable(body, keep_newlines=True).encode() if terminal else body)
                out.write(b"\n\n" if body and not body.endswith(b"\n") else b"\n")
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        fail(f"standard output cannot be written: {error.strerror or error}", NOT_LOOKED)
