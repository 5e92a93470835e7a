"""Unsettled messages by what an ACK names them by, which may be the same for several."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from stomptui.stomp.ledger import Unsettled

K = TypeVar("K")


class Names(Generic[K]):
    """An index that is kept in step by `add` and `remove`, each in constant time."""

    __slots__ = ("_newest", "_several")

    def __init__(self, named: Iterable[tuple[K, Unsettled]]) -> None:
        self._newest: dict[K, Unsettled] = {}
        self._several: dict[K, OrderedDict[int, Unsettled]] = {}  # where one name has more than one
        for name, entry in named:
            self.add(name, entry)

    def newest(self, name: K) -> Unsettled | None:
        """Of those with that name, the one that came last."""
        return self._newest.get(name)

    def oldest(self, name: K) -> Unsettled | None:
        """Of those with that name, the one that came first."""
        several = self._several.get(name)
        return self._newest.get(name) if several is None else next(iter(several.values()))

    def add(self, name: K, entry: Unsettled) -> None:
        before = self._newest.get(name)
        self._newest[name] = entry
        if before is not None:
            several = self._several.setdefault(name, OrderedDict({before.number: before}))
            several[entry.number] = entry

    def remove(self, name: K, entry: Unsettled) -> None:
        several = self._several.get(name)
        if several is None:
            del self._newest[name]
            return
        del several[entry.number]
        self._newest[name] = several[next(reversed(several))]
        if len(several) == 1:
            del self._several[name]
