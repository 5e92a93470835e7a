"""Any broker that is not known by name: the specification, and no promises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stomptui.brokers.words import NackOutcome, Words, nobody_keeps, what_it_does
from stomptui.stomp.dialect import SPECIFICATION

if TYPE_CHECKING:
    from stomptui.stomp.frame import AckMode, Frame, Headers
    from stomptui.stomp.subscription import Subscription

HARMFUL_TO_COPY = frozenset({"receipt", "transaction"})
"""A copied `receipt` would ask for a receipt again, a copied `transaction` would name none that is open."""

_KINDS = {
    "/queue/": "queue",
    "/topic/": "topic",
    "/temp-queue/": "temporary queue",
    "/temp-topic/": "temporary topic",
}


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
    subscribe_advice=subscribe_advice,
    destination_kind=destination_kind,
    not_resent=SPECIFICATION.set_by_broker | HARMFUL_TO_COPY,
    dead_letter_origin=dead_letter_origin,
    may_drop=lambda destination: nobody_keeps(destination_kind(destination)),
    examples=(("/queue/NAME", "compete"), ("/topic/NAME", "a copy")),
)
