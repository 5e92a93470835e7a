"""The live feed under load: the real console in a real pty, a generator in a process of its own.

`make bench` prints one table. Loop lag is how late a ticker of 5 ms in the console's loop was. Keys are timed
from the key press to the octets that show what it did: `b` while the feed follows, `j` and `k` with a cursor
while messages pour in below. CPU is the console's, of one core. Figures are medians of the runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.keys import Keyboard

RATES = (1_000, 5_000, 15_000)
WARM = 2.0
IN, OUT = b"Heart-beats are in the feed", b"Heart-beats are left out"


class Spread(NamedTuple):
    """Of some times, in ms: the median, a high percentile, the worst."""

    middle: float
    high: float
    worst: float

    @classmethod
    def of(cls, seconds: Sequence[float], part: float) -> Spread:
        ordered = sorted(seconds)
        last = len(ordered) - 1
        return cls(*(1000 * ordered[min(last, int(share * len(ordered)))] for share in (0.5, part, 1)))

    def __str__(self) -> str:
        return f"{self.middle:.1f} / {self.high:.1f} / {self.worst:.0f}"


class Figures(NamedTuple):
    """One run: messages a second, times, percent of a core, MB resident, kB/s to the terminal."""

    taken: float
    lag: Spread
    following: Spread
    moving: Spread
    cpu: float
    memory: float
    output: float

    def __str__(self) -> str:
        spreads = f"{self.lag} | {self.following} | {self.moving}"
        return f"{self.taken:,.0f} | {spreads} | {self.cpu:.0f} | {self.memory:.0f} | {self.output:.0f}"


def median(runs: Sequence[Figures]) -> Figures:
    """The median of each figure by itself."""

    def spread(spreads: Sequence[Spread]) -> Spread:
        return Spread(*(statistics.median(column) for column in zip(*spreads, strict=True)))

    return Figures(
        statistics.median(run.taken for run in runs),
        spread([run.lag for run in runs]),
        spread([run.following for run in runs]),
        spread([run.moving for run in runs]),
        statistics.median(run.cpu for run in runs),
        statistics.median(run.memory for run in runs),
        statistics.median(run.output for run in runs),
    )


def measure(rate: int, seconds: float) -> Figures:
    """One run at `rate` messages a second: half of it following, half with a cursor."""
    with tempfile.TemporaryDirectory() as folder:
        generator = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.generator", str(rate)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            return _measure(generator, Path(folder), seconds)
        finally:
            assert generator.stdin is not None
            generator.stdin.close()
            generator.wait(5)


def _measure(generator: subprocess.Popen[str], folder: Path, seconds: float) -> Figures:
    assert generator.stdout is not None and generator.stdin is not None
    uri = f"stomp://127.0.0.1:{generator.stdout.readline().strip()}/"
    report = folder / "late"
    command = [sys.executable, "-m", "tests.benchmarks.metered", str(report)]
    command += ["connect", uri, "--subscribe", "/queue/orders", "--ack", "auto"]
    keyboard = Keyboard(command, environment(folder))

    def frames() -> int:
        assert generator.stdout is not None and generator.stdin is not None
        generator.stdin.write("\n")
        generator.stdin.flush()
        return int(generator.stdout.readline())

    if keyboard.read(time.monotonic() + 20, b"following") is None:
        keyboard.end()
        raise SystemExit("the console did not start")
    keyboard.read(time.monotonic() + WARM)
    start, cpu, written, count = time.monotonic(), keyboard.cpu(), keyboard.written, frames()
    follow = []
    while time.monotonic() < start + seconds / 2:
        follow += [keyboard.press(b"b", IN), keyboard.press(b"b", OUT)]
    end = time.monotonic()
    cpu, written, count = keyboard.cpu() - cpu, keyboard.written - written, frames() - count
    spent = end - start
    move = _move(keyboard, end + seconds / 2)
    stop = time.monotonic()
    memory = keyboard.memory()
    keyboard.end()
    late = array("d", report.read_bytes())
    lag = [late[at + 1] for at in range(0, len(late), 2) if start <= late[at] <= stop]
    return Figures(
        count / spent,
        Spread.of(lag, 0.99),
        Spread.of(follow, 0.95),
        Spread.of(move, 0.95),
        100 * cpu / spent,
        memory,
        written / spent / 1000,
    )


def cursor_on(number: int) -> list[bytes]:
    """What shows that the cursor is on a frame: numbers get longer as more frames arrive."""
    return [b">%0*d " % (digits, number) for digits in range(5, 9)]


def _move(keyboard: Keyboard, until: float) -> list[float]:
    """Go to the oldest row, then down and up between two: each time the cursor comes back in its row."""
    first, second = cursor_on(1), cursor_on(2)
    keyboard.press(b"g", *first)
    times = []
    while time.monotonic() < until:
        times += [keyboard.press(b"j", *second), keyboard.press(b"k", *first)]
    return times


def environment(folder: Path) -> dict[str, str]:
    """Nothing of the user's own: a home of its own, no settings, a terminal with all colours."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "PYTHONPATH")}
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "HOME": str(folder)}
    return {"LANG": "C.UTF-8", **kept, **terminal}


HEAD = """\
| offered/s | taken/s | lag p50 / p99 / max ms | key, following p50 / p95 / max ms | \
key, moving p50 / p95 / max ms | CPU % | RSS MB | tty kB/s |
|---:|---:|---|---|---|---:|---:|---:|"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("--rates", type=int, nargs="+", default=RATES, help="messages a second")
    parser.add_argument("--seconds", type=float, default=10.0, help="of one run, after the warm-up")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    print(HEAD)
    for rate in options.rates:
        figures = median([measure(rate, options.seconds) for _ in range(options.runs)])
        print(f"| {rate:,} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
