"""Subscriptions of a lost connection: those that wait to be made again, and those that were refused then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stomptui.net.subscription import Subscription as Wanted
    from stomptui.stomp.state import State


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
        """Forget a refused one; returns whether there was such."""
        return self._refused.pop(name, None) is not None

    def awaited(self, wanted: Iterable[Wanted], state: State, *, connected: bool) -> tuple[Awaited, ...]:
        """Those that wait, in the order in which they are made, then the refused."""
        waiting = (one for one in wanted if not (connected and one.id in state.subscriptions))
        return (*map(_awaited, waiting), *self._refused.values())


def _awaited(wanted: Wanted) -> Awaited:
    return Awaited(wanted.id, wanted.destination, str(wanted.mode))
