"""A subscription as an asynchronous iterator of messages, and a message that can be settled."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from stomptui.stomp.errors import ConnectionLost

if TYPE_CHECKING:
    from stomptui.net.client import Client
    from stomptui.net.delivery import Delivery
    from stomptui.net.outcome import Confirmation
    from stomptui.stomp.errors import StompError
    from stomptui.stomp.frame import AckMode, Frame, Headers


class Message:
    """A MESSAGE as it arrived; `number` is that of its frame on the connection."""

    __slots__ = ("_client", "frame", "number")

    def __init__(self, client: Client, frame: Frame, number: int) -> None:
        self._client = client
        self.frame = frame
        self.number = number

    @property
    def body(self) -> bytes:
        return self.frame.body

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """All headers in their order, repeated ones included; of those the first one counts."""
        return self.frame.headers

    @property
    def destination(self) -> str | None:
        """The destination that the broker names, which need not be the one that was subscribed to."""
        return self.first("destination")

    def first(self, name: str, default: str | None = None) -> str | None:
        """The value of the first header `name`."""
        value = self.frame.first(name)
        return default if value is None else value

    async def ack(self, *, receipt: bool = False) -> Confirmation:
        """Send ACK; raises LocalProtocolError where it cannot or must not be settled."""
        return await self._client.ack(self.number, receipt=receipt)

    async def nack(self, *, headers: Headers = (), receipt: bool = False) -> Confirmation:
        """Send NACK; what becomes of the message differs from broker to broker."""
        return await self._client.nack(self.number, headers=headers, receipt=receipt)

    def __repr__(self) -> str:
        return f"<Message {self.number} {self.destination!r} {len(self.body)} B>"


class Subscription:
    """What was subscribed to; iterating gives its messages in order until it or the connection ends.

    Iteration raises BrokerError for an ERROR that no waiting call owns (and can go on after it), and
    ConnectionLost once everything that had arrived before the connection broke was given out.
    """

    def __init__(
        self,
        client: Client,
        delivery: Delivery,
        id: str,
        destination: str,
        mode: AckMode,
        *,
        deliver: bool,
    ) -> None:
        self._client = client
        self._delivery = delivery
        self.id = id
        self.destination = destination
        self.mode = mode
        self.deliver = deliver
        self.taker: asyncio.Task[object] | None = None
        """The task that took, or waits for, the last message; None while nobody ever did."""
        self._kept: deque[Message] = deque()
        self._counted = True
        self._some = asyncio.Event()
        self._pending = 0
        self._errors: deque[StompError] = deque()
        self._ended = not deliver
        self._why: str | None = None

    @property
    def waits(self) -> bool:
        """Whether an iteration waits for a message."""
        return self._pending > 0

    @property
    def undelivered(self) -> int:
        """How many messages arrived and wait for the iteration."""
        return len(self._kept)

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Message:
        self._delivery.raise_unowned()
        self.taker = asyncio.current_task()
        while not self._kept and not self._errors:
            if self._ended:
                if self._why is not None:
                    raise ConnectionLost(self._why)
                raise StopAsyncIteration
            self._some.clear()
            self._pending += 1
            self._delivery.steer()
            try:
                await self._some.wait()
            finally:
                self._pending -= 1
        if self._errors:
            raise self._errors.popleft()
        message = self._kept.popleft()
        if self._counted:
            self._delivery.delivered(message)
        return message

    def keep(self, frame: Frame, number: int) -> None:
        """Append a MESSAGE that arrived."""
        self._kept.append(Message(self._client, frame, number))
        self._some.set()

    def uncounted(self) -> tuple[Message, ...]:
        """What is kept; from now on taking it is told to nobody."""
        counted, self._counted = self._counted, False
        return tuple(self._kept) if counted else ()

    def fail(self, error: StompError) -> bool:
        """Raise `error` in an iteration that waits; returns whether one does."""
        if self._pending and not self._kept:
            self._errors.append(error)
            self._some.set()
            return True
        return False

    def end(self, why: str | None = None) -> None:
        """Let the iteration end after what is kept: with ConnectionLost(`why`), or as complete."""
        if not self._ended:
            self._ended = True
            self._why = why
        self._some.set()

    async def unsubscribe(self, *, headers: Headers = ()) -> None:
        """Send UNSUBSCRIBE and wait for its receipt; what had arrived before is still given out."""
        await self._client.unsubscribe(self.id, headers=headers)

    def __repr__(self) -> str:
        return f"<Subscription {self.id} {self.destination!r} {self.mode}>"
