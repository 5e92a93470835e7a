"""A disk that is full, or a file that cannot be written: the session goes on, and nothing written is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from stomptui.capture import recordings, tiers
from stomptui.capture.retention import Limits
from stomptui.capture.store import Capture
from stomptui.console.trouble import Trouble
from stomptui.stomp.events import Settlement
from tests.capture import made

PATIENCE = 30


@pytest.fixture
def full(tmp_path: Path) -> Capture:
    """A capture whose file may not grow beyond some pages, as on a full disk."""
    recording = recordings.record(tmp_path / "a.stomptui", Limits())
    capture = Capture(limit_records=20, recording=recording)
    capture.extend(made.messages(1, 50))
    written(capture)
    (pages,) = recording.db.execute("PRAGMA page_count").fetchone()
    recording.db.execute(f"PRAGMA max_page_count = {pages + 2}")
    capture.extend([made.message(51), *made.messages(52, 1000)])
    assert capture.archive is not None
    assert not capture.archive.settle_down(0.5)
    capture.catch_up()
    return capture


def written(capture: Capture) -> None:
    assert capture.archive is not None and capture.archive.settle_down(PATIENCE)
    capture.catch_up()


def make_room(capture: Capture) -> None:
    assert capture.archive is not None
    capture.archive.recording.db.execute("PRAGMA max_page_count = 1000000")


def test_it_is_said_once_and_all_stays_readable(full: Capture) -> None:
    trouble = Trouble()
    toast = trouble.told(full)
    assert toast is not None and toast[2] == "error"
    assert "a.stomptui cannot be written: database or disk is full" in toast[0]
    assert trouble.told(full) is None
    assert not full.behind  # the live session goes on
    assert [full.record(id_) is not None for id_ in (1, 50, 51, 1000)] == [True] * 4
    assert full.next_unsettled(0) == 51
    full.extend([made.ack(1001, 51), made.settled((51,), Settlement.ACKED)])
    assert full.settlement(51) is Settlement.ACKED
    make_room(full)
    full.close(PATIENCE)


def test_when_there_is_room_again_nothing_is_missing(full: Capture) -> None:
    trouble = Trouble()
    trouble.told(full)
    make_room(full)
    written(full)
    toast = trouble.told(full)
    assert toast is not None and "written again, and lacks nothing" in toast[0]
    path = full.close(PATIENCE)
    assert path is not None
    db = recordings.opened(path).look
    assert db.execute("SELECT count(*), min(number), max(number) FROM frame").fetchone() == (1000, 1, 1000)
    db.close()


def test_what_memory_cannot_hold_ends_the_recording_and_not_the_session(
    full: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble()
    trouble.told(full)
    monkeypatch.setattr(tiers, "LIMIT_RECORDS", 2000)
    full.extend(made.messages(1001, 3000))
    toast = trouble.told(full)
    assert full.archive is None
    assert toast is not None and "Nothing more is written to" in toast[0]
    assert full.next_unsettled(0) == 51  # unsettled, so kept beyond all
    assert full.count + full.dropped == 3000
    full.extend(made.messages(3001, 3010))
    assert full.record(3010) is not None and full.record(1) is None
    path = full.close(PATIENCE)
    assert path is not None
    db = recordings.opened(path).look
    assert db.execute("SELECT count(*) FROM frame").fetchone()[0] >= 50
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
