"""A subscription as an asynchronous iterator of messages, and a message that can be settled."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple

from stomptui.net.settling import settle, settle_alone
from stomptui.stomp.errors import ConnectionLost, TimedOut
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from stomptui.net.client import Client
    from stomptui.net.delivery import Delivery
    from stomptui.net.outcome import Confirmation
    from stomptui.stomp.errors import StompError
    from stomptui.stomp.events import MessageReceived
    from stomptui.stomp.frame import Frame, Headers


class Message:
    """A MESSAGE as it arrived at `client`; `number` is that of its frame on `connection`, numbered too."""

    __slots__ = ("client", "connection", "frame", "number")

    def __init__(self, client: Client, frame: Frame, number: int, connection: int) -> None:
        self.client = client
        self.frame = frame
        self.number = number
        self.connection = connection

    @property
    def body(self) -> bytes:
        """The body, octet for octet."""
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
        return self.frame.first(name, default)

    def __getitem__(self, name: str) -> str:
        """The first header `name` in upper or lower case, which STOMP itself tells apart; raises KeyError."""
        folded = name.lower()
        for own, value in self.frame.headers:
            if own.lower() == folded:
                return value
        raise KeyError(name)

    # Not `async def`: a coroutine that only waits for another costs as much as the rest of a step.
    def ack(self, *, headers: Headers = (), receipt: bool = False) -> Coroutine[Any, Any, Confirmation]:
        """Send ACK; raises LocalProtocolError where it cannot or must not be settled.

        That is StaleMessage when its connection has ended: the broker delivers the message again.
        STOMP 1.2, ACK.
        """
        if not headers and not receipt:
            return settle_alone("ACK", self)
        return settle(self.client, "ACK", self, headers=headers, receipt=receipt)

    def nack(self, *, headers: Headers = (), receipt: bool = False) -> Coroutine[Any, Any, Confirmation]:
        """Send NACK; what becomes of the message differs from broker to broker. Raises as `ack` does.

        STOMP 1.2, NACK.
        """
        if not headers and not receipt:
            return settle_alone("NACK", self)
        return settle(self.client, "NACK", self, headers=headers, receipt=receipt)

    async def reply(
        self,
        body: bytes | str = b"",
        *,
        headers: Headers = (),
        content_type: str | None = None,
        receipt: bool = False,
    ) -> Confirmation:
        """Send an answer to the `reply-to` of this message, with its `correlation-id` if it has one.

        Raises LocalProtocolError when it has no `reply-to`; else as `Client.send`.
        """
        return await self.client.reply(
            self, body, headers=headers, content_type=content_type, receipt=receipt
        )

    def __repr__(self) -> str:
        return f"<Message {self.number} {self.destination!r} {self.frame.size} B>"


class Wanted(NamedTuple):
    """What a SUBSCRIBE asks for, on whichever broker it will be sent to; `prefetch` counts messages."""

    id: str
    destination: str
    mode: AckMode
    prefetch: int | None
    headers: tuple[tuple[str, str], ...]


class Subscription:
    """What was subscribed to; iterating gives its messages in order until it or the connection ends.

    Iteration raises BrokerError for an ERROR that no waiting call owns (and can go on after it), and
    ConnectionLost once everything that had arrived before the connection broke was given out. Several tasks
    may iterate: each message goes to one of them.
    """

    def __init__(self, client: Client, delivery: Delivery, wanted: Wanted, *, deliver: bool) -> None:
        self._client = client
        self._delivery = delivery
        self.wanted = wanted
        self.id = wanted.id
        self.destination = wanted.destination
        self.mode = wanted.mode
        self.deliver = deliver
        self.taker: asyncio.Task[object] | None = None
        """The task that took, or waits for, the last message; None while nobody ever did."""
        self._kept: deque[MessageReceived] = deque()
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
        self.taker = asyncio.current_task()
        return self

    async def __anext__(self) -> Message:
        delivery = self._delivery
        if delivery.unowned is not None:
            delivery.raise_unowned()
        if not self._kept or self._errors or self.taker is None:
            await self._arrival()
        event = self._kept.popleft()
        frame = event.frame
        if self._counted:
            delivery.taken(len(frame.raw))
        return Message(self._client, frame, event.number, event.connection)

    async def _arrival(self) -> None:
        """Wait for a message; raises what the iteration has to hear of instead."""
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
        if self._errors and not (self._ended and self._kept):
            raise self._errors.popleft()

    def keeping(self) -> Callable[[MessageReceived], None] | None:
        """Wake the iteration, and give what keeps for it each MESSAGE that came; None if there is none."""
        if not self.deliver:
            return None
        if self._pending:
            self._some.set()
        return self._kept.append

    def forget(self) -> tuple[MessageReceived, ...]:
        """Drop what waits to be taken and is delivered again, as it is unless the mode is `auto`."""
        if self.mode is AckMode.AUTO:
            return ()
        forgotten = tuple(self._kept)
        self._kept.clear()
        return forgotten

    def begin_again(self) -> None:
        """Iterate again after an end that was the connection's."""
        self._ended, self._why = not self.deliver, None

    def refused(self, error: StompError) -> None:
        """End with `error`: the broker that it was made on again refuses it."""
        self._errors.append(error)
        self.end()

    def uncounted(self) -> tuple[MessageReceived, ...]:
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

    async def receive(self, timeout: float) -> Message:  # noqa: ASYNC109 - the words say what did not come
        """The next message, waited for at most `timeout` seconds.

        Raises TimedOut when none came, ConnectionLost when none will, and else as iterating does.
        """
        try:
            async with asyncio.timeout(timeout):
                return await anext(self)
        except TimeoutError:
            raise TimedOut(f"no message from {self.destination} came within {timeout:g} s") from None
        except StopAsyncIteration:
            raise ConnectionLost(f"the subscription to {self.destination} has ended") from None

    async def unsubscribe(self, *, headers: Headers = ()) -> None:
        """Send UNSUBSCRIBE and wait for its receipt; what had arrived before is still given out.

        Raises as `Client.send` does. STOMP 1.2, UNSUBSCRIBE.
        """
        await self._client.unsubscribe(self.id, headers=headers)

    def __repr__(self) -> str:
        return f"<Subscription {self.id} {self.destination!r} {self.mode}>"
