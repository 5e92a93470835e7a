"""Files that are no captures as this program makes them: said in words, and never written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stomptui.capture import files, recordings, schema
from stomptui.capture.files import CaptureError
from tests.capture.recorded import capture, send

FRAMES = 300


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return capture(tmp_path / "a.stomptui", [send("/queue/a", b"x" * 3000)] * FRAMES)


def change(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(script)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def changed_text(path: Path, name: str, before: str, after: str) -> None:
    """Change the statement that made a table, as a hostile editor of the file would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA writable_schema = ON")
        done = db.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?", (before, after, name)
        )
        assert done.rowcount == 1
        db.execute("PRAGMA schema_version = 9999")


STRANGE: dict[str, Callable[[Path], None]] = {
    "a trigger": lambda path: change(
        path, "CREATE TRIGGER t AFTER INSERT ON frame BEGIN DELETE FROM octets; END"
    ),
    "a view for a table": lambda path: change(
        path,
        "DROP TABLE octets; CREATE VIEW octets AS WITH RECURSIVE n(i) AS"
        " (SELECT 1 UNION ALL SELECT i+1 FROM n)"
        " SELECT i AS id, zeroblob(100000000) AS head, zeroblob(100000000) AS body FROM n",
    ),
    "a generated column": lambda path: change(
        path,
        "DROP TABLE octets; CREATE TABLE octets (id INTEGER PRIMARY KEY, head BLOB NOT NULL,"
        " body BLOB AS (zeroblob(900000000)))",
    ),
    "a virtual table": lambda path: change(
        path, "DROP TABLE octets; CREATE VIRTUAL TABLE octets USING fts5(id, head, body)"
    ),
    "a column less": lambda path: change(path, "ALTER TABLE connection DROP COLUMN reason"),
    "a column more": lambda path: change(path, "ALTER TABLE frame ADD COLUMN more"),
    "a table less": lambda path: change(path, "DROP TABLE checkpoint"),
    "another view": lambda path: change(
        path, "DROP VIEW frames; CREATE VIEW frames AS SELECT load_extension('/tmp/x')"
    ),
    "an index of an expression": lambda path: change(
        path, "CREATE INDEX evil ON octets (zeroblob(900000000)) WHERE id = 0"
    ),
    "another default": lambda path: changed_text(path, "frame", "DEFAULT ''", "DEFAULT (hex(zeroblob(9e8)))"),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_another_layout_is_refused(path: Path, kind: str) -> None:
    STRANGE[kind](path)
    before = path.read_bytes()
    for use in (recordings.opened, recordings.record, files.go_on, files.look):
        with pytest.raises(CaptureError, match="is not laid out as a capture of stomptui is"):
            use(path)
    assert path.read_bytes() == before
    if kind == "a trigger":
        change(path, "DROP TRIGGER t")  # and nobody holds it
        recordings.record(path).close(keep=True)


def test_what_somebody_added_beside_is_left_alone(path: Path) -> None:
    """Whoever reads a capture with the sqlite3 program may keep own tables and views in it."""
    change(path, "CREATE TABLE mine (x); CREATE VIEW last AS SELECT * FROM frames LIMIT 9; ANALYZE")
    recordings.record(path).close(keep=True)
    recordings.opened(path).look.close()


def test_a_statement_that_cannot_be_read_is_damage(path: Path) -> None:
    changed_text(path, "octets", "CREATE", "KREATE")
    for use in (files.look, files.go_on):
        with pytest.raises(CaptureError, match=r"a.stomptui: is damaged \(malformed.*\.recover"):
            use(path)


def test_a_file_cut_off_is_damage(path: Path) -> None:
    os.truncate(path, schema.PAGE // 2)
    with pytest.raises(CaptureError, match="is damaged"):
        files.look(path)
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(CaptureError, match="is damaged"):
        files.look(path)
    path.write_bytes(b"no database" * 500)
    with pytest.raises(CaptureError, match="is not a capture"):
        files.look(path)


def test_a_text_that_is_no_utf8_is_shown(path: Path) -> None:
    change(path, "UPDATE frame SET destination = CAST(x'2fff41' AS TEXT), words = CAST(x'ff' AS TEXT)")
    with closing(files.look(path)) as db:
        found = db.execute("SELECT destination, words FROM frame WHERE id = 1").fetchone()
    assert found == ("/\ufffdA", "\ufffd")


AS_NOBODY = """
import os, sys
from pathlib import Path
from stomptui.capture import files
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    db = files.look(Path(sys.argv[1]))
    print(db.execute("SELECT count(*) FROM frame").fetchone()[0])
except files.CaptureError as error:
    print(error)
"""


@pytest.fixture
def shared(path: Path) -> Iterator[Path]:
    """The capture in a folder that everybody may read."""
    folder = Path(tempfile.mkdtemp())
    path.chmod(0o644)
    moved = Path(shutil.move(path, folder / "a.stomptui"))
    yield moved
    folder.chmod(0o755)
    shutil.rmtree(folder)


def as_nobody(path: Path) -> str:
    """What somebody finds who may read the folder of a file, and not write to it."""
    path.parent.chmod(0o555)
    done = subprocess.run([sys.executable, "-c", AS_NOBODY, path], capture_output=True, text=True)
    path.parent.chmod(0o755)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_in_a_folder_that_cannot_be_written(shared: Path) -> None:
    assert as_nobody(shared) == str(FRAMES)
    assert [file.name for file in shared.parent.iterdir()] == [shared.name]


def test_a_log_that_cannot_be_read_is_not_passed_over(shared: Path) -> None:
    log = Path(f"{shared}-wal")
    with closing(sqlite3.connect(shared, isolation_level=None)) as db:
        db.execute("DELETE FROM frame WHERE id = 1")
        left = log.read_bytes()
    log.write_bytes(left)  # as a kill leaves it
    log.chmod(0o644)
    assert "has a log beside it, a.stomptui-wal" in as_nobody(shared)
    shared.chmod(0o000)
    if os.geteuid() == 0:
        assert "is it yours to read?" in as_nobody(shared) or "has a log" in as_nobody(shared)


@pytest.mark.parametrize("version", [0, -1])
def test_a_version_that_never_was(path: Path, version: int) -> None:
    change(path, f"PRAGMA user_version = {version}")
    for use in (files.look, files.go_on):
        with pytest.raises(CaptureError, match="is not a capture"):
            use(path)
