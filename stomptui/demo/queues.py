"""Queues: messages that wait, round robin among the consumers that have room, and going back in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True, eq=False)
class Message:
    """One message in one queue; `number` is its place in the order in which the broker accepted them."""

    number: int
    destination: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    redelivered: bool = False

    @property
    def id(self) -> str:
        """The message-id: the same at every delivery."""
        return f"m-{self.number}"


class Consumer(Protocol):
    """Who takes messages from a queue."""

    @property
    def free(self) -> bool: ...

    def deliver(self, message: Message) -> None: ...


class Queue:
    """Messages in the order in which they were accepted, and counts of what has become of the others.

    `published == depth + unsettled + settled + discarded + dropped` at any time.
    """

    def __init__(self, destination: str, limit: int) -> None:
        self.destination = destination
        self.limit = limit
        self.ready: deque[Message] = deque()
        self.consumers: deque[Consumer] = deque()
        self.published = 0
        self.delivered = 0
        """Deliveries, repeated ones included."""
        self.unsettled = 0
        self.settled = 0
        """Messages that were acknowledged, or sent in mode `auto`."""
        self.discarded = 0
        """Messages that ended with a NACK and `requeue:false`."""
        self.dropped = 0
        """Messages, the oldest first, that fell off because the queue was at its limit."""

    @property
    def depth(self) -> int:
        """How many messages wait."""
        return len(self.ready)

    def put(self, message: Message) -> None:
        """Append a message; at the limit the oldest one that waits is dropped and counted."""
        self.published += 1
        self.ready.append(message)
        if len(self.ready) > self.limit:
            self.ready.popleft()
            self.dropped += 1

    def put_back(self, messages: Iterable[Message]) -> None:
        """Return delivered messages to their places, marked as redelivered.

        Their places are in front of everything that was never delivered. The limit does not hold here:
        what was unsettled is never dropped.
        """
        for message in sorted(messages, key=lambda message: message.number):
            message.redelivered = True
            self.unsettled -= 1
            earlier = []
            while self.ready and self.ready[0].number < message.number:
                earlier.append(self.ready.popleft())
            self.ready.appendleft(message)
            self.ready.extendleft(reversed(earlier))

    def dispatch(self) -> None:
        """Deliver what waits, one message a consumer in turn, for as long as one has room."""
        while self.ready and (consumer := self._next_consumer()) is not None:
            self.delivered += 1
            self.unsettled += 1
            consumer.deliver(self.ready.popleft())

    def _next_consumer(self) -> Consumer | None:
        for _ in range(len(self.consumers)):
            consumer = self.consumers[0]
            self.consumers.rotate(-1)
            if consumer.free:
                return consumer
        return None
