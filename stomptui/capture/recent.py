"""What was asked for last, kept a while."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

COUNT = 256
"""Some screens of rows, so that moving about reads each once."""
OCTETS = 16 << 20
"""Of all together: screens of large frames add up."""


class Recent(Generic[T]):
    """Values by id, the last COUNT of at most OCTETS; one that is larger by itself is kept until the next."""

    def __init__(self) -> None:
        self._values: dict[int, tuple[T, int]] = {}
        self._octets = 0

    def get(self, id_: int) -> T | None:
        """The value, which is then the newest; None when it was let go."""
        found = self._values.pop(id_, None)
        if found is None:
            return None
        self._values[id_] = found
        return found[0]

    def put(self, id_: int, value: T, octets: int = 0) -> T:
        """Keep a value of some `octets`, and give it back."""
        self.forget(id_)
        values = self._values
        self._octets += octets
        while values and (len(values) >= COUNT or self._octets > OCTETS):
            self._octets -= values.pop(next(iter(values)))[1]
        values[id_] = value, octets
        return value

    def forget(self, id_: int) -> None:
        """Let go of one."""
        found = self._values.pop(id_, None)
        if found is not None:
            self._octets -= found[1]

    def forget_many(self, ids: Iterable[int]) -> None:
        """Let go of some, which takes less than one after the other where there are thousands."""
        for id_ in self._values.keys() & ids:
            self.forget(id_)

    def clear(self) -> None:
        """Let go of all."""
        self._values.clear()
        self._octets = 0
