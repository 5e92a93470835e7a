"""What exists behind the destinations: one queue a /queue/NAME, one a subscription behind a /topic/NAME."""

from __future__ import annotations

from collections.abc import Iterable

from stomptui.demo.queues import Message, Queue
from stomptui.demo.refusals import Refused

QUEUE_LIMIT = 10_000
"""Messages that wait in one queue: nothing is kept on disk, so memory is the bound."""
DESTINATIONS_LIMIT = 1_000
"""Queues, or topic subscriptions: both are made by naming them, so a loop could make them without end."""

SET_BY_BROKER = frozenset(
    {
        "destination",
        "message-id",
        "subscription",
        "ack",
        "redelivered",
        "content-length",
        "receipt",
        "transaction",
    }
)
"""SEND headers that are not copied to the MESSAGE: the broker sets its own, or they concerned the SEND."""


class Destinations:
    """Queues and topics by destination. What changed is delivered by `dispatch`, not before."""

    def __init__(self, queue_limit: int = QUEUE_LIMIT) -> None:
        self.queue_limit = queue_limit
        self.queues: dict[str, Queue] = {}
        self.topics: dict[str, list[Queue]] = {}
        self._changed: dict[Queue, None] = {}
        self._number = 0

    def publish(self, destination: str, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """Accept a message: into its queue, or a copy for each subscription of its topic.

        Raises `Refused` for a destination of another form.
        """
        self.admit(destination)
        self._number += 1
        kept = tuple((name, value) for name, value in headers if name not in SET_BY_BROKER)
        for queue in (
            [self.queues[destination]] if destination in self.queues else self.topics.get(destination, ())
        ):
            queue.put(Message(self._number, destination, kept, body))
            self.changed(queue)

    def admit(self, destination: str) -> None:
        """Make sure that a message can be published there later; raises `Refused` where it cannot."""
        if kind_of(destination) == "queue":
            self.queue(destination)

    def queue(self, destination: str) -> Queue:
        """The queue of that destination, made when it is new."""
        if destination not in self.queues:
            if len(self.queues) >= DESTINATIONS_LIMIT:
                raise Refused("too many queues", f"This broker keeps at most {DESTINATIONS_LIMIT:,} queues.")
            self.queues[destination] = Queue(destination, self.queue_limit)
        return self.queues[destination]

    def open(self, destination: str) -> Queue:
        """The queue that a new subscription reads: a topic gives each subscription one of its own."""
        if kind_of(destination) == "queue":
            return self.queue(destination)
        if sum(map(len, self.topics.values())) >= DESTINATIONS_LIMIT:
            words = f"This broker keeps at most {DESTINATIONS_LIMIT:,} subscriptions to topics."
            raise Refused("too many subscriptions", words)
        own = Queue(destination, self.queue_limit)
        self.topics.setdefault(destination, []).append(own)
        return own

    def close(self, queue: Queue) -> None:
        """Forget the queue of a subscription that ended, unless it is a /queue/NAME: those stay."""
        subscriptions = self.topics.get(queue.destination, [])
        if queue in subscriptions:
            subscriptions.remove(queue)
            if not subscriptions:
                del self.topics[queue.destination]

    def changed(self, *queues: Queue) -> None:
        """Note that queues may have something to deliver."""
        self._changed.update(dict.fromkeys(queues))

    def dispatch(self) -> None:
        """Deliver from every queue that changed."""
        changed, self._changed = self._changed, {}
        for queue in changed:
            queue.dispatch()


def kind_of(destination: str) -> str:
    """`queue` or `topic`; raises `Refused` for a destination of another form."""
    for kind in ("queue", "topic"):
        prefix = f"/{kind}/"
        if destination.startswith(prefix) and destination != prefix:
            return kind
    words = f"'{destination}' is no destination of this broker: it has /queue/NAME and /topic/NAME."
    raise Refused("unknown destination", words)
