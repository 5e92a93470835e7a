"""Requests that await their replies, by correlation-id, in a queue of this connection's own."""

from __future__ import annotations

import asyncio
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from stomptui import brokers
from stomptui.net.subscribing import again
from stomptui.net.subscription import Message
from stomptui.stomp import frame as frames
from stomptui.stomp.errors import LocalProtocolError, TimedOut
from stomptui.stomp.frame import Headers, pairs

if TYPE_CHECKING:
    from stomptui.net.client import Client
    from stomptui.net.line import Line
    from stomptui.net.outcome import Refused
    from stomptui.stomp.events import MessageReceived

NAME = "replies"
"""What the temporary queue is called; brokers keep those of two connections apart."""


class Replies:
    """Who waits for which reply."""

    def __init__(self) -> None:
        self.waiting: dict[tuple[str, str], asyncio.Future[MessageReceived]] = {}
        """By the subscription that the reply comes on, and its correlation-id."""
        self.subscribing = asyncio.Lock()

    def take(self, event: MessageReceived) -> bool:
        """Give a reply to the call that waits for it; returns whether one did."""
        frame = event.frame
        found = self.waiting.get((frame.first("subscription") or "", frame.first("correlation-id") or ""))
        if found is None or found.done():
            return False
        found.set_result(event)
        return True

    def fail(self, refused: Refused) -> bool:
        """Raise what `refused` makes in every waiting call; returns whether there was one."""
        waiting = [future for future in self.waiting.values() if not future.done()]
        for future in waiting:
            future.set_exception(refused())
        return bool(waiting)


async def request(
    client: Client,
    line: Line,
    destination: str,
    body: bytes | str,
    *,
    headers: Headers,
    content_type: str | None,
    reply_to: str | None,
    seconds: float,
) -> Message:
    """Send and wait for the reply as `Client.request` says."""
    own = pairs(headers)
    correlation = next((value for name, value in own if name == "correlation-id"), None)
    if correlation is None:
        correlation = uuid.uuid4().hex
        own = (("correlation-id", correlation), *own)
    try:
        async with asyncio.timeout(seconds):
            await line.turn()
            place, subscription = await _place(client, line, reply_to)
            frame = partial(
                frames.send,
                destination,
                body.encode() if isinstance(body, str) else body,
                content_type=content_type,
                headers=(("reply-to", place), *own),
            )
            return await _exchange(client, line, frame, (subscription, correlation))
    except TimeoutError:
        raise TimedOut(f"no reply from {destination} came within {seconds:g} s") from None


async def _exchange(
    client: Client, line: Line, frame: partial[frames.Frame], key: tuple[str, str]
) -> Message:
    replies = line.delivery.replies
    with line.delivery.reading_on():
        await line.turn()  # only then is there a connection whose end is that of the reply
        if key in replies.waiting:
            raise LocalProtocolError(
                f"a request with the correlation-id {key[1]} waits for its reply already; choose another"
            )
        made = frame(receipt=line.session.next_receipt(), content_length=line.state.dialect.content_length)
        reply: asyncio.Future[MessageReceived] = asyncio.get_running_loop().create_future()
        replies.waiting[key] = reply
        outcomes: list[asyncio.Future[Any]] = [reply]
        try:
            # In a transaction it would wait for a COMMIT, and the reply with it.
            confirming = asyncio.ensure_future(line.transmit(made, join=False).within(None))
            outcomes.append(confirming)
            await asyncio.wait(outcomes, return_when=asyncio.FIRST_COMPLETED)
            if not reply.done():
                confirming.result()  # a request that was refused has no reply
            event = await reply
            return Message(client, event.frame, event.number, event.connection)
        finally:
            del replies.waiting[key]
            for future in outcomes:
                if not future.cancel() and not future.cancelled():
                    future.exception()  # told already, or of no account beside the other


async def _place(client: Client, line: Line, reply_to: str | None) -> tuple[str, str]:
    """Where replies are to go, and the id of the subscription that they come on."""
    if reply_to is None:
        words = brokers.words(line.state.dialect)
        if words.reply_queue is None:
            raise LocalProtocolError(
                f"{words.name} is not known to have temporary queues; name a destination with reply_to="
            )
        reply_to = words.reply_queue.prefix + NAME
        if not words.reply_queue.subscribe:
            return reply_to, reply_to
    async with line.delivery.replies.subscribing:
        for made in line.delivery.subscriptions.values():
            if made.destination == reply_to:
                await again(line, made)  # on a new connection the reply could be quicker than that
                return reply_to, made.id
        return reply_to, (await client.subscribe(reply_to, deliver=False)).id
