"""Recorded messages as SENDs to be sent again, and when: no clock, no wire."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from typing import NamedTuple

from stomptui.capture import stored
from stomptui.capture.edits import Edits
from stomptui.capture.fates import Fate, Fates
from stomptui.capture.pace import ORIGINAL, Pace
from stomptui.stomp import frame as frames
from stomptui.stomp.frame import Frame
from stomptui.stomp.resend import resent

PAGE = 1_000
"""Ids read at once. No read of the file stays open while it is waited, or its log could not be folded."""

REDELIVERED = "deliveries again of a message that is sent already"
UNREADABLE = "that cannot be read"
NOWHERE = "without a destination"


class Step(NamedTuple):
    """A SEND to write `delay` seconds after the one before, made of record `id`.

    It has neither receipt nor transaction.
    """

    delay: float
    frame: Frame
    id: int


class Choice(NamedTuple):
    """What of a capture is sent again, and how: the SENDs, or with `messages` the MESSAGEs that came.

    `first` and `last` are record ids, both included. `not_resent` gives the headers of a MESSAGE that are
    left out, by the number of its connection. `matching` gives, of the ids from one to another (both
    included), those that are wanted; None wants all.
    """

    messages: bool = False
    first: int = 1
    last: int = 1 << 62
    edits: Edits = Edits()
    pace: Pace = ORIGINAL
    not_resent: Callable[[int], Container[str]] = lambda connection: ()
    matching: Callable[[int, int], Iterable[int]] | None = None

    @property
    def command(self) -> str:
        return "MESSAGE" if self.messages else "SEND"


class Survey(NamedTuple):
    """What there is to send: how many, the octets of their bodies, and the seconds that it takes at least.

    `destinations` counts where to; `left_out` counts what is not sent, in words after "12 SENDs".
    """

    total: int
    octets: int
    seconds: float
    destinations: Counter[str]
    left_out: Counter[str]


def newest(db: sqlite3.Connection) -> int:
    """The id of the newest record, 0 without any: what is recorded while it is replayed is not replayed."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM frame").fetchone()[0])


def steps(
    db: sqlite3.Connection,
    choice: Choice,
    *,
    skip: Container[int] = (),
    left_out: Counter[str] | None = None,
) -> Iterator[Step]:
    """The SENDs to write, in the order of the recording, without those of records in `skip`.

    Of SENDs in a transaction only what was committed comes, each for itself at the time it was sent; of
    a message that was delivered several times, one delivery. `left_out` is counted up, in words. Raises
    sqlite3.Error.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    fates = None if choice.messages else Fates(db, newest(db))
    repeats = _Repeats(db, choice)
    before: float | None = None
    for row in _rows(db, choice):
        if choice.messages and repeats.again(row):
            counts[REDELIVERED] += 1
            continue
        if row.id in skip:
            continue
        frame = stored.record_of(row).frame
        if frame is None:
            counts[UNREADABLE] += 1
            continue
        transaction = frame.first("transaction") if fates is not None else None
        if fates is not None and transaction is not None:
            fate = fates.of(row, transaction)
            if fate is not Fate.COMMITTED:
                counts[f"in transactions {fate.value}"] += 1
                continue
        if not frame.first("destination"):
            counts[NOWHERE] += 1
            continue
        yield Step(choice.pace.delay(before, row.wall), _send(frame, row.connection, choice), row.id)
        before = row.wall


def survey(db: sqlite3.Connection, choice: Choice, *, skip: Container[int] = ()) -> Survey:
    """Say what `steps` would give; raises sqlite3.Error."""
    total = octets = 0
    seconds = 0.0
    destinations: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for step in steps(db, choice, skip=skip, left_out=left_out):
        total += 1
        octets += len(step.frame.body)
        seconds += step.delay
        destinations[step.frame.first("destination") or ""] += 1
    return Survey(total, octets, seconds, destinations, left_out)


def _send(frame: Frame, connection: int, choice: Choice) -> Frame:
    not_resent = choice.not_resent(connection) if choice.messages else ()
    again = resent(frame, not_resent)
    return frames.send(
        choice.edits.destination(again.destination),
        frame.body,
        headers=choice.edits.headers(again.headers),
        content_length=again.content_length,
    )


def _rows(db: sqlite3.Connection, choice: Choice) -> Iterator[stored.Row]:
    for id_ in _ids(db, choice):
        yield from list(stored.select(db, "frame.id = ?", (id_,)))  # none when it fell off meanwhile


def _ids(db: sqlite3.Connection, choice: Choice) -> Iterator[int]:
    at = choice.first - 1
    last = min(choice.last, newest(db))
    query = (
        "SELECT frame.id FROM frame WHERE frame.id > ? AND frame.id <= ? AND frame.kind = 0 "
        f"AND frame.direction = ? AND frame.command = ? ORDER BY frame.id LIMIT {PAGE}"
    )
    while True:
        values = (at, last, int(not choice.messages), choice.command)
        page = [int(id_) for (id_,) in db.execute(query, values)]
        if page and choice.matching is not None:
            wanted = set(choice.matching(page[0], page[-1]))
            yield from (id_ for id_ in page if id_ in wanted)
        else:
            yield from page
        if len(page) < PAGE:
            return
        at = page[-1]


class _Repeats:
    """Tells which MESSAGE is a delivery again of one that was chosen before it."""

    def __init__(self, db: sqlite3.Connection, choice: Choice) -> None:
        query = "SELECT earlier FROM frame WHERE earlier IS NOT NULL"
        self._named = {int(number) for (number,) in db.execute(query)} if choice.messages else set()
        self._chosen: set[int] = set()

    def again(self, row: stored.Row) -> bool:
        again = row.earlier in self._chosen
        if row.number in self._named:
            self._chosen.add(row.number)
        return again
