"""What one client has not settled, and which of it an ACK or NACK names in each version of STOMP."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from stomptui.demo.refusals import Refused, required
from stomptui.demo.subscriptions import Delivery
from stomptui.stomp.frame import Frame

REMEMBERED = 1_000
"""Settled deliveries that are remembered, so that settling one twice is told from an id made up."""


class Unsettled:
    """The deliveries of one client, oldest first; those staged by an ended subscription are still here."""

    def __init__(self) -> None:
        self._open: dict[str, Delivery] = {}
        self._ended: deque[Delivery] = deque(maxlen=REMEMBERED)

    def __iter__(self) -> Iterator[Delivery]:
        return iter(self._open.values())

    def add(self, delivery: Delivery) -> None:
        self._open[delivery.ack] = delivery

    def ended(self, deliveries: Iterable[Delivery]) -> None:
        """Move deliveries that are settled to those that are only remembered."""
        for delivery in deliveries:
            del self._open[delivery.ack]
            self._ended.append(delivery)

    def named(self, frame: Frame, version: str | None) -> Delivery:
        """The delivery that an ACK or NACK names; raises `Refused` in plain words where there is none."""
        if version == "1.2":
            name = required(frame, "id")
            found = self._open.get(name)
            meant = _by_ack(name)
        else:
            name = required(frame, "message-id")
            subscription = frame.first("subscription")
            if subscription is None and version == "1.1":
                words = f"{frame.command} needs a 'subscription' header in STOMP 1.1."
                raise Refused("missing subscription", words)
            meant = _by_message(name, subscription)
            found = next(filter(meant, self), None)
        if found is not None:
            return found
        for delivery in filter(meant, reversed(self._ended)):
            words = f"{frame.command} '{name}': that message was {delivery.ended}."
            raise Refused("settled already", words)
        words = f"{frame.command} '{name}': nothing unsettled on this connection has that id."
        raise Refused("unknown message", words)


def _by_ack(name: str) -> Callable[[Delivery], bool]:
    return lambda delivery: delivery.ack == name


def _by_message(name: str, subscription: str | None) -> Callable[[Delivery], bool]:
    return lambda delivery: delivery.message.id == name and subscription in (None, delivery.subscription.id)
