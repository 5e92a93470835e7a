"""Retention under load: many messages a second into a recording with a small limit.

Every thousandth message is of a second subscription that nobody acks: those have to stay. Told are the most
of file and log, how many messages are newer than the limit, whether all numbers from the first of these on
are there, and how late keys were answered.
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

from tests.benchmarks.feed import IN, OUT, Spread, environment
from tests.benchmarks.generator import RARE
from tests.benchmarks.keys import Keyboard
from tests.benchmarks.soak import lateness, octets
from tests.benchmarks.volume import ask, generating

BODIES = "SELECT count(*), min(n), max(n) FROM (SELECT CAST(substr(body, 7, 7) AS INTEGER) AS n FROM frame "
NEWER = BODIES + "JOIN octets USING (id) WHERE command = 'MESSAGE' AND id >= (SELECT value FROM fact "
NEWER += "WHERE name = 'window'))"
OPEN = "SELECT count(*) FROM frame WHERE settlement = 2"
USED = (
    "SELECT (page_count - freelist_count) * page_size / 1e6 FROM pragma_page_count, pragma_freelist_count, "
)
USED += "pragma_page_size"


def run(rate: int, seconds: float, keep: str) -> None:
    with tempfile.TemporaryDirectory() as folder, generating(rate) as generator:
        assert generator.stdout is not None
        uri = f"stomp://127.0.0.1:{generator.stdout.readline().strip()}/"
        recording, report = Path(folder) / "kept.stomptui", Path(folder) / "late"
        command = [sys.executable, "-m", "tests.benchmarks.metered", str(report), "connect", uri]
        command += ["--subscribe", "/queue/orders", "--ack", "auto"]
        command += ["--subscribe", "/queue/rare", "--ack", "client-individual"]
        keyboard = Keyboard(
            [*command, "--capture", str(recording), "--keep", keep], environment(Path(folder))
        )
        if keyboard.read(time.monotonic() + 20, b"following") is None:
            keyboard.end()
            raise SystemExit("the console did not start")
        start, cpu, before = time.monotonic(), keyboard.cpu(), ask(generator)
        keys: list[float] = []
        sizes: list[tuple[float, float]] = []
        while time.monotonic() < start + seconds:
            keys += [keyboard.press(b"b", IN), keyboard.press(b"b", OUT)]
            sizes.append(octets(recording))
        stop = time.monotonic()
        taken, cpu = (ask(generator) - before) / (stop - start), (keyboard.cpu() - cpu) / (stop - start)
        sent = ask(generator, "stop")
        keyboard.read(time.monotonic() + 4)
        with closing(sqlite3.connect(f"file:{recording}?mode=ro", uri=True, timeout=30)) as db:
            used = db.execute(USED).fetchone()[0]
            count, first, last = db.execute(NEWER).fetchone()
            (unsettled,) = db.execute(OPEN).fetchone()
        memory = keyboard.memory()
        keyboard.end()
        with report.open("rb") as late:
            lag = Spread.of(lateness(late), 0.99)
    whole = (
        "yes"
        if (count, last) == (last - first + 1, sent - 1)
        else f"NO: {count}, {first} to {last} of {sent}"
    )
    stays = "yes" if unsettled == (sent + RARE - 1) // RARE else f"NO: {unsettled} of {sent // RARE}"
    size, log = (max(column) for column in zip(*sizes, strict=True))
    end = f"{used:.0f} | {count:,} | {whole} | {stays} | {memory:.0f} | {os.getloadavg()[0]:.1f}"
    cost = f"{lag} | {Spread.of(keys, 0.95)} | {100 * cpu:.0f}"
    print(f"| {rate} | {taken:,.0f} | {cost} | {size:.0f} + {log:.0f} | {end} |")


HEAD = """\
| offered/s | taken/s | lag p50 / p99 / max ms | key p50 / p95 / max ms | CPU % | largest file + log MB | \
used at the end MB | newer than the limit | without a gap | unsettled stay | RSS MB | load |
|---:|---:|---|---|---:|---:|---:|---:|---|---|---:|---:|"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=retained", description=__doc__)
    parser.add_argument("--rate", type=int, default=50_000, help="messages a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--keep", default="50MB")
    options = parser.parse_args(arguments)
    print(HEAD)
    run(options.rate, options.seconds, options.keep)


if __name__ == "__main__":
    main()
