"""A recording of a million frames: how soon it is open, a page of it, and what is looked for in all of it.

It is made in some seconds and kept in the system's temporary folder. Searches run as in the console: in a
thread, while a ticker of 5 ms in an event loop says how late it is. Figures are medians of the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from stomptui import brokers
from stomptui.capture import files, recordings, stored
from stomptui.capture.filter import parse
from stomptui.capture.scan import Scan
from stomptui.capture.store import Capture
from stomptui.capture.stored import Row
from stomptui.capture.wanted import Wanted
from stomptui.stomp.events import Settlement
from tests.benchmarks.feed import Spread, cursor_on, environment
from tests.benchmarks.generator import message
from tests.benchmarks.keys import Keyboard

FRAMES = 1_000_000
FOLDER = Path(tempfile.gettempdir(), f"stomptui-bench-{os.getuid()}")
PAGE = 40
FILTERS = {
    "a column": "size > 256",
    "a column of all": "size > 0",
    "a column and text": "destination LIKE '/queue/nowhere%'",
    "a column and a pattern": "destination LIKE '/queue/nowher_%'",
    "a header": "\"x-tenant\" = 'nobody'",
    "a JSON path": "body.customer = 'c-20'",
}


def rows(first: int, last: int) -> Iterator[Row]:
    """Messages that came on one connection, a second for each thousand."""
    for number in range(first, last + 1):
        head, body = stored.split(message(b"s-1", number)[:-1])
        at = number / 1000
        yield Row(
            number, 1, number, 0, 0, at, 1.8e9 + at, 3, *stored.facts(head, 3), len(body), Settlement.AUTO,
            head=head, body=body,
        )  # fmt: skip


def made(frames: int, folder: Path = FOLDER) -> Path:
    """The recording, made anew where it is not there or is not whole."""
    path = folder / f"{frames}.stomptui"
    if path.exists():
        try:
            with files.look(path) as db:
                if db.execute("SELECT count(*) FROM frame").fetchone()[0] == frames:
                    return path
        except (files.CaptureError, sqlite3.Error):
            pass
        path.unlink()
    folder.mkdir(mode=0o700, exist_ok=True)
    started = time.perf_counter()
    db = files.create(path)
    db.execute("INSERT INTO connection (connection, role, version) VALUES (1, 'client', '1.2')")
    for start in range(1, frames + 1, 10_000):
        db.execute("BEGIN")
        stored.insert(db, list(rows(start, min(start + 9_999, frames))))
        db.execute("COMMIT")
    db.close()
    print(f"made in {time.perf_counter() - started:.0f} s: {path.stat().st_size / 1e6:,.0f} MB\n")
    return path


def painted(path: Path, frames: int) -> tuple[float, float, list[float], list[float]]:
    """Seconds until the newest row is there and of processor for that; then of `g` and of `G`."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        command = [sys.executable, "-m", "stomptui", "open", str(path)]
        keyboard = Keyboard(command, environment(Path(folder)))
        newest = f"{frames:05d} ".encode()
        if keyboard.read(began + 20, newest) is None:
            raise SystemExit("the recording was not shown")
        first, cpu = time.monotonic() - began, keyboard.cpu()
        keyboard.read(time.monotonic() + 1)
        top, end = [], []
        for _ in range(10):
            top.append(keyboard.press(b"g", *cursor_on(1)))
            end.append(keyboard.press(b"G", newest))
        keyboard.end()
    return first, cpu, top, end


def pages(capture: Capture, rounds: int) -> list[float]:
    """Seconds of a page of random records, from the file."""
    chosen, taken = random.Random(1), []
    for _ in range(rounds):
        ids = chosen.sample(range(1, capture.last_id + 1), PAGE)
        began = time.perf_counter()
        found = capture.page(ids)
        taken.append(time.perf_counter() - began)
        assert all(
            record is not None and record.number == id_ for record, id_ in zip(found, ids, strict=True)
        )
    return taken


async def scanned(path: Path, wanted: Wanted) -> tuple[float, float, int, list[float]]:
    """Seconds until all was looked at, of processor, how many were found, and how late the loop was."""
    capture = Capture(recognise=brokers.recognise, recording=recordings.opened(path))
    late: list[float] = []

    async def watch() -> None:
        while True:
            due = time.perf_counter() + 0.005
            await asyncio.sleep(0.005)
            late.append(time.perf_counter() - due)

    watching = asyncio.ensure_future(watch())
    await asyncio.sleep(0.05)
    began, cpu = time.perf_counter(), time.process_time()
    scan = Scan(capture, wanted, capture.last_id, forwards=False)
    while not scan.whole and not scan.trouble:
        scan.look()
        await asyncio.sleep(scan.pause)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    watching.cancel()
    if scan.trouble:
        raise SystemExit(scan.trouble)
    found = len(scan.found.ids)
    scan.cancel()
    scan.wait(10)
    capture.close(0)
    return seconds, cpu, found, late


def say(what: str, seconds: Sequence[float], limit: float, more: str = "") -> None:
    middle = statistics.median(seconds)
    print(f"| {what} | {middle:.3f} | {limit} | {'yes' if middle < limit else 'NO'} | {more} |", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=million", description=__doc__)
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    path = made(options.frames)
    print("| what | s | limit | met | more |\n|---|---:|---:|---|---|")
    opened = [painted(path, options.frames) for _ in range(options.rounds)]
    say(
        "open to the newest row",
        [one[0] for one in opened],
        1,
        f"CPU {statistics.median(o[1] for o in opened):.2f} s",
    )
    say("g, the oldest row", [key for one in opened for key in one[2]], 0.1)
    say("G, the newest row", [key for one in opened for key in one[3]], 0.1)
    capture = Capture(recognise=brokers.recognise, recording=recordings.opened(path))
    say("a page of 40 random rows", pages(capture, 20 * options.rounds), 0.005)
    list_of = capture.rows()
    jumps = []
    for row in random.Random(2).sample(range(len(list_of)), 20 * options.rounds):
        began = time.perf_counter()
        assert list_of.index(list_of[row]) == row
        jumps.append(time.perf_counter() - began)
    say("a jump to any row", jumps, 0.005)
    capture.close(0)
    searches = {"a text that is nowhere": (Wanted("needle in no frame"), 1.5)}
    searches["a text that is in one of 1,000"] = (Wanted('"id":0004'), 1.5)
    searches["a text that is in all"] = (Wanted("customer"), 1.5)
    searches["a text of letters that are in all"] = (Wanted("xxy"), 1.5)
    searches["a text with an umlaut"] = (Wanted("größe"), 1.5)
    limits = dict.fromkeys((name for name in FILTERS if "column" in name), 0.3)
    for name, text in FILTERS.items():
        searches[f"a filter on {name}"] = (Wanted(filter=parse(text, now=time.time())), limits.get(name, 5.0))
    for name, (wanted, limit) in searches.items():
        runs = [asyncio.run(scanned(path, wanted)) for _ in range(options.rounds)]
        lag = Spread.of([late for run in runs for late in run[3]], 0.99)
        cpu, found = statistics.median(run[1] for run in runs), runs[0][2]
        say(
            name,
            [run[0] for run in runs],
            limit,
            f"{found:,} found; CPU {cpu:.2f} s; lag p50 / p99 / max {lag} ms",
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"\nload {os.getloadavg()[0]:.1f}, this process at most {memory:.0f} MB")


if __name__ == "__main__":
    main()
