"""Many messages that nobody settled, kept beyond the limits of the file: each is found without a walk."""

from __future__ import annotations

from pathlib import Path

from stomptui.capture import recordings
from stomptui.capture.retention import Limits
from stomptui.capture.store import Capture
from stomptui.stomp import events as ev
from stomptui.stomp.events import Settlement
from tests.capture import made

KEPT = 6000


def test_settling_them_reads_each_but_a_few_times(tmp_path: Path) -> None:
    capture = Capture(
        limit_records=50, recording=recordings.record(tmp_path / "a.stomptui", Limits(records=50))
    )
    archive = capture.archive
    assert archive is not None
    capture.extend([ev.HeartBeatReceived(1, 0.1, 1)])  # it has an id and no number
    capture.extend(made.messages(1, KEPT, Settlement.UNSETTLED))
    capture.extend([ev.HeartBeatReceived(1, 9.9, 1), *made.messages(KEPT + 1, KEPT + 100)])
    assert archive.settle_down(60)
    capture.catch_up()
    assert list(capture.kept_ids) == list(range(2, KEPT + 2))
    asked: list[str] = []
    archive.recording.look.set_trace_callback(asked.append)
    for number in range(1, KEPT + 1):
        assert capture.find_id(1, number) == number + 1
    assert capture.find_id(1, KEPT * 9) is None
    assert capture.find_id(2, 1) is None
    assert len(asked) < 2 * KEPT
    archive.recording.look.set_trace_callback(None)
    capture.extend([made.settled(tuple(range(1, KEPT, 2)), Settlement.ACKED)])
    capture.extend(made.messages(KEPT + 101, KEPT + 200))
    assert archive.settle_down(60)
    capture.catch_up()
    assert list(capture.kept_ids) == list(range(3, KEPT + 2, 2))
    assert capture.find_id(1, 1) is None
    assert capture.find_id(1, 2) == 3
    capture.close(30)
