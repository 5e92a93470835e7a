"""A disk that is really full, under a file that is really removed; where a small disk can be mounted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stomptui.capture import recordings
from stomptui.capture.files import CaptureError
from stomptui.capture.retention import Limits
from stomptui.capture.store import Capture
from stomptui.commands.session import Plan, run
from stomptui.stomp.uri import parse_uri
from tests.capture import made
from tests.disks import Disk

PATIENCE = 30


def recording(path: Path) -> Capture:
    return Capture(limit_records=20, recording=recordings.record(path, Limits()))


def filled(capture: Capture) -> int:
    """Have so much arrive that the disk is full; gives the number of the last one."""
    number = 0
    while capture.archive is not None and not capture.archive.trouble:
        capture.extend([made.message(number + 1 + more, b"x" * 3000) for more in range(100)])
        number += 100
        assert number < 10_000
        capture.archive.settle_down(0.5)
    return number


def numbers(path: Path) -> list[int]:
    look = recordings.opened(path).look
    assert look.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found = [number for (number,) in look.execute("SELECT number FROM frame ORDER BY id")]
    look.close()
    return found


def test_with_room_again_it_goes_on_without_a_gap(disk: Disk) -> None:
    path = disk("1m") / "a.stomptui"
    capture = recording(path)
    last = filled(capture)
    archive = capture.archive
    assert archive is not None and "full" in archive.trouble
    assert archive.written >= 100
    assert all(capture.record(id_) is not None for id_ in range(1, last + 1))
    disk("64m")
    assert archive.settle_down(PATIENCE)
    assert archive.trouble == ""
    assert capture.close(PATIENCE) == path
    assert capture.unwritten == 0
    assert numbers(path) == list(range(1, last + 1))


def test_full_to_the_end_keeps_what_it_has_and_counts_the_rest(disk: Disk) -> None:
    path = disk("1m") / "a.stomptui"
    capture = recording(path)
    last = filled(capture)
    assert capture.close(PATIENCE) == path
    assert capture.unwritten > 0 and "full" in capture.unwritten_why
    disk("64m")  # to look at it SQLite needs room for the index of the log
    assert numbers(path) == list(range(1, last - capture.unwritten + 1))


def test_full_before_the_first_octet(disk: Disk) -> None:
    folder = disk("64k")
    with pytest.raises(OSError):
        (folder / "ballast").write_bytes(b"x" * 100_000)
    with pytest.raises(CaptureError, match="cannot be written"):
        recordings.record(folder / "a.stomptui")
    assert [file.name for file in folder.iterdir()] == ["ballast"]


def test_a_recording_that_was_removed_is_not_said_to_be_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    capture = recording(folder / "a.stomptui")
    shutil.rmtree(folder)
    capture.extend(made.messages(1, 50))
    assert capture.archive is not None and capture.archive.settle_down(PATIENCE)
    assert capture.record(1) is not None and capture.record(50) is not None
    assert run(Plan(parse_uri("stomp://127.0.0.1:1"), capture=capture)) == 1
    assert "the recording is gone: another program has removed or moved" in capsys.readouterr().err


def test_what_the_recording_lacks_is_said(disk: Disk, capsys: pytest.CaptureFixture[str]) -> None:
    capture = recording(disk("1m") / "a.stomptui")
    filled(capture)
    assert run(Plan(parse_uri("stomp://127.0.0.1:1"), capture=capture)) == 1
    said = capsys.readouterr().err
    assert f"it lacks what came last ({capture.unwritten:,} frames)" in said and "is full" in said
