"""How much came and went, by destination and by subscription: fed by events, or by a capture file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.capture.tally import KEPT, Tally
from stomptui.stomp.events import Connected, FrameSent, MessageReceived

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from stomptui.stomp.events import Event
    from stomptui.stomp.frame import Frame

LIMIT = 4000
"""Destinations, and subscriptions, that are counted each by itself: the temporary queues of a busy hour."""
LONGEST = 1024
"""Octets of a destination that is counted by itself; longer ones are among the others."""
FLOWS = 4 * LIMIT
"""Pairs of subscription and destination that are found without reading a header."""
DESTINATION = b"\ndestination:"
MARKED = b"?"
"""Begins the name of a flow whose messages do not fit, so that each is read as a whole."""


class Flow:
    """The sizes of what came over one subscription from one destination since they were last gathered.

    Octets from the blank line on, the NUL included: that costs least. `place` is where the destination stood
    in the last message that was looked up, its line, where that ended, and what takes a size.
    """

    __slots__ = ("destination", "place", "sizes", "subscription")

    def __init__(self, destination: Tally, subscription: Tally | None) -> None:
        self.destination, self.subscription = destination, subscription
        self.sizes: list[int] = []
        self.place: Place = (slice(0), b"", 0, self.sizes.append)


Place = tuple[slice, bytes, int, "Callable[[int], None]"]


class Counts:
    """Messages and octets by destination and by subscription id, as of now and over the last minute.

    Times are seconds of the events' clock, monotonic. Of more than `limit` names those that were quiet for
    longest are counted in `others` together.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.total = Tally()
        """Every message that came and every SEND."""
        self.others = Tally()
        """The destinations that fell off; `forgotten` says how many."""
        self.forgotten = 0
        self.version = 0
        """Changes when a destination appears or falls off."""
        self._destinations: dict[str, Tally] = {}
        self._subscriptions: dict[str, Tally] = {}
        self._flows: dict[str | None, dict[bytes, Flow]] = {}
        self._latest: dict[str | None, Place] = {}
        self._found = 0
        self._second = 0

    # -- reading --

    @property
    def destinations(self) -> dict[str, Tally]:
        """What is counted by itself, by decoded destination; read only."""
        self._gather()
        return self._destinations

    @property
    def subscriptions(self) -> dict[str, Tally]:
        """The same by subscription id; what came over none is in no entry."""
        self._gather()
        return self._subscriptions

    @property
    def until(self) -> float:
        """The end of the second in which the newest was counted."""
        return self._second + 1.0

    def rate(self, now: float) -> float:
        """Messages a second that came over the five seconds before `now`."""
        self._gather()
        return self.total.rate(now)

    # -- counting --

    def add(
        self,
        second: int,
        destination: str | None,
        subscription: str | None,
        received: int,
        sent: int,
        octets: int,
        largest: int,
    ) -> None:
        """Count many at once: `octets` and `largest` are of bodies, as in Tally; seconds must ascend."""
        self._go_to(second)
        tallies = [self._destination(destination or ""), self.total]
        if subscription is not None and received:
            tallies.append(self._named(self._subscriptions, subscription))
        for tally in tallies:
            tally.come(second, received, octets, largest)
            tally.sent += sent

    def take(self, events: Sequence[Event]) -> None:
        """Count what happened in one slice, which is taken to have happened all in one second."""
        if not events:
            return
        self._go_to(int(events[-1].time))
        latest = self._latest
        for event in events:
            if event.__class__ is MessageReceived:
                frame = event[3]
                raw, end = frame.raw, frame.end
                # Mostly it is that of the message before, in the same place: no search, no decoding.
                try:
                    where, line, stop, add = latest[event[7]]
                except KeyError:
                    self._look_up(event[7], frame, raw, end)
                    continue
                if stop <= end and raw[where] == line:
                    add(len(raw) - end)
                else:
                    self._look_up(event[7], frame, raw, end)
            elif event.__class__ is FrameSent:
                if event[3].command == "SEND":
                    self._sent(event[3])
            elif event.__class__ is Connected:  # of another version perhaps, with other escapes
                self._forget_flows()

    def _go_to(self, second: int) -> None:
        if second > self._second:
            self._gather()
            if not self._second:
                self.total.begun = second
            self._second = second

    def _look_up(self, subscription: str | None, frame: Frame, raw: bytes, end: int) -> None:
        """Count a message that does not come from where the one before came."""
        at = raw.find(DESTINATION, 0, end)
        stop = raw.find(b"\n", at + 1) + 1
        if at < 0 or frame.marks or stop - at > LONGEST:
            name = _name(frame).encode("utf-8", "surrogatepass")
            self._flow(subscription, frame, MARKED + name[:LONGEST]).sizes.append(len(raw) - end)
            return
        line = raw[at:stop]
        try:
            flow = self._flows[subscription][line]
        except KeyError:
            flow = self._flow(subscription, frame, line)
        if flow.place[2] != stop:
            flow.place = slice(at, stop), line, stop, flow.sizes.append
        self._latest[subscription] = flow.place
        flow.sizes.append(len(raw) - end)

    def _flow(self, subscription: str | None, frame: Frame, line: bytes) -> Flow:
        flow = self._flows.get(subscription, {}).get(line)
        if flow is None:
            destination = self._destination(_name(frame))
            tally = None if subscription is None else self._named(self._subscriptions, subscription)
            if self._found >= FLOWS:
                self._forget_flows()
            flow = self._flows.setdefault(subscription, {})[line] = Flow(destination, tally)
            self._found += 1
        return flow

    def _sent(self, frame: Frame) -> None:
        size = len(frame.body)
        for tally in (self._destination(_name(frame)), self.total):
            tally.send(self._second, 1, size, size)

    def _destination(self, name: str) -> Tally:
        return self.others if len(name) > LONGEST else self._named(self._destinations, name)

    def _named(self, tallies: dict[str, Tally], name: str) -> Tally:
        tally = tallies.get(name)
        if tally is None:
            if len(tallies) >= self.limit:
                self._drop(tallies)
            tally = tallies[name] = Tally(self._second)
            self.version += 1
        return tally

    def _gather(self) -> None:
        """Add what came since the last time to the tallies, as of the second that is being counted."""
        second = self._second
        for flows in self._flows.values():
            for flow in flows.values():
                sizes = flow.sizes
                if sizes:
                    messages = len(sizes)
                    octets, largest = sum(sizes) - messages, max(sizes) - 1
                    sizes.clear()
                    flow.destination.come(second, messages, octets, largest)
                    self.total.come(second, messages, octets, largest)
                    if flow.subscription is not None:
                        flow.subscription.come(second, messages, octets, largest)

    def _forget_flows(self) -> None:
        self._gather()
        self._flows.clear()
        self._latest.clear()
        self._found = 0

    def _drop(self, tallies: dict[str, Tally]) -> None:
        """Make room: a quarter of the names, those that were quiet for longest, are counted together."""
        self._forget_flows()
        oldest = sorted(tallies, key=lambda name: tallies[name].second)[: max(self.limit // 4, 1)]
        for name in oldest:
            tally = tallies.pop(name)
            if tallies is self._destinations:
                self.others.add(tally)
                self.forgotten += 1


def _name(frame: Frame) -> str:
    return frame.first("destination") or ""


END = (1 << 63) - 1
"""Beyond every record: SQLite counts no further."""


def from_file(db: sqlite3.Connection, *, offset: float = 0.0, limit: int = LIMIT, last: int = END) -> Counts:
    """Count what a capture file holds, up to record `last`; raises sqlite3.Error.

    `offset` leads from the clock of events that will be taken later to the wall clock; `until` is on the
    former. The last minute of the file is remembered second by second, as that of events.
    """
    counts = Counts(limit)
    count_on(counts, db, 0, last, offset=offset)
    return counts


def count_on(counts: Counts, db: sqlite3.Connection, after: int, last: int, *, offset: float = 0.0) -> None:
    """Count too what is behind record `after` and up to `last`, none of it older; raises sqlite3.Error."""
    span = {"after": after, "last": last}
    newest = db.execute(_NEWEST, span).fetchone()[0] or 0.0
    ring = int(newest - offset) - KEPT + 1
    for row in db.execute(_GROUPED, {"offset": offset, "ring": ring, **span}):
        counts.add(*row)


_NEWEST = "SELECT max(wall) FROM frame WHERE kind = 0 AND id > :after AND id <= :last"
_GROUPED = """
SELECT max(CAST(wall - :offset AS INTEGER), :ring) AS second, CAST(destination AS TEXT),
    CAST(subscription AS TEXT), sum(direction = 0), sum(direction = 1), CAST(sum(size) AS INTEGER),
    CAST(max(size) AS INTEGER)
FROM frame
WHERE kind = 0 AND (command = 'MESSAGE' AND direction = 0 OR command = 'SEND' AND direction = 1)
    AND id > :after AND id <= :last
GROUP BY second, destination, subscription
ORDER BY second
"""
