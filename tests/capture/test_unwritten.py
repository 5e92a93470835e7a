"""The thread that writes: whatever fails in it, it goes on, loses nothing, and says what is not written."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from stomptui.capture import recordings, retention
from stomptui.capture.batch import Link
from stomptui.capture.retention import Limits
from stomptui.capture.store import Capture
from stomptui.stomp import events as ev
from tests.capture import made

PATIENCE = 30


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.stomptui"


def recording(path: Path, limits: Limits | None = None) -> Capture:
    return Capture(limit_records=20, recording=recordings.record(path, limits or Limits()))


def settled_down(capture: Capture, wait: float = PATIENCE) -> bool:
    assert capture.archive is not None
    return capture.archive.settle_down(wait)


def trouble(capture: Capture) -> str:
    assert capture.archive is not None
    return capture.archive.trouble


def ids(path: Path) -> list[int]:
    look = recordings.opened(path).look
    found = [id_ for (id_,) in look.execute("SELECT id FROM frame ORDER BY id")]
    look.close()
    return found


def test_what_fails_after_the_writing_does_not_write_it_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old rows are deleted in a transaction of its own, which needs room too."""
    capture = recording(path, Limits(records=50))
    trim, fails = retention.trim, [True]

    def full(*arguments: Any) -> retention.Trimmed | None:
        if fails:
            raise sqlite3.OperationalError("database or disk is full")
        return trim(*arguments)

    monkeypatch.setattr(retention, "trim", full)
    capture.extend(made.messages(1, 100))
    assert not settled_down(capture, 0.3)
    assert trouble(capture) == "database or disk is full"
    assert ids(path) == list(range(1, 101))
    fails.clear()
    capture.extend(made.messages(101, 110))
    assert settled_down(capture)
    assert trouble(capture) == ""
    first = capture.window_id
    assert 61 <= first <= 65
    capture.close(PATIENCE)
    assert ids(path) == list(range(first, 111))


def test_a_deletion_that_the_disk_has_no_room_for_is_said_as_it_is(path: Path) -> None:
    """SQLite rolls back by itself then, and what follows must not hide why."""
    recording = recordings.record(path, Limits(records=5))
    capture = Capture(recording=recording)
    capture.extend(made.messages(1, 5))
    assert settled_down(capture)
    recording.db.execute("PRAGMA query_only = ON")
    capture.extend(made.messages(6, 9))
    assert not settled_down(capture, 0.3)
    assert trouble(capture) == "attempt to write a readonly database"
    recording.db.execute("PRAGMA query_only = OFF")
    assert settled_down(capture)
    capture.close(PATIENCE)
    assert ids(path)[-4:] == [6, 7, 8, 9]


@pytest.mark.parametrize("words", ["\udcff", "\ud800x", "a\0b"])
def test_texts_that_sqlite_cannot_hold(path: Path, words: str) -> None:
    """A broker may put any octets into an ERROR that ends up in the reason of an end."""
    capture = recording(path)
    capture.extend([*made.messages(1, 10), made.ack(11, 3)])
    assert settled_down(capture)
    capture.set_outcome(11, words)
    capture.extend([ev.Closed(1, 0.5, words, False)])
    capture.link(Link(1, words, None, words, words, words, 1.0, 2.0, words))
    assert settled_down(capture)
    assert capture.close(PATIENCE) == path
    look = recordings.opened(path).look
    found = look.execute("SELECT outcome, words FROM frame WHERE id IN (11, 12) ORDER BY id").fetchall()
    kept = words if "\0" in words else "\ufffd" * 3 + words[1:]
    assert found == [(kept, ""), ("", kept)]
    assert look.execute("SELECT endpoint, reason FROM connection").fetchall() == [(kept, kept)]
    look.close()


def test_the_unforeseen_is_trouble_and_no_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = recording(path)
    with monkeypatch.context() as patch:
        patch.setattr("stomptui.capture.stored.insert_values", lambda *_: 1 // 0)
        capture.extend(made.messages(1, 10))
        assert not settled_down(capture, 0.3)
        assert "division" in trouble(capture)
        assert not capture.behind
    assert settled_down(capture)
    assert trouble(capture) == ""
    assert capture.close(PATIENCE) == path
    assert ids(path) == list(range(1, 11))


def test_what_did_not_reach_the_file_in_the_end_is_counted(path: Path) -> None:
    capture = recording(path)
    capture.extend(made.messages(1, 10))
    assert settled_down(capture)
    held = sqlite3.connect(path, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    capture.extend(made.messages(11, 17))
    assert capture.close(0.2) == path
    assert capture.unwritten == 7
    held.close()
    assert ids(path) == list(range(1, 11))


def test_all_that_is_written_is_not_counted(path: Path) -> None:
    capture = recording(path)
    capture.extend(made.messages(1, 10))
    capture.close(PATIENCE)
    assert capture.unwritten == 0
