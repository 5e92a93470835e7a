"""A session that was recorded, opened later: after a clean end, and after a kill."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from stomptui.capture import files, retention
from stomptui.demo.thread import serve_in_thread
from tests.e2e import steps
from tests.e2e.conftest import Start
from tests.e2e.terminal import PATIENCE, Terminal

QUEUE = ("--subscribe", "/queue/orders", "--prefetch", "3")
UNSETTLED = re.compile(r"(\d+) unsettled then")


@pytest.fixture
def uri() -> Iterator[str]:
    """A broker with some orders in a queue, to which none is added."""
    with serve_in_thread(interval=3600) as uri:
        yield uri


def records(path: Path) -> int:
    db = files.look(path)
    try:
        return retention.last_id(db)
    finally:
        db.close()


def one_acked(start: Start, uri: str, *arguments: str, **size: int) -> Terminal:
    """A console that has acked the first of three messages, after which a fourth came."""
    terminal = start("connect", uri, *QUEUE, *arguments, **size)
    terminal.wait_for("3 unsettled")
    terminal.press("u")
    terminal.wait_for("one of 3 unsettled")
    steps.wait_cursor(terminal, '"id":4708')  # a key settles only what has been seen
    terminal.press("a")
    terminal.wait_for("ACK", "receipt after")
    terminal.wait_for("3 unsettled")
    return terminal


def find(terminal: Terminal, text: str) -> None:
    """Go to the next frame that holds `text`."""
    terminal.press("/")
    terminal.wait_for("Find")
    terminal.type(text)
    terminal.press("enter")
    terminal.wait_for(f"'{text}' in")


def unsettled_at(terminal: Terminal, number: int) -> int:
    """How many messages the status row says were unsettled when that frame came."""
    terminal.wait_until(
        lambda: terminal.line(f" {number:05d}/") and terminal.line("unsettled then"), f"not at {number}"
    )
    found = UNSETTLED.search(terminal.lines[0])
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_state_follows_the_cursor(start: Start, uri: str, tmp_path: Path, size: tuple[int, int]) -> None:
    columns, rows = size
    file = str(tmp_path / "orders.stomptui")
    said = steps.quit_console(one_acked(start, uri, "--capture", file))
    assert f"stomptui open {file}" in said
    terminal = start("open", file, columns=columns, rows=rows)
    terminal.wait_for("recording", "ended")
    find(terminal, "SUBSCRIBE")
    counts = [unsettled_at(terminal, 3)]
    for number in range(4, 11):  # RECEIPT, three MESSAGEs, ACK and its RECEIPT, the next MESSAGE
        terminal.press("down")
        counts.append(unsettled_at(terminal, number))
    assert [count for count, _ in groupby(counts)] == [0, 1, 2, 3, 2, 3]
    terminal.press("a")
    terminal.wait_for("This is a recording of 127.0.0.1")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    assert terminal.clean()


def test_what_was_killed_is_named_by_the_next_start_and_opened(
    start: Start, uri: str, environment: dict[str, str]
) -> None:
    killed = one_acked(start, uri)
    folder = Path(environment["XDG_STATE_HOME"]) / "stomptui" / "recordings"
    (running,) = folder.glob("running-*.stomptui")
    deadline = time.monotonic() + PATIENCE
    while records(running) < 10 and time.monotonic() < deadline:
        time.sleep(0.01)  # nothing tells that another program has written
    killed.signal(signal.SIGKILL)
    assert killed.exit_code() == -signal.SIGKILL
    again = start("connect", uri)
    again.wait_for("The last run did not end by itself; stomptui open shows its recording.")
    steps.quit_console(again)
    terminal = start("open", columns=120, rows=40)
    terminal.wait_for("recording", "3 unsettled then")
    terminal.wait_for("/queue/orders", "3*")
    terminal.press("u")
    terminal.wait_for("never settled")
    terminal.press("q", "q", "q")
    assert terminal.exit_code() == 0
    assert not list(folder.glob("running-*"))
