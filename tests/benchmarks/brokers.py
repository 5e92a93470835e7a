"""The console, recording, over a real broker with a backlog, against a raw socket that does the same.

Ack auto: from SUBSCRIBE to the last message, in the file for the console. Client-individual: all of them are
prefetched, then `*` and `a` ack them; that time is added, up to the receipt of the last ACK and until the
file says of all that they are acked. The raw client has made its ACKs before that clock starts. Both take
turns, and the ratio is the median of those of the pairs. Anything lost, double or left in the queue is said.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.backlog import QUEUE, Took, fill, left, raw
from tests.benchmarks.feed import Spread, environment
from tests.benchmarks.keys import Keyboard
from tests.brokers import certificates, launch
from tests.brokers.real import RealBroker

METERED = "tests.benchmarks.metered"
PATIENCE = 600.0
"""Seconds for one step of one run."""
HEAP = "-Xmx2g"
"""For ActiveMQ, which keeps the backlog in memory."""
LOOK = 0.02
"""Seconds between two looks at the file: the error of its times."""
DOUBLE = """
SELECT count(*), count(DISTINCT substr(body, 7, 7)), min(CAST(substr(body, 7, 7) AS INTEGER)),
    max(CAST(substr(body, 7, 7) AS INTEGER)), sum(settlement = ?)
FROM frame JOIN octets USING (id) WHERE command = 'MESSAGE'
"""
LAST_SETTLED = "SELECT settlement <> 2 FROM frame WHERE id = {}"
"""Of one record, since to look through all of them would take the time of what is measured; `wrong` does."""
SETTLED = {"auto": 1, "client-individual": 3}


class Run(NamedTuple):
    """One run of the console: its seconds, lag of its loop while it took and while it acked, and its cost."""

    took: Took
    taking: Spread
    acking: Spread
    acked: float
    """Seconds from `y` to the receipt."""
    cpu: float
    memory: float

    def __str__(self) -> str:
        seconds = f"{self.took.taking:.1f} + {self.took.acking:.1f}"
        cost = f"{self.acked:.1f} | {self.cpu:.1f} | {self.memory:.0f}"
        return f"{seconds} | {self.taking} | {self.acking} | {cost}"


def wrong(recording: Path, count: int, ack: str) -> str:
    """What the file has not as it was sent, empty when all is there, once, and settled."""
    with closing(sqlite3.connect(f"file:{recording}?mode=ro", uri=True)) as db:
        found = db.execute(DOUBLE, (SETTLED[ack],)).fetchone()
    expected = (count, count, 0, count - 1, count)
    return "" if found == expected else f"count, distinct, first, last, settled {found} and not {expected}"


def _until(keyboard: Keyboard, db: sqlite3.Connection, query: str) -> float:
    """Read the terminal until the query gives something that is not 0; the time then."""
    deadline = time.monotonic() + PATIENCE
    while not (db.execute(query).fetchone() or (0,))[0]:
        if time.monotonic() > deadline:
            raise SystemExit(f"gave up to wait for {query}")
        keyboard.read(time.monotonic() + LOOK)
    return time.monotonic()


def _messages(keyboard: Keyboard, db: sqlite3.Connection, count: int) -> float:
    """Read the terminal until the file holds `count` messages; the time then."""
    deadline = time.monotonic() + PATIENCE
    found = last = 0
    while found < count:
        (upto,) = db.execute("SELECT coalesce(max(id), 0) FROM frame").fetchone()
        query = "SELECT count(*) FROM frame WHERE id > ? AND id <= ? AND command = 'MESSAGE'"
        found += db.execute(query, (last, upto)).fetchone()[0]
        last = upto
        if time.monotonic() > deadline:
            raise SystemExit(f"gave up to wait for messages: {found} of {count} came")
        keyboard.read(time.monotonic() + LOOK)
    return time.monotonic()


def _select_and_ack(keyboard: Keyboard) -> tuple[float, float]:
    """Press `*`, `a` and `y`; the times of the first and of the last."""
    keyboard.read(time.monotonic() + 1)
    first = time.monotonic()
    for key, answer in ((b"*", b"selected."), (b"a", b"Send?")):
        keyboard.type(key)
        if keyboard.read(time.monotonic() + PATIENCE, answer) is None:
            raise SystemExit(f"{key!r} was not answered")
        print(f"  {key.decode()} was answered after {time.monotonic() - first:.2f} s", file=sys.stderr)
    begin = time.monotonic()
    keyboard.type(b"y")
    return first, begin


def console(broker: RealBroker, count: int, ack: str, folder: Path) -> Run:
    """Have the console take a queue that holds `count` messages, and check what it recorded."""
    recording, report = folder / "backlog.stomptui", folder / "late"
    command = [sys.executable, "-m", METERED, str(report), "connect", broker.uri]
    command += ["--subscribe", QUEUE, "--ack", ack, "--capture", str(recording)]
    if ack != "auto":
        command += ["--prefetch", str(count)]
    keyboard = Keyboard(command, environment(folder))
    if keyboard.read(time.monotonic() + 60, b"Subscriptions") is None:
        raise SystemExit("the console did not start")
    with closing(sqlite3.connect(f"file:{recording}?mode=ro", uri=True, timeout=30)) as db:
        subscribed = "SELECT max(time) FROM frame WHERE command = 'SUBSCRIBE'"
        _until(keyboard, db, subscribed)
        (start,) = db.execute(subscribed).fetchone()
        taken = first = _messages(keyboard, db, count)
        (last,) = db.execute("SELECT max(id) FROM frame WHERE command = 'MESSAGE'").fetchone()
        took = taken - start
        acking = acked = 0.0
        if ack != "auto":
            first, begin = _select_and_ack(keyboard)
            answered = f"SELECT max(time) FROM frame WHERE command = 'RECEIPT' AND id > {count}"
            _until(keyboard, db, answered)
            acked = db.execute(answered).fetchone()[0] - begin
            acking = _until(keyboard, db, LAST_SETTLED.format(last)) - begin
    stop = time.monotonic()
    cpu, memory = keyboard.cpu(), keyboard.memory()
    keyboard.end()
    if words := wrong(recording, count, ack):
        print(f"WRONG in the file: {words}")
    late = array("d", report.read_bytes())

    def lag(since: float, until: float) -> Spread:
        return Spread.of(
            [late[at + 1] for at in range(0, len(late), 2) if since <= late[at] <= until] or [0], 0.99
        )

    return Run(Took(took, acking), lag(start, taken), lag(first, stop), acked, cpu, memory)


HEAD = """\
| broker | ack | console s | lag while taking p50 / p99 / max ms | lag while acking | \
s to the last receipt | CPU s | RSS MB | raw s | raw / console | left | load |
|---|---|---:|---|---|---:|---:|---:|---:|---:|---:|---:|"""


def pairs(name: str, broker: RealBroker, ack: str, count: int, number: int) -> None:
    """Both in turn, each on a queue filled anew."""
    ratios: list[float] = []
    for pair in range(number):
        found: dict[str, Run | Took] = {}
        rest = 0
        for who in ("console", "raw") if pair % 2 == 0 else ("raw", "console"):
            fill(broker, count)
            if who == "console":
                with tempfile.TemporaryDirectory() as folder:
                    found[who] = console(broker, count, ack, Path(folder))
            else:
                found[who] = raw(broker, count, ack, None if ack == "auto" else count)
            rest += left(broker)
        run, took = found["console"], found["raw"]
        assert isinstance(run, Run) and isinstance(took, Took)
        ratios.append(took.seconds / run.took.seconds)
        ours = f"{took.taking:.1f} + {took.acking:.1f} | {ratios[-1]:.2f} | {rest} | {os.getloadavg()[0]:.1f}"
        print(f"| {name} | {ack} | {run} | {ours} |", flush=True)
    print(f"| {name} | {ack} | median ratio {statistics.median(ratios):.2f} |", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=brokers", description=__doc__)
    parser.add_argument("--messages", type=int, default=300_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", choices=("rabbitmq", "activemq"))
    parser.add_argument("--ack", choices=tuple(SETTLED))
    options = parser.parse_args(arguments)
    print(HEAD)
    for name in ("rabbitmq", "activemq"):
        if options.only not in (None, name):
            continue
        if (why := launch.missing(name)) is not None:
            print(f"not measured: {why}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            os.environ["_JAVA_OPTIONS"] = HEAP  # wins over what is said to Java in the tests
            running = launch.start(name, certificates.make(Path(folder, "made")), threading.Event())
            try:
                for ack in SETTLED:
                    if options.ack in (None, ack):
                        pairs(name, running.broker, ack, options.messages, options.pairs)
            finally:
                running.stop()


if __name__ == "__main__":
    main()
