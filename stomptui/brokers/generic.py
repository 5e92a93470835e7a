"""Any broker that is not known by name: the specification, and no promises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stomptui.brokers.advice import nobody_keeps, what_it_does
from stomptui.brokers.errors.generic import GENERIC
from stomptui.brokers.facts import Destination, Known, starts
from stomptui.brokers.headers.standard import STANDARD
from stomptui.brokers.peeking import OVERTAKEN, Peek
from stomptui.brokers.words import NackOutcome, Words, is_copy
from stomptui.stomp.dialect import SPECIFICATION
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from stomptui.stomp.frame import Frame, Headers
    from stomptui.stomp.subscription import Subscription

HARMFUL_TO_COPY = frozenset({"receipt", "transaction"})
"""A copied `receipt` would ask for a receipt again, a copied `transaction` would name none that is open."""

DESTINATIONS = (
    Destination(
        "/queue/", "NAME", "queue", "on most brokers a queue: each message to one consumer", Known.READ
    ),
    Destination("/topic/", "NAME", "topic", "on most brokers a topic: a copy to each subscriber", Known.READ),
    Destination(
        "/temp-queue/", "NAME", "temporary queue", "on most brokers a queue of this connection", Known.READ
    ),
    Destination(
        "/temp-topic/", "NAME", "temporary topic", "on some brokers a topic of this connection", Known.READ
    ),
)
"""Habits, no more: to the specification a destination is an opaque string. STOMP 1.2, Protocol Overview."""

_KINDS = starts(DESTINATIONS)


def destination_kind(destination: str) -> str:
    """`queue` or `topic` where the destination says so; STOMP itself gives destinations no meaning."""
    return next((kind for start, kind in _KINDS.items() if destination.startswith(start)), "destination")


def subscribe_advice(
    destination: str,
    mode: AckMode,
    prefetch: int | None,
    headers: Headers = (),
    others: Iterable[Subscription] = (),
) -> list[str]:
    """What a SUBSCRIBE would do, as far as the specification tells."""
    lines = what_it_does(destination_kind(destination), mode, None, bounded=False)
    if prefetch is not None:
        lines.append(f"prefetch {prefetch} is not sent: no header for it is known here")
    return lines


def dead_letter_origin(frame: Frame) -> str | None:
    return None


WORDS = Words(
    dialect=SPECIFICATION,
    nack=(NackOutcome("n", "nack (what follows is this broker's choice)", (), "nacked"),),
    nack_summary="this broker's choice: not known",
    on_close="should put them back (not known for this broker)",
    on_unsubscribe="should put them back (not known for this broker)",
    on_gone="may drop them (not known for this broker)",
    stays=lambda subscription: not is_copy(destination_kind(subscription.destination)),
    on_abort="should take its settlings back (not known for this broker)",
    content_length="delimits the body by it: what else it does is not known",
    content_length_makes_bytes=None,
    known=Known.SPECIFIED,
    destinations=DESTINATIONS,
    headers=STANDARD,
    explanations=GENERIC,
    subscribe_advice=subscribe_advice,
    destination_kind=destination_kind,
    not_resent=SPECIFICATION.set_by_broker | HARMFUL_TO_COPY,
    dead_letter_origin=dead_letter_origin,
    may_drop=lambda destination: nobody_keeps(destination_kind(destination)),
    examples=(("/queue/NAME", "compete"), ("/topic/NAME", "a copy")),
    peek=Peek(
        (
            "takes messages without ACK and disconnects: the broker should put them back (not known)",
            "no prefetch is known here: it may take the whole queue for that time",
            "they may be marked as redelivered, change their order, or be dead-lettered after some looks",
            OVERTAKEN,
        ),
        mode=AckMode.CLIENT,  # some that do not know client-individual take it for auto, and forget them
        known=Known.SPECIFIED,
    ),
)
