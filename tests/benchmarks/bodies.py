"""Bodies of any size in the console, its recording on: how long its event loop stands still, by what is done.

One message of each size arrives; once the recording has them all and memory has let go of the large ones,
keys look at each: the cursor comes to it (`first lines`, with the time from key to title in brackets), pages
down, views, the end of the text and of the pretty JSON, a text near the end that is searched. Every figure is
the longest that one callback of the loop took, in ms, and how much of it the loop's own thread worked: the
machine's other programs, and the other threads of this one, take the difference.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.feed import environment
from tests.benchmarks.keys import Keyboard

SIZES = (1_000, 100_000, 10_000_000, 64_000_000)
LINE = b'{"id": 4711, "customer": "c-19", "total": 99.90, "lines": [1, 2, 3]},\n'
SETTLED = 1.5
"""Seconds in which what was asked for has been done, where nothing on the screen says so."""
END = 40.0
"""Seconds that the end of the largest body may take to be found."""
END_KEY, PAGE_DOWN = b"\x1b[F", b"\x1b[6~"


def body(size: int) -> bytes:
    """JSON of about `size` octets; `NEEDLE-size` is near its end, and `"last"` is its last key."""
    needle, last = b'{"needle": "NEEDLE-%dX"},\n' % size, b'{"last": true}]'
    lines = max(size - len(needle) - len(last) - 1, 0) // len(LINE)
    before = lines * 9 // 10
    return b"[" + LINE * before + needle + LINE * (lines - before) + last


class Broker:
    """Takes one connection, and sends a message whenever it is told to."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._subscribed = threading.Event()
        self._id = b""
        self._sent = 0
        self._peer: socket.socket | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        peer, _ = self._server.accept()
        self._peer = peer
        octets = b""
        while data := peer.recv(1 << 16):
            *frames, octets = (octets + data).split(b"\0")
            for frame in frames:
                command, *lines = frame.strip(b"\n").split(b"\n")
                headers = dict(line.split(b":", 1) for line in lines if b":" in line)
                if command in (b"CONNECT", b"STOMP"):
                    peer.sendall(b"CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0\n")
                if b"receipt" in headers:
                    peer.sendall(b"RECEIPT\nreceipt-id:%b\n\n\0\n" % headers[b"receipt"])
                if command == b"SUBSCRIBE":
                    self._id = headers[b"id"]
                    self._subscribed.set()

    def send(self, octets: bytes) -> None:
        assert self._subscribed.wait(20) and self._peer is not None
        self._sent += 1
        head = (
            b"MESSAGE\nsubscription:%b\nmessage-id:%d\nack:%d\ndestination:/queue/q\n"
            b"content-type:application/json\ncontent-length:%d\n\n"
        )
        self._peer.sendall(head % (self._id, self._sent, self._sent, len(octets)))
        self._peer.sendall(octets)
        self._peer.sendall(b"\0\n")


Marks = dict[tuple[int, str], tuple[float, float]]


def measure(sizes: Sequence[int], folder: Path) -> tuple[Marks, dict[int, float], list[float], array[float]]:
    """One run: from when to when each step took, key to title in seconds, memory in MB, and the blocks."""
    broker, report = Broker(), folder / "blocks"
    command = [sys.executable, "-m", "tests.benchmarks.blocks", str(report), "connect"]
    command += [f"stomp://127.0.0.1:{broker.port}/", "--subscribe", "/queue/q"]
    keyboard = Keyboard([*command, "--capture", str(folder / "bodies.stomptui")], environment(folder))
    if keyboard.read(time.monotonic() + 20, b"following") is None:
        keyboard.end()
        raise SystemExit("the console did not start")
    keyboard.read(time.monotonic() + SETTLED)
    marks: Marks = {}
    shown: dict[int, float] = {}
    memory = [keyboard.memory()]

    def step(size: int, name: str, *keys: bytes, until: bytes = b"", within: float = SETTLED) -> float:
        begun = time.monotonic()
        took = 0.0
        for key in keys:
            pressed = time.monotonic()
            os.write(keyboard._pty, key)
            if until and key is keys[-1]:
                if keyboard.read(pressed + within, until) is None:
                    print(f"{size:,} {name}: {until!r} never came")
                took = time.monotonic() - pressed
            keyboard.read(time.monotonic() + SETTLED / 2)
        marks[size, name] = begun, time.monotonic()
        return took

    for size in sizes:
        begun = time.monotonic()
        broker.send(body(size))
        keyboard.read(time.monotonic() + SETTLED)
        marks[size, "arrival"] = begun, time.monotonic()
    broker.send(b"small")
    keyboard.read(time.monotonic() + SETTLED)
    memory.append(keyboard.memory())
    last = 4 + len(sizes)  # after CONNECT, CONNECTED, SUBSCRIBE, and perhaps its RECEIPT
    for size in reversed(sizes):
        last -= 1
        title = b"MB" if size >= 1_000_000 else b"B JSON"
        shown[size] = step(size, "first lines", b"k", until=title)
        step(size, "page", b"3", *[PAGE_DOWN] * 3)
        step(size, "view", b"v", b"v", b"v", b"v")
        step(size, "end", b"v", END_KEY, until=b"last", within=END)
        step(size, "pretty end", b"vvv", END_KEY, until=b"last", within=END)
        step(size, "home", b"\x1b[H", b"2")
    memory.append(keyboard.memory())
    for size in sizes:
        typed = (b"/", b"\x15", b"needle-%dx" % size, b"\r")
        step(size, "find", *typed, until=b"NEEDLE-%dX" % size, within=END)
    memory.append(keyboard.memory())
    keyboard.end()
    return marks, shown, memory, array("d", report.read_bytes())


STEPS = ("arrival", "first lines", "page", "view", "end", "pretty end", "find")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=bodies", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="octets of a body")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        marks, shown, memory, blocks = measure(options.sizes, Path(folder))
    print(f"| body | {' | '.join(STEPS)} |\n|---:|{'---:|' * len(STEPS)}")
    for size in options.sizes:
        cells = []
        for name in STEPS:
            begun, ended = marks[size, name]
            inside = [
                (blocks[at + 1], blocks[at + 2])
                for at in range(0, len(blocks), 3)
                if begun <= blocks[at] <= ended
            ]
            took, worked = max(inside, default=(0.0, 0.0))
            key = f" ({1000 * shown[size]:.0f})" if name == "first lines" else ""
            cells.append(f"{1000 * took:.0f} / {1000 * worked:.0f}{key}")
        print(f"| {size:,} | {' | '.join(cells)} |")
    print(f"\nmemory MB, at the start, after all came, after all was looked at, in the end: {memory}")


if __name__ == "__main__":
    main()
