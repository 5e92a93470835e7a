"""A subscription of one client, and what it holds unsettled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from stomptui.demo.queues import Message, Queue
from stomptui.demo.refusals import Refused
from stomptui.stomp.frame import AckMode

UNSETTLED_LIMIT = 10_000
"""What one subscription may hold unsettled when it asks for no prefetch: without it, all of memory."""


@dataclass(slots=True, eq=False)
class Delivery:
    """One message on its way to be settled; `transaction` names the one its settling is staged in."""

    ack: str
    message: Message
    subscription: Subscription
    transaction: str | None = None
    ended: str = ""
    """In words, how it was settled; empty while it is not."""


@dataclass(slots=True, eq=False)
class Subscription:
    """A consumer of one queue; `send` writes a message to its client, with the ack id if there is one."""

    id: str
    named: bool
    """Whether SUBSCRIBE had an id: without one (STOMP 1.0) MESSAGE frames name none."""
    queue: Queue
    mode: AckMode
    prefetch: int
    send: Callable[[Subscription, Message], Delivery | None]
    writable: Callable[[], bool]
    held: dict[str, Delivery] = field(default_factory=dict)
    """Unsettled deliveries by ack id, oldest first, those staged in a transaction included."""
    closed: bool = False

    @property
    def free(self) -> bool:
        """Whether it takes one more message now."""
        return len(self.held) < self.prefetch and self.writable()

    def deliver(self, message: Message) -> None:
        """Send a message; in mode `auto` that settles it."""
        delivery = self.send(self, message)
        if delivery is None:
            self.queue.unsettled -= 1
            self.queue.settled += 1
        else:
            self.held[delivery.ack] = delivery

    def covered(self, delivery: Delivery) -> list[Delivery]:
        """What settling `delivery` settles: in mode `client` the earlier ones of this subscription too."""
        if self.mode is not AckMode.CLIENT:
            return [delivery]
        covered = []
        for earlier in self.held.values():
            if earlier.transaction is None:
                covered.append(earlier)
            if earlier is delivery:
                break
        return covered


def settle(deliveries: list[Delivery], *, requeue: bool | None) -> list[Queue]:
    """Settle deliveries: None acknowledges, True sends back, False discards; returns the queues concerned."""
    changed: dict[Queue, None] = {}
    back: dict[Queue, list[Message]] = {}
    for delivery in deliveries:
        queue = delivery.subscription.queue
        delivery.subscription.held.pop(delivery.ack, None)
        changed[queue] = None
        if requeue:
            delivery.ended = "sent back to the queue"
            back.setdefault(queue, []).append(delivery.message)
            continue
        queue.unsettled -= 1
        if requeue is None:
            delivery.ended = "acknowledged"
            queue.settled += 1
        else:
            delivery.ended = "discarded"
            queue.discarded += 1
    for queue, messages in back.items():
        queue.put_back(messages)
    return list(changed)


def ack_mode(value: str | None, version: str | None) -> AckMode:
    """The mode that a SUBSCRIBE asks for; raises `Refused` for one that its version does not have."""
    modes = [AckMode.AUTO, AckMode.CLIENT]
    if version != "1.0":
        modes.append(AckMode.CLIENT_INDIVIDUAL)
    if value is None:
        return AckMode.AUTO
    if value not in modes:
        words = f"'{value}' is no ack mode of STOMP {version}: it has {', '.join(modes)}."
        raise Refused("unknown ack mode", words)
    return AckMode(value)


def prefetch_count(value: str | None) -> int:
    """How many unsettled messages a subscription may hold; absent or 0 is as many as the broker allows."""
    if value is None:
        return UNSETTLED_LIMIT
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Refused("unreadable prefetch-count", f"'{value}' is no number of messages.")
    return min(int(value) or UNSETTLED_LIMIT, UNSETTLED_LIMIT)
