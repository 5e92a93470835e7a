"""Sample traffic: a queue that is filled already, and publishers that go on at a calm and steady rate."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import count

from stomptui.demo import orders
from stomptui.demo.broker import Broker
from stomptui.demo.orders import Sample

PREFILLED = 30
"""Orders that wait when the console opens: enough to fill the feed and to leave some behind the prefetch."""
INTERVAL = 0.5
"""Seconds between two messages."""
ENOUGH = 200
"""Messages that wait in a queue before the publishers leave it alone until somebody consumes."""

ODD_ORDERS = {
    11: orders.xml_order,
    13: orders.text_order,
    15: orders.binary_order,
    17: orders.hostile_order,
}
"""Which of every twenty orders are no JSON; the first ten, which a prefetch of 10 brings, are."""


def order(number: int) -> Sample:
    """The order of that number: most are JSON, some of every twenty are not."""
    return ODD_ORDERS.get((number - orders.FIRST_ORDER) % 20, orders.order)(number)


def prefilled() -> list[Sample]:
    """What waits in /queue/orders at the start: orders 4708 to 4737."""
    return [order(orders.FIRST_ORDER + index) for index in range(PREFILLED)]


def flowing() -> Iterator[Sample]:
    """What comes after that, without end: orders, their audit events, prices and invoices."""
    for number in count(orders.FIRST_ORDER + PREFILLED):
        yield order(number)
        yield orders.audit(number)
        yield orders.invoice(number) if number % 4 == 0 else orders.price(number)
        yield orders.audit(number - PREFILLED)


def fill(broker: Broker) -> None:
    """Publish what waits at the start."""
    for sample in prefilled():
        broker.publish(*sample)


async def publish(
    broker: Broker,
    *,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    interval: float = INTERVAL,
    limit: int | None = None,
) -> None:
    """Publish one sample per `interval` seconds, until cancelled or `limit` of them are through.

    `pause` waits; a test gives its own. A queue in which enough messages wait already is passed over.
    """
    for index, sample in enumerate(flowing()):
        if index == limit:
            return
        await pause(interval)
        if sample.destination.startswith("/topic/") or broker.queue(sample.destination).depth < ENOUGH:
            broker.publish(*sample)
