"""The console under volume, its recording on: a generator in a process of its own, a real pty of 120x40.

For each load: what was taken a second and lost in the end (frames sent that the recording lacks), how late
a ticker of 5 ms in the console's loop was, key to octets while the feed follows and with a cursor, CPU of one
core, memory when the load began, at its worst, and its growth over the last half, and the size of the
recording. Rate 0 is overload: as fast as the socket takes it.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.feed import IN, OUT, WARM, Spread, cursor_on, environment
from tests.benchmarks.keys import Keyboard

SLOW = 100_000
"""Octets a second of a slow terminal."""
KEPT = """
SELECT count(*), (SELECT value FROM fact WHERE name = 'dropped') FROM frame WHERE command = 'MESSAGE'
"""
STEP = 5.0
"""Seconds of one way of pressing keys."""


class Load(NamedTuple):
    """Messages a second (0: no limit), for how many seconds, and octets a second that the terminal takes."""

    rate: int
    seconds: float
    terminal: int | None = None


LOADS: tuple[Load, ...] = (Load(15_000, 60), Load(50_000, 20), Load(0, 20), Load(15_000, 20, SLOW))


class Outcome(NamedTuple):
    """What came of one load; see the module."""

    taken: float
    lost: int
    lag: Spread
    following: Spread
    moving: Spread
    cpu: float
    memory: tuple[float, float, float]
    size: float

    def __str__(self) -> str:
        memory = " / ".join(f"{one:.0f}" for one in self.memory)
        spreads = f"{self.lag} | {self.following} | {self.moving}"
        return f"{self.taken:,.0f} | {self.lost} | {spreads} | {self.cpu:.0f} | {memory} | {self.size:,.0f}"


HEAD = """\
| offered/s | terminal | taken/s | lost | lag p50 / p99 / max ms | key, following p50 / p95 / max ms | \
key, moving p50 / p95 / max ms | CPU % | RSS start / max / growth in the last half MB | file MB |
|---:|---|---:|---:|---|---|---|---:|---|---:|"""


@contextmanager
def generating(rate: int, seconds: float = 0.0) -> Iterator[subprocess.Popen[str]]:
    """Run the generator; its first line is the port. A connection lasts so many seconds, 0 for no limit."""
    command = [sys.executable, "-m", "tests.benchmarks.generator", str(rate), str(seconds)]
    generator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield generator
    finally:
        assert generator.stdin is not None
        generator.stdin.close()
        generator.wait(5)


def ask(generator: subprocess.Popen[str], line: str = "") -> int:
    """How many frames it has sent; with `stop`, in all."""
    assert generator.stdin is not None and generator.stdout is not None
    generator.stdin.write(f"{line}\n")
    generator.stdin.flush()
    return int(generator.stdout.readline())


def measure(load: Load) -> Outcome:
    """One run."""
    with tempfile.TemporaryDirectory() as folder, generating(load.rate) as generator:
        assert generator.stdout is not None
        uri = f"stomp://127.0.0.1:{generator.stdout.readline().strip()}/"
        recording, report = Path(folder) / "volume.stomptui", Path(folder) / "late"
        command = [sys.executable, "-m", "tests.benchmarks.metered", str(report), "connect", uri]
        command += ["--subscribe", "/queue/orders", "--ack", "auto", "--capture", str(recording)]
        keyboard = Keyboard(command, environment(Path(folder)), load.terminal)
        if keyboard.read(time.monotonic() + 20, b"following") is None:
            keyboard.end()
            raise SystemExit("the console did not start")
        return _measure(load, generator, keyboard, recording, report)


def _measure(
    load: Load, generator: subprocess.Popen[str], keyboard: Keyboard, recording: Path, report: Path
) -> Outcome:
    keyboard.read(time.monotonic() + WARM)
    start, cpu, before = time.monotonic(), keyboard.cpu(), ask(generator)
    memory = [keyboard.memory()]
    following: list[float] = []
    moving: list[float] = []
    while time.monotonic() < start + load.seconds:
        until = time.monotonic() + STEP
        keyboard.press(b"G", b"following")
        while time.monotonic() < until:
            following += [keyboard.press(b"b", IN), keyboard.press(b"b", OUT)]
        first, second = cursor_on(1), cursor_on(2)
        keyboard.press(b"g", *first)
        until = time.monotonic() + STEP
        while time.monotonic() < until:
            moving += [keyboard.press(b"j", *second), keyboard.press(b"k", *first)]
        memory.append(keyboard.memory())
    stop = time.monotonic()
    taken, cpu = (ask(generator) - before) / (stop - start), (keyboard.cpu() - cpu) / (stop - start)
    sent = ask(generator, "stop")
    keyboard.press(b"G", b"following")
    keyboard.read(time.monotonic() + WARM)
    keyboard.end()
    with sqlite3.connect(f"file:{recording}?mode=ro", uri=True) as db:
        kept, dropped = db.execute(KEPT).fetchone()
    late = array("d", report.read_bytes())
    lag = [late[at + 1] for at in range(0, len(late), 2) if start <= late[at] <= stop]
    half = memory[len(memory) // 2 :]
    return Outcome(
        taken,
        sent - kept - dropped,
        Spread.of(lag, 0.99),
        Spread.of(following, 0.95),
        Spread.of(moving, 0.95),
        100 * cpu,
        (memory[0], max(memory), half[-1] - half[0]),
        recording.stat().st_size / 1e6,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=volume", description=__doc__)
    parser.add_argument("--rates", type=int, nargs="+", help="messages a second, instead of the usual loads")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each of those")
    parser.add_argument("--terminal", type=int, help="octets a second that the terminal takes, for those")
    options = parser.parse_args(arguments)
    loads = LOADS
    if options.rates:
        loads = tuple(Load(rate, options.seconds, options.terminal) for rate in options.rates)
    print(HEAD)
    for load in loads:
        terminal = f"{load.terminal // 1000} kB/s" if load.terminal else "fast"
        print(f"| {load.rate or 'no limit'} | {terminal} | {measure(load)} |", flush=True)


if __name__ == "__main__":
    main()
