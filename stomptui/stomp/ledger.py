"""The messages that await their ACK or NACK: one order per connection."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from itertools import takewhile
from typing import NamedTuple

from stomptui.stomp.dialect import Covers, Dialect
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.names import Names

Key = str | tuple[str, str]
"""What an ACK names a message by: its `ack` (1.2), or its subscription and `message-id` (1.0, 1.1)."""

_CLIENT = AckMode.CLIENT  # a look into an Enum costs as much as one into the ledger

REMEMBERED = 10_000
"""How many settled messages are remembered at least, so that a second settling is refused with its reason."""

PASSED = 100
"""Staged messages that a cumulative ACK may pass by before those that are not staged are kept apart."""

ABSENT = Frame("MESSAGE")
"""Stands for the frame of an entry that was read from a snapshot: that is where it was recorded."""


class Unsettled:
    """A MESSAGE that the broker holds until it is settled; `subscription` is that subscription's id.

    With `key` None it is named by its `ack`, whose value begins `at` octets into the raw frame and is written
    there as an ACK has to write it.
    """

    __slots__ = (
        "_key", "at", "deliveries", "destination", "earlier", "frame", "mode", "number", "subscription",
        "time", "transaction", "why_not",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        subscription: str,
        destination: str,
        mode: AckMode,
        frame: Frame,
        time: float,
        key: Key | None,
        deliveries: int = 1,
        earlier: int | None = None,
        why_not: str | None = None,
        at: int = 0,
    ) -> None:
        self.number = number
        self.subscription = subscription
        self.destination = destination
        """As subscribed to; the message itself may name another."""
        self.mode = mode
        self.frame = frame
        self.time = time
        self._key = key
        self.deliveries = deliveries
        self.earlier = earlier
        self.transaction: str | None = None
        """The open transaction in which its settling is staged."""
        self.why_not = why_not
        """Why it cannot be settled, None when it can."""
        self.at = at

    @property
    def key(self) -> Key:
        """What an ACK names it by; its `ack` is read when somebody asks, which nobody does for most."""
        if self._key is None:
            self._key = self.frame.first("ack", "") or ""
        return self._key

    def forget_frame(self) -> None:
        """Keep no more than its name of the frame, which is found where it was recorded."""
        self._key, self.at = self.key, 0
        self.frame = ABSENT


class Gone(NamedTuple):
    """What became of a message, and the number of the frame that did it (0: none did)."""

    settlement: Settlement
    by: int


class Ledger(Mapping[int, Unsettled]):
    """Unsettled messages by number, oldest first, staged ones included; settling one takes constant time."""

    __slots__ = (
        *("_before", "_by_id", "_by_key", "_by_subscription", "_cumulative", "_gone", "_open", "_staged"),
        *("_staged_in", "all", "held"),
    )

    def __init__(self) -> None:
        # OrderedDict, since finding the first of a dict is linear in what was deleted before it.
        self.all: OrderedDict[int, Unsettled] = OrderedDict()
        self.held: dict[int, Unsettled] = {}
        """Messages of closed subscriptions that the broker keeps: nobody can settle them by name any more."""
        # Made when somebody first asks for a message by its key, by its bare `message-id`, or for those of
        # a subscription.
        self._by_key: Names[Key] | None = None
        self._by_id: Names[str] | None = None
        self._by_subscription: dict[str, dict[int, Unsettled]] | None = None
        self._cumulative: dict[str, OrderedDict[int, Unsettled]] = {}  # those in mode client, by subscription
        self._gone: dict[int, tuple[Settlement, int]] = {}
        self._before: dict[int, tuple[Settlement, int]] = {}  # full: to forget it whole costs least
        self._staged = 0
        # How many each transaction has staged, of a subscription and (None) of all.
        self._staged_in: dict[str | None, dict[str, int]] = {}
        # Those not staged that an ACK may cover, by the same: made where many staged ones lie between them.
        self._open: dict[str | None, OrderedDict[int, Unsettled]] = {}

    def __getitem__(self, number: int) -> Unsettled:
        return self.all[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def __contains__(self, number: object) -> bool:
        return number in self.all

    @property
    def open(self) -> int:
        """How many await a settling, staged ones not counted."""
        return len(self.all) - self._staged

    @property
    def oldest(self) -> Unsettled | None:
        """The oldest that is not staged."""
        return next((entry for entry in self.all.values() if entry.transaction is None), None)

    def of(self, subscription: str) -> list[Unsettled]:
        """Those of one subscription, oldest first."""
        if self._by_subscription is None:
            self._by_subscription = {}
            for entry in self.all.values():
                self._by_subscription.setdefault(entry.subscription, {})[entry.number] = entry
        return list(self._by_subscription.get(subscription, {}).values())

    def find(self, key: Key | None) -> Unsettled | None:
        """The message that an ACK names; a bare `message-id` finds the oldest that has it."""
        if key is None:
            return None
        if self._by_key is None:
            self._by_key = Names((entry.key, entry) for entry in self.all.values())
        found = self._by_key.newest(key)
        if found is not None or isinstance(key, tuple):
            return found
        if self._by_id is None:
            keys = ((entry.key, entry) for entry in self.all.values())
            self._by_id = Names((key[1], entry) for key, entry in keys if isinstance(key, tuple))
        return self._by_id.oldest(key)

    def named(self, frame: Frame) -> Unsettled | None:
        """The message that an ACK or NACK names by its headers, in any version's form."""
        found = self.find(frame.first("id"))
        message_id = frame.first("message-id") if found is None else None
        if message_id is None:
            return found
        subscription = frame.first("subscription")
        return self.find(message_id if subscription is None else (subscription, message_id))

    def covered(self, number: int, command: str, dialect: Dialect) -> list[Unsettled]:
        """What settling `number` with `command` settles: itself included, oldest first, staged ones not.

        Empty when `number` is not in the ledger.
        """
        entry = self.all.get(number)
        if entry is None:
            return []
        covers = dialect.ack_covers if command == "ACK" else dialect.nack_covers
        if entry.mode is not AckMode.CLIENT or covers is Covers.ONE:
            return [entry] if entry.transaction is None else []
        if covers is Covers.SUBSCRIPTION:
            return self._open_up_to(number, entry.subscription)
        covered = self._open_up_to(number, None)
        if self.held:
            covered += [e for e in self.held.values() if e.number <= number]
            covered.sort(key=lambda e: e.number)
        return covered

    def staged_elsewhere(
        self, number: int, command: str, dialect: Dialect, transaction: str | None
    ) -> Unsettled | None:
        """The oldest that settling `number` in `transaction` would settle too, staged in another one."""
        entry = self.all.get(number)
        covers = dialect.ack_covers if command == "ACK" else dialect.nack_covers
        if not self._staged or entry is None or entry.mode is not AckMode.CLIENT or covers is Covers.ONE:
            return None
        scope = entry.subscription if covers is Covers.SUBSCRIPTION else None
        if not self._staged_in.get(scope, {}).keys() - {transaction}:
            return None
        others = (e for e in self._up_to(number, scope) if e.transaction is not None)
        return next((e for e in others if e.transaction != transaction), None)

    def gone(self, number: int) -> Gone | None:
        """What became of a message that was settled lately, None for one that is not remembered."""
        gone = self._gone.get(number) or self._before.get(number)
        return None if gone is None else Gone(*gone)

    def add(self, entry: Unsettled) -> None:
        self.all[entry.number] = entry
        if self._by_key is not None:
            self._by_key.add(entry.key, entry)
        if self._by_id is not None and isinstance(entry.key, tuple):
            self._by_id.add(entry.key[1], entry)
        if self._by_subscription is not None:
            self._by_subscription.setdefault(entry.subscription, {})[entry.number] = entry
        if entry.mode is _CLIENT:
            self._cumulative.setdefault(entry.subscription, OrderedDict())[entry.number] = entry
        if self._open:
            for scope in self._scopes(entry):
                if scope in self._open:
                    self._open[scope][entry.number] = entry

    def remove(self, entries: Iterable[Unsettled], settlement: Settlement, by: int = 0) -> None:
        """Take messages out, those held for a closed subscription too; ones that are gone are ignored."""
        for entry in entries:
            self.take(entry, settlement, by)

    def take(self, entry: Unsettled, settlement: Settlement, by: int) -> bool:
        """Take out one message as `remove` does; returns whether it was unsettled until now."""
        number = entry.number
        gone = self._gone
        if len(gone) >= REMEMBERED:
            self._before, self._gone = gone, {}
            gone = self._gone
        gone[number] = (settlement, by)
        if self.held:
            self.held.pop(number, None)
        if self.all.pop(number, None) is None:
            return False
        if entry.transaction is not None:
            self._count(entry, -1)
        elif self._open:
            self._close(entry)
        if entry.mode is _CLIENT:
            del self._cumulative[entry.subscription][number]
        if self._by_subscription is not None:
            alike = self._by_subscription[entry.subscription]
            del alike[number]
            if not alike:
                del self._by_subscription[entry.subscription]
        if self._by_key is not None:
            self._by_key.remove(entry.key, entry)
        if self._by_id is not None and isinstance(entry.key, tuple):
            self._by_id.remove(entry.key[1], entry)
        return True

    def hold(self, entries: Iterable[Unsettled], why_not: str) -> None:
        """Keep messages apart that the broker holds though nobody can settle them by name any more."""
        entries = list(entries)
        self.remove(entries, Settlement.LOST)
        for entry in entries:
            held = self.held[entry.number] = copy(entry)
            held.why_not = why_not

    def stage(self, entries: Iterable[Unsettled], transaction: str) -> None:
        for entry in entries:
            here = entry.number in self.all
            if here and entry.transaction is not None:
                self._count(entry, -1)
            elif here and self._open:
                self._close(entry)
            entry.transaction = transaction
            if here:
                self._count(entry, 1)

    def unstage(self, numbers: Iterable[int]) -> list[int]:
        """Make messages unsettled again; gives those that are still here."""
        back = []
        for number in numbers:
            entry = self.all.get(number)
            if entry is not None and entry.transaction is not None:
                self._count(entry, -1)
                entry.transaction = None
                back.append(number)
        if back and self._open:
            self._reopen([self.all[number] for number in sorted(back)])
        return back

    @staticmethod
    def _scopes(entry: Unsettled) -> tuple[str | None, ...]:
        return (None, entry.subscription) if entry.mode is _CLIENT else (None,)

    def _count(self, entry: Unsettled, by: int) -> None:
        self._staged += by
        name = entry.transaction or ""
        for scope in self._scopes(entry):
            counts = self._staged_in.setdefault(scope, {})
            count = counts[name] = counts.get(name, 0) + by
            if not count:
                del counts[name]
                if not counts:
                    del self._staged_in[scope]

    def _close(self, entry: Unsettled) -> None:
        for scope in self._scopes(entry):
            if scope in self._open:
                del self._open[scope][entry.number]

    def _reopen(self, entries: list[Unsettled]) -> None:
        # Mostly they are the oldest; where they would go in between, all is looked through when it is needed.
        for scope, known in list(self._open.items()):
            alike = [entry for entry in entries if scope in self._scopes(entry)]
            if alike and known and alike[-1].number > next(iter(known)):
                del self._open[scope]
                continue
            for entry in reversed(alike):
                known[entry.number] = entry
                known.move_to_end(entry.number, last=False)

    def _open_up_to(self, number: int, scope: str | None) -> list[Unsettled]:
        known = self._open.get(scope)
        if known is not None:
            return list(takewhile(lambda entry: entry.number <= number, known.values()))
        passed = list(self._up_to(number, scope))
        covered = [entry for entry in passed if entry.transaction is None]
        if len(passed) - len(covered) > PASSED:
            every = self.all if scope is None else self._cumulative[scope]
            unstaged = ((n, entry) for n, entry in every.items() if entry.transaction is None)
            self._open[scope] = OrderedDict(unstaged)
        return covered

    def _up_to(self, number: int, subscription: str | None) -> Iterator[Unsettled]:
        entries = self.all if subscription is None else self._cumulative[subscription]
        for entry in entries.values():
            if entry.number > number:
                return
            yield entry
