"""The terminal of the end-to-end tests does what a terminal does."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from tests.e2e.terminal import Terminal

ECHO = """\
import os, signal, sys, tty
signal.signal(signal.SIGWINCH, lambda *_: print(os.get_terminal_size(), end="\\r\\n", flush=True))
tty.setraw(0)
print("\\x1b[?1049h\\x1b[>1u\\x1b[?2026$pready", os.get_terminal_size().columns, end="\\r\\n", flush=True)
while (key := os.read(0, 100)) != b"q":
    print("got", key, end="\\r\\n", flush=True)
print("\\x1b[?1049lleft", end="\\r\\n")
sys.exit(3)
"""


def run(program: str) -> Terminal:
    return Terminal([sys.executable, "-c", program], os.environ, columns=60, rows=8)


def test_screen_keys_and_exit_code() -> None:
    with run(ECHO) as terminal:
        terminal.wait_for("ready 60")
        terminal.press("ctrl+r")
        terminal.wait_for("got b'\\x12'")
        terminal.press("shift+up")
        terminal.wait_for("got b'\\x1b[1;2A'")
        assert terminal.modes() == {25, 1049}
        terminal.press("q")
        assert terminal.exit_code() == 3
        assert terminal.after_screen() == "left\n"
        assert not terminal.clean()  # it left the terminal raw


def test_resizing_is_told() -> None:
    with run(ECHO) as terminal:
        terminal.wait_for("ready")
        terminal.resize(50, 10)
        terminal.wait_for("columns=50, lines=10")


def test_what_does_not_come_is_told_with_the_screen() -> None:
    with run("print('all there is')") as terminal, pytest.raises(AssertionError, match=r"all there is"):
        terminal.wait_for("something else")


def test_hanging_up_reaches_the_program() -> None:
    ours, theirs = os.pipe()
    program = f"import os, signal; signal.signal(1, lambda *_: (os.write({theirs}, b'hup'), os._exit(0)));"
    program += "print('ready', flush=True); signal.pause()"
    with Terminal([sys.executable, "-c", program], os.environ, pass_fds=[theirs]) as terminal:
        os.close(theirs)
        terminal.wait_for("ready")
        terminal.hang_up()
        with os.fdopen(ours) as pipe:
            assert pipe.read() == "hup"


def test_signals_and_a_clean_terminal() -> None:
    with run("import signal; print('ready', flush=True); signal.pause()") as terminal:
        terminal.wait_for("ready")
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == -signal.SIGTERM
        assert terminal.clean()
