"""How the last transactions ended: committed, aborted, or with their connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stomptui.stomp.events import Confirmed, FrameSent, Rejected, TransactionEnded, Unconfirmed

if TYPE_CHECKING:
    from collections.abc import Collection

    from stomptui.stomp.events import Event

KEPT = 20
ENDS = frozenset({"COMMIT", "ABORT"})
LOOKED_FOR = frozenset({FrameSent, Confirmed, Rejected, TransactionEnded, Unconfirmed})
IN_DOUBT = "in doubt"
"""The outcome of a transaction whose connection ended before its COMMIT was confirmed."""


class Ending(NamedTuple):
    """Transaction `name` was `committed`, `aborted`, `lost`, or is in doubt, at `time`.

    `latency` is the seconds from its COMMIT or ABORT to the receipt, None without one; `sends` of its SENDs
    and `settled` messages had been staged in it.
    """

    name: str
    outcome: str
    time: float
    sends: int
    settled: int
    latency: float | None = None


class Endings:
    """The last endings, the newest first; `take` is told all that happens."""

    def __init__(self) -> None:
        self.last: tuple[Ending, ...] = ()
        self._asked: dict[int, tuple[str, str]] = {}
        """The frames that ask for an end and are not answered: their command and transaction, by number."""
        self._latency: dict[str, float] = {}
        self._doubted: set[str] = set()
        """Transactions whose COMMIT nobody will answer, and whose end is not told yet."""

    def take(self, events: Collection[Event]) -> None:
        """Note what began to end, and what has ended."""
        if LOOKED_FOR.isdisjoint(map(type, events)):
            return
        for event in events:
            if type(event) is FrameSent:
                if event.frame.command in ENDS:
                    name = event.frame.first("transaction") or ""
                    self._asked[event.number] = event.frame.command, name
            elif type(event) is Confirmed:
                if event.command in ENDS and (asked := self._asked.pop(event.number, None)):
                    self._confirm(asked[1], event.latency)
            elif type(event) is Unconfirmed:
                asked = self._asked.pop(event.number, None)
                if asked is not None and asked[0] == "COMMIT":
                    self._doubt(asked[1])
            elif type(event) is Rejected:
                self._asked.pop(event.number, None)
            elif type(event) is TransactionEnded:
                self._end(event)

    def _end(self, event: TransactionEnded) -> None:
        """Note an ending, but not that of an empty one that was aborted, as a ping is."""
        latency = self._latency.pop(event.name, None)
        if event.outcome == "aborted" and not event.sent and not event.settled:
            return
        outcome = event.outcome
        if outcome == "lost" and event.name in self._doubted:
            outcome = IN_DOUBT
            self._doubted.discard(event.name)
        ending = Ending(event.name, outcome, event.time, event.sent, event.settled, latency)
        self.last = (ending, *self.last[: KEPT - 1])

    def _confirm(self, name: str, latency: float) -> None:
        """Note how long it took, whether its end was told already or is about to be."""
        newest = self.last[0] if self.last else None
        if newest is not None and newest.name == name and newest.latency is None:
            self.last = (newest._replace(latency=latency), *self.last[1:])
        else:
            self._latency = {name: latency}

    def _doubt(self, name: str) -> None:
        """Say that nobody knows, whether its end was told already or is about to be."""
        for at, ending in enumerate(self.last):
            if ending.name == name and ending.outcome == "lost":
                self.last = (*self.last[:at], ending._replace(outcome=IN_DOUBT), *self.last[at + 1 :])
                return
        self._doubted.add(name)
