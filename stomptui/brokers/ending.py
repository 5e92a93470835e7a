"""What becomes of unsettled messages when a connection or a subscription ends, counted and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.brokers.words import Words
    from stomptui.stomp.state import State
    from stomptui.stomp.subscription import Subscription

SOON = 2 / 3
"""The part of a broker's consumer time-out after which the oldest unsettled message is warned of."""


def at_the_end(words: Words, state: State) -> list[str]:
    """What the broker does with all that is unsettled when the connection ends, or has ended: a part each.

    `3 unsettled: this broker puts them back as redelivered`; nothing where nothing is. It looks at every
    subscription, not at every message.
    """
    left = state.left_behind
    every = sum(left.values()) if left is not None else len(state.ledger)
    gone = 0
    for made in state.subscriptions.values():
        count = left.get(made.id, 0) if left is not None else made.unsettled
        if count and not words.stays(made):
            gone += count
    parts = []
    if every > gone:
        parts.append(f"{every - gone} unsettled: this broker {words.on_close}")
    if gone:
        parts.append(f"{gone} unsettled, of topics or own queues: this broker {words.on_gone}")
    return parts


def at_unsubscribe(words: Words, made: Subscription) -> str:
    """The same for the messages of one subscription, when it is closed by itself: "this broker ..."."""
    return words.on_unsubscribe if words.stays(made) else words.on_gone


def taken_back_soon(state: State, now: float) -> float | None:
    """Seconds until the broker takes all back for the age of the oldest; None while there is time.

    Less than 0 where it should have done so: it looks once in a while, or its time-out is longer.
    """
    limit, oldest = state.consumer_timeout, state.ledger.oldest
    if limit is None or oldest is None or now - oldest.time <= limit * SOON:
        return None
    return oldest.time + limit - now
