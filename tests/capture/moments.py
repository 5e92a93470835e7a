"""A recording with the live states beside it: what was folded has to equal what was seen then."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from stomptui import brokers
from stomptui.capture import files, stored
from stomptui.capture.checkpoint import checkpoint_rows
from stomptui.capture.moment_fold import settle_down
from stomptui.capture.store import Capture
from stomptui.stomp.dialect import Dialect
from stomptui.stomp.events import Connected, Event
from stomptui.stomp.frame import Frame
from stomptui.stomp.snapshot import restored, snapshot
from stomptui.stomp.state import State

Recognise = Callable[[Frame], Dialect]


class Recorded:
    """Keeps events as rows of a file, and the state right after each list of them."""

    def __init__(self, path: Path, recognise: Recognise = brokers.recognise) -> None:
        self.db: sqlite3.Connection = files.create(path)
        self.recognise = recognise
        self.live: dict[int, tuple[float, dict[str, Any]]] = {}
        """By id of the record: its time, and the snapshot of its connection."""
        self._capture = Capture(recognise=recognise)
        self._connected: dict[int, int] = {}
        self._linked: set[int] = set()

    def keep(self, events: Iterable[Event], state: State | None) -> None:
        """What happened, and what the session knew then."""
        before = self._capture.last_id
        events = list(events)
        self._capture.extend(events)
        for event in events:
            if isinstance(event, Connected):
                self._connected[event.connection] = event.number
        for id_ in range(before + 1, self._capture.last_id + 1):
            record = self._capture.record(id_)
            assert record is not None
            after = record.number > self._connected.get(record.connection, record.number)
            bits = self._capture.versions.bits.get(record.connection, 0) >> 4
            stored.insert(self.db, [stored.row_of(record, bits if after else 0)])
        if state is None or self._capture.last_id == before:
            return
        if state.connection not in self._linked:
            self._linked.add(state.connection)
            values = (state.connection, state.predecessor)
            self.db.execute(
                "INSERT INTO connection (connection, role, predecessor) VALUES (?, 'client', ?)", values
            )
        last = self._capture.record(self._capture.last_id)
        assert last is not None
        if last.connection == state.connection:
            self.live[last.id] = last.time, snapshot(state)

    def checkpoint(self, state: State) -> int:
        """Write one of `state` as it is now; returns its id."""
        rows = checkpoint_rows(self._capture.last_id, [state])
        self.db.executemany("INSERT INTO checkpoint VALUES (?, ?, ?)", rows)
        return self._capture.last_id

    def seen(self, id_: int) -> dict[str, Any]:
        """The live state after a record, as far as records can tell it."""
        now, data = self.live[id_]
        state = restored(data, self.recognise)
        settle_down(state)
        state.advance(now)
        state.redact = State().redact
        return snapshot(state)

    def same(self, id_: int, state: State) -> None:
        """The folded state equals the live one; octets that ended no frame are heard live only."""
        live, folded = self.seen(id_), snapshot(state)
        heard, told = live.pop("last_received"), folded.pop("last_received")
        assert folded == live, f"record {id_}"
        assert told is heard is None or told <= heard
