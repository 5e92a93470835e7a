"""States of connections in a capture file, so that nobody has to fold a recording from its beginning."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterable
from functools import partial
from typing import TYPE_CHECKING

from stomptui.stomp import checked
from stomptui.stomp.checked import SnapshotError
from stomptui.stomp.snapshot import Taken, restoring, snapshot, taken
from stomptui.stomp.state import State

if TYPE_CHECKING:
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.frame import Frame

EVERY = 10_000
"""Records from one checkpoint to the next: a twentieth of a second to fold."""
TEXT_LIMIT = 64 << 20
"""Characters of one checkpoint that are read: some ten million unsettled messages."""

Row = tuple[int, int, str]
"""Of the table `checkpoint`: id, connection, state."""


def spacing(states: Iterable[State], records: int) -> int:
    """How many records lie between two checkpoints: `records`, or as many as messages are unsettled if more.

    So a checkpoint takes some five octets a record at most, and the time to read it and to fold what is
    behind it stays in proportion, however many messages nobody settles.
    """
    return max(records, sum(len(state.ledger) + len(state.ledger.held) for state in states))


def due(last: int, id_: int, states: Iterable[State]) -> bool:
    """Whether it is time for a checkpoint after record `id_`, the one before being after record `last`."""
    return id_ - last >= EVERY and id_ - last >= spacing(states, EVERY)


def hold(states: Iterable[State]) -> list[Taken]:
    """Take the states as they are now, so that `checkpoint_rows` may write them down in another thread."""
    return [taken(state) for state in states]


def checkpoint_rows(id_: int, states: Iterable[State | Taken]) -> list[Row]:
    """The rows of a checkpoint after record `id_`.

    `states` are those of every connection that has not ended, and of the newest in any case: what is kept
    of an outage belongs to that. They have to be as they were right after what made record `id_`.
    """
    rows = []
    for one in states:
        data = snapshot(one) if isinstance(one, State) else one.data()
        rows.append((id_, data["connection"], checked.write(data)))
    return rows


def latest(db: sqlite3.Connection, first: int, last: int, without: set[int]) -> int | None:
    """The newest checkpoint after a record from `first` to `last`; raises sqlite3.Error."""
    query = "SELECT DISTINCT id FROM checkpoint WHERE id BETWEEN ? AND ? ORDER BY id DESC"
    found = db.execute(query, (first, last))
    return next((id_ for (id_,) in found if type(id_) is int and id_ not in without), None)


def load(
    db: sqlite3.Connection,
    id_: int,
    recognise: Callable[[Frame], Dialect],
    recall: Callable[[int, int], Frame | None],
) -> Generator[None, None, dict[int, State]]:
    """The states of the checkpoint after record `id_`, by connection; some milliseconds a step.

    `recall` gives the frame of a connection and number. Raises SnapshotError, sqlite3.Error.
    """
    query = "SELECT CAST(connection AS INTEGER), length(state) FROM checkpoint WHERE id = ? ORDER BY 1"
    states = {}
    for connection, length in db.execute(query, (id_,)).fetchall():
        if type(length) is not int or length > TEXT_LIMIT:
            raise SnapshotError("the snapshot cannot be read: it is too long")
        one = "SELECT CAST(state AS TEXT) FROM checkpoint WHERE id = ? AND connection = ?"
        found = db.execute(one, (id_, connection)).fetchone()
        data = checked.read(found[0] if found else "", "it")
        state = yield from restoring(data, recognise, partial(recall, connection))
        # In the file connections are counted on from those of earlier runs.
        if state.predecessor is not None:
            state.predecessor += connection - state.connection
        state.connection = connection
        states[connection] = state
    return states
