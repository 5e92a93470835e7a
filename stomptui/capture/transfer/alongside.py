"""An export beside everything else: in a thread, with connections of its own that only read."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stomptui.capture import files, retention, schema, stored
from stomptui.capture.files import CaptureError
from stomptui.capture.record import Kind
from stomptui.capture.transfer import export, pick
from stomptui.capture.transfer.export import Exported
from stomptui.capture.transfer.rules import Rules
from stomptui.capture.transfer.target import TransferError
from stomptui.capture.wanted import Wanted, rows_of

if TYPE_CHECKING:
    from stomptui.capture.store import Capture

LOOK = 20_000
"""Records that a filter looks at together; it has some seconds for them."""
PATIENCE = 10.0
"""Seconds that what is still in memory has to come to the file."""
COPY = 200
"""Records copied from memory at a time, some milliseconds of work."""
REST = 0.0005
"""Seconds between two slices in which whoever waits for the interpreter gets it."""

FRAME = f"kind = {Kind.FRAME:d}"
ONLY = {"raw": FRAME, "bodies": f"{FRAME} AND size > 0"}
"""What each form has anything of: the others leave out no record."""

CONNECTION = "INSERT OR IGNORE INTO connection (connection, endpoint, role) VALUES (?, ?, 'client')"


class Order(NamedTuple):
    """What is exported, and where to; see `export.to_file`."""

    path: Path
    form: str = "ndjson"
    beats: bool = True
    rules: Rules = Rules()
    force: bool = False
    ids: tuple[int, ...] | None = None
    """Only these records, ascending."""
    wanted: Wanted | None = None
    """Only what matches."""


class Exporting:
    """One export on its way; `share` is how much of it is done, 0 to 1.

    `cancel` may come from any thread, and leaves nothing of the file.
    """

    def __init__(
        self,
        order: Order,
        look: Callable[[], sqlite3.Connection],
        settle: Callable[[Callable[[], bool]], None] = lambda stopped: None,
        *,
        first: int = 1,
        last: int = 0,
    ) -> None:
        """`look` gives what is read from, records from `first` on; `settle`, before it, waits for the last.

        Both are called in the thread. `missing` says how many records up to `last` were not there even so.
        """
        self.order = order
        self.share = 0.0
        self.missing = 0
        self._look = look
        self._settle = settle
        self._first = first
        self._last = last
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._reading: list[sqlite3.Connection] = []
        self._exported: Exported | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="export")
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether it came to an end, a good one or not."""
        return not self._thread.is_alive()

    def cancel(self) -> None:
        """Give up; returns at once."""
        with self._lock:
            self._stopped.set()
            for db in self._reading:
                db.interrupt()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; whether it came within so many seconds."""
        self._thread.join(seconds)
        return self.ended

    def result(self) -> Exported | None:
        """What came of it once it `ended`, None when it was cancelled; raises TransferError."""
        if self._error is not None:
            raise self._error
        return self._exported

    def _run(self) -> None:
        from stomptui.capture.filter import FilterError, Stopped

        try:
            self._exported = self._export()
        except (CaptureError, FilterError, Stopped, sqlite3.Error, TransferError) as error:
            if not self._stopped.is_set():
                known = isinstance(error, TransferError)
                self._error = error if known else TransferError(f"nothing was written: {error}")
        except Exception as error:  # a fault of ours: `result` raises it where somebody sees it
            self._error = error

    def _export(self) -> Exported | None:
        order = self.order
        self._settle(self._stopped.is_set)
        with ExitStack() as stack:
            db = stack.enter_context(self._open(self._look))
            db.execute("BEGIN")  # what is chosen and what is read are of one moment
            last = retention.last_id(db)
            if order.ids is None:
                self.missing = max(0, self._last - last)
            else:
                self.missing = sum(id_ > last for id_ in order.ids)
            slices = export.to_file(
                db,
                order.path,
                order.form,
                ids=self._ids(db, last),
                beats=order.beats,
                rules=order.rules,
                force=order.force,
            )
            stack.enter_context(closing(slices))
            while not self._stopped.is_set():
                try:
                    done, total = next(slices)
                except StopIteration as stop:
                    return stop.value  # type: ignore[no-any-return]  # what a generator returns is Any
                self.share = done / (total or 1)
                self._stopped.wait(REST)
        return None

    @contextmanager
    def _open(self, look: Callable[[], sqlite3.Connection]) -> Iterator[sqlite3.Connection]:
        """A connection that `cancel` interrupts."""
        with closing(look()) as db:
            with self._lock:
                self._reading.append(db)
                if self._stopped.is_set():
                    db.interrupt()
            try:
                yield db
            finally:
                with self._lock:  # nobody interrupts what is closed
                    self._reading.remove(db)

    def _ids(self, db: sqlite3.Connection, last: int) -> pick.Runs | None:
        """The ids of what is exported, None for all that the file has."""
        order, first = self.order, self._first
        some: pick.Runs | None = None
        if order.wanted is not None:
            some = pick.runs(self._matching(order.wanted, last))
        elif order.ids is not None:
            some = pick.runs(order.ids)
        if some is not None and some.first:
            first, last = some.first[0], some.last[-1]
        where = [ONLY[order.form]] if order.form in ONLY else []
        if some is None and first == 1 and not where:
            return None
        where.append("id BETWEEN ? AND ?")
        if not order.beats:
            where.append(f"kind <> {Kind.HEART_BEAT:d}")
        found = pick.found(db, " AND ".join(where), (first, last))
        if some is None:
            return found
        each = (range(*ends) for ends in zip(found.first, (stop + 1 for stop in found.last), strict=True))
        return pick.runs(id_ for ids in each for id_ in ids if pick.has(some, id_))

    def _matching(self, wanted: Wanted, last: int) -> Iterator[int]:
        """What a filter finds; with a connection of its own, as it narrows what that may do."""
        with self._open(self._look) as db:
            wanted.prepare(db)
            for start in range(self._first, last + 1, LOOK):
                yield from wanted.ids(db, start, min(start + LOOK - 1, last))


def from_file(capture: Capture, order: Order) -> Exporting:
    """Export from the file of a capture, once all that was kept by now is in it."""
    archive = capture.archive
    assert archive is not None
    until = time.monotonic() + PATIENCE

    def settle(stopped: Callable[[], bool]) -> None:
        while not (stopped() or archive.trouble or time.monotonic() > until or archive.flush(0.1)):
            pass

    def look() -> sqlite3.Connection:
        return files.look(archive.recording.path)

    return Exporting(order, look, settle, first=archive.start, last=capture.last_id)


def from_memory(capture: Capture, order: Order) -> Generator[float, None, Exporting]:
    """Export from memory alone, by way of a copy in a file without a name; gives how much of it is made.

    It is to be gone through where the capture is written, some milliseconds each time. Raises TransferError.
    """
    some: list[int] = []
    if order.wanted is not None:
        for id_ in order.wanted.within(capture, capture.first_id, capture.last_id):
            if id_ is not None:
                some.append(id_)
            else:
                yield 0.0
        order = order._replace(wanted=None, ids=tuple(some))
    else:
        some += order.ids if order.ids is not None else _every(capture)
    db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    try:
        db.executescript(schema.TABLES)
        db.execute("BEGIN")
        values = (time.time(), capture.window_id, capture.dropped)
        db.execute("INSERT INTO fact VALUES ('created', ?), ('window', ?), ('dropped', ?)", values)
        for start in range(0, len(some), COPY):
            rows = list(rows_of(capture, some[start : start + COPY]))
            stored.insert(db, rows)
            db.executemany(
                CONNECTION, [(one, capture.origin(one).endpoint) for one in {row.connection for row in rows}]
            )
            yield start / len(some)
        db.execute("COMMIT")
    except BaseException as error:
        db.close()
        if isinstance(error, sqlite3.Error):
            raise TransferError(f"nothing was written: {error}") from None
        raise
    return Exporting(order, lambda: db)


def _every(capture: Capture) -> Iterator[int]:
    yield from capture.kept_ids
    yield from range(capture.window_id, capture.last_id + 1)
