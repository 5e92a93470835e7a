"""The subscriptions of a connection by id, and those that a MESSAGE which names none may belong to."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.stomp.subscription import Subscription

CLOSED_KEPT = 1_000
"""How many closed subscriptions are kept to be shown; beyond, those closed first are forgotten."""

TRIES = 2
"""Closed ones that are looked at when another is closed: more than come, so that they become fewer again."""


class Subscriptions(dict[str, "Subscription"]):
    """Subscriptions by id, in the order in which they were made; each change takes constant time."""

    __slots__ = ("_closed", "_live")

    def __init__(self) -> None:
        super().__init__()
        self._closed: OrderedDict[str, None] = OrderedDict()
        self._live: dict[str, OrderedDict[str, Subscription]] = {}  # by destination

    def take(self, made: Subscription) -> None:
        """Take in a subscription, live or closed; one of the same id is replaced."""
        before = self.pop(made.id, None)
        if before is not None:
            self._forget(before)
        self[made.id] = made
        if made.closed:
            self._closed[made.id] = None
        else:
            self._live.setdefault(made.destination, OrderedDict())[made.id] = made

    def close(self, made: Subscription) -> None:
        """Keep a subscription as closed."""
        self._forget(made)
        made.closed = True
        self._closed[made.id] = None
        for _ in range(TRIES):
            if len(self._closed) <= CLOSED_KEPT:
                return
            first = next(iter(self._closed))
            if self[first].unsettled:  # staged: what becomes of them is its subscription's
                self._closed.move_to_end(first)
            else:
                del self._closed[first], self[first]

    def of(self, destination: str | None) -> Subscription | None:
        """The first live one to a destination, else the only one that is live, None if it cannot be told."""
        alike = self._live.get(destination or "")
        if alike is None:
            if len(self._live) != 1:
                return None
            (alike,) = self._live.values()
            if len(alike) != 1:
                return None
        return next(iter(alike.values()))

    def _forget(self, made: Subscription) -> None:
        if made.closed:
            self._closed.pop(made.id, None)
            return
        alike = self._live[made.destination]
        del alike[made.id]
        if not alike:
            del self._live[made.destination]
