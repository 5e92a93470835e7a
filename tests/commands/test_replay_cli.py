"""`stomptui replay` as it is started: what it says where, what it asks, and how it ends."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomptui import connect
from stomptui.commands.replay import replay
from stomptui.demo.thread import serve_in_thread
from stomptui.stomp import frame as frames
from tests.capture.recorded import Kept, capture, message, send
from tests.commands.test_cli import PROGRAM, environment, on_a_terminal
from tests.readme import README

HOSTILE = "\x1b]52;c;aGk=\x07\u202e"


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    with serve_in_thread(sample=False) as uri:
        yield uri


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "stomptui" / "replays"


@pytest.fixture
def file(tmp_path: Path, state: Path) -> str:
    kept = [
        send(f"/queue/{tmp_path.name}", b'{"id":1}', ("x", "1")),
        send(f"/queue/{tmp_path.name}.b", bytes(range(256))),
        message(f"/queue/{tmp_path.name}.m", b"came"),
        frames.send(f"/queue/{tmp_path.name}", b"open", transaction="t"),
    ]
    return str(capture(tmp_path / "a.stomptui", kept))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, "replay", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )


def received(uri: str, destination: str) -> list[bytes]:
    """The bodies that wait in a queue."""

    async def take() -> list[bytes]:
        async with connect(uri) as client:
            await client.send(destination, b"end", receipt=True)
            subscription = await client.subscribe(destination)
            bodies = [(await anext(subscription)).body]
            while bodies[-1] != b"end":
                bodies.append((await anext(subscription)).body)
            return bodies[:-1]

    return asyncio.run(take())


def test_it_sends_says_what_and_once_more_only_what_is_left(uri: str, file: str, state: Path) -> None:
    done = run(file, uri, "--fast", "--yes")
    assert done.returncode == 0, done.stderr
    name = Path(file).parent.name
    assert re.match(r"2 SENDs to 127\.0\.0\.1:\d+ \(virtual host /\):\n", done.stderr)
    assert f"          1  /queue/{name}.b\n" in done.stderr
    assert "left out: 1 SEND in transactions of which no end was recorded\n" in done.stderr
    assert re.fullmatch(r"confirmed 2 of 2 in [\d.]+ s\nrejected  0\nunknown   0\n", done.stdout)
    assert [path.stat().st_mode & 0o777 for path in state.iterdir()] == [0o600]
    again = run(file, uri, "--fast", "--yes", "--resume")
    assert again.returncode == 0 and "nothing is to be sent" in again.stderr and not again.stdout
    assert received(uri, f"/queue/{name}") == [b'{"id":1}']
    assert "--resume would not send those again" in run(file, uri, "--fast").stderr


def test_messages_to_another_place_with_other_headers(uri: str, file: str) -> None:
    place = f"/queue/{Path(file).parent.name}.elsewhere"
    done = run(file, uri, "--messages", "--fast", "--yes", "--map", f"/queue/*={place}", "--set", "n:a\\cb")
    assert done.returncode == 0 and "made of the 1 MESSAGE that came" in done.stderr
    assert received(uri, place) == [b"came"]


def test_a_dry_run_connects_to_nothing_and_shows_all_that_would_be_sent(file: str, state: Path) -> None:
    edits = ["--set", "x:2\\n", "--set", "new:3", "--remove", "content-type", "--map", "/queue/*=/q/*"]
    done = run(file, "stomp://nobody.invalid/shop", "--dry-run", "--rate", "0.5", *edits)
    assert done.returncode == 0 and done.stderr == ""
    name = Path(file).parent.name
    assert done.stdout.startswith(
        "# record 1, 0.000 s after the one before\n"
        f'SEND\ndestination:/q/{name}\nx:2\\n\nnew:3\ncontent-length:8\n\n{{"id":1}}\n\n'
        "# record 2, 2.000 s after the one before\n"
    )
    assert "(no text, 256 octets)\n" in done.stdout
    assert "2 SENDs to nobody.invalid:61613 (virtual host shop), in 2.0 s at least:\n" in done.stdout
    assert not list(state.iterdir())


def test_nothing_hostile_reaches_the_terminal(uri: str, tmp_path: Path, state: Path) -> None:
    bad = send(f"/none/{HOSTILE}", f"{HOSTILE}\r\x07".encode(), (f"x{HOSTILE}", HOSTILE))
    file = str(capture(tmp_path / "a.stomptui", [bad]))
    for more in (["--dry-run"], ["--yes", "--fast"]):
        done = run(file, uri, *more)
        assert "/none/" in done.stdout and "/none/" in done.stdout + done.stderr
        assert not set("\x1b\x07\r\u202e") & set(done.stdout + done.stderr)
    assert done.returncode == 1


def test_a_refusal_is_told_with_record_words_and_advice(uri: str, tmp_path: Path, state: Path) -> None:
    file = str(capture(tmp_path / "a.stomptui", [send("/queue/ok"), send("nowhere"), send("/queue/ok")]))
    done = run(file, uri, "--fast", "--yes", "--window", "1")
    assert done.returncode == 1
    assert done.stdout.splitlines()[1:] == [
        "rejected  1",
        "  record 2 to nowhere: unknown destination: 'nowhere' is no destination of this broker: "
        "it has /queue/NAME and /topic/NAME.",
        "    this broker has queues and topics only",
        "    use /queue/NAME or /topic/NAME",
        "unknown   0",
        "not sent  1",
    ]
    assert done.stderr.splitlines()[-2:] == [
        "stopped: a SEND was refused",
        "the same command with --resume sends what was rejected or not sent",
    ]
    done = run(file, uri, "--fast", "--yes", "--keep-going", "--resume")
    assert done.returncode == 1 and "confirmed 1 of 2 " in done.stdout and "not sent" not in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_the_summary(uri: str, tmp_path: Path, state: Path, number: int) -> None:
    file = str(capture(tmp_path / "a.stomptui", [send("/queue/signal"), Kept(send("/queue/signal"), 3600.0)]))
    journal = tmp_path / "journal"
    command = [*PROGRAM, "replay", file, uri, "--yes", "--journal", str(journal)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    while not journal.exists() or not journal.read_bytes().endswith(b"c 1\n"):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number, errors
    assert output.startswith("confirmed 1 of 2 in ") and output.endswith("unknown   0\nnot sent  1\n")
    assert "in 60 min at least" in errors and errors.splitlines()[-2:] == [
        "stopped: it was told to end",
        "the same command with --resume sends what was rejected or not sent",
    ]


def test_without_a_terminal_it_does_not_send_unasked(uri: str, file: str, state: Path) -> None:
    done = run(file, uri, "--fast")
    assert done.returncode == 2 and "--yes sends without asking" in done.stderr and not done.stdout
    assert not list(state.iterdir())


@pytest.mark.parametrize(("answer", "status"), [(b"y\n", 0), (b"\n", 1), (b"n\n", 1), (b"\x03", 130)])
def test_on_a_terminal_it_asks(uri: str, file: str, state: Path, answer: bytes, status: int) -> None:
    found, output = on_a_terminal("replay", file, uri, "--fast", keys=answer, after=b"[y/N]")
    assert found == status, output
    assert "Send them? [y/N]" in output and ("confirmed 2 of 2" in output) == (status == 0)
    assert ("[####" in output) == (status == 0)  # the bar
    assert bool(list(state.iterdir())) == (status == 0)


def test_a_passcode_that_nobody_can_be_asked_for(file: str) -> None:
    done = run(file, "stomp://me@127.0.0.1:9/", "--yes")
    assert done.returncode == 2
    assert "Passcode of me at 127.0.0.1:9 is needed" in done.stderr and "?passcode=env:NAME" in done.stderr


def test_no_broker(file: str) -> None:
    done = run(file, "stomp://127.0.0.1:1/", "--yes")
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("stomptui: 127.0.0.1:1: ")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--fast", "--rate", "5"], "exclude each other"),
        (["--rate", "0"], "--rate"),
        (["--again-unknown"], "goes with --resume"),
        (["--resume"], "nothing to resume"),
        (["--map", "/queue/a"], "write FROM=TO"),
        (["--map", "/queue/a=\\q"], "is no escape"),
        (["--set", "x"], "write name:value"),
        (["--set", "destination:/queue/b"], "--map changes where it goes"),
        (["--set", "receipt:1"], "each SEND gets its own"),
        (["--set", "x:\\x00"], "NUL"),
        (["--remove", "content-length"], "each SEND gets its own"),
        (["--header", "x:a\nb"], "CONNECT cannot write that"),
        (["--origin", "http://x"], "are for ws:// and wss://"),
        (["--journal", "/"], "is a directory"),
        (["--journal", "/dev/null/x"], "cannot be read"),
    ],
)
def test_bad_options_are_refused_before_anything_is_sent(
    uri: str, file: str, options: list[str], words: str
) -> None:
    done = run(file, uri, "--yes", *options)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
    assert not done.stdout


def test_files_that_are_no_capture(uri: str, tmp_path: Path, state: Path) -> None:
    (tmp_path / "text").write_text("text " * 1000)
    for name, words in (("text", "is not a capture"), ("none", "no such file")):
        done = run(str(tmp_path / name), uri, "--yes")
        assert done.returncode == 2 and words in done.stderr


def test_it_opens_no_screen(file: str) -> None:
    program = (
        "import sys\n"
        "try:\n    from stomptui.__main__ import main; main()\n"
        "except SystemExit as end: print(end.code)\n"
        "print(sorted({'textual', 'rich', 'stomptui.console'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program, "replay", file, "stomp://127.0.0.1:1/", "--yes"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-2:] == ["1", "[]"]


def test_every_option_is_in_the_readme() -> None:
    text = README.read_text()
    options = [
        option for parameter in replay.params for option in [*parameter.opts, *parameter.secondary_opts]
    ]
    named = [option for option in options if option.startswith("--")]
    assert len(named) > 20 and [option for option in named if option not in text] == []
