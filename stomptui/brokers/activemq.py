"""ActiveMQ Classic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from stomptui.brokers.advice import COMPETE, asks, header, nobody_keeps, what_it_does
from stomptui.brokers.errors.activemq import ACTIVEMQ as EXPLANATIONS
from stomptui.brokers.errors.generic import GENERIC
from stomptui.brokers.facts import Destination, Known, Limit, starts
from stomptui.brokers.generic import HARMFUL_TO_COPY
from stomptui.brokers.headers.activemq import ACTIVEMQ as HEADERS
from stomptui.brokers.headers.standard import STANDARD
from stomptui.brokers.peeking import Peek
from stomptui.brokers.words import NackOutcome, ReplyQueue, Words
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
    # Some ERRORs come twice when the frame asked for no receipt. Other words are the same for many frames,
    # as those of a second ACK: two of these are two refusals.
    says_again=re.compile(r"\{commandId = \d+,"),
)

DESTINATIONS = (
    Destination("/queue/", "NAME", "queue", "a queue, made by naming it"),
    Destination("/topic/", "NAME", "topic", "a topic, made by naming it: a copy to each subscriber"),
    Destination("/queue/", "NAME.>", "queue", "all queues below NAME; * is one part: NAME.*.in"),
    Destination("/topic/", "NAME.>", "topic", "all topics below NAME; * is one part: NAME.*.in"),
    Destination("/queue/", "A,/topic/B", "queue", "a list: one SEND goes to each"),
    Destination("/temp-queue/", "NAME", "temporary queue", "a queue of this connection, gone with it"),
    Destination("/temp-topic/", "NAME", "temporary topic", "a topic of this connection, gone with it"),
    Destination(
        "/remote-temp-queue/", "ID", "temporary queue", "what a received reply-to names: SEND the reply to it"
    ),
    Destination("/remote-temp-topic/", "ID", "temporary topic", "the same for a topic", Known.READ),
    Destination("", "NAME", "queue", "anything else is a queue of that literal name, without an error"),
)

LIMITS = (
    Limit("body", "64 MiB taken; over 100 MiB: ERROR, and it closes"),
    Limit("header", "10,000 octets a line taken; 11,000: ERROR, and it closes"),
    Limit("headers", "1,000 taken; 1,003: ERROR, and it closes"),
    Limit("command", "1,024 octets; more: ERROR, and it closes"),
)

_KINDS = starts(DESTINATIONS)


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
    if "?" in destination:
        lines.append("ActiveMQ ignores what stands behind ?: use own headers, as activemq.prefetchSize")
    return lines


def stays(subscription: Subscription) -> bool:
    """A topic's copies go with the subscription unless it is durable, a temporary queue with all of it."""
    kind = destination_kind(subscription.destination)
    return kind == "queue" or (kind == "topic" and asks(subscription, "activemq.subscriptionName"))


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
    silence_closes=3.0,
    on_unsubscribe="gives them at once to the next subscriber, as redelivered",
    limits=LIMITS,
    without_login="nobody: it is refused where the broker knows users",
    on_error="names in an ERROR a frame that asked for a receipt; for others it may come late, or twice",
    on_gone="drops them with their subscription",
    stays=stays,
    on_abort="takes its settlings back: they are unsettled again, and not sent again",
    content_length="makes a BytesMessage of it for JMS consumers, a TextMessage without",
    content_length_makes_bytes=True,
    known=Known.OBSERVED,
    destinations=DESTINATIONS,
    headers=HEADERS + STANDARD,
    explanations=EXPLANATIONS + GENERIC,
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
    peek=Peek(
        (
            "browses: nothing is taken, nothing is marked as redelivered, the order stays",
            "a queue that does not exist is made",
        ),
        headers=(("browser", "true"),),
        end=(("browser", "end"), ("message-id", "0")),
        several="*>,",
    ),
    give_back="unsubscribe: what you hold goes back at once, marked redelivered",
    nack_of=nack_of,
    reply_queue=ReplyQueue("/temp-queue/", subscribe=True),
)
