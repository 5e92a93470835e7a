"""The thread that writes keeps to the limits however fast records come."""

from __future__ import annotations

import threading
from pathlib import Path

from stomptui.capture import files
from stomptui.capture.batch import Batch, Part
from stomptui.capture.columns import Columns
from stomptui.capture.retention import Limits
from stomptui.capture.writer import Writer, Written
from stomptui.stomp.events import Settlement

RAW = b"MESSAGE\ndestination:/queue/a\n\nbody\0"
BURST = 10_000
BURSTS = 5


def test_what_comes_fast_is_deleted_as_fast(tmp_path: Path) -> None:
    columns = Columns()
    for number in range(1, BURST * BURSTS + 1):
        columns.append(1, number, number / 1000, 1.8e9, 0, RAW, Settlement.AUTO)
    taken, most, window = 0, 0, 1
    all_taken = threading.Event()

    def take() -> Batch:
        nonlocal taken, most
        most = max(most, taken + 1 - window)
        if taken == BURST * BURSTS:
            all_taken.set()
            return Batch([], taken, {}, [], [], [], [])
        parts = [Part._make(part) for part in columns.since(taken, taken + BURST)]
        taken += BURST
        return Batch(parts, taken, {}, [], [], [], [])

    def told(written: Written) -> None:
        nonlocal window
        if written.trimmed is not None:
            window = written.trimmed.window

    db = files.create(tmp_path / "a.stomptui")
    writer = Writer(db, Limits(records=1000), take, told)
    assert all_taken.wait(30)
    assert writer.stop(60)
    assert most <= 2 * BURST
    db.close()
