"""A scan of a file that is given up is adrift: the next one goes on in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from stomptui.capture import recordings, tiers
from stomptui.capture.retention import Limits
from stomptui.capture.scan import Scan
from stomptui.capture.store import Capture
from stomptui.capture.wanted import Wanted
from tests.capture import made
from tests.capture.test_scan import until, whole

PATIENCE = 30


def test_a_scan_of_a_file_that_is_given_up_is_adrift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = recordings.record(tmp_path / "a.stomptui", Limits())
    capture = Capture(limit_records=20, recording=recording)
    capture.extend(made.messages(1, 50))
    archive = capture.archive
    assert archive is not None and archive.settle_down(PATIENCE)
    capture.catch_up()
    scan = Scan(capture, Wanted("MESSAGE"), 0)
    until(scan, lambda: scan.whole)
    assert list(scan.found.ids) == list(range(1, 51)) and not scan.adrift
    (pages,) = recording.db.execute("PRAGMA page_count").fetchone()
    recording.db.execute(f"PRAGMA max_page_count = {pages + 2}")
    capture.extend(made.messages(51, 1000))
    assert not archive.settle_down(0.5)
    capture.catch_up()
    assert not scan.adrift  # a disk that is full may have room again
    monkeypatch.setattr(tiers, "LIMIT_RECORDS", 2000)
    capture.extend(made.messages(1001, 3000))
    assert capture.archive is None
    assert scan.adrift
    scan.look()
    assert scan.found.ids[-1:] != [3000]  # it knows the file alone
    scan.cancel()
    assert scan.wait(PATIENCE)
    again = Scan(capture, Wanted("MESSAGE"), 0)
    assert not again.adrift
    again.cancel()
    found = whole(capture, Wanted("MESSAGE"))
    assert found[-1] == 3000 and set(range(1001, 3001)) <= set(found)
    capture.close(PATIENCE)
