"""A look at what a queue holds, by the way that disturbs least on each broker."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from stomptui import brokers
from stomptui.brokers.peeking import no_peek
from stomptui.stomp.errors import ConnectionLost, LocalProtocolError, TimedOut
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from stomptui.net.client import Client
    from stomptui.net.subscription import Message

PATIENCE = 2.0
"""Seconds without a message after which no more are waited for: few brokers tell the end."""


class End(Enum):
    """Why no more messages were looked at."""

    COUNT = "as many came as were asked for"
    ALL = "the broker said that there are no more"
    SILENCE = "no more came in time"


class Peeked(NamedTuple):
    """The messages in the order in which they came, and why there are no more of them."""

    messages: tuple[Message, ...]
    end: End


async def peek(client: Client, destination: str, *, count: int = 10, patience: float = PATIENCE) -> Peeked:
    """Look at the first `count` messages of a queue, then disconnect: on some brokers that alone gives back.

    It ends earlier where the broker tells the end, and after `patience` seconds without a message. What it
    changes on this broker is told by `brokers.words(client.state.dialect).peek`. Raises LocalProtocolError
    where nothing is kept to look at, ConnectionLost, and else as `Client.subscribe`; it disconnects then too.
    """
    if count < 1:
        raise ValueError(f"count is {count}: at least one message has to be looked at")
    try:
        words = brokers.words(client.state.dialect)
        if (why_not := no_peek(words, destination)) is not None:
            raise LocalProtocolError(f"{destination}: {why_not}")
        return await _look(client, words.peek, destination, count, patience)
    finally:
        await client.disconnect()


async def _look(client: Client, way: brokers.Peek, destination: str, count: int, patience: float) -> Peeked:
    # STOMP 1.0 has no client-individual; without an ACK there is no difference.
    mode = way.mode if client.state.version != "1.0" else AckMode.CLIENT
    subscription = await client.subscribe(
        way.place(destination), ack=mode, prefetch=count, headers=way.headers
    )
    connection = client.state.connection
    messages: list[Message] = []
    while len(messages) < count:
        try:
            message = await subscription.receive(patience)
        except TimedOut:
            return Peeked(tuple(messages), End.SILENCE)
        if message.connection != connection:  # what came before comes again
            raise ConnectionLost("the connection was lost and made again during the look")
        if way.is_end(message.frame):
            return Peeked(tuple(messages), End.ALL)
        messages.append(message)
    return Peeked(tuple(messages), End.COUNT)
