"""Collecting decisions and sending them: the console, headless, on a demo broker in a process of its own.

`make bench ARGS=collected` prints one table: how long it takes from the key press until all decisions are
collected, and from `f5` (together) or `^t` (in one transaction) until the message row tells of the receipt.
Loop lag is how late a ticker of 1 ms in the console's loop was meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stomptui.commands.session import Inbox
from stomptui.console.app import ConsoleApp
from stomptui.console.dialogs.review import ReviewScreen
from stomptui.console.settings import Settings
from stomptui.console.widgets.notice import Notice
from stomptui.demo.broker import Broker
from stomptui.net.connect import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

COUNT = 10_000
TICK = 0.001
QUEUE = "/queue/orders"
BODY = b'{"id":4711,"customer":"c-19","total":99.90,"cur":"EUR","lines":[{"sku":"A-1","n":3}]}'
PATIENCE = 60.0


async def serve(count: int) -> None:
    """Serve a queue with `count` messages until standard input ends."""
    async with Broker(queue_limit=count) as broker:
        for _ in range(count):
            broker.publish(QUEUE, BODY)
        print(broker.uri, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextmanager
def served(count: int) -> Iterator[str]:
    """Run the broker in another process, and give its URI."""
    command = [sys.executable, "-m", "tests.benchmarks.collected", "--serve", str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate()


class Ticker:
    """How late the loop was, again and again."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._task = asyncio.create_task(self._tick())

    async def _tick(self) -> None:
        while True:
            due = time.perf_counter() + TICK
            await asyncio.sleep(TICK)
            self.late.append(time.perf_counter() - due)

    def taken(self) -> list[float]:
        """What there was since the last time."""
        late, self.late = self.late, []
        return late

    def stop(self) -> None:
        self._task.cancel()


async def _until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - what is waited for is what the console shows
            await asyncio.sleep(TICK)


async def measure(count: int, key: str) -> list[tuple[str, float, list[float]]]:
    """Collect and send `count` ACKs once: each step with its seconds, and how late the loop was in it."""
    steps: list[tuple[str, float, list[float]]] = []
    with served(count) as uri:
        inbox = Inbox()
        client = await connect(uri, on_events=inbox)
        app = ConsoleApp(client, Settings())
        inbox.open(app.on_events)
        async with app.run_test(size=(120, 40)) as pilot:
            main = app.main
            await client.subscribe(QUEUE, ack="client-individual", prefetch=count, deliver=False)
            await _until(lambda: client.state.ledger.open == count)
            await pilot.press("u", "plus", "asterisk")
            await _until(lambda: len(main.feed.selection) == count)
            await asyncio.sleep(1)
            ticker = Ticker()

            async def step(name: str, key: str, holds: Callable[[], object]) -> None:
                await asyncio.sleep(0.2)
                ticker.taken()
                begun = time.perf_counter()
                press(pilot, key)
                await _until(holds)
                steps.append((name, time.perf_counter() - begun, ticker.taken()))

            await step("collect", "a", lambda: len(main.collecting.collected) == count)
            await step("review", "equals_sign", lambda: _known(app))
            said = main.query_one(Notice)
            await step("send", key, lambda: f"{count} ACK sent" in said.said and " after " in said.said)
            assert client.state.ledger.open == 0 and not main.collecting.collected
            ticker.stop()
        await client.disconnect()
    return steps


def press(pilot: Pilot[None], key: str) -> None:
    """Press a key and wait for nothing."""
    pilot.app.simulate_key(key)


def _known(app: ConsoleApp) -> bool:
    return isinstance(app.screen, ReviewScreen) and app.screen.review is not None


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds) or [0.0]
    last = len(ordered) - 1
    shares = (ordered[min(last, int(share * len(ordered)))] * 1000 for share in (0.5, 0.99, 1))
    return "".join(f"{share:>9.1f}" for share in shares)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="collected")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", type=int, metavar="COUNT", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve is not None:
        asyncio.run(serve(options.serve))
        return
    print(f"{options.count} ACKs            seconds   lag p50      p99      max ms")
    for how, key in (("together", "f5"), ("in one transaction", "ctrl+t")):
        for _ in range(options.rounds):
            for name, seconds, late in asyncio.run(measure(options.count, key)):
                if name == "send" or key == "f5":
                    print(f"{f'{name} {how}' if name == 'send' else name:<24}{seconds:>8.3f}{_spread(late)}")


if __name__ == "__main__":
    main(sys.argv[1:])
