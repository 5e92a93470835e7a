"""Recognising a message that we gave back when the broker sends it again."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from stomptui.stomp.dialect import Dialect
from stomptui.stomp.frame import Frame

REMEMBERED = 4_096
"""How many messages that were given back are remembered: more than anybody gives back by hand."""


class Before(NamedTuple):
    """The delivery before this one: its number, and how many deliveries it was."""

    number: int
    deliveries: int


class GivenBack:
    """What went back to the broker, oldest first; only fingerprints are kept, not frames."""

    __slots__ = ("_deliveries", "count")

    def __init__(self) -> None:
        self.count = 0
        """How many messages went back and have not come again."""
        self._deliveries: OrderedDict[str | bytes, deque[Before]] = OrderedDict()

    def __iter__(self) -> Iterator[tuple[str | bytes, Before]]:
        for key, waiting in self._deliveries.items():
            for before in waiting:
                yield key, before

    def remember(self, frame: Frame, before: Before, dialect: Dialect) -> None:
        self.keep(identity(frame, dialect), before)

    def keep(self, key: str | bytes, before: Before) -> None:
        """Remember a message by its `identity`."""
        self._deliveries.setdefault(key, deque()).append(before)
        self.count += 1
        if self.count > REMEMBERED:
            self._take(next(iter(self._deliveries)))

    def recognise(self, frame: Frame, dialect: Dialect) -> Before | None:
        """The delivery that a message marked `redelivered` follows, None if it was not given back by us.

        Of several that cannot be told apart, the one that was given back first.
        """
        if not self._deliveries:
            return None
        key = identity(frame, dialect)
        return self._take(key) if key in self._deliveries else None

    def _take(self, key: str | bytes) -> Before:
        waiting = self._deliveries[key]
        before = waiting.popleft()
        self.count -= 1
        if not waiting:
            del self._deliveries[key]
        return before


def identity(frame: Frame, dialect: Dialect) -> str | bytes:
    """What stays the same when a message is delivered again.

    Its `message-id` where that is stable, else a digest of its body and of its headers (the destination
    among them) less those of the broker.
    """
    if dialect.message_id_stable and (message_id := frame.first("message-id")) is not None:
        return message_id
    own = dialect.set_by_broker
    told = sorted({pair for pair in frame.headers if pair[0] not in own})
    digest = blake2b(repr(told).encode(), digest_size=16)
    digest.update(frame.body)
    return digest.digest()
