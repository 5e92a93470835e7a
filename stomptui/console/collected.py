"""Decisions that were made and not sent yet: an ordered, frozen collection, one decision a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from stomptui.console.steps import AT_ONCE, whole

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

Key = tuple[int, int]
"""A message: its connection, and its number there."""


class Entry(NamedTuple):
    """ACK or NACK of one message; `headers` and `words` are those of the outcome that was chosen for a NACK.

    `why` says why it was refused when it was to be sent.
    """

    connection: int
    number: int
    command: str
    headers: tuple[tuple[str, str], ...] = ()
    words: str = ""
    why: str = ""

    @property
    def key(self) -> Key:
        return self.connection, self.number

    def agrees(self, other: Entry) -> bool:
        """Whether both decide the same."""
        return self.command == other.command and self.headers == other.headers


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """Entries in the order in which they are to be sent; every change makes another collection.

    A change costs a copy, a tenth of a millisecond for 10,000 entries: change many in one call, or in the
    steps that `putting` and `leaving` take, some milliseconds each.
    """

    _entries: Mapping[Key, Entry] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def get(self, key: Key) -> Entry | None:
        """The decision on a message, None when there is none."""
        return self._entries.get(key)

    def put(self, entries: Iterable[Entry]) -> Collected:
        """Add `entries` at the end; each replaces what was decided on its message before."""
        return whole(self.putting(entries))

    def putting(self, entries: Iterable[Entry]) -> Generator[None, None, Collected]:
        """Do what `put` does, in steps."""
        made = dict(self._entries)
        for at, entry in enumerate(entries, 1):
            made.pop(entry.key, None)
            made[entry.key] = entry
            if at % AT_ONCE == 0:
                yield
        return Collected(made)

    def change(self, entries: Iterable[Entry]) -> Collected:
        """Decide otherwise on messages that are in it, at their places; others are passed over."""
        return Collected({**self._entries, **{one.key: one for one in entries if one.key in self._entries}})

    def without(self, keys: Iterable[Key]) -> Collected:
        """Take out what was decided on the messages `keys`; those that are not in it are passed over."""
        return whole(self.leaving(keys))

    def leaving(self, keys: Iterable[Key]) -> Generator[None, None, Collected]:
        """Do what `without` does, in steps."""
        made = dict(self._entries)
        for at, key in enumerate(keys, 1):
            made.pop(key, None)
            if at % AT_ONCE == 0:
                yield
        return Collected(made)

    def undone(self) -> tuple[Collected, Entry | None]:
        """Take out the last entry; gives it too, None when there was none."""
        made = dict(self._entries)
        entry = made.popitem()[1] if made else None
        return Collected(made), entry
