"""The console for hours at a steady rate, its connection ended every few minutes and made again.

A line a minute: memory, how late a ticker of 5 ms in its loop was, the file with its log, what is kept and
dropped. Every message is looked for in the file before retention may take it: lost is how many were not there
where they belong, or twice. Not for CI: two hours is what is said.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from struct import iter_unpack
from typing import BinaryIO

from tests.benchmarks.feed import Spread, environment
from tests.benchmarks.keys import Keyboard
from tests.benchmarks.volume import ask, generating

LOOK = 5.0
"""Seconds between two looks at the file: less than it takes to fall off its limit."""
NUMBERS = """
SELECT CAST(substr(body, 7) AS INTEGER), frame.id FROM frame JOIN octets USING (id)
WHERE frame.id > ? AND command = 'MESSAGE' ORDER BY frame.id
"""
KEPT = "SELECT count(*), (SELECT value FROM fact WHERE name = 'dropped') FROM frame"
HEAD = """\
| minute | messages | lost | connections | lag p50 / p99 / max ms | CPU % | RSS MB | file + log MB | \
kept | dropped | load |
|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|"""


class Numbered:
    """Goes through a recording as it grows: the bodies are numbered from 0."""

    def __init__(self) -> None:
        self.next = 0
        self.lost = 0
        """How many are not where they belong: missing ones, and those that come out of turn."""
        self._last_id = 0

    def look(self, db: sqlite3.Connection) -> None:
        """Look at what is new."""
        for number, id_ in db.execute(NUMBERS, (self._last_id,)):
            if number != self.next:
                self.lost += max(number - self.next, 1)
            self.next = max(self.next, number + 1)
            self._last_id = id_


def octets(recording: Path) -> tuple[float, float]:
    """MB of the file and of its log."""
    log = recording.with_name(f"{recording.name}-wal")
    return recording.stat().st_size / 1e6, log.stat().st_size / 1e6 if log.exists() else 0.0


def lateness(report: BinaryIO) -> list[float]:
    """What the ticker has written since the last look."""
    data = report.read()
    rest = len(data) % 16
    report.seek(-rest, os.SEEK_CUR)
    return [late for _, late in iter_unpack("dd", data[: len(data) - rest])]


def run(rate: int, minutes: float, every: float, keep: str) -> None:
    with tempfile.TemporaryDirectory() as folder, generating(rate, every) as generator:
        assert generator.stdout is not None
        uri = f"stomp://127.0.0.1:{generator.stdout.readline().strip()}/?delay=0.1&max-delay=1"
        recording, report = Path(folder) / "soak.stomptui", Path(folder) / "late"
        command = [sys.executable, "-m", "tests.benchmarks.metered", str(report), "connect", uri]
        command += ["--subscribe", "/queue/orders", "--ack", "auto"]
        keyboard = Keyboard(
            [*command, "--capture", str(recording), "--keep", keep], environment(Path(folder))
        )
        if keyboard.read(time.monotonic() + 20, b"following") is None:
            keyboard.end()
            raise SystemExit("the console did not start")
        uri = f"file:{recording}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=30)) as db, report.open("rb") as late:
            found, end = Numbered(), time.monotonic() + 60 * minutes
            minute, cpu = time.monotonic(), keyboard.cpu()
            while time.monotonic() < end:
                keyboard.read(min(time.monotonic() + LOOK, end))
                found.look(db)
                now = time.monotonic()
                if now - minute < 60 and now < end:
                    continue
                spent = keyboard.cpu() - cpu
                line(db, found, keyboard, lateness(late), recording, 100 * spent / (now - minute), end - now)
                minute, cpu = now, keyboard.cpu()
            sent = ask(generator, "stop")
            keyboard.read(time.monotonic() + 3)
            keyboard.end()
            found.look(db)
        print(f"\nsent {sent:,}, found {found.next:,}, lost {found.lost + sent - found.next:,}")


def line(
    db: sqlite3.Connection,
    found: Numbered,
    keyboard: Keyboard,
    late: Sequence[float],
    recording: Path,
    cpu: float,
    left: float,
) -> None:
    """Print what there is to say of a minute."""
    kept, dropped = db.execute(KEPT).fetchone()
    (connections,) = db.execute("SELECT count(*) FROM connection").fetchone()
    size, log = octets(recording)
    lag = Spread.of(late or [0.0], 0.99)
    what = f"{found.next:,} | {found.lost} | {connections} | {lag} | {cpu:.0f} | {keyboard.memory():.0f}"
    rest = f"{size:.0f} + {log:.0f} | {kept:,} | {dropped:,} | {os.getloadavg()[0]:.1f}"
    print(f"| {-left / 60:.1f} | {what} | {rest} |", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--rate", type=int, default=2_000, help="messages a second")
    parser.add_argument("--every", type=float, default=300.0, help="seconds that a connection lasts")
    parser.add_argument("--keep", default="200MB", help="limit of the recording")
    options = parser.parse_args(arguments)
    print(HEAD)
    run(options.rate, options.minutes, options.every, options.keep)


if __name__ == "__main__":
    main()
