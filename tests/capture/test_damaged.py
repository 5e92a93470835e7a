"""A disk that has lost pages of a recording: what can be read is shown, exported and said, the rest named."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from stomptui import brokers
from stomptui.capture import files, recordings, schema
from stomptui.capture.files import CaptureError
from stomptui.capture.moment import Moments
from stomptui.capture.store import Capture
from stomptui.commands import cli
from stomptui.stomp import events as ev
from stomptui.stomp.events import Settlement
from tests.capture import made

LAST = 262
DAMAGE = "is damaged|malformed"


@pytest.fixture(scope="module")
def octets(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A recording of some pages, with a bit of everything in it."""
    path = tmp_path_factory.mktemp("whole") / "a.stomptui"
    capture = Capture(recording=recordings.record(path))
    capture.extend(
        [
            made.connected(1, "1.2"),
            *made.messages(2, 200, Settlement.UNSETTLED),
            ev.HeartBeatReceived(1, 0.5, 3),
            *made.messages(201, 259),
            made.ack(260, 205),
            made.settled((205,), Settlement.ACKED),
            made.message(261, b"z" * 30_000),
        ]
    )
    capture.close(30)
    return path.read_bytes()


def damages(octets: bytes) -> Iterator[tuple[str, bytes]]:
    page = schema.PAGE
    for at in range(page, len(octets), page):
        yield f"page {at // page} is lost", octets[:at] + b"\xff" * page + octets[at + page :]
        yield f"page {at // page} is empty", octets[:at] + b"\0" * page + octets[at + page :]
        yield f"the head of page {at // page} is", octets[:at] + b"\x0d" * 40 + octets[at + 40 :]
        yield f"cut off before page {at // page}", octets[:at]


def looked_at(path: Path) -> tuple[int, str]:
    """How many records could be shown, and the trouble that was told."""
    seen = Capture(recording=recordings.opened(path))
    archive = seen.archive
    assert archive is not None
    try:
        seen.catch_up()
        found = sum(seen.record(id_) is not None for id_ in seen.rows(beats=True))
        for id_ in (1, 100, LAST):
            seen.settlement(id_)
            seen.outcome(id_)
            seen.find_id(1, id_)
        seen.next_unsettled(0)
        seen.next_unsettled(200, backwards=True)
        list(seen.unsettled())
        list(seen.search("zzz"))
        list(seen.named(range(1, LAST + 1)))
        seen.catch_up()
        return found, archive.trouble
    finally:
        seen.close(0)


def test_what_is_there_is_shown_and_the_rest_told(octets: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    shown = []
    for what, some in damages(octets):
        path.write_bytes(some)
        try:
            found, trouble = looked_at(path)
        except CaptureError as error:
            assert str(error).startswith(f"{path}: is damaged"), what
        else:
            assert found == LAST or trouble, what
            shown.append(found)
        assert path.read_bytes() == some
    assert any(0 < found < LAST for found in shown)
    assert len(shown) > len(octets) // schema.PAGE


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "FILE", "--output", "OUT"),
        ("export", "FILE", "--output", "OUT", "--format", "csv"),
        ("export", "FILE", "--output", "OUT", "--format", "raw", "--filter", "size > 3"),
        ("replay", "FILE", "stomp://127.0.0.1:1", "--messages", "--dry-run"),
    ],
    ids=["ndjson", "csv", "filter", "replay"],
)
def test_commands_say_it_in_one_line_and_leave_nothing(
    octets: bytes, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    path, out = tmp_path / "a.stomptui", tmp_path / "out"
    ends = set()
    for what, some in damages(octets):
        path.write_bytes(some)
        given = [{"FILE": str(path), "OUT": str(out)}.get(one, one) for one in arguments]
        result = CliRunner().invoke(cli, given)
        assert type(result.exception) in (type(None), SystemExit), (what, result.exception)
        ends.add(result.exit_code)
        if result.exit_code:
            assert result.stderr.count("\n") == 1 and "stomptui: " in result.stderr, what
            assert "malformed" in result.stderr or "not a database" in result.stderr, what
        assert out.exists() is (result.exit_code == 0 and arguments[0] == "export"), what
        assert path.read_bytes() == some
        out.unlink(missing_ok=True)
    assert {0, 1} <= ends | {1} and ends <= {0, 1, 2}


def test_states_are_told_or_it_is_said_why_not(octets: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    for _, some in damages(octets):
        path.write_bytes(some)
        try:
            with closing(files.look(path)) as db:
                assert Moments(db, brokers.recognise).at(LAST).id == LAST
        except CaptureError:
            pass  # in words, and nothing else is raised


def test_a_damaged_file_is_gone_on_with_or_refused(octets: bytes, tmp_path: Path) -> None:
    """The session goes on in any case."""
    path = tmp_path / "a.stomptui"
    for what, some in list(damages(octets))[::5]:
        for name in ("-wal", "-shm"):
            Path(f"{path}{name}").unlink(missing_ok=True)
        path.write_bytes(some)
        try:
            capture = Capture(recording=recordings.record(path))
        except CaptureError as error:
            assert str(error).startswith(f"{path}: is damaged"), what
            continue
        first = capture.last_id + 1
        capture.extend(made.messages(1, 30))
        assert capture.archive is not None
        assert capture.archive.settle_down(0.3) or capture.archive.trouble, what
        capture.catch_up()
        assert all(capture.record(id_) is not None for id_ in range(first, first + 30)), what
        capture.close(30)


@pytest.mark.parametrize("id_", [1 << 40, (1 << 63) - 1])
def test_numbers_that_no_file_has(octets: bytes, tmp_path: Path, id_: int) -> None:
    path = tmp_path / "a.stomptui"
    path.write_bytes(octets)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE frame SET id = ? WHERE id = 262", (id_,))
    for use in (recordings.opened, recordings.record):
        with pytest.raises(CaptureError, match=r"is damaged: .* not numbered one by one"):
            use(path)
    out = tmp_path / "out"
    given = ["export", str(path), "--output", str(out), "--format", "csv", "--filter", "size > 3"]
    result = CliRunner().invoke(cli, given)
    assert result.exit_code == 0, result.output
    assert len(out.read_text().splitlines()) == 260


def test_cut_off_while_it_is_looked_at(octets: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    path.write_bytes(octets)
    seen = Capture(recording=recordings.opened(path))
    assert seen.record(1) is not None
    os.truncate(path, 2 * schema.PAGE)
    seen.catch_up()
    found = [seen.record(id_) for id_ in seen.rows()]
    list(seen.unsettled())
    assert None in found and seen.archive is not None and seen.archive.trouble
    seen.close(0)
