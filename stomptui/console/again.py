"""Subscriptions of a lost connection: those that wait to be made again, and those that were refused then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stomptui.net.subscription import Wanted
    from stomptui.stomp.state import State


IMPOSSIBLE = "not possible in the STOMP version of this connection"
"""What is said of one for which no SUBSCRIBE was sent."""


class Awaited(NamedTuple):
    """A subscription that is not there again: not yet, or `refused` in the broker's words."""

    id: str
    destination: str
    mode: str
    refused: str = ""


class Again:
    """Knows which subscriptions a new connection owes, by their ids."""

    def __init__(self) -> None:
        self._owed: dict[str, Awaited] = {}
        self._refused: dict[str, Awaited] = {}

    def connected(self, wanted: Iterable[Wanted]) -> None:
        """Begin with a new connection."""
        self._owed = {one.id: _awaited(one) for one in wanted}

    def rejected(self, name: str, words: str) -> Awaited | None:
        """Keep that a SUBSCRIBE was refused; None unless it was one that was made again."""
        owed = self._owed.get(name)
        if owed is None:
            return None
        refused = self._refused[name] = owed._replace(refused=words)
        return refused

    def dismiss(self, name: str) -> bool:
        """Owe that one no more; returns whether it was one that was refused."""
        self._owed.pop(name, None)
        return self._refused.pop(name, None) is not None

    def awaited(self, wanted: Iterable[Wanted], state: State, *, connected: bool) -> tuple[Awaited, ...]:
        """Those that wait, in the order in which they are made, then the refused."""
        wishes = {one.id: one for one in wanted}
        waiting = (one for one in wishes.values() if not (connected and one.id in state.subscriptions))
        if connected:
            for name, owed in self._owed.items():
                if name not in wishes and name not in state.subscriptions:
                    self._refused.setdefault(name, owed._replace(refused=IMPOSSIBLE))
        return (*map(_awaited, waiting), *self._refused.values())


def _awaited(wanted: Wanted) -> Awaited:
    return Awaited(wanted.id, wanted.destination, str(wanted.mode))
