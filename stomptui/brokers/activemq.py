"""ActiveMQ Classic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stomptui.brokers.generic import HARMFUL_TO_COPY
from stomptui.brokers.words import COMPETE, NackOutcome, ReplyQueue, Words, header, nobody_keeps, what_it_does
from stomptui.stomp.dialect import SET_BY_BROKER, Covers, Dialect

if TYPE_CHECKING:
    from stomptui.stomp.frame import AckMode, Frame, Headers
    from stomptui.stomp.subscription import Subscription

ACTIVEMQ = Dialect(
    name="ActiveMQ",
    nack_covers=Covers.ONE,
    nack_in_transaction=False,
    nack_gives_back=False,
    settled_twice="ActiveMQ answers that with ERROR",
    message_id_stable=True,
    set_by_broker=SET_BY_BROKER | {"timestamp", "expires"},
    prefetch_header="activemq.prefetchSize",
)

_KINDS = {
    "/queue/": "queue",
    "/topic/": "topic",
    "/temp-queue/": "temporary queue",
    "/temp-topic/": "temporary topic",
    "/remote-temp-queue/": "temporary queue",
    "/remote-temp-topic/": "temporary topic",
}


def destination_kind(destination: str) -> str:
    """The kind of a destination; what begins like none is a queue of that literal name."""
    return next((kind for start, kind in _KINDS.items() if destination.startswith(start)), "queue")


def subscribe_advice(
    destination: str,
    mode: AckMode,
    prefetch: int | None,
    headers: Headers = (),
    others: Iterable[Subscription] = (),
) -> list[str]:
    """What a SUBSCRIBE would do on ActiveMQ."""
    if not destination:
        return ["ActiveMQ closes the connection: the destination is missing"]
    if prefetch is None and "consumer.prefetchSize=" in destination:
        prefetch = 1
    kind = destination_kind(destination)
    lines = what_it_does(kind, mode, prefetch, bounded=True)
    if COMPETE in lines:
        if header(headers, "browser") == "true":
            lines[:] = ["browser: shows what the queue holds now and takes nothing"]
        else:
            lines.insert(1, "to watch without taking: own header browser:true")
    if not any(destination.startswith(start) for start in _KINDS):
        lines.insert(0, f"ActiveMQ makes this a queue with the literal name {destination}, without an error")
    elif any(letter in destination.partition("?")[0] for letter in "*>,"):
        lines.append("wildcard or list: it holds for every destination that it names")
    return lines


def dead_letter_origin(frame: Frame) -> str | None:
    """The destination that a copy in the dead-letter queue names."""
    origin = frame.first("original-destination")
    for scheme, start in (("queue://", "/queue/"), ("topic://", "/topic/")):
        if origin is not None and origin.startswith(scheme):
            return start + origin[len(scheme) :]
    return origin


EITHER = NackOutcome(
    "d", "dead-letter (lost if not persistent)", (), "dead-lettered, or lost if it was not persistent"
)
KEPT = NackOutcome("d", "dead-letter", (), "dead-lettered")
GONE = NackOutcome("d", "lost: not persistent", (), "lost, as it was not persistent")


def nack_of(frame: Frame) -> tuple[NackOutcome, ...]:
    """What a NACK does to a message, as the broker is shipped: `persistent:true` decides in a queue."""
    if destination_kind(frame.first("destination") or "") not in ("queue", "temporary queue"):
        return (EITHER,)
    return (KEPT if frame.first("persistent") == "true" else GONE,)


WORDS = Words(
    dialect=ACTIVEMQ,
    nack=(EITHER,),
    nack_summary="dead-lettered, or lost if not persistent",
    on_close="puts them back as redelivered",
    on_unsubscribe="gives them at once to the next subscriber, as redelivered",
    subscribe_advice=subscribe_advice,
    destination_kind=destination_kind,
    # A past `expires` drops the message in silence; a wrong `transformation` closes the connection.
    not_resent=ACTIVEMQ.set_by_broker
    | HARMFUL_TO_COPY
    | {"transformation", "original-destination", "originalExpiration", "dlqDeliveryFailureCause", "browser"},
    dead_letter_origin=dead_letter_origin,
    may_drop=lambda destination: nobody_keeps(destination_kind(destination)),
    examples=(
        ("/queue/NAME", "compete"),
        ("/topic/NAME", "a copy"),
        ("/topic/NAME.>", "a copy of all below NAME"),
    ),
    give_back="unsubscribe: what you hold goes back at once, marked redelivered",
    nack_of=nack_of,
    reply_queue=ReplyQueue("/temp-queue/", subscribe=True),
)
