"""The console in a terminal, as an engineer starts it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

PROGRAM = str(Path(sys.executable).parent / "stomptui")

BLOCK = "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP]); "
DEAF = (sys.executable, "-c", BLOCK + "os.execv(sys.argv[1], sys.argv[1:])")

Start = Callable[..., Terminal]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What the program sees: nothing of the machine's but the PATH, folders of the test's own."""
    folders = {name: str(tmp_path / name.lower()) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    return {"PATH": os.environ["PATH"], **folders, **terminal}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """`start("connect", uri, columns=120, rows=40, EDITOR="vi")` runs `stomptui` in a terminal.

    With `deaf` no SIGHUP reaches it, as with a program that is not the terminal's foreground one.
    """
    with ExitStack() as stack:

        def run(
            *arguments: str, columns: int = 80, rows: int = 24, deaf: bool = False, **more: str
        ) -> Terminal:
            command = [*(DEAF if deaf else ()), PROGRAM, *arguments]
            program = Terminal(command, {**environment, **more}, columns, rows)
            return stack.enter_context(program)

        yield run
