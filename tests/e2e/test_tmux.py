"""The console inside tmux: its keys arrive, detaching is harmless, the end of tmux is noticed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.brokers.plugin import REQUIRED
from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import PROGRAM
from tests.e2e.terminal import Terminal

Tmux = Callable[..., Terminal]


@pytest.fixture
def tmux(environment: dict[str, str], tmp_path: Path) -> Iterator[Tmux]:
    """`tmux("new-session", "stomptui demo")`: a client in a terminal; its server is this test's own."""
    program = shutil.which("tmux")
    if program is None:
        reason = "tmux is not installed: apt-get install --no-install-recommends tmux"
        pytest.fail(reason) if os.environ.get(REQUIRED) else pytest.skip(reason)
    place = {**environment, "TMUX_TMPDIR": str(tmp_path), "SHELL": "/bin/sh"}
    clients: list[Terminal] = []

    def run(*arguments: str, columns: int = 80, rows: int = 25) -> Terminal:
        command = [program, "-f", "/dev/null", *arguments]
        clients.append(Terminal(command, place, columns, rows))
        return clients[-1]

    run.call = lambda *arguments: subprocess.run([program, *arguments], env=place)  # type: ignore[attr-defined]
    yield run
    subprocess.run([program, "kill-server"], env=place, capture_output=True)
    for client in clients:
        client.__exit__(None, None, None)


def test_every_key_of_the_forms_arrives(tmux: Tmux) -> None:
    terminal = tmux("new-session", shlex.join([PROGRAM, "demo"]))
    terminal.wait_for("10 unsettled")
    terminal.press("c")
    terminal.wait_for("draft kept")
    terminal.press("ctrl+t")
    terminal.wait_for("no transaction is open")
    terminal.press("ctrl+r")
    terminal.wait_for("a destination is needed")
    terminal.type("/queue/elsewhere")
    terminal.wait_for("To", "/queue/elsewhere")
    terminal.press("f5")
    terminal.wait_for("SEND", "confirmed")
    terminal.press("ctrl+p")
    terminal.wait_for("Search for commands")
    terminal.press("escape")
    terminal.wait_gone("Search for commands")
    terminal.press("ctrl+q")
    terminal.wait_for("Quit?")


def test_detaching_and_attaching_at_another_size(tmux: Tmux) -> None:
    first = tmux("new-session", shlex.join([PROGRAM, "demo"]))
    first.wait_for("10 unsettled")
    first.press("ctrl+b", "d")
    assert first.exit_code() == 0
    second = tmux("attach", columns=120, rows=41)
    second.wait_for("Subscriptions", "Feed")
    second.wait_for("OK", "in ")
    second.press("u")
    second.wait_until(lambda: any(">" in line and "< *" in line for line in second.lines), "no cursor")


def test_the_end_of_tmux_gives_the_messages_back(tmux: Tmux, broker: RealBroker, destination: str) -> None:
    steps.publish(broker, destination, "held")
    command = [PROGRAM, "connect", broker.uri, "--subscribe", destination]
    terminal = tmux("new-session", shlex.join(command))
    terminal.wait_for("1 unsettled")
    tmux.call("kill-server")  # type: ignore[attr-defined]
    terminal.exit_code()
    [frame] = steps.consume(broker, destination, 1)
    assert frame.body == b"held" and frame.first(b"redelivered") == b"true"
