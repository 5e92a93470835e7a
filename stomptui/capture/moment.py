"""A recording at any moment: the states of its connections as they were just after one record."""

from __future__ import annotations

import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from stomptui.capture import checkpoint
from stomptui.capture.decode import frame_of
from stomptui.capture.files import CaptureError
from stomptui.capture.moment_fold import CLOSED_KEPT, Fact, begin, facts, fold, settle_down, where
from stomptui.stomp.checked import SnapshotError
from stomptui.stomp.phase import Phase
from stomptui.stomp.snapshot import restoring, taken

if TYPE_CHECKING:
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.state import State

SLICE = 0.005
"""Seconds of one step: with what may be begun in it, less than the 8 ms that a screen can spare."""
NEAR = 100
"""Records that are folded on at once, into the very states that were shown."""
CHUNK = 100
"""Records of one query."""
STRETCH = 500
"""Records between two copies of the states around the cursor."""
COPIES = 64
FAR_COPIES = 1_000
"""Copies where the file has no checkpoint; beyond that every second goes, and they lie twice as far apart."""

Copy = list[dict[str, Any]]
"""The snapshots of all connections after one record."""
Steps = Generator[None, None, "Moment"]
_ENDED = (Phase.CLOSED, Phase.FAILED)


@dataclass(frozen=True, slots=True)
class Moment:
    """The states as they were just after record `id`; until the next `at` or `seek`, which may go on in them.

    `state` is that of the `connection` of that record; `states` holds it and those of every other connection
    that was open. `time` (monotonic seconds of the session) and `wall` (since 1970) are that record's.
    """

    id: int
    connection: int
    state: State
    states: Mapping[int, State]
    time: float
    wall: float

    @property
    def whole(self) -> bool:
        """Whether the recording holds the connection from its CONNECT on, or a checkpoint of it.

        Otherwise what was subscribed to and unsettled before its first record is not known.
        """
        return bool(self.state.connect_number) or self.state.phase is Phase.DISCONNECTED


class Moments:
    """The moments of the capture that `db` reads, which it never writes to.

    `recognise` says which dialect a CONNECTED frame speaks. `faults` says in words which checkpoints could
    not be read; what they hold is folded from earlier ones. What is kept in memory are compressed copies.
    """

    def __init__(self, db: sqlite3.Connection, recognise: Callable[[Frame], Dialect]) -> None:
        self.faults: list[str] = []
        self.progress = 0.0
        """How much of the way to its record the `seek` that runs has gone, from 0 to 1."""
        self._db = db
        self._recognise = recognise
        self._id = 0
        self._states: dict[int, State] = {}
        self._copies: OrderedDict[int, Copy] = OrderedDict()
        self._far: dict[int, Copy] = {}
        self._every = checkpoint.EVERY
        self._bad: set[int] = set()
        self._offsets: dict[int, int] = {}

    def at(self, id_: int) -> Moment:
        """The moment after record `id_`; raises CaptureError."""
        steps = self.seek(id_)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                moment: Moment = done.value
                return moment

    def seek(self, id_: int) -> Steps:
        """Do as `at`, in steps of at most 8 ms: yields until the moment is ready, which it returns.

        To close it midway costs nothing but what it has done. Raises CaptureError.
        """
        try:
            return (yield from self._seek(id_))
        except sqlite3.Error as error:
            raise CaptureError(f"the recording cannot be read: {error}") from None

    def _seek(self, id_: int) -> Steps:
        last = next(iter(facts(self._db, id_ - 1, id_, 1)), None)
        if last is None:
            raise CaptureError(f"record {id_} is not in this recording")
        connection = last.connection
        (wall,) = self._db.execute("SELECT CAST(wall AS REAL) FROM frame WHERE id = ?", (id_,)).fetchone()
        window = self._window()
        if id_ < window:  # one of those kept beyond the limits, between which others are missing
            state = self._begin(last)
            return Moment(id_, connection, state, {connection: state}, last.time, wall)
        if not window <= self._id <= id_ <= self._id + NEAR:
            states = yield from self._fold_to(id_, window)
            self._states, self._id = states, id_
        elif id_ != self._id:
            states, self._states, was, self._id = self._states, {}, self._id, 0  # if it fails, begin anew
            for fact in facts(self._db, was, id_, NEAR):
                self._fold(states, fact)
            self._states, self._id = states, id_
        states = self._states
        if connection not in states:
            states[connection] = self._begin(last)
        shown = {
            number: state
            for number, state in states.items()
            if number == connection or state.phase not in _ENDED
        }
        return Moment(id_, connection, states[connection], shown, last.time, wall)

    def _fold_to(self, id_: int, window: int) -> Generator[None, None, dict[int, State]]:
        """Fold from the nearest states that are known before record `id_`."""
        self.progress = 0.0
        position, base, states = yield from self._nearest(id_, window)
        start = kept = position
        stop = time.perf_counter() + SLICE
        while some := facts(self._db, position, id_, CHUNK):
            for fact in some:
                self._fold(states, fact)
                position = fact.id
                if time.perf_counter() > stop:
                    self.progress = (position - start) / (id_ - start)
                    yield
                    stop = time.perf_counter() + SLICE
            if position - kept >= checkpoint.spacing(states.values(), STRETCH):
                copy = yield from self._copy(position, states)
                kept = position
                if position - base >= checkpoint.spacing(states.values(), self._every):
                    base = position
                    self._keep_far(position, copy)
                stop = time.perf_counter() + SLICE
        return states

    def _nearest(self, id_: int, window: int) -> Generator[None, None, tuple[int, int, dict[int, State]]]:
        """The record after which states are known, the last such that lasts, and the states."""
        first = window - 1
        while True:
            stored = checkpoint.latest(self._db, first, id_, self._bad) or first
            base = max((copy for copy in self._far if stored < copy <= id_), default=stored)
            position = max((copy for copy in self._copies if base < copy <= id_), default=base)
            if position < self._id <= id_:
                position = self._id
                yield from self._copy(position, self._states)
            if position > stored:
                return position, base, (yield from self._restored(position))
            try:
                states = yield from checkpoint.load(self._db, stored, self._recognise, self._recall)
            except SnapshotError as error:
                self._bad.add(stored)
                self.faults.append(f"checkpoint {stored}: {error}")
                continue
            for state in states.values():
                settle_down(state)
            return position, base, states

    def _restored(self, id_: int) -> Generator[None, None, dict[int, State]]:
        copy = self._copies.get(id_)
        if copy is None:
            copy = self._far[id_]
        else:
            self._copies.move_to_end(id_)
        states = {}
        for data in copy:
            connection = data["connection"]
            recall = partial(self._recall, connection)
            states[connection] = yield from restoring(data, self._recognise, recall)
        return states

    def _copy(self, id_: int, states: dict[int, State]) -> Generator[None, None, Copy]:
        copy: Copy = []
        for one in [taken(state) for state in states.values()]:
            copy += [(yield from one.steps())]
        self._copies[id_] = copy
        while len(self._copies) > COPIES:
            self._copies.popitem(last=False)
        return copy

    def _keep_far(self, id_: int, copy: Copy) -> None:
        self._far[id_] = copy
        if len(self._far) > FAR_COPIES:
            self._every *= 2
            self._far = dict(sorted(self._far.items())[1::2])

    def _fold(self, states: dict[int, State], fact: Fact) -> None:
        state = states.get(fact.connection)
        if state is None:
            state = states[fact.connection] = self._begin(fact)
        fold(state, fact, state.recall)
        if state.phase in _ENDED and len(states) > CLOSED_KEPT:
            ended = [one.connection for one in states.values() if one.phase in _ENDED]
            for connection in ended[:-CLOSED_KEPT]:
                del states[connection]

    def _begin(self, fact: Fact) -> State:
        query = "SELECT predecessor, server FROM connection WHERE connection = ?"
        predecessor, server = self._db.execute(query, (fact.connection,)).fetchone() or (None, None)
        state = begin(
            fact,
            self._recognise,
            predecessor if type(predecessor) is int else None,
            server if type(server) is str else None,
        )
        state.recall = partial(self._recall, fact.connection)
        return state

    def _recall(self, connection: int, number: int) -> Frame | None:
        """The frame of a message that a state has no more, as it is in the file."""
        columns = "frame.id, CAST(protocol AS INTEGER) & 7, CAST(head AS BLOB), CAST(body AS BLOB)"
        query = f"""SELECT {columns} FROM frame JOIN octets ON octets.id = frame.id
            WHERE frame.id = ? AND connection = ? AND number = ? AND kind = 0"""
        near = number + self._offsets.get(connection, 0)
        row = self._db.execute(query, (near, connection, number)).fetchone()
        if row is None and (at := where(self._db, connection, number)):
            row = self._db.execute(query, (at, connection, number)).fetchone()
        if row is None or None in row[:3]:
            return None
        id_, protocol, head, body = row
        self._offsets[connection] = id_ - number
        return frame_of(head + (body or b"") + b"\0", protocol)

    def _window(self) -> int:
        """The first id from which on there is no gap."""
        query = "SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'window'"
        row = self._db.execute(query).fetchone()
        return max(1, row[0] or 1) if row else 1
