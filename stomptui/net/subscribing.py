"""SUBSCRIBE and UNSUBSCRIBE: made, made again on each new connection, and ended."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from stomptui.net.explain import broker_words
from stomptui.net.subscription import Subscription, Wanted
from stomptui.stomp.errors import BrokerError, LocalProtocolError, StompError, TimedOut
from stomptui.stomp.events import NotSubscribed
from stomptui.stomp.frame import AckMode, Headers, pairs

if TYPE_CHECKING:
    from stomptui.net.client import Client
    from stomptui.net.line import Line
    from stomptui.stomp.frame import Frame


async def subscribe(
    client: Client,
    line: Line,
    destination: str,
    mode: AckMode,
    *,
    id: str | None,
    prefetch: int | None,
    headers: Headers,
    receipt: bool,
    deliver: bool,
) -> Subscription:
    """Subscribe as `Client.subscribe` says."""
    delivery = line.delivery
    await line.turn()
    name = id or _unused(line)
    wanted = Wanted(name, destination, mode, prefetch, pairs(headers))
    before = delivery.subscriptions.get(name)
    if before is not None and name not in line.state.subscriptions:
        raise LocalProtocolError(
            f"SUBSCRIBE: subscription {name} is about to be made again on this connection; choose another id"
        )
    frame = _frame(line, wanted, receipt=receipt)
    subscription = Subscription(client, delivery, wanted, deliver=deliver)
    delivery.subscriptions[name] = subscription
    try:
        sent = line.transmit(frame)
        if receipt:
            await sent
    except BaseException as error:
        delivery.unsubscribed(subscription)  # what came before the receipt would count for ever
        if before is not None:
            delivery.subscriptions[name] = before
        if isinstance(error, TimedOut) or not isinstance(error, StompError):
            _abandon(line, name)  # cancelled, or given up: the broker would send to nobody
        raise
    if before is not None:  # its own SUBSCRIBE was refused
        delivery.unsubscribed(before)
    return subscription


async def again(line: Line, subscription: Subscription) -> None:
    """Subscribe on a new connection as on the last one; a refusal ends the subscription, with NotSubscribed.

    While nothing is read the receipt is not waited for.
    Raises ConnectionLost and TimedOut.
    """
    if _is_open(line, subscription.id):  # somebody was quicker
        return
    try:
        sent = line.transmit(_frame(line, subscription.wanted, receipt=True))
        if line.reading:
            await sent
    except (BrokerError, LocalProtocolError) as error:
        line.delivery.unsubscribed(subscription)
        why = broker_words(error.frame) if isinstance(error, BrokerError) else str(error)
        words = f"the subscription to {subscription.destination} could not be made again: {why}"
        state, now = line.state, asyncio.get_running_loop().time()
        told = NotSubscribed(state.connection, now, subscription.id, subscription.destination, why)
        line.delivery.tell([told])
        if isinstance(error, BrokerError) and not subscription.deliver:
            line.delivery.refused(BrokerError(words, error.frame))
        elif isinstance(error, BrokerError):
            subscription.refused(BrokerError(words, error.frame))
        else:
            subscription.refused(LocalProtocolError(words))


async def unsubscribe(line: Line, id: str, headers: Headers) -> None:
    """End a subscription as `Client.unsubscribe` says."""
    subscription = line.delivery.subscriptions.get(id)
    if subscription is not None and not (line.open and _is_open(line, id)):
        line.delivery.unsubscribed(subscription)  # so it is not made again
        return
    frame = line.session.unsubscribe_frame(id, headers=headers, receipt=line.session.next_receipt())
    await line.ready()
    sent = line.transmit(frame)
    try:
        await sent
    finally:  # whatever became of the receipt: nothing is to come any more
        if subscription is not None:
            line.delivery.unsubscribed(subscription)


def _frame(line: Line, wanted: Wanted, *, receipt: bool) -> Frame:
    session = line.session
    return session.subscribe_frame(
        wanted.destination,
        mode=wanted.mode,
        prefetch=wanted.prefetch,
        id=wanted.id,
        headers=wanted.headers,
        receipt=session.next_receipt() if receipt else None,
    )


def _unused(line: Line) -> str:
    # Those that are yet to be made again keep theirs.
    while (name := line.session.next_subscription_id()) in line.delivery.subscriptions:
        pass
    return name


def _is_open(line: Line, id: str) -> bool:
    made = line.state.subscriptions.get(id)
    return made is not None and not made.closed and not made.refused


def _abandon(line: Line, id: str) -> None:
    if _is_open(line, id):
        with suppress(StompError):  # it has ended, or the broker has not read for long
            line.transmit(line.session.unsubscribe_frame(id))
