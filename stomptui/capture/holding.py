"""Which of some records hold a text: those in memory in slices, those that only the file has in a thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from stomptui.capture import files, search
from stomptui.capture.wanted import Wanted

if TYPE_CHECKING:
    from stomptui.capture.store import Capture


def holding(capture: Capture, text: str, ids: Iterable[int], left: list[int]) -> Iterator[int | None]:
    """Those of the records `ids` that `Capture.search` would find; None wherever some milliseconds are over.

    Those of which only the file has the whole body are put into `left`, for `in_file`.
    """
    how = search.finder(text)
    if how is None:
        return
    until = time.perf_counter() + search.SLICE
    for id_ in ids:
        line = capture.tiers.line(id_)
        if line is None:
            continue
        if line.left:
            left.append(id_)
            continue
        for found in search.holds(line.raw, how):
            if found:
                yield id_
            if time.perf_counter() >= until:
                yield None
                until = time.perf_counter() + search.SLICE
            if found:
                break


def in_file(path: Path, text: str, ids: Iterable[int], go_on: Callable[[], bool]) -> list[int]:
    """Those of the records `ids` in the file at `path` that hold `text`, until `go_on` says no; for a thread.

    Raises CaptureError and sqlite3.Error.
    """
    wanted = Wanted(text)
    found: list[int] = []
    with closing(files.look(path)) as db:
        wanted.prepare(db)
        for id_ in ids:
            if not go_on():
                break
            found += wanted.ids(db, id_, id_)
    return found
