"""A capture goes out as NDJSON and comes back: the same rows in every table, the same octets."""

from __future__ import annotations

import json
import sqlite3
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stomptui.capture import files
from stomptui.capture.stored import Row, read
from stomptui.capture.transfer import export, lines, pick
from stomptui.capture.transfer.target import TransferError
from tests.capture import filled
from tests.capture.filled import contents, loaded, made, written


def there_and_back(db: sqlite3.Connection, folder: Path, **options: Any) -> sqlite3.Connection:
    written(db, folder / "x.ndjson", **options)
    loaded(folder / "x.ndjson", folder / "back.stomptui")
    return files.look(folder / "back.stomptui")


def objects(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_everything_comes_back(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui")
    back = there_and_back(db, tmp_path)
    assert contents(back) == contents(db)
    assert len(contents(back)["frame"]) == len(filled.rows())
    assert back.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert not list(tmp_path.glob(".*"))


def test_every_table_and_every_column_has_a_member(tmp_path: Path) -> None:
    """Whoever adds to the schema adds to the format."""
    db = made(tmp_path / "a.stomptui")
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == set(filled.TABLES)
    kinds = {"connection": lines.Connection, "settling": lines.Settling, "note": lines.Note}
    for table, kind in {**kinds, "checkpoint": lines.Checkpoint}.items():
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        assert columns == list(kind.__struct_fields__), table
    columns = [row[1] for row in db.execute("PRAGMA table_info(frame)")]
    assert [*columns, "head", "body"] == list(Row._fields)


@settings(deadline=None, max_examples=300)
@given(st.lists(filled.any_row(), max_size=4))
@example([filled.rows()[0]._replace(time=1.7e308, wall=1.7e308)])  # each is a number, their sum is none
def test_any_rows_come_back(rows: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        numbered = [row._replace(id=id_) for id_, row in enumerate(rows, start=1)]
        db = made(path / "a.stomptui", numbered)
        back = there_and_back(db, path)
        assert contents(back) == contents(db)
        assert list(read(back, 1, 9)) == numbered


def test_octets_are_readable_where_that_is_exact(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui")
    written(db, tmp_path / "x")
    records = [each for each in objects(tmp_path / "x") if each["line"] == "record"]
    first, escaped, crlf, colon = records[:4]
    assert first["headers"][2:4] == [["destination", "/queue/a"], ["x-token", "hunter2"]]  # type: ignore[index]
    assert first["body"] == filled.NESTED.decode() and "head" not in first and "body64" not in first
    assert escaped["headers"][1:] == [["destination", "/a:b\\c"], ["x", "\n"]] and "head" not in escaped  # type: ignore[index]
    assert "head" in crlf and crlf["headers"][0][0] == "destination"  # type: ignore[index]
    assert colon["body64"] == "//4=" and "body" not in colon
    assert records[-1]["about"] == [3, 5, 2] and records[-1]["earlier"] == 1


def test_without_heart_beats_the_rest_comes_back_without_a_gap(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui")
    back = there_and_back(db, tmp_path, beats=False)
    here, there = list(read(db, 1, 99)), list(read(back, 1, 99))
    assert [row._replace(id=0) for row in here if row.kind != 2] == [row._replace(id=0) for row in there]
    assert [row.id for row in there] == list(range(1, len(here)))
    assert back.execute("SELECT value FROM fact WHERE name = 'selected'").fetchone() == ("16 of 17 records",)
    assert back.execute("SELECT count(*) FROM checkpoint").fetchone() == (0,)


def test_where_there_are_no_heart_beats_nothing_is_left_out(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui", [row for row in filled.rows() if row.id < 10])
    assert contents(there_and_back(db, tmp_path, beats=False)) == contents(db)


def test_what_belongs_to_the_records_of_a_selection_goes_with_them(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui")
    back = there_and_back(db, tmp_path, ids=[3, range(5, 7), 17])
    assert [(row.id, row.number) for row in read(back, 1, 99)] == [(1, 3), (2, 5), (3, 6), (4, 17)]
    assert back.execute("SELECT frame, settlement FROM settling").fetchall() == [(1, 6)]
    assert back.execute("SELECT frame, text FROM note").fetchall() == [(1, "look: hunter2")]
    assert len(contents(back)["connection"]) == 2
    assert dict(back.execute("SELECT name, value FROM fact"))["window"] == 1


def test_an_empty_capture_and_an_empty_selection_come_back(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui", [])
    assert contents(there_and_back(db, tmp_path)) == contents(db)
    written(db, tmp_path / "none", ids=[])
    assert loaded(tmp_path / "none", tmp_path / "b").records == 0


def test_a_window_that_moved_on_stays(tmp_path: Path) -> None:
    some = [row for row in filled.rows() if row.id in (2, 4) or row.id >= 7]
    db = made(tmp_path / "a.stomptui", some)
    db.execute("UPDATE fact SET value = 7 WHERE name = 'window'")
    db.execute("UPDATE fact SET value = 4 WHERE name = 'dropped'")
    assert contents(there_and_back(db, tmp_path)) == contents(db)


@pytest.mark.parametrize("ids", [[1, 1], [2, 1], [range(1, 5), 4]])
def test_ids_that_do_not_ascend_are_refused(ids: list[int | range]) -> None:
    with pytest.raises(ValueError, match="ids ascend"):
        pick.runs(ids)


@given(st.sets(st.integers(1, 2000)))
def test_runs_hold_what_was_given(ids: set[int]) -> None:
    kept = pick.runs(sorted(ids))
    assert kept.total == len(ids)
    assert {id_ for id_ in range(2002) if pick.has(kept, id_)} == ids


def test_many_scattered_records_are_found(tmp_path: Path) -> None:
    row = filled.rows()[0]
    db = made(tmp_path / "a.stomptui", [row._replace(id=id_) for id_ in range(1, 2001)])
    ids = [id_ for id_ in range(1, 2001) if id_ % 3 or 500 < id_ < 900]
    assert [each.id for each in pick.rows(db, pick.runs(ids))] == ids
    assert pick.found(db, "id % 5 = ? AND id < ?", (1, 20)).total == 4


def test_an_export_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    row = filled.rows()[0]
    db = made(tmp_path / "a.stomptui", [row._replace(id=id_) for id_ in range(1, 2001)])
    for form in export.FORMS:
        (tmp_path / form).mkdir()
        slices = export.to_file(db, tmp_path / form / "x", form)
        first = next(slices)
        assert 0 < first.done < first.total == 2000
        assert len(list((tmp_path / form).iterdir())) == 1
        slices.close()
        assert list((tmp_path / form).iterdir()) == []
        assert not db.in_transaction


def test_what_is_recorded_meanwhile_is_not_in_it(tmp_path: Path) -> None:
    row = filled.rows()[0]
    writer = made(tmp_path / "a.stomptui", [row._replace(id=id_) for id_ in range(1, 1001)])
    reader = files.look(tmp_path / "a.stomptui")
    slices = export.to_file(reader, tmp_path / "x")
    next(slices)
    writer.execute("DELETE FROM frame WHERE id > 500")
    assert filled.result(slices) == export.Exported(1000, ())
    assert objects(tmp_path / "x")[-1] == {"line": "end", "records": 1000}


def test_the_file_is_ours_alone_and_replaced_only_by_force(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui")
    path = tmp_path / "x"
    path.write_text("mine")
    with pytest.raises(TransferError, match="there is such a file; --force replaces it"):
        written(db, path)
    assert path.read_text() == "mine"
    written(db, path, force=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert objects(path)[0] == {
        "line": "header",
        "format": "stomptui-capture",
        "version": 1,
        "program": "stomptui hunter2",
    }


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE frame SET words = x'00' WHERE id = 2",
        "UPDATE frame SET kind = 77 WHERE id = 2",
        "UPDATE frame SET wall = 9e999 WHERE id = 2",
        "UPDATE octets SET body = 'text' WHERE id = 2",
        "UPDATE settling SET settlement = 9",
        "UPDATE note SET text = x'ff'",
        "UPDATE connection SET endpoint = x'ff'",
        "INSERT INTO fact VALUES ('huge', 9e999)",
    ],
)
def test_a_capture_that_none_wrote_is_told_and_leaves_nothing(tmp_path: Path, change: str) -> None:
    db = made(tmp_path / "a.stomptui")
    db.execute(change)
    with pytest.raises(TransferError, match="the capture cannot be read: "):
        written(db, tmp_path / "x")
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("a.")) == []
