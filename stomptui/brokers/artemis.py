"""ActiveMQ Artemis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stomptui.brokers.activemq import dead_letter_origin as _original_destination
from stomptui.brokers.advice import asks, header, nobody_keeps, what_it_does
from stomptui.brokers.errors.artemis import ARTEMIS as EXPLANATIONS
from stomptui.brokers.errors.generic import GENERIC
from stomptui.brokers.facts import Destination, Known, Limit
from stomptui.brokers.generic import HARMFUL_TO_COPY
from stomptui.brokers.headers.artemis import ARTEMIS as HEADERS
from stomptui.brokers.headers.standard import STANDARD
from stomptui.brokers.peeking import OVERTAKEN, Peek
from stomptui.brokers.words import NackOutcome, Words
from stomptui.stomp.dialect import SET_BY_BROKER, Covers, Dialect

if TYPE_CHECKING:
    from stomptui.stomp.frame import AckMode, Frame, Headers
    from stomptui.stomp.subscription import Subscription

ARTEMIS = Dialect(
    name="Artemis",
    nack_covers=Covers.ONE,
    ack_in_transaction=False,
    nack_in_transaction=False,
    nack_gives_back=False,
    settled_twice="Artemis answers that with ERROR",
    set_by_broker=SET_BY_BROKER | {"timestamp", "expires"},
)

DESTINATIONS = tuple(
    Destination(start, rest, kind, meaning, Known.READ)
    for start, rest, kind, meaning in (
        (
            "",
            "NAME",
            "destination",
            "an address: its settings, or destination-type, say whether queue or topic",
        ),
        (
            "queue/",
            "NAME",
            "queue",
            "a queue where the acceptor has anycastPrefix=queue/, which is taken off",
        ),
        (
            "topic/",
            "NAME",
            "topic",
            "a topic where the acceptor has multicastPrefix=topic/, which is taken off",
        ),
    )
)

_ROUTING = {"ANYCAST": "queue", "MULTICAST": "topic"}


def destination_kind(destination: str) -> str:
    """What the usual prefixes say; by itself an address is what its configuration makes of it."""
    if destination.startswith(("/queue/", "queue/", "jms.queue.")):
        return "queue"
    if destination.startswith(("/topic/", "topic/", "jms.topic.")):
        return "topic"
    return "destination"


def subscribe_advice(
    destination: str,
    mode: AckMode,
    prefetch: int | None,
    headers: Headers = (),
    others: Iterable[Subscription] = (),
) -> list[str]:
    """What a SUBSCRIBE would do on Artemis."""
    kind = destination_kind(destination)
    routing = header(headers, "subscription-type")
    lines = what_it_does(_ROUTING.get(routing or "", kind), mode, 1, bounded=True)
    if kind == "destination" and routing is None:
        lines.append("own header subscription-type: ANYCAST competes, MULTICAST gets a copy")
    if header(headers, "consumer-window-size") is None:
        lines.append("Artemis counts octets, not messages: own header consumer-window-size, by default 10240")
    if prefetch is not None:
        lines.append(f"prefetch {prefetch} is not sent: Artemis would take it for octets")
    return lines


def stays(subscription: Subscription) -> bool:
    """Copies go with a subscription that is not durable."""
    names = ("durable-subscription-name", "durable-subscriber-name", "activemq.subscriptionName")
    copy = destination_kind(subscription.destination) == "topic" or asks(
        subscription, "subscription-type", "MULTICAST"
    )
    return not copy or any(asks(subscription, name) for name in names)


def dead_letter_origin(frame: Frame) -> str | None:
    """The address from which a dead-lettered message came."""
    return frame.first("_AMQ_ORIG_ADDRESS") or _original_destination(frame)


WORDS = Words(
    dialect=ARTEMIS,
    nack=(NackOutcome("d", "discard (Artemis never sends it again)", (), "discarded"),),
    nack_summary="discarded, never comes again",
    on_close="puts them back",
    on_unsubscribe="puts them back",
    limits=(Limit("frame", "64 KiB in one WebSocket frame, unless it is configured", Known.READ),),
    on_error="names the frame that an ERROR answers, if that asked for a receipt",
    on_gone="drops them with their subscription",
    stays=stays,
    on_abort="takes its sends back only: an ACK in a transaction was done at once",
    content_length="makes a BytesMessage of it for JMS consumers, in STOMP 1.0",
    content_length_makes_bytes=True,
    known=Known.READ,
    destinations=DESTINATIONS,
    headers=HEADERS + STANDARD,
    explanations=EXPLANATIONS + GENERIC,
    subscribe_advice=subscribe_advice,
    destination_kind=destination_kind,
    not_resent=ARTEMIS.set_by_broker
    | HARMFUL_TO_COPY
    | {"original-destination", "_AMQ_ORIG_ADDRESS", "_AMQ_ORIG_QUEUE", "_AMQ_ORIG_MESSAGE_ID"},
    dead_letter_origin=dead_letter_origin,
    may_drop=lambda destination: nobody_keeps(destination_kind(destination)),
    examples=(("NAME", "an address: queue or topic as it is configured"),),
    peek=Peek(
        (
            "takes messages without ACK and disconnects: they are put back, perhaps as redelivered",
            "their delivery count may rise: at max-delivery-attempts they are dead-lettered or lost",
            "it takes as many as 10,240 octets hold: more than are shown, or fewer than are asked for",
            "a queue that does not exist may be made",
            OVERTAKEN,
        ),
        headers=(("subscription-type", "ANYCAST"),),
        several="*#",
        known=Known.READ,
    ),
    separators=("/", ".", "::"),  # ADDRESS::QUEUE names a queue in full
)
