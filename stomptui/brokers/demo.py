"""The embedded broker, for trying things out: it keeps nothing and is no production broker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stomptui.brokers.advice import nobody_keeps, what_it_does
from stomptui.brokers.errors.demo import DEMO as EXPLANATIONS
from stomptui.brokers.errors.generic import GENERIC
from stomptui.brokers.facts import Destination, Known, Limit
from stomptui.brokers.generic import HARMFUL_TO_COPY, dead_letter_origin, destination_kind
from stomptui.brokers.headers.demo import DEMO as HEADERS
from stomptui.brokers.headers.standard import STANDARD
from stomptui.brokers.peeking import GIVEN_BACK, OVERTAKEN, Peek
from stomptui.brokers.words import NackOutcome, ReplyQueue, Words
from stomptui.stomp.dialect import Dialect

if TYPE_CHECKING:
    from stomptui.stomp.frame import AckMode, Headers
    from stomptui.stomp.subscription import Subscription

DEMO = Dialect(
    name="Demo broker",
    settled_twice="the demo broker answers that with ERROR",
    message_id_stable=True,
    prefetch_header="prefetch-count",
)


def subscribe_advice(
    destination: str,
    mode: AckMode,
    prefetch: int | None,
    headers: Headers = (),
    others: Iterable[Subscription] = (),
) -> list[str]:
    """What a SUBSCRIBE would do on the embedded broker."""
    return what_it_does(destination_kind(destination), mode, prefetch, bounded=True)


WORDS = Words(
    dialect=DEMO,
    nack=(
        NackOutcome("b", "back to queue (comes again at once)", (), "sent back to the queue"),
        NackOutcome("d", "discard", (("requeue", "false"),), "discarded"),
    ),
    nack_summary="back to the queue, comes again at once",
    on_close="puts them back as redelivered",
    silence_closes=2.0,
    on_unsubscribe="puts them back as redelivered",
    limits=(Limit("", "the same as here: it reads with the same decoder"),),
    without_login="anybody is let in",
    on_error="names the frame that an ERROR answers, if that asked for a receipt",
    on_gone="drops them with their subscription",
    stays=lambda subscription: destination_kind(subscription.destination) == "queue",
    on_abort="takes its settlings back: they are unsettled again, and not sent again",
    content_length="delimits the body by it, and puts it into every MESSAGE",
    content_length_makes_bytes=False,
    known=Known.OBSERVED,
    destinations=(
        Destination("/queue/", "NAME", "queue", "made by naming it: each message to one consumer in turn"),
        Destination("/topic/", "NAME", "topic", "a copy to everyone who is subscribed at that moment"),
    ),
    headers=HEADERS + STANDARD,
    explanations=EXPLANATIONS + GENERIC,
    subscribe_advice=subscribe_advice,
    destination_kind=destination_kind,
    not_resent=DEMO.set_by_broker | HARMFUL_TO_COPY,
    dead_letter_origin=dead_letter_origin,
    may_drop=lambda destination: nobody_keeps(destination_kind(destination)),
    examples=(("/queue/orders", "compete"), ("/topic/audit", "a copy")),
    peek=Peek((GIVEN_BACK, OVERTAKEN, "a queue that does not exist is made")),
    # It has no temporary queues: a topic's subscription leaves nothing behind when it ends.
    reply_queue=ReplyQueue("/topic/reply.", subscribe=True),
)
