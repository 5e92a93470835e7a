"""Recordings that somebody else made: whatever their rows hold, they are looked at without a fault."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from stomptui.capture import recordings
from stomptui.capture.doubt import DAMAGED
from stomptui.capture.record import Kind
from stomptui.capture.store import Capture
from tests.capture.recorded import capture, message

ODD = (None, -1, 7, 99, 1 << 62, 1e300, float("inf"), "abc", "\x1b]52;c;x\x07", b"\xff\0", "", " 5", 3.7)
COLUMNS = (
    *("connection", "number", "kind", "direction", "time", "wall", "protocol", "size", "settlement"),
    *("deliveries", "earlier", "outcome", "words", "beats", "about_first", "about_last", "about_frames"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return capture(tmp_path / "a.stomptui", [message("/queue/q", b"body") for _ in range(3)])


def spoilt(path: Path, statement: str, *values: object) -> bool:
    """Change the file; False where SQLite itself refuses to."""
    db = sqlite3.connect(path)
    try:
        db.execute(statement, values)
        db.commit()
    except sqlite3.IntegrityError:
        return False
    finally:
        db.close()
    return True


def looked_at(path: Path) -> Capture:
    """The recording, after everything that a screen asks of it."""
    seen = Capture(recording=recordings.opened(path))
    seen.catch_up()
    assert len(list(seen.rows())) <= len(list(seen.rows(beats=True))) <= 3
    for id_ in (1, 2, 3, 4):
        seen.record(id_)
        seen.settlement(id_)
        seen.outcome(id_)
    seen.next_unsettled(0)
    list(seen.search("zzz"))
    return seen


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("column", COLUMNS)
def test_a_row_with_anything_in_it(path: Path, column: str, odd: object) -> None:
    if not spoilt(path, f"UPDATE frame SET {column} = ? WHERE id = 2", odd):
        return
    seen = looked_at(path)
    first, second = seen.record(1), seen.record(2)
    assert first is not None and first.frame is not None and first.frame.body == b"body"
    assert second is not None
    assert column == "words" or second.words in ("", DAMAGED)
    if second.words == DAMAGED:
        assert second.kind is Kind.MALFORMED and second.raw.startswith(b"MESSAGE\n")
    assert type(second.connection) is int and type(second.wall) is float and second.beats < 1 << 21


@pytest.mark.parametrize("odd", [odd for odd in ODD if type(odd) is not bytes], ids=repr)
@pytest.mark.parametrize("column", ["head", "body"])
def test_octets_that_are_none(path: Path, column: str, odd: object) -> None:
    if not spoilt(path, f"UPDATE octets SET {column} = ? WHERE id = 2", odd):
        return
    seen = looked_at(path)
    second = seen.record(2)
    assert second is not None and second.kind is Kind.MALFORMED and second.words == DAMAGED


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("name", ["window", "dropped"])
def test_facts_that_are_none(path: Path, name: str, odd: object) -> None:
    assert spoilt(path, "UPDATE fact SET value = ? WHERE name = ?", odd, name)
    seen = looked_at(path)
    assert seen.dropped >= 0 and seen.window_id >= 1
    assert spoilt(path, "DELETE FROM fact WHERE name = ?", name)
    seen = looked_at(path)
    assert (seen.dropped, seen.window_id) == (0, 1)


def test_octets_that_are_missing(path: Path) -> None:
    assert spoilt(path, "DELETE FROM octets WHERE id = 2")
    second = looked_at(path).record(2)
    assert second is not None and second.frame is None and second.raw == b""
