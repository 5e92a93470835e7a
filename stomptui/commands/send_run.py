"""One SEND from a broker's URI to an exit status, and the words that go with it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import click

from stomptui import brokers
from stomptui.commands import send_message
from stomptui.commands.connect import fail
from stomptui.commands.connection import broker_at, secrets
from stomptui.commands.prompts import with_credentials
from stomptui.commands.send_message import BadOption, Message, Pairs, Source
from stomptui.net.connect import RECEIPT_TIME, connect
from stomptui.net.explain import broker_words
from stomptui.render.span import latency
from stomptui.render.text import printable
from stomptui.stomp.errors import (
    BrokerError,
    ConnectionLost,
    LocalProtocolError,
    Offline,
    StompError,
    TimedOut,
)
from stomptui.stomp.events import FrameSent
from stomptui.stomp.percent import UriError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stomptui.net.client import Client
    from stomptui.stomp.events import Event
    from stomptui.stomp.failover import Failover

CONFIRMED, NOT_SENT, UNUSABLE, REJECTED, NO_RECEIPT, LOST = range(6)
"""The exit statuses, as the help of `send` tells them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where to connect to; texts are as they were typed."""

    uri: str
    headers: Pairs = field(default=(), repr=False)
    http_headers: Pairs = field(default=(), repr=False)
    origin: str | None = None


class Outcome(NamedTuple):
    """An exit status and its words; below them, what they mean and what to do."""

    status: int
    words: str
    more: tuple[str, ...] = ()


def carry_out(asked: Asked, message: Message, source: Source) -> int:
    """Send it, say what became of it on standard error, and give the exit status."""
    try:
        send_message.must_be_one(source)
        failover = broker_at(
            asked.uri, asked.headers, asked.http_headers, asked.origin, of_connect="--connect-header"
        )._replace(reconnect=False)
        whom = with_credentials(failover, ask=sys.stdin is not None and sys.stdin.isatty())
        body = send_message.body(source)
    except (BadOption, LocalProtocolError, UriError) as error:
        fail(str(error), UNUSABLE)
    except KeyboardInterrupt:
        fail("nothing was sent", 128 + signal.SIGINT)
    outcome = asyncio.run(send(asked, whom, message, body))
    for words in (outcome.words, *outcome.more):
        click.echo(printable(words), err=True)
    return outcome.status


async def send(
    asked: Asked, whom: Failover, message: Message, body: bytes, *, patience: float = RECEIPT_TIME
) -> Outcome:
    """Connect, send one message, and leave; `patience` is how many seconds its receipt may take."""
    where = f"SEND to {message.destination}"
    errors: list[BrokerError] = []
    left = False

    def take(events: Sequence[Event]) -> None:
        nonlocal left
        left = left or any(isinstance(event, FrameSent) and event.frame.command == "SEND" for event in events)

    client: Client | None = None
    with _signals() as signals:
        try:
            client = await connect(
                whom,
                on_events=take,
                on_error=errors.append,
                headers=asked.headers,
                redact=secrets(asked.headers),
                http_headers=asked.http_headers,
                origin=asked.origin,
                receipt_time=patience,
            )
            return await _sent(client, where, message, body, errors)
        except asyncio.CancelledError:
            if not signals:
                raise
            status = 128 + signals[0]
            if left:
                return Outcome(status, f"{where} unknown: ended before its receipt came")
            return Outcome(status, f"{where} was not sent: ended before that")
        except BrokerError as error:
            if left and client is not None:
                return _rejected(client, where, error)
            return Outcome(NOT_SENT, f"{where} was not sent: {error}")
        except TimedOut as error:
            if left:
                words = f"{where} unknown: no receipt within {patience:g} s, the broker may have it"
                return Outcome(NO_RECEIPT, words)
            return Outcome(NOT_SENT, f"{where} was not sent: {error}")
        except StompError as error:
            if left and client is not None and isinstance(error, ConnectionLost):
                return Outcome(LOST, f"{where} unknown, connection lost: {_end(client, error)}")
            return Outcome(NOT_SENT, f"{where} was not sent: {error}")
        finally:
            if client is not None:
                with contextlib.suppress(StompError):
                    await client.disconnect()


async def _sent(
    client: Client, where: str, message: Message, body: bytes, errors: list[BrokerError]
) -> Outcome:
    sent = await client.send(
        message.destination,
        body,
        headers=message.headers,
        content_length=message.content_length,
        join=False,
        receipt=message.receipt,
    )
    if message.receipt:
        risk = brokers.words(client.state.dialect).may_drop(message.destination)
        words = f"{where} confirmed after {latency(await sent)}"
        return Outcome(CONFIRMED, words if risk is None else f"{words}; {risk}")
    # Leaving is confirmed behind it: an ERROR about it comes before that.
    await client.disconnect()
    if errors:
        raise errors[0]
    closed = client.closed.result()
    if not closed.clean:
        raise ConnectionLost(closed.reason)
    return Outcome(CONFIRMED, f"{where} written, no receipt asked")


def _rejected(client: Client, where: str, error: BrokerError) -> Outcome:
    known = brokers.explained(client.state.dialect, error.frame)
    more = () if known is None else (f"  {known.meaning}", f"  {known.what_to_do}")
    return Outcome(REJECTED, f"{where} rejected: {broker_words(error.frame)}", more)


def _end(client: Client, error: StompError) -> str:
    closed = client.closed
    return closed.result().reason if closed.done() and not isinstance(error, Offline) else str(error)


@contextlib.contextmanager
def _signals() -> Iterator[list[int]]:
    """Cancel this task when the program is told to end; what is given holds the signal then."""
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    came: list[int] = []

    def end(number: int) -> None:
        came.append(number)
        if task is not None:
            task.cancel()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, end, number)
    try:
        yield came
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
