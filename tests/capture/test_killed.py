"""A process that records is killed at any moment: its file opens, exact and without a gap."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stomptui.capture import recordings, stored
from tests.benchmarks.generator import message

KILLS = 20
BATCH = 50
LATE = 1.0
"""Seconds within which a frame must have reached the file, on the most loaded machine."""
RECORDER = """
import sys, time
from pathlib import Path
from stomptui.capture import recordings
from stomptui.capture.store import Capture
from stomptui.stomp.codec import decode
from stomptui.stomp.events import MessageReceived, Settlement
from tests.benchmarks.generator import message
capture = Capture(limit_records=1000, recording=recordings.record(Path(sys.argv[1])))
number = 0
while True:
    now = time.monotonic()
    events = []
    for _ in range(50):
        number += 1
        frame = decode(message(b"1", number)[:-1], "1.2")
        events.append(MessageReceived(1, number, now, frame, Settlement.UNSETTLED))
    capture.extend(events)
    print(number, now, flush=True)
    time.sleep(0.002)
"""


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_while_it_records(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "a.stomptui"
    recorder = subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert recorder.stdout is not None
    chance = random.Random(seed)
    said = [recorder.stdout.readline().split() for _ in range(chance.randrange(1, 200))]
    recorder.send_signal(signal.SIGKILL)
    said += [line.split() for line in recorder.stdout if line.endswith("\n")]
    recorder.wait()
    end = float(said[-1][1])
    due = max((int(number) for number, at in said if float(at) < end - LATE), default=0)
    there = 0
    look = recordings.opened(path).look
    for row in stored.read(look, 1, 1 << 40):
        there += 1
        assert (row.id, row.number) == (there, there)
        assert row.raw == message(b"1", row.number)[:-1]
    look.close()
    assert due <= there <= int(said[-1][0]) + BATCH
    recordings.record(path).close(keep=True)  # nobody holds it any more, and it can go on
