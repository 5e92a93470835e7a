"""Receipts that are awaited, and frames that an ERROR may be about."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import islice, takewhile
from operator import attrgetter
from typing import NamedTuple

GRACE = 0.1
"""Seconds after a RECEIPT within which the ERROR or EOF that disproves it comes (observed: 2 ms)."""
OVERDUE = 5.0
"""Seconds after which a receipt is called overdue: brokers answer within milliseconds."""
IN_FLIGHT = 64
"""How many sent frames are remembered as possible causes of an ERROR that names none."""
BLAMED_FOR = 5.0
"""Seconds for which a frame that asked for no receipt may be taken for the cause of an ERROR."""
SETTLING = ("ACK", "NACK")
ANSWERED = 256
"""How many refused frames are remembered, since the broker may send their RECEIPT as well."""

LATENCIES = 1_000
"""How many receipts the spread of their latency is of: sorted in a tenth of a millisecond."""


class Spread(NamedTuple):
    """Seconds that `of` receipts took: half of them at most `p50`, 95 of 100 at most `p95`."""

    of: int
    p50: float
    p95: float
    highest: float


@dataclass(slots=True, eq=False)
class Pending:
    """A sent frame and what is known of its outcome; `receipt_id` None when it asked for no receipt."""

    receipt_id: str | None
    number: int
    command: str
    sent_at: float
    transaction: str | None = None
    about: str | int | None = None
    """A SEND's destination, a subscription's id, a transaction's name, or a message's number."""
    receipted_at: float | None = None
    refused: bool = False
    waits: bool = False
    """Whether the broker answers only after the COMMIT of its transaction."""


Settling = tuple[None, int, str, float, None, int]
"""An ACK or NACK that asked for no receipt: the fields of a Pending up to `about`, which is made of them once
somebody looks for what is to blame."""


class Receipts(Mapping[str, Pending]):
    """Frames whose receipt is awaited, by receipt-id, oldest first."""

    __slots__ = (
        *("_answered", "_graced", "_graces", "_in_flight", "_pending", "_suspected", "_waiting"),
        *("disproved", "last_latency", "latencies", "settlings"),
    )

    def __init__(self) -> None:
        self.last_latency: float | None = None
        """Seconds from the last receipted frame to its RECEIPT."""
        self.latencies: deque[float] = deque(maxlen=LATENCIES)
        """Those of the last ones, in seconds; a snapshot leaves them out."""
        self.disproved = 0
        """How many frames were refused after their RECEIPT had come; a snapshot leaves it out."""
        self._pending: dict[str, Pending] = {}
        # Those with their RECEIPT, in its order, by number; the latest with each receipt-id.
        self._graces: OrderedDict[int, Pending] = OrderedDict()
        self._graced: dict[str, Pending] = {}
        # Those that wait for the COMMIT of each transaction, and any of them that was answered nevertheless.
        self._waiting: dict[str, list[Pending]] = {}
        self._suspected: tuple[int, frozenset[str]] = 0, frozenset()
        self._in_flight: OrderedDict[int, Pending] = OrderedDict()
        self.settlings: deque[Settling] = deque(maxlen=IN_FLIGHT)
        """Those sent last: frames that are remembered only as possible causes of an ERROR."""
        self._answered: OrderedDict[str, Pending] = OrderedDict()

    def __getitem__(self, receipt_id: str) -> Pending:
        return self._pending[receipt_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pending)

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def unproven(self) -> int:
        """How many have their RECEIPT and wait for their grace to end."""
        return len(self._graces)

    def spread(self) -> Spread | None:
        """How long the last receipts took to come, None when none came."""
        if not self.latencies:
            return None
        ordered = sorted(self.latencies)
        count = len(ordered)
        return Spread(count, ordered[(count - 1) // 2], ordered[(count * 19 - 1) // 20], ordered[-1])

    def overdue(self, now: float, limit: float = OVERDUE) -> list[Pending]:
        """Those that have waited longer than `limit` seconds, oldest first; none that waits for a COMMIT."""
        old = takewhile(lambda pending: now - pending.sent_at > limit, self._pending.values())
        return [pending for pending in old if not pending.waits]

    def sent(self, pending: Pending) -> None:
        """Remember a frame that was sent."""
        number, command, about = pending.number, pending.command, pending.about
        if pending.receipt_id is not None:
            self.await_receipt(pending)
        elif command in SETTLING and pending.transaction is None and isinstance(about, int):
            self.settlings.append((None, number, command, pending.sent_at, None, about))
            return
        self._in_flight[pending.number] = pending
        if len(self._in_flight) > IN_FLIGHT:
            self._in_flight.popitem(last=False)

    def await_receipt(self, pending: Pending) -> None:
        """Remember a frame until its RECEIPT; the last of those that are to have one receipt-id has it."""
        receipt_id = pending.receipt_id or ""
        self._pending.pop(receipt_id, None)  # their order is that of the sending
        self._pending[receipt_id] = pending
        if pending.waits and pending.transaction is not None:
            self._waiting.setdefault(pending.transaction, []).append(pending)

    def receipted(self, receipt_id: str | None, now: float) -> Pending | None:
        """The frame that a RECEIPT answers, None for a receipt-id that nobody awaits."""
        if receipt_id is None:
            return None
        pending = self._pending.pop(receipt_id, None) or self._answered.pop(receipt_id, None)
        if pending is not None:
            self._in_flight.pop(pending.number, None)
            pending.receipted_at = now
            self.last_latency = now - pending.sent_at
            self.latencies.append(self.last_latency)
        return pending

    def unproved(self, pending: Pending) -> None:
        """Let the grace of a receipted frame begin."""
        before = self._graces.get(pending.number)
        if before is not None:  # only in a file that was altered
            self._ungrace(before)
        self._graces[pending.number] = pending
        self._graced[pending.receipt_id or ""] = pending

    def proven(self, now: float) -> list[Pending]:
        """Those whose grace is over."""
        over = []
        while (first := self._first_graced) is not None and (first.receipted_at or 0.0) + GRACE <= now:
            self._ungrace(first)
            over.append(first)
        return over

    def grace_ends(self) -> float | None:
        """When the next grace ends."""
        first = self._first_graced
        return None if first is None else (first.receipted_at or 0.0) + GRACE

    def blame(self, receipt_id: str | None, now: float) -> Pending | None:
        """The frame that an ERROR is about: the one it names, else the likeliest; it is awaited no more."""
        pending = self._named(receipt_id) if receipt_id is not None else self._likeliest(now)
        if pending is None:
            return None
        pending.refused = True
        if self._in_flight.pop(pending.number, None) is None:
            others = [settling for settling in self.settlings if settling[1] != pending.number]
            self.settlings = deque(others, IN_FLIGHT)
        if self._graces.get(pending.number) is pending:
            self._ungrace(pending)
            self.disproved += 1
        elif pending.receipt_id is not None and self._pending.get(pending.receipt_id) is pending:
            del self._pending[pending.receipt_id]
            self._answered[pending.receipt_id] = pending
            if len(self._answered) > ANSWERED:
                self._answered.popitem(last=False)
        return pending

    def suspect(self, error: int, commands: frozenset[str]) -> None:
        """An ERROR that names no frame came: the receipts of `commands` sent before it prove nothing."""
        self._suspected = error, commands

    def suspected(self, pending: Pending) -> int | None:
        """The ERROR that named no frame after this one was sent, so that its RECEIPT proves nothing."""
        error, commands = self._suspected
        return error if pending.number < error and pending.command in commands else None

    def released(self, transaction: str) -> None:
        """The transaction was committed: the receipts that waited for it are due."""
        for pending in self._waiting.pop(transaction, ()):
            pending.waits = False

    def drop(self, transaction: str) -> list[Pending]:
        """Give up the frames of an aborted transaction that wait for its COMMIT: no receipt will come."""
        dropped = [
            pending
            for pending in self._waiting.pop(transaction, ())
            if self._pending.get(pending.receipt_id or "") is pending
        ]
        for pending in dropped:
            del self._pending[pending.receipt_id or ""]
            self._in_flight.pop(pending.number, None)
        return dropped

    def lost(self) -> list[Pending]:
        """Give up everything, as the connection ended; in the order of sending."""
        lost = sorted((*self._pending.values(), *self._graces.values()), key=lambda pending: pending.number)
        self._pending.clear()
        self._graces.clear()
        self._graced.clear()
        self._waiting.clear()
        self._in_flight.clear()
        self.settlings.clear()
        return lost

    @property
    def _first_graced(self) -> Pending | None:
        return next(iter(self._graces.values()), None)

    def _ungrace(self, pending: Pending) -> None:
        del self._graces[pending.number]
        if self._graced.get(pending.receipt_id or "") is pending:
            del self._graced[pending.receipt_id or ""]

    def _named(self, receipt_id: str) -> Pending | None:
        return self._pending.get(receipt_id) or self._graced.get(receipt_id)

    def _likeliest(self, now: float) -> Pending | None:
        """The frame sent last of those that are not known to be done."""
        graced = islice(reversed(self._graces.values()), IN_FLIGHT)
        return max((*graced, *islice(self._flying(now), 1)), key=attrgetter("number"), default=None)

    def _flying(self, now: float) -> Iterator[Pending]:
        settlings = (Pending(*settling) for settling in reversed(self.settlings))
        others = reversed(self._in_flight.values())
        flying = merge(settlings, others, key=attrgetter("number"), reverse=True)
        for pending in islice(flying, IN_FLIGHT):
            if pending.receipt_id is not None or now - pending.sent_at <= BLAMED_FOR:
                yield pending
