"""Whether a filter is true of single records, which are in memory: for what has to be decided one by one."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from stomptui.capture import stored
from stomptui.capture.decode import VERSION_SHIFT
from stomptui.capture.wanted import in_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stomptui.capture.filter import Filter
    from stomptui.capture.store import Capture


def row(capture: Capture, id_: int) -> stored.Row | None:
    """Record `id_` as `true_of` takes it; None when it is gone, or too large to wait for."""
    record, line = capture.brief(id_), capture.tiers.line(id_)
    if record is None or line is None or record.left or len(record.raw) >= stored.LARGE:
        return None
    return stored.row_of(record, line.flags >> VERSION_SHIFT)


def true_of(wanted: Filter, rows: Sequence[stored.Row]) -> frozenset[int]:
    """The ids of those rows for which a filter is true; some tenths of a millisecond and as many a row.

    It touches nothing but what it is given, so that any thread may run it. Raises TookTooLong, CaptureError,
    sqlite3.Error.
    """
    from stomptui.capture.filter import matching, register  # late: what they need takes a while to load

    if not rows:
        return frozenset()
    with closing(in_memory()) as db:
        register(db)
        stored.insert(db, rows)
        return frozenset(matching(db, wanted, min(one.id for one in rows), max(one.id for one in rows)))
