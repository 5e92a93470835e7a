"""End to end: messages from another process through each client, acks and all, and what that costs.

In each round every client takes the same frames from a source of its own, in turn, in a process of its own.
The peers are slow, so they get fewer: what is compared are rates, by the clock and by the processor time of
the client. On a preloaded RabbitMQ it is held against a raw socket that splits at NUL and sends ACKs made
before.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import stream_preload
from tests.brokers import certificates, launch

COUNTS = {"stomptui": 200_000, "stomp.py": 50_000, "stompman": 10_000, "raw socket": 200_000}
MODES = ("auto", "client-individual")
PRELOADED = 50_000
PREFETCHES = (None, 1000)
PEERS = {"stomp.py": 3.0, "stompman": 5.0}
"""How many times slower than stomptui each is wanted to be."""
RAW = {"raw socket": 0.8}
"""The same of the least that Python can do: it may be faster by so much."""


class Cost(NamedTuple):
    """Of one message, in microseconds: by the clock, and of the client's processor time."""

    wall: float
    cpu: float


def measure(name: str, port: str, count: int, *how: str) -> Cost:
    """Let one client take what is there."""
    command = [sys.executable, "-m", "tests.benchmarks.stream_takers", name, port, str(count), *how]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    wall, cpu = (float(seconds) / count * 1e6 for seconds in said.split())
    return Cost(wall, cpu)


def from_source(name: str, count: int, ack: str) -> Cost:
    """Let one client take `count` messages from a process that does nothing but send them."""
    command = [sys.executable, "-m", "tests.benchmarks.stream_source", str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as source:
        assert source.stdout is not None
        cost = measure(name, source.stdout.readline().strip(), count, ack)
        acks = int(source.stdout.read())
    if acks != (0 if ack == "auto" else count):
        raise SystemExit(f"{name} sent {acks} ACKs for {count} messages")
    return cost


def show(name: str, costs: list[Cost], ours: list[Cost], wanted: Mapping[str, float]) -> None:
    """One row: the median of the rates, costs, and ratios of each pair, and whether that is as wanted."""
    wall, cpu = (statistics.median(column) for column in zip(*costs, strict=True))
    ratios = [Cost(o.wall and c.wall / o.wall, c.cpu / o.cpu) for o, c in zip(ours, costs, strict=True)]
    faster, cheaper = (statistics.median(column) for column in zip(*ratios, strict=True))
    least = wanted.get(name)
    verdict = "" if least is None else f"   {least:g} wanted: {'met' if faster >= least else 'MISSED'}"
    row = f"{name:12} {1e6 / wall:11,.0f} {wall:9.1f} {cpu:9.1f} {faster:9.2f} {cheaper:9.2f}{verdict}"
    print(row, flush=True)


def head(words: str) -> None:
    print(f"\n{words}\n{'':12} {'messages/s':>11} {'us each':>9} {'us cpu':>9} {'x slower':>9} {'x cpu':>9}")


def peers(rounds: int, scale: float) -> None:
    for ack in MODES:
        head(f"From a process that only sends, ack {ack}; ratios to stomptui")
        costs: dict[str, list[Cost]] = {name: [] for name in COUNTS}
        for _ in range(rounds):
            for name, count in COUNTS.items():
                costs[name].append(from_source(name, int(count * scale), ack))
        for name in COUNTS:
            show(name, costs[name], costs["stomptui"], PEERS)


def broker(rounds: int, scale: float) -> None:
    if (why := launch.missing("rabbitmq")) is not None:
        print(f"\nnot measured: {why}")
        return
    with tempfile.TemporaryDirectory() as folder:
        running = launch.start("rabbitmq", certificates.make(Path(folder, "made")), threading.Event())
        try:
            for prefetch in PREFETCHES:
                _preloaded(str(running.broker.port), rounds, int(PRELOADED * scale), prefetch)
        finally:
            running.stop()


def _preloaded(port: str, rounds: int, count: int, prefetch: int | None) -> None:
    limit = "without a prefetch" if prefetch is None else f"prefetch {prefetch}"
    head(f"From a preloaded queue of RabbitMQ, {limit}, ack client-individual; ratios to stomptui")
    how = ("client-individual", *(() if prefetch is None else (str(prefetch),)))
    costs: dict[str, list[Cost]] = {"stomptui": [], "raw socket": []}
    for turn in range(rounds):
        for name in sorted(costs, reverse=turn % 2 == 0):
            stream_preload.fill(int(port), count)
            costs[name].append(measure(name, port, count, *how))
    for name in costs:
        show(name, costs[name], costs["stomptui"], RAW)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=stream", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="of the numbers of messages")
    parser.add_argument("--only", choices=("peers", "broker"))
    options = parser.parse_args(arguments)
    if options.only != "broker":
        peers(options.rounds, options.scale)
    if options.only != "peers":
        broker(options.rounds, options.scale)
