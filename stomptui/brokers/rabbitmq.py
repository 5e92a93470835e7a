"""RabbitMQ with its STOMP plug-in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from stomptui.brokers.advice import asks, header, what_it_does
from stomptui.brokers.errors.generic import GENERIC
from stomptui.brokers.errors.rabbitmq import RABBITMQ as EXPLANATIONS
from stomptui.brokers.facts import Destination, Known, Limit, starts
from stomptui.brokers.generic import HARMFUL_TO_COPY
from stomptui.brokers.headers.rabbitmq import RABBITMQ as HEADERS
from stomptui.brokers.headers.standard import STANDARD
from stomptui.brokers.peeking import GIVEN_BACK, OVERTAKEN, Peek
from stomptui.brokers.words import NackOutcome, ReplyQueue, Words, is_copy
from stomptui.stomp.dialect import SET_BY_BROKER, Covers, Dialect
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from stomptui.stomp.frame import Frame, Headers
    from stomptui.stomp.subscription import Subscription

RABBITMQ = Dialect(
    name="RabbitMQ",
    ack_covers=Covers.CONNECTION,
    nack_covers=Covers.CONNECTION,
    settled_twice="RabbitMQ closes the connection for that",
    unsubscribe_holds=True,
    reply_subscriptions="/temp-queue/",
    set_by_broker=SET_BY_BROKER | {"x-delivery-count", "x-stream-offset"},
    prefetch_header="prefetch-count",
    receipt_is_no_proof=frozenset({"SUBSCRIBE", "ACK", "NACK", "COMMIT"}),
    transacted_receipts_wait=True,
    escapes_1_0=True,
    consumer_timeout=1800.0,
    unprompted=re.compile(
        r"^(?:PRECONDITION_FAILED - delivery acknowledgement on channel \S+ timed out"
        r"(?:\. Timeout value used: (?P<waited>\d{1,12}) ms)?|"
        r"Server cancelled subscription$)",
        re.MULTILINE,
    ),
)

DESTINATIONS = (
    Destination(
        "/queue/", "NAME", "queue", "a queue, made durable where there is none; a slash in it is %2F"
    ),
    Destination("/amq/queue/", "NAME", "queue", "a queue that exists: nothing is declared, none is made"),
    Destination("/topic/", "KEY", "topic", "exchange amq.topic: a copy to each; * is one word, # any number"),
    Destination(
        "/exchange/", "EX/KEY", "exchange", "an exchange that exists: a copy of what is routed by KEY"
    ),
    Destination("/exchange/", "EX", "exchange", "the same without a key, as for a fanout"),
    Destination("/temp-queue/", "NAME", "temporary queue", "for reply-to only: a queue of this connection"),
    Destination(
        "/reply-queue/", "NAME", "reply queue", "what a received reply-to names: SEND the reply to it"
    ),
    Destination("", "NAME", "queue", "a queue: the same as /queue/NAME"),
)

LIMITS = (
    Limit("body", "64 MiB taken by 3.10"),
    Limit("header", "1 MB in one line taken by 3.10"),
    Limit("headers", "2,000 taken by 3.10"),
    Limit("frame", "4.x: 4 MiB (stomp.max_frame_size), 64 KiB before CONNECTED; more: it closes", Known.READ),
    Limit("", "4.x: a header line of 100 KiB, 100 headers, a command of 32 octets", Known.READ),
)

_KINDS = starts(DESTINATIONS)

_DEATH = frozenset(
    {"x-death"}
    | {f"x-{which}-death-{what}" for which in ("first", "last") for what in ("exchange", "queue", "reason")}
)


def destination_kind(destination: str) -> str:
    """The kind of a destination; a name without slash is a queue."""
    if destination and "/" not in destination:
        return "queue"
    return next((kind for start, kind in _KINDS.items() if destination.startswith(start)), "destination")


def _refused(destination: str, kind: str) -> str | None:
    """Why RabbitMQ would refuse to subscribe there, None where it would not."""
    if kind == "temporary queue":
        return "RabbitMQ refuses this: /temp-queue is for reply-to on a SEND, which subscribes you by itself"
    if kind == "destination":
        return "RabbitMQ refuses this: it knows /queue, /topic, /exchange, /amq/queue, /reply-queue"
    start = next((start for start in _KINDS if destination.startswith(start)), "")
    name = destination[len(start) :]
    if not name:
        return "RabbitMQ refuses this: the name is missing"
    if kind != "reply queue" and name.count("/") > (kind == "exchange"):
        return "RabbitMQ refuses this: write a slash in a name as %2F"
    return None


def subscribe_advice(
    destination: str,
    mode: AckMode,
    prefetch: int | None,
    headers: Headers = (),
    others: Iterable[Subscription] = (),
) -> list[str]:
    """What a SUBSCRIBE would do on RabbitMQ, to others and to `others`, the subscriptions already made."""
    kind = destination_kind(destination)
    if refused := _refused(destination, kind):
        return [refused]
    lines = what_it_does(kind, mode, prefetch, bounded=True)
    if kind == "queue":
        lines.insert(1, "to watch without taking: /exchange/NAME/KEY")
        if not destination.startswith("/amq/queue/"):
            lines.append("a queue that does not exist is made, durable; /amq/queue/NAME makes none")
    if header(headers, "selector") is not None:
        lines.append("RabbitMQ ignores selector: everything is delivered")
    acknowledged = [other for other in others if other.mode is not AckMode.AUTO and not other.closed]
    if mode is AckMode.CLIENT and acknowledged:
        lines.append("client: an ACK here also settles all earlier messages of your other subscriptions")
    elif mode is not AckMode.AUTO and (cumulative := [o for o in acknowledged if o.mode is AckMode.CLIENT]):
        lines.append(
            f"an ACK on {cumulative[0].destination} (client) also settles earlier messages of this one"
        )
    if mode is not AckMode.AUTO and is_copy(kind) and prefetch is None:
        lines.append("no prefetch: the broker sends all there is, without waiting for your ACKs")
    return lines


def stays(subscription: Subscription) -> bool:
    """A topic's copies are in a queue of the subscription's own, which goes with it unless it is durable."""
    if is_copy(destination_kind(subscription.destination)):
        return asks(subscription, "durable", "true") and asks(subscription, "auto-delete", "false")
    return not asks(subscription, "auto-delete", "true") and not asks(subscription, "exclusive", "true")


def dead_letter_origin(frame: Frame) -> str | None:
    """The queue in which it died first; `/amq/queue/` as a SEND to `/queue/` would declare it anew."""
    queue = frame.first("x-first-death-queue")
    return None if queue is None else "/amq/queue/" + queue.replace("/", "%2F")


def may_drop(destination: str) -> str | None:
    """RabbitMQ confirms what it routes to no queue; only /queue and a bare name make the queue they name."""
    if destination.startswith("/queue/") or not destination.startswith("/"):
        return None
    if destination_kind(destination) == "queue":
        return "RabbitMQ confirms it and drops it when there is no such queue; /queue/NAME would make one"
    return "RabbitMQ confirms it and drops it when no queue is bound for it"


WORDS = Words(
    dialect=RABBITMQ,
    nack=(
        NackOutcome("b", "back to queue (comes again at once)", (), "sent back to the queue"),
        NackOutcome(
            "d",
            "discard or dead-letter (requeue:false)",
            (("requeue", "false"),),
            "discarded or dead-lettered",
        ),
    ),
    nack_summary="back to the queue, comes again at once",
    on_close="puts them back as redelivered",
    silence_closes=3.0,
    on_unsubscribe="holds them until this connection closes",
    limits=LIMITS,
    without_login="its default user, which is guest as shipped; over TLS perhaps the certificate's name",
    on_age="ends the connection for one unsettled too long, and puts all back as redelivered",
    on_error="names no frame in an ERROR, and may send its RECEIPT too: which it answers is a guess",
    on_gone="drops them with their subscription",
    stays=stays,
    on_abort="takes its settlings back: they are unsettled again, and not sent again",
    content_length="delimits the body by it; a MESSAGE has one unless its body is empty",
    content_length_makes_bytes=False,
    known=Known.OBSERVED,
    destinations=DESTINATIONS,
    headers=HEADERS + STANDARD,
    explanations=EXPLANATIONS + GENERIC,
    subscribe_advice=subscribe_advice,
    destination_kind=destination_kind,
    # Another user's user-id closes the connection; the traces of an earlier death would pass for this one's.
    not_resent=RABBITMQ.set_by_broker | HARMFUL_TO_COPY | _DEATH | {"user-id"},
    dead_letter_origin=dead_letter_origin,
    may_drop=may_drop,
    examples=(
        ("/queue/NAME", "compete"),
        ("/topic/KEY", "a copy"),
        ("/exchange/EX/KEY", "a copy"),
        ("/amq/queue/NAME", "compete; the queue must exist"),
    ),
    peek=Peek(
        (
            GIVEN_BACK,
            "an auto-delete queue that has no other consumer is deleted at the end, with all it holds",
            "a quorum queue counts a delivery each: over its delivery limit it dead-letters or drops them",
            OVERTAKEN,
        ),
        renamed=("/queue/", "/amq/queue/"),
    ),
    reply_queue=ReplyQueue("/temp-queue/", subscribe=False),
)
