"""Records leave through the form, from a console that is connected and from a recording."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomptui.demo.thread import serve_in_thread
from tests.e2e import steps
from tests.e2e.conftest import Start
from tests.e2e.terminal import Terminal


@pytest.fixture
def uri() -> Iterator[str]:
    """A broker with some orders in a queue, to which none is added."""
    with serve_in_thread(interval=3600) as uri:
        yield uri


def export(terminal: Terminal, path: Path, header: str) -> None:
    """Fill in the form and start."""
    terminal.press("e")
    terminal.wait_for("f5/^r Export")
    terminal.wait_for("stomptui import reads it")
    terminal.tab_to(" To ", 2)
    terminal.press("ctrl+u")
    terminal.wait_for("path of a file")
    terminal.type(str(path))
    terminal.wait_for("a new file, yours alone (0600)")
    terminal.tab_to("Headers", 2)
    terminal.type(header)
    terminal.wait_for(header)
    terminal.press("f5")
    words = f"removed: 3 values of header {header}."
    terminal.wait_until(lambda: words in " ".join(terminal.text.replace("|", " ").split()), f"no {words!r}")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_what_a_console_recorded_leaves(
    start: Start, uri: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    columns, rows = size
    capture, live, later = (tmp_path / name for name in ("a.stomptui", "live", "later"))
    queue = ("--subscribe", "/queue/orders", "--prefetch", "3", "--capture", str(capture))
    terminal = start("connect", uri, *queue, columns=columns, rows=rows)
    terminal.wait_for("3 unsettled")
    export(terminal, live, "x-tenant")
    assert stat.S_IMODE(live.stat().st_mode) == 0o600
    assert live.read_bytes().count(b'"command":"MESSAGE"') == 3
    steps.quit_console(terminal)
    terminal = start("open", str(capture), columns=columns, rows=rows)
    terminal.wait_for("recording", "ended")
    export(terminal, later, "correlation-id")
    assert b'"redacted"' in later.read_bytes()
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    assert terminal.clean()
