"""The journal of a replay: what was not heard of is unknown, whatever became of whoever wrote it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from stomptui.commands import replay_journal as journals
from stomptui.commands.replay_journal import JournalError, Progress

ME = journals.identify("a.stomptui", "localhost:61613", 1.5, [["/queue/a", "/queue/b"]])
OTHER = journals.identify("a.stomptui", "localhost:61613", 1.5, [])


def written(path: Path) -> bytes:
    journal = journals.begin(path, ME)
    for id_ in range(1, 6):
        journal.sending(id_)
    journal.confirmed([1, 3])
    journal.rejected(4)
    journal.close()
    return path.read_bytes()


def test_what_became_of_each_record(tmp_path: Path) -> None:
    path = tmp_path / "j"
    assert journals.look(path, ME) is None
    written(path)
    found = Progress(frozenset({1, 3}), frozenset({4}), frozenset({2, 5}))
    assert journals.look(path, ME) == found
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    journal = journals.go_on(path, ME)
    assert journal.progress == found
    journal.sending(2)
    journal.sending(4)
    journal.confirmed([4])
    journal.close()
    assert journals.look(path, ME) == Progress(frozenset({1, 3, 4}), frozenset(), frozenset({2, 5}))


def test_cut_anywhere_it_claims_nothing_that_the_whole_one_did_not(tmp_path: Path) -> None:
    path = tmp_path / "j"
    whole = written(path)
    start = whole.index(b"\n") + 1
    for end in range(start, len(whole) + 1):
        path.write_bytes(whole[:end])
        journal = journals.go_on(path, ME)
        assert journal.progress.confirmed <= {1, 3} and journal.progress.rejected <= {4}
        before = journal.progress
        journal.sending(77)
        journal.close()
        after = journals.look(path, ME)
        assert after == before._replace(unknown=before.unknown | {77})


def test_a_new_run_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "j"
    written(path)
    journals.begin(path, ME).close()
    assert journals.look(path, ME) == Progress()


def test_files_of_others_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "letter"
    path.write_text("Dear all\n")
    for way in (journals.look, journals.begin, journals.go_on):
        with pytest.raises(JournalError, match="is no journal"):
            way(path, ME)
    assert path.read_text() == "Dear all\n"
    path = tmp_path / "j"
    data = written(path)
    for way in (journals.look, journals.begin, journals.go_on):
        with pytest.raises(JournalError, match=r"of another replay \(a\.stomptui into localhost:61613"):
            way(path, OTHER)
    assert path.read_bytes() == data
    with pytest.raises(JournalError, match="nothing to resume"):
        journals.go_on(tmp_path / "none", ME)
    path.write_bytes(data + b"x 1\n")
    with pytest.raises(JournalError, match="is damaged at b'x 1'"):
        journals.go_on(path, ME)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "j"
    first = journals.begin(path, ME)
    first.sending(1)
    for way in (journals.begin, journals.go_on):
        with pytest.raises(JournalError, match="another replay writes to it now"):
            way(path, ME)
    first.close()
    journal = journals.go_on(path, ME)
    assert journal.progress.unknown == {1}
    journal.close()


def test_the_usual_place_is_ours_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = journals.usual_path(ME)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path == journals.usual_path(ME) != journals.usual_path(OTHER)
