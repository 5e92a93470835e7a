"""An import writes the states of connections down where its source has not."""

from __future__ import annotations

import io
import sqlite3
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui import brokers
from stomptui.capture import checkpoint, files
from stomptui.capture.files import CaptureError
from stomptui.capture.moment import Moments
from stomptui.capture.stored import Row
from stomptui.capture.transfer import load
from stomptui.capture.transfer.rules import rules
from stomptui.stomp.errors import StompError
from stomptui.stomp.snapshot import snapshot
from tests.capture.filled import any_row, contents, made, result, written
from tests.capture.test_moment import filled


@pytest.fixture(autouse=True)
def every(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "EVERY", 500)


def there_and_back(db: sqlite3.Connection, path: Path, **options: Any) -> sqlite3.Connection:
    source = path.with_suffix(".ndjson")
    written(db, source, **options)
    with source.open("rb") as stream:
        result(load.load(stream, path, recognise=brokers.recognise))
    return files.look(path)


def ids(db: sqlite3.Connection) -> list[int]:
    return [id_ for (id_,) in db.execute("SELECT DISTINCT id FROM checkpoint ORDER BY id")]


def bare(db: sqlite3.Connection) -> sqlite3.Connection:
    """A copy without checkpoints."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    db.backup(copy)
    copy.execute("DELETE FROM checkpoint")
    return copy


def test_an_import_has_the_states_that_folding_it_gives(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 1_741)
    assert ids(db) == []
    back = there_and_back(db, tmp_path / "b.stomptui")
    assert ids(back) == [500, 1_000, 1_500, 1_741]
    folding = Moments(bare(back), brokers.recognise)
    for id_ in ids(back):
        assert snapshot(Moments(back, brokers.recognise).at(id_).state) == snapshot(folding.at(id_).state)
    assert {**contents(back), "checkpoint": []} == contents(db)
    again = there_and_back(back, tmp_path / "c.stomptui")
    assert contents(again) == contents(back)


def test_to_the_checkpoints_of_a_recording_none_is_added(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 3_000, checkpoints=True)
    assert len(ids(db)) > 4 and all(500 <= b - a < 510 for a, b in pairwise(ids(db)))
    assert contents(there_and_back(db, tmp_path / "b.stomptui")) == contents(db)
    db.execute("DELETE FROM checkpoint WHERE id > 2900")  # a killed recording, whose last one was not written
    assert contents(there_and_back(db, tmp_path / "c.stomptui")) == contents(db)


def test_where_a_recording_has_a_wide_gap_it_is_filled(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 3_000, checkpoints=True)
    first, *_, last = own = ids(db)
    db.execute("DELETE FROM checkpoint WHERE id > ? AND id < ?", (first, last))
    back = there_and_back(db, tmp_path / "b.stomptui")
    found = ids(back)
    assert {first, last} < set(found) and len(own) - 1 <= len(found) <= len(own)
    assert all(490 <= b - a <= 1_000 for a, b in pairwise(found))
    folding = Moments(bare(back), brokers.recognise)
    for id_ in found:
        assert snapshot(Moments(back, brokers.recognise).at(id_).state) == snapshot(folding.at(id_).state)


def test_a_selection_and_what_is_redacted_have_them_too(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 1_201, checkpoints=True)
    assert ids(db)
    redacted = there_and_back(db, tmp_path / "b.stomptui", rules=rules(["message-id"], [], []))
    assert ids(redacted) == [500, 1_000, 1_201]
    assert "m-700" not in "".join(text for (text,) in redacted.execute("SELECT state FROM checkpoint"))
    assert Moments(redacted, brokers.recognise).at(1_201).state.frames == 1_201
    some = there_and_back(db, tmp_path / "c.stomptui", ids=[range(1, 601), range(700, 801)])
    assert ids(some) == [500, 701]


def test_a_window_that_moved_on_begins_where_it_does(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 1_301)
    db.execute("DELETE FROM frame WHERE id < 301 AND id != 7")
    db.execute("UPDATE fact SET value = 301 WHERE name = 'window'")
    assert ids(there_and_back(db, tmp_path / "b.stomptui")) == [800, 1_300, 1_301]


def test_where_a_record_cannot_be_folded_there_is_none_from_there_on(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 1_701)
    db.execute("UPDATE frame SET time = 1e300 WHERE id = 1200")
    back = there_and_back(db, tmp_path / "b.stomptui")
    assert ids(back) == [500, 1_000]
    assert back.execute("SELECT count(*) FROM frame").fetchone() == (1_701,)


def test_without_the_dialects_none_is_made(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 1_100)
    written(db, tmp_path / "x")
    result(load.load(io.BytesIO((tmp_path / "x").read_bytes()), tmp_path / "b.stomptui"))
    assert ids(files.look(tmp_path / "b.stomptui")) == []


@settings(deadline=None, max_examples=200)
@given(st.lists(any_row(), min_size=1, max_size=6))
def test_any_rows_come_back_as_they_were(rows: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoint, "EVERY", 1)
        path = Path(folder)
        db = made(path / "a.stomptui", [row._replace(id=id_) for id_, row in enumerate(rows, start=1)])
        db.execute("DELETE FROM checkpoint")
        back = there_and_back(db, path / "b.stomptui")
        assert {**contents(back), "checkpoint": []} == contents(db)
        for id_ in ids(back):
            try:
                Moments(back, brokers.recognise).at(id_)
            except (CaptureError, StompError) as error:
                pytest.fail(f"checkpoint {id_}: {error}")
