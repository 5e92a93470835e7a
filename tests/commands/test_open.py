"""`stomptui open` before there is a screen: what it opens, and what it says when it cannot."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from stomptui.capture import files, recordings
from stomptui.capture.schema import VERSION
from stomptui.commands import cli
from stomptui.commands.recording import greeting
from tests.capture.recorded import append, capture, send


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of recordings, empty."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return recordings.folder()


def said(*arguments: str) -> str:
    """What the command says when it ends with 2."""
    result = CliRunner().invoke(cli, ["open", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


def killed(folder: Path, name: str, frames: int = 1) -> Path:
    """A recording as a killed run leaves it."""
    return capture(folder / f"running-{name}", [send("/queue/q")] * frames)


def test_no_such_file(tmp_path: Path) -> None:
    assert "there is no such file" in said(str(tmp_path / "a\x1b[2J"))
    assert "\x1b" not in said(str(tmp_path / "a\x1b[2J"))


def test_no_capture(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no")
    assert "is not a capture of stomptui" in said(str(tmp_path / "x"))
    assert "is a folder" in said(str(tmp_path))


def test_newer_than_this_program(tmp_path: Path) -> None:
    path = capture(tmp_path / "x", [])
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    assert "written by a newer stomptui" in said(str(path))


def test_held_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BUSY_SECONDS", 0.01)
    path = capture(tmp_path / "x", [])
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("BEGIN EXCLUSIVE")
    assert "another program holds it locked" in said(str(path))
    db.close()


def test_nothing_was_kept(folder: Path) -> None:
    assert f"no recording was kept in {folder}" in said()


def test_a_terminal_is_needed_only_for_what_can_be_opened(tmp_path: Path) -> None:
    assert "is not a terminal" in said(str(capture(tmp_path / "x", [])))


def test_textual_is_not_imported_before_the_file_is_checked(tmp_path: Path) -> None:
    code = (
        "import sys; from stomptui.commands import cli\n"
        "try: cli(['open', sys.argv[1]])\n"
        "except SystemExit as end: assert end.code == 2\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'textual']"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "x")], capture_output=True, text=True)
    assert (done.returncode, "no such file" in done.stderr) == (0, True), done.stderr


def test_the_newest_is_the_one_begun_last(folder: Path) -> None:
    old, new = (folder / f"2026-11-{day}T10.00.00-1.stomptui" for day in (22, 23))
    capture(new, [])
    capture(old, [])
    os.utime(new, (0, 0))
    (folder / "notes.txt").touch()
    assert recordings.newest() == new


def test_what_a_killed_run_left_is_found_under_its_name(folder: Path) -> None:
    capture(folder / "2026-11-22T10.00.00-1.stomptui", [])
    killed(folder, "2026-11-23T10.00.00-7.stomptui")
    assert recordings.newest() == folder / "2026-11-23T10.00.00-7.stomptui"


def test_what_is_still_written_is_not_the_newest(folder: Path) -> None:
    recording = recordings.record()
    append(recording.db, [send("/queue/q")])
    assert recordings.newest() is None
    recording.close(keep=False)


def test_the_next_start_says_what_was_left(folder: Path) -> None:
    killed(folder, "2026-11-23T10.00.00-7.stomptui")
    words = greeting(Path("x"), None)
    assert words == "The last run did not end by itself; stomptui open shows its recording."
    assert len(words) <= 78
    assert greeting(Path("x"), None) == ""
    for day in (24, 25, 26):
        killed(folder, f"2026-11-{day}T10.00.00-7.stomptui")
    assert greeting(Path("x"), None).endswith("its recording. 2 more are kept beside it.")
