"""From a key to what it opens, painted, while the console keeps a million records and goes on recording.

The keys are those of the key table, in a real pty of 120x40, on the embedded broker: panes, dialogs, views,
the palette. A key is painted with the last octets that changed the screen, in which digits do not count:
ages run on. CPU is the console's until all is quiet, what it does without a key included: it tells more than
the clock where others use the processor. What is left out settles, ends or leaves the console, or selects.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import select
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyte

from stomptui import connect
from stomptui.console.keys import KEYS, on_main
from stomptui.console.keytable import MAIN, Key
from stomptui.demo.thread import serve_in_thread
from tests.benchmarks.feed import Spread, environment
from tests.benchmarks.keys import Keyboard
from tests.benchmarks.million import FRAMES, made
from tests.e2e.terminal import KEYS as OCTETS
from tests.e2e.terminal import UNKNOWN

GOAL = 50.0
"""Milliseconds."""
QUIET = 0.15
"""Seconds without octets after which all is painted."""
LONGEST = 2.0
LEFT_OUT = {
    *("settle.ack", "subscription.remove", "message.pager", "app.back", "feed.stop", "collect.toggle"),
    *("feed.extend_up", "feed.extend_down", "feed.select", "feed.select_all"),
}
"""Beside those that the focused widget does itself."""
PANES = {"session": b"4", "subscriptions": b"1", "message": b"3", "feed": b"2"}
AGES = re.compile(r"\d[\d.,]*( ?(ms|s|m|h))?|[<>]")
QUEUE = "/queue/orders"


class Seen(NamedTuple):
    """What a key did: seconds until it was painted, those of processor until all was quiet, rows changed."""

    seconds: float
    cpu: float
    rows: int


class Watch(Keyboard):
    """A keyboard whose screen is looked at, each piece of output with the time at which it came."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        super().__init__(command, environment)
        self.screen = pyte.Screen(120, 40)
        self._stream = pyte.ByteStream(self.screen)

    def pieces(self, wait: float = 0.3) -> Iterator[tuple[float, bytes]]:
        """What comes until all is quiet, as it comes: at least the first `wait` seconds are waited for."""
        began = last = time.monotonic()
        while (now := time.monotonic()) < began + LONGEST and (now < began + wait or now < last + QUIET):
            if select.select([self._pty], [], [], 0.02)[0]:
                data = os.read(self._pty, 1 << 16)
                last = time.monotonic()
                yield last, data

    def rows(self) -> list[str]:
        """The screen without its ages; the status row is all ages."""
        return [AGES.sub("#", row).rstrip() for row in self.screen.display[1:]]

    def ran(self) -> float:
        """Seconds of processor that the program has used, to the microsecond, all threads."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def feed(self, data: bytes) -> None:
        self._stream.feed(UNKNOWN.sub(b"", data))

    def look(self, wait: float = 0.3) -> list[str]:
        """The screen once all is quiet."""
        for _, data in self.pieces(wait):
            self.feed(data)
        return self.rows()

    def do(self, key: bytes) -> Seen:
        """Press `key`; see `Seen`."""
        before = self.look(0.05)
        self.look(self._random.uniform(0.0, 0.1))
        cpu, pressed = self.ran(), time.monotonic()
        os.write(self._pty, key)
        came = list(self.pieces())  # nothing else is done meanwhile
        cpu = self.ran() - cpu
        after = []
        for at, data in came:
            self.feed(data)
            after.append((at, self.rows()))
        final = after[-1][1] if after else before
        changed = [at for at, row in enumerate(final) if row != before[at]]
        painted = pressed
        for at, rows in reversed(after):
            if any(rows[row] != final[row] for row in changed):
                break
            painted = at
        return Seen(painted - pressed if changed else 0.0, cpu, len(changed))


def chosen() -> list[Key]:
    """The keys of the main screen and its panes that open or show something."""
    return [
        key
        for key in KEYS.values()
        if (on_main(key) or key.id == "app.palette") and key.id not in LEFT_OUT
        if key.action == f"screen.key('{key.id}')" or key.id in ("app.palette", "app.quit")
    ]


def octets(key: str) -> bytes:
    return OCTETS.get(key, key.encode())


def back(watch: Watch, base: list[str], key: bytes) -> bool:
    """Leave what was opened; a view is left by its key, and what moved the cursor by `u`."""
    for step in (b"\x1b", b"2", b"u", key, key, key, b"\x1b", b"2", b"u"):
        if watch.look(0.1) == base:
            return True
        os.write(watch._pty, step)
    return watch.look(0.3) == base


def measured(watch: Watch, key: Key, rounds: int) -> list[Seen]:
    """Press `key` so many times, in its pane, and leave what it opened each time."""
    pressed, seen = octets(key.keys[0]), []
    base = watch.look()
    for _ in range(rounds):
        pane = None if MAIN in key.where or "all" in key.where else PANES[key.where[0]]
        if pane is not None:
            watch.do(pane)
        seen.append(watch.do(pressed))
        if not back(watch, base, pressed):
            base = watch.look()
    return seen


async def fill(uri: str, count: int) -> None:
    async with connect(uri) as client:
        for number in range(count):
            await client.send(QUEUE, f'{{"id":{number},"lines":[1,2,3]}}', receipt=number == count - 1)


def run(frames: int, rounds: int, only: Sequence[str]) -> bool:
    """Measure all; whether the goal is met."""
    source = made(frames)
    met = True
    with (
        tempfile.TemporaryDirectory(dir=source.parent) as folder,
        serve_in_thread(sample=False) as uri,
    ):
        recording = Path(folder, "kept.stomptui")
        shutil.copyfile(source, recording)
        command = [sys.executable, "-m", "stomptui", "connect", f"{uri}?heartbeat=0"]
        command += ["--subscribe", QUEUE, "--capture", str(recording), "--keep", str(2 * frames)]
        watch = Watch(command, environment(Path(folder)))
        try:
            watch.look(3.0)
            asyncio.run(fill(uri, 10))
            watch.look(1.0)
            watch.do(b"u")
            if not any("/10" in row for row in watch.screen.display):
                raise SystemExit("the messages were not shown")
            for key in chosen():
                if only and key.id not in only:
                    continue
                seen = measured(watch, key, rounds)
                spread = Spread.of([one.seconds for one in seen], 0.95)
                rows = max(one.rows for one in seen)
                fast = spread.worst < GOAL
                met &= fast
                cpu = 1000 * statistics.median(one.cpu for one in seen)
                figures = f"{spread.middle:.0f} | {spread.worst:.0f} | {cpu:.0f} | {rows}"
                shown = f"{figures} | {'yes' if fast else 'NO'}"
                print(f"| `{key.keys[0]}` | {key.words} | {shown} |", flush=True)
            print(f"\nload {os.getloadavg()[0]:.1f}, {watch.memory():.0f} MB")
        finally:
            watch.end()
    return met


HEAD = """\
| key | does | p50 ms | max ms | CPU ms | rows changed | below 50 |
|---|---|---:|---:|---:|---:|---|"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=dialogs", description=__doc__)
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="+", default=(), help="ids of the key table")
    options = parser.parse_args(arguments)
    print(HEAD)
    if not run(options.frames, options.rounds, options.only):
        print("The goal is missed.")


if __name__ == "__main__":
    main()
