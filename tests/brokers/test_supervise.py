"""A broker lives as long as the test run that started it, however that run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.brokers import launch, supervise

BROKER = """\
echo $$ >pids
sh -c 'echo $$ >>pids; echo >ready; exec sleep 600' &
wait
"""
"""Two processes; the fifo `ready` tells that both are there."""

PARENT = """\
import subprocess, sys
from tests.brokers import launch
from pathlib import Path
supervisor = launch.supervised(Path(sys.argv[1]), ["sh", "-c", sys.argv[2]], {}, stdout=int(sys.argv[3]))
sys.stdin.read()
"""


@pytest.fixture
def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="stomptui-test-"))


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_broker_ends_with_its_test_run(folder: Path, number: signal.Signals) -> None:
    os.mkfifo(folder / "ready")
    ours, theirs = os.pipe()
    run = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), BROKER, str(theirs)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=[theirs],
    )
    os.close(theirs)
    (folder / "ready").read_text()
    pids = [int(pid) for pid in (folder / "pids").read_text().split()]
    assert len(pids) == 2 and all(map(alive, pids))
    run.send_signal(number)
    run.communicate()
    with os.fdopen(ours) as supervisor:
        supervisor.read()  # it ends when the supervisor does
    assert not any(map(alive, pids))
    assert not folder.exists()


def test_a_process_that_left_the_group_and_ignores_everything_ends_too(folder: Path) -> None:
    os.mkfifo(folder / "ready")
    daemon = "import os, signal; os.setsid(); signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    daemon += "open('pids', 'w').write(str(os.getpid())); open('ready', 'w').close(); signal.pause()"
    command = ["sh", "-c", '"$@" & wait', "sh", sys.executable, "-c", daemon]
    running = launch.supervised(folder, command, {})
    (folder / "ready").read_text()
    pid = int((folder / "pids").read_text())
    running.communicate()
    assert not alive(pid) and not folder.exists()


@pytest.mark.parametrize(("said", "asked"), [(b"", True), (supervise.NOW, False)])
def test_a_broker_is_asked_to_end_unless_it_is_to_end_now(
    folder: Path, tmp_path: Path, said: bytes, asked: bool
) -> None:
    os.mkfifo(folder / "ready")
    script = f"trap 'echo >{tmp_path}/asked; exit' TERM; sleep 600 & echo >ready; wait"
    running = launch.supervised(folder, ["sh", "-c", script], {})
    (folder / "ready").read_text()
    running.communicate(said)
    assert (tmp_path / "asked").exists() is asked and not folder.exists()


def test_a_broker_that_ends_is_told_and_its_log_is_kept_until_then(folder: Path) -> None:
    running = launch.supervised(folder, ["sh", "-c", "echo no such option; exit 3"], {})
    assert running.stdout is not None
    assert running.stdout.readline() == b"exited 3\n"
    assert (folder / "server.log").read_text() == "no such option\n"
    running.communicate()
    assert not folder.exists()


def test_the_folder_goes_when_the_broker_cannot_be_run(folder: Path) -> None:
    running = launch.supervised(folder, ["no-such-program"], {}, stderr=subprocess.DEVNULL)
    running.communicate()
    assert running.returncode != 0 and not folder.exists()
