"""Who writes to a recording: one only, whoever else comes or looks meanwhile, and nothing but recordings."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from stomptui.capture import files, lock, recordings
from stomptui.capture.files import CaptureError
from stomptui.capture.store import Capture
from tests.capture import made

OTHER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
print(db.execute("SELECT count(*) FROM frame").fetchone()[0])
db.close()
"""
"""What the sqlite3 program does to a file: it takes itself for the last, unless somebody holds it."""
HOLDER = """
import sys
from pathlib import Path
from stomptui.capture import recordings
recording = recordings.record(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
recording.close(keep=True)
"""


def other(path: Path) -> str:
    return subprocess.run([sys.executable, "-c", OTHER, path], capture_output=True, text=True).stdout.strip()


def written(capture: Capture) -> None:
    assert capture.archive is not None and capture.archive.settle_down(30)


def test_the_log_outlives_whoever_looks_while_it_is_written() -> None:
    """The look for what earlier runs left is at our own file too, and may not let SQLite's lock go."""
    recording = recordings.record()
    capture = Capture(recording=recording)
    assert recordings.left_over() == []
    capture.extend(made.messages(1, 10))
    written(capture)
    assert other(recording.path) == "10"
    assert Path(f"{recording.path}-wal").exists()
    capture.extend(made.messages(11, 20))
    written(capture)
    assert other(recording.path) == "20"
    capture.close(30)


def test_the_own_recording_is_not_taken_twice(tmp_path: Path) -> None:
    recording = recordings.record(tmp_path / "a.stomptui")
    with pytest.raises(CaptureError, match="another stomptui records to it"):
        recordings.record(tmp_path / "a.stomptui")
    assert recording.db.execute("SELECT count(*) FROM frame").fetchone() == (0,)
    recording.close(keep=True)
    recordings.record(tmp_path / "a.stomptui").close(keep=True)


def test_another_process_keeps_it_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(CaptureError, match="another stomptui records to it"):
        recordings.record(path)
    holder.stdin.close()
    holder.wait()
    recordings.record(path).close(keep=True)


def test_a_program_that_is_started_meanwhile_does_not_hold_it(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    recording = recordings.record(path)
    editor = subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False)
    recording.close(keep=True)
    recordings.record(path).close(keep=True)
    editor.communicate()


def test_an_empty_file_that_another_has_just_made_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    held = lock.hold(path, make=True)
    assert held is not None
    with pytest.raises(CaptureError, match="another stomptui records to it"):
        recordings.record(path)
    assert os.fstat(held).st_ino == path.stat().st_ino
    lock.release(held)


def test_what_is_removed_while_it_is_waited_for_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the opening and the lock, another one ends and removes its file."""
    path = tmp_path / "a.stomptui"
    path.write_bytes(b"")
    before = lock.flock

    def late(number: int) -> bool:
        monkeypatch.setattr(lock, "flock", before)
        path.unlink()
        return before(number)

    monkeypatch.setattr(lock, "flock", late)
    recording = recordings.record(path)
    assert recording.path.stat().st_size > 0
    recording.close(keep=True)
    monkeypatch.setattr(lock, "flock", late)
    with pytest.raises(FileNotFoundError):
        lock.hold(path)


def test_an_empty_file_becomes_a_recording_that_nobody_else_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    path.touch(0o644)
    recording = recordings.record(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(f"{path}-wal").stat().st_mode) == 0o600
    recording.close(keep=True)


@pytest.mark.parametrize("kind", ["fifo", "device", "folder", "link"])
def test_what_is_no_file_is_refused_and_stays(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.stomptui"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("/dev/null")
    else:
        try:
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))  # as /dev/null is
        except OSError:
            pytest.skip("devices cannot be made here")
    before = path.lstat()
    for use in (recordings.record, recordings.opened, files.go_on, files.look):
        with pytest.raises(CaptureError, match="is a folder" if kind == "folder" else "is not a file"):
            use(path)
    assert path.lstat() == before


def test_what_cannot_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.stomptui"

    def full(path: Path) -> sqlite3.Connection:
        raise CaptureError(f"{path}: cannot be written: database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(files, "fill", full)
        for _ in range(2):
            with pytest.raises(CaptureError, match="is full"):
                recordings.record(path)
    assert not path.exists()
    recordings.record(path).close(keep=True)


def test_what_a_killed_run_left_empty_or_broken_does_not_stop_the_next(state_folder: Path) -> None:
    folder = recordings.folder()
    (folder / "running-a.stomptui").touch()
    (folder / "running-b.stomptui").write_bytes(b"SQLite format 3\0 and then nothing")
    killed = recordings.record()
    stored_in = Capture(recording=killed)
    stored_in.extend(made.messages(1, 3))
    written(stored_in)
    stored_in.keep()
    stored_in.close(30)
    assert recordings.left_over() == []
    assert not (folder / "running-a.stomptui").exists()
    assert (folder / "running-b.stomptui").exists()
    held = lock.hold(folder / "running-b.stomptui")  # nobody forgot to let go of it
    assert held is not None
    lock.release(held)


def test_the_name_stays_while_another_program_has_the_log(state_folder: Path) -> None:
    """A log is found by the name of its file: what is renamed without it has lost it."""
    recording = recordings.record()
    capture = Capture(recording=recording)
    capture.extend(made.messages(1, 30))
    written(capture)
    reader = sqlite3.connect(recording.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM frame").fetchone()
    capture.extend(made.messages(31, 40))
    capture.keep()
    kept = capture.close(30)
    assert kept is not None and kept.exists()
    seen = recordings.opened(kept)
    assert seen.look.execute("SELECT count(*) FROM frame").fetchone() == (40,)
    seen.look.close()
    reader.close()
    (named,) = recordings.left_over()
    assert not named.name.startswith(recordings.RUNNING)
    assert sqlite3.connect(named).execute("SELECT count(*) FROM frame").fetchone() == (40,)
