"""`stomptui export` and `stomptui import` as they are started."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from stomptui.capture import files
from stomptui.capture.stored import read
from tests.capture.filled import contents, made, rows
from tests.commands.test_cli import PROGRAM, environment, on_a_terminal


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "a.stomptui"
    made(path).close()
    return path


def run(*arguments: object, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(
        command, input=given, capture_output=True, timeout=60, env=environment(), check=False
    )


def said(done: subprocess.CompletedProcess[bytes]) -> tuple[int, str]:
    return done.returncode, done.stderr.decode()


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm")))


def records(octets: bytes) -> list[int]:
    lines = [json.loads(line) for line in octets.split(b"\n")[:-1]]
    return [line["id"] for line in lines if line["line"] == "record"]


def test_there_and_back(capture: Path, tmp_path: Path) -> None:
    assert said(run("export", capture, "-o", tmp_path / "x")) == (0, "")
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o600
    assert said(run("import", tmp_path / "x", tmp_path / "b.stomptui")) == (0, "")
    assert stat.S_IMODE((tmp_path / "b.stomptui").stat().st_mode) == 0o600
    with files.look(capture) as here, files.look(tmp_path / "b.stomptui") as there:
        assert contents(there) == contents(here)


def test_standard_output_and_input_hold_the_same_octets(capture: Path, tmp_path: Path) -> None:
    to_file = run("export", capture, "--output", tmp_path / "x")
    out = run("export", capture)
    assert out.stdout == (tmp_path / "x").read_bytes() and said(to_file) == said(out) == (0, "")
    assert said(run("import", "-", tmp_path / "b.stomptui", given=out.stdout)) == (0, "")
    raw = run("export", capture, "--format", "raw")
    assert raw.stdout == b"".join(row.raw + b"\n" for row in rows() if not row.kind)


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--command", "send"], [4, 5, 6, 7]),
        (["--command", "SEND", "--command", "ACK"], [4, 5, 6, 7, 10]),
        (["--connection", "2"], []),
        (["--connection", "1", "--command", "ACK"], [10]),
        (["--since", "2027-01-15T08:00:05Z"], [15, 16, 17]),
        (["--since", "2027-01-15T09:00:01+01:00", "--until", "2027-01-15T08:00:02Z"], [3, 4, 5]),
        (["--no-beats"], [id_ for id_ in range(1, 18) if id_ != 13]),
        (["--filter", "command = 'SEND' AND size > 2"], [6, 7]),
        (["--filter", "body.user.name = 'Ann'", "--since", "2027-01-15T08:00:05Z"], [17]),
    ],
)
def test_what_leaves_can_be_chosen(capture: Path, options: list[str], ids: list[int]) -> None:
    done = run("export", capture, *options)
    assert said(done) == (0, "")
    assert records(done.stdout) == ids


def test_a_table_on_standard_output(capture: Path) -> None:
    done = run("export", capture, "--format", "csv", "--filter", "destination LIKE '/queue/a:%'")
    lines = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    assert [line["destination"] for line in lines] == ["/queue/a:b"]


def test_bodies_go_to_a_new_folder(capture: Path, tmp_path: Path) -> None:
    assert said(run("export", capture, "--format", "bodies", "-o", tmp_path / "out")) == (0, "")
    assert "00000001.txt" in visible(tmp_path / "out")
    status, words = said(run("export", capture, "--format", "bodies", "--force", "-o", tmp_path / "out"))
    assert (status, "is a folder that is there already" in words) == (2, True)


def test_what_was_removed_is_said_and_is_known_to_whoever_imports(capture: Path, tmp_path: Path) -> None:
    options = ["--redact-header", "X-Token", "--redact-json", "user.card", "--bodies-over", "1KiB"]
    done = run("export", capture, *options, "--redact-pattern", "hunter[0-9]", "-o", tmp_path / "x")
    words = (
        "2 values of JSON path user.card, 3 values of header x-token, "
        "the octets of 2 records that are no frames, 7 matches of pattern 1"
    )
    assert said(done) == (0, f"removed: {words}\n")
    assert b"hunter2" not in (tmp_path / "x").read_bytes()
    done = run("import", tmp_path / "x", tmp_path / "b.stomptui")
    assert said(done) == (0, f"removed before: {words}\n")
    with files.look(tmp_path / "b.stomptui") as db:
        fact = db.execute("SELECT value FROM fact WHERE name = 'redacted'").fetchone()
    assert fact == (words.replace(", ", "; "),)
    nothing = run("export", capture, "--redact-header", "no-such", "-o", tmp_path / "y")
    assert said(nothing) == (0, "removed: nothing, for there was nothing to remove\n")


def test_every_body_can_be_hidden(capture: Path) -> None:
    done = run("export", capture, "--hash-bodies", "--command", "SEND", "--format", "raw")
    assert b"52;c" not in done.stdout and done.stdout.count(b"SHA-256") == 3
    assert b"content-length:" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export", "no-such"], "there is no such file"),
        (["export", "{text}"], "is not a capture of stomptui"),
        (["export", "{folder}"], "is a folder"),
        (["export", "{capture}", "-o", "{text}"], "there is such a file; --force replaces it"),
        (["export", "{capture}", "-o", "{folder}"], "is a folder"),
        (["export", "{capture}", "-o", "{folder}", "--force"], "is a folder"),
        (["export", "{capture}", "--format", "bodies"], "name a new one with --output"),
        (["export", "{capture}", "--since", "noon"], "write a time as 2026-11-23T18:00"),
        (["export", "{capture}", "--bodies-over", "much"], "write octets, such as 1500"),
        (["export", "{capture}", "--redact-pattern", "("], "pattern 1: "),
        (["export", "{capture}", "--redact-json", "a..b.."], "is no JSON path"),
        (["export", "{capture}", "--redact-header", "content-length"], "bodies can be hidden as a whole"),
        (["export", "{capture}", "--filter", "size >"], "--filter: "),
        (["export", "{capture}", "--format", "xml"], "is not one of"),
        (["import", "no-such", "x"], "no-such: No such file or directory"),
        (["import", "{folder}", "x"], "Is a directory"),
        (["import", "{text}", "{capture}"], "there is such a file; --force replaces it"),
    ],
)
def test_what_cannot_be_used_is_told_and_ends_with_2(
    capture: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "text").write_text("mine, and long enough to be looked at" * 30)
    (tmp_path / "folder").mkdir()
    places = {"capture": capture, "text": tmp_path / "text", "folder": tmp_path / "folder"}
    before = visible(tmp_path)
    done = run(*[each.format(**places) for each in arguments])
    assert done.returncode == 2 and done.stdout == b""
    assert words in done.stderr.decode() and "Traceback" not in done.stderr.decode()
    assert visible(tmp_path) == before and (tmp_path / "text").read_text().startswith("mine")


def test_force_replaces(capture: Path, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    assert said(run("export", capture, "-o", tmp_path / "x", "--force")) == (0, "")
    assert said(run("import", tmp_path / "x", capture, "--force")) == (0, "")
    with files.look(capture) as db:
        assert len(list(read(db, 1, 99))) == len(rows())


def test_hostile_lines_are_told_harmlessly(tmp_path: Path) -> None:
    text = b'{"line":"header","format":"stomptui-capture","version":1}\n'
    text += b'{"line":"fact","name":"a","\\u001b]52;c\\u0007":1}\n'
    done = run("import", "-", tmp_path / "b.stomptui", given=text)
    assert said(done)[0] == 1 and "-: line 2 cannot be read: " in said(done)[1]
    assert b"\x1b" not in done.stderr and b"\x07" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told(capture: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*PROGRAM, "export", capture], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert said(done) == (1, "stomptui: standard output cannot be written: No space left on device\n")


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    row = rows()[0]
    made(tmp_path / "a", [row._replace(id=id_) for id_ in range(1, 5000)]).close()
    process = subprocess.Popen(
        [*PROGRAM, "export", tmp_path / "a"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(60) == 1
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_import_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """It waits for more on its standard input, so that it is in the middle for sure."""
    process = subprocess.Popen(
        [*PROGRAM, "import", "-", tmp_path / "b.stomptui"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_interruptible,
    )
    assert process.stdin is not None and process.stderr is not None
    process.stdin.write(b'{"line":"header","format":"stomptui-capture","version":1}\n' + b" " * 100_000)
    process.stdin.flush()
    until(lambda: any(tmp_path.iterdir()))
    assert ended(process, number) == 128 + number
    assert process.stderr.read() == b"stomptui: interrupted; nothing of it is left\n"
    assert list(tmp_path.iterdir()) == []
    process.stdin.close()
    process.stderr.close()


def test_an_interrupted_export_leaves_nothing(tmp_path: Path) -> None:
    """It writes to a pipe nobody reads, and so waits."""
    row = rows()[0]
    made(tmp_path / "a", [row._replace(id=id_) for id_ in range(1, 5000)]).close()
    process = subprocess.Popen(
        [*PROGRAM, "export", tmp_path / "a"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_interruptible,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(1)
    assert ended(process, signal.SIGINT) == 130
    assert process.stderr.read() == b"stomptui: interrupted; what came is not all\n"
    process.stdout.close()
    process.stderr.close()


def ended(process: subprocess.Popen[bytes], number: int) -> int:
    """Send a signal until it is heard: one that comes just before a read or a write is heard after it."""
    for _ in range(60):
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(1)
    raise AssertionError("it does not end")


def _interruptible() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that another process does to files."""
    import time

    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_terminal_sees_signs_only(capture: Path) -> None:
    for form in ("ndjson", "csv", "raw"):
        status, output = on_a_terminal("export", str(capture), "--format", form)
        assert status == 0
        text = output.replace("\r\n", "")
        assert text.isprintable() and "52;c" in text, form
        assert "/queue/a" in text


def test_progress_is_on_a_terminal_only(capture: Path, tmp_path: Path) -> None:
    status, output = on_a_terminal("export", str(capture), "-o", str(tmp_path / "x"))
    assert status == 0 and "Exporting ndjson" in output and "100%" in output
    status, output = on_a_terminal("import", str(tmp_path / "x"), str(tmp_path / "b.stomptui"))
    assert status == 0 and "Importing" in output and "100%" in output


@pytest.mark.parametrize("arguments", [["export", "--help"], ["import", "--help"], ["export", "{capture}"]])
def test_no_screen_is_loaded(capture: Path, arguments: list[str]) -> None:
    program = (
        "import sys\nsys.argv = ['stomptui', *sys.argv[1:]]\n"
        "try:\n    from stomptui.__main__ import main; main()\nexcept SystemExit: pass\n"
        "print(sorted({'textual', 'rich', 'asyncio'} & set(sys.modules)), file=sys.stderr)\n"
    )
    given = [each.format(capture=capture) for each in arguments]
    done = subprocess.run(
        [sys.executable, "-c", program, *given],
        capture_output=True,
        timeout=60,
        check=True,
        env=dict(os.environ),
    )
    assert done.stderr.decode().splitlines()[-1] == "[]"
