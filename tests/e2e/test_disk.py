"""A disk that is full under a console that goes on, and a recording that is damaged: told, and it goes on."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from stomptui.capture import recordings, schema
from stomptui.capture.store import Capture
from stomptui.demo.thread import serve_in_thread
from tests.capture import made
from tests.disks import Disk
from tests.e2e import steps
from tests.e2e.conftest import Start
from tests.e2e.terminal import PATIENCE

TOPIC = ("--subscribe", "/topic/audit", "--ack", "auto")


def test_a_full_disk_is_told_and_keys_go_on(start: Start, disk: Disk) -> None:
    """What arrives waits in memory, is written once there is room, and nothing is lost."""
    folder = disk("400k")
    path = folder / "orders.stomptui"
    with serve_in_thread(interval=0.002) as uri:
        terminal = start(
            "connect", uri, *TOPIC, "--capture", str(path), "--keep", "1GB", columns=120, rows=40
        )
        terminal.wait_for("NOT RECORDED")
        terminal.press("u")  # it answers
        terminal.wait_for("nothing is unsettled")
        disk("64m")
        terminal.wait_gone("NOT RECORDED")
        said = steps.quit_console(terminal)
    assert f"stomptui open {path}" in said
    with closing(recordings.opened(path).look) as look:
        numbers = [number for (number,) in look.execute("SELECT number FROM frame WHERE number ORDER BY id")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_full_disk_to_the_end_is_told_with_what_is_lacking(start: Start, disk: Disk) -> None:
    path = disk("400k") / "orders.stomptui"
    with serve_in_thread(interval=0.002) as uri:
        terminal = start(
            "connect", uri, *TOPIC, "--capture", str(path), "--keep", "1GB", columns=120, rows=40
        )
        terminal.wait_for("NOT RECORDED")
        said = steps.quit_console(terminal)
    assert "it lacks what came last" in said and "is full" in said


def test_a_damaged_recording_is_shown_as_far_as_it_can_be_read(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "orders.stomptui"
    capture = Capture(recording=recordings.record(path))
    capture.extend(made.messages(1, 2_000))
    capture.close(PATIENCE)
    octets = path.read_bytes()
    half = len(octets) // schema.PAGE // 2 * schema.PAGE
    path.write_bytes(octets[:half] + b"\xff" * (8 * schema.PAGE) + octets[half + 8 * schema.PAGE :])
    terminal = start("open", str(path), columns=120, rows=40)
    terminal.wait_for("recording", "orders.stomptui")
    terminal.press("g")
    terminal.wait_for(">00001")
    terminal.press("/")
    terminal.wait_for("Find")
    terminal.type("nowhere to be found")
    terminal.press("enter")
    terminal.wait_for("damaged")
    steps.quit_console(terminal)
