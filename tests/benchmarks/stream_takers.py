"""Clients that take a number of messages from one queue, look at each, and ack it where that is asked for.

`python -m tests.benchmarks.stream_takers NAME PORT COUNT ACK [PREFETCH]` connects to the loopback and prints
the seconds from the first message to the last, and the seconds of processor that this process used for them.
Each takes the body of every message and one header, as a client of its kind is written.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from itertools import islice
from typing import Any, NamedTuple

QUEUE = "/queue/orders"
HEADER = "destination"
READ = 256 * 1024


class Wanted(NamedTuple):
    """What is to be taken; without `prefetch` the broker sends as fast as it can."""

    port: int
    count: int
    ack: str
    prefetch: int | None

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.prefetch is None else {"prefetch-count": str(self.prefetch)}


class Watch:
    """Runs from the first message to the last; `octets` is what was seen of them."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.octets = 0
        self._since = self._cpu = 0.0
        self.seconds = self.cpu = 0.0

    def start(self) -> None:
        self._since, self._cpu = time.perf_counter(), time.process_time()

    def stop(self) -> None:
        self.seconds, self.cpu = time.perf_counter() - self._since, time.process_time() - self._cpu


async def stomptui(wanted: Wanted, watch: Watch) -> None:
    from stomptui import connect
    from stomptui.stomp.frame import AckMode

    mode = AckMode(wanted.ack)
    async with connect(f"stomp://guest:guest@127.0.0.1:{wanted.port}/") as client:
        messages = await client.subscribe(QUEUE, ack=mode, prefetch=wanted.prefetch)
        async for message in messages:
            if not watch.octets:
                watch.start()
            watch.octets += len(message.body) + len(message.first(HEADER) or "")
            if mode is not AckMode.AUTO:
                await message.ack()
            watch.left -= 1
            if not watch.left:
                break
        watch.stop()


async def stompman(wanted: Wanted, watch: Watch) -> None:
    from stompman import Client, ConnectionParameters

    done = asyncio.Event()

    async def take(frame: Any) -> None:
        if not watch.octets:
            watch.start()
        watch.octets += len(frame.body) + len(frame.headers[HEADER])
        if wanted.ack != "auto":
            await frame.ack()
        watch.left -= 1
        if not watch.left:
            watch.stop()
            done.set()

    server = ConnectionParameters("127.0.0.1", wanted.port, "guest", "guest", connect_headers={"host": "/"})
    async with Client([server]) as client:
        ack: Any = wanted.ack
        subscription = await client.subscribe_with_manual_ack(QUEUE, take, ack=ack, headers=wanted.headers)
        await done.wait()
        await subscription.unsubscribe()


def stomp_py(wanted: Wanted, watch: Watch) -> None:
    import stomp  # type: ignore[import-untyped]

    done = threading.Event()
    connection = stomp.StompConnection12([("127.0.0.1", wanted.port)], auto_decode=False, vhost="/")

    class Listener(stomp.ConnectionListener):  # type: ignore[misc]
        def on_message(self, frame: Any) -> None:
            if not watch.octets:
                watch.start()
            watch.octets += len(frame.body) + len(frame.headers[HEADER])
            if wanted.ack != "auto":
                connection.ack(frame.headers["ack"])
            watch.left -= 1
            if not watch.left:
                watch.stop()
                done.set()

    connection.set_listener("", Listener())
    connection.connect("guest", "guest", wait=True)
    connection.subscribe(QUEUE, id="1", ack=wanted.ack, headers=wanted.headers)
    done.wait()
    connection.disconnect()


def raw(wanted: Wanted, watch: Watch) -> None:
    """A socket, a split, and ACKs made beforehand: the ids are RabbitMQ's, which can be foretold."""
    lines = "".join(f"{name}:{value}\n" for name, value in wanted.headers.items())
    with socket.create_connection(("127.0.0.1", wanted.port)) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.sendall(b"CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n\n\0")
        session = wire.recv(READ).split(b"session:")[1].split(b"\n")[0]
        name = b"ACK\nid:T_1@@%s@@%d\n\n\0"
        acks = iter([name % (session, number) for number in range(1, wanted.count + 1)])
        wire.sendall(f"SUBSCRIBE\nid:1\ndestination:{QUEUE}\nack:{wanted.ack}\n{lines}\n\0".encode())
        rest = b""
        while watch.left:
            data = wire.recv(READ)
            if not watch.octets:
                watch.start()
            watch.octets += len(data)
            *frames, rest = (rest + data).split(b"\0")
            if wanted.ack != "auto":
                wire.sendall(b"".join(islice(acks, len(frames))))
            watch.left -= len(frames)
        watch.stop()
        wire.sendall(b"DISCONNECT\nreceipt:r\n\n\0")
        wire.recv(READ)


Takes = Callable[[Wanted, Watch], Coroutine[Any, Any, None] | None]
TAKERS: dict[str, Takes] = {
    "stomptui": stomptui,
    "stomp.py": stomp_py,
    "stompman": stompman,
    "raw socket": raw,
}


def main() -> None:
    name, port, count, ack, *prefetch = sys.argv[1:]
    wanted = Wanted(int(port), int(count), ack, int(prefetch[0]) if prefetch else None)
    watch = Watch(wanted.count)
    running = TAKERS[name](wanted, watch)
    if running is not None:
        asyncio.run(running)
    print(watch.seconds, watch.cpu)


if __name__ == "__main__":
    main()
