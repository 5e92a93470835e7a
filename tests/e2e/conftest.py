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

Start = Callable[..., Terminal]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What the program sees: nothing of the machine's but the PATH, folders of the test's own."""
    folders = {name: str(tmp_path / name.lower()) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    return {"PATH": os.environ["PATH"], **folders, **terminal}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """`start("connect", uri, columns=120, rows=40, EDITOR="vi")` runs `stomptui` in a terminal."""
    with ExitStack() as stack:

        def run(*arguments: str, columns: int = 80, rows: int = 24, **more: str) -> Terminal:
            program = Terminal([PROGRAM, *arguments], {**environment, **more}, columns, rows)
            return stack.enter_context(program)

        yield run
