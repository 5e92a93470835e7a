"""The embedded broker in a thread of its own, for a program whose event loop is busy with something else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass

from stomptui.demo.broker import Broker
from stomptui.demo.faults import Faults
from stomptui.demo.sample import INTERVAL, fill, publish

STOP_TIME = 5.0
"""Seconds to wait for the thread to end; it is a daemon, so that it never keeps the process alive."""


@dataclass(frozen=True, slots=True)
class _Running:
    uri: str
    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event


@contextmanager
def serve_in_thread(
    *, sample: bool = True, port: int = 0, faults: Faults | None = None, interval: float = INTERVAL
) -> Iterator[str]:
    """Run a broker, with the sample publishers unless told otherwise, and yield its URI.

    `interval` is the seconds between two samples. Raises `OSError` when it cannot listen on `port`.
    """
    started: Future[_Running] = Future()
    arguments = (started, sample, port, faults, interval)
    thread = threading.Thread(target=_run, args=arguments, name="demo-broker", daemon=True)
    thread.start()
    running = started.result()
    try:
        yield running.uri
    finally:
        running.loop.call_soon_threadsafe(running.stop.set)
        thread.join(STOP_TIME)


def _run(started: Future[_Running], sample: bool, port: int, faults: Faults | None, interval: float) -> None:
    try:
        asyncio.run(_serve(started, sample, port, faults, interval))
    except BaseException as error:  # whatever it is, the thread that waits for `started` has to learn it
        if started.done():
            raise
        started.set_exception(error)


async def _serve(
    started: Future[_Running], sample: bool, port: int, faults: Faults | None, interval: float
) -> None:
    stop = asyncio.Event()
    publisher: asyncio.Task[None] | None = None
    async with Broker(port, faults=faults) as broker:
        if sample:
            fill(broker)
            publisher = asyncio.create_task(publish(broker, interval=interval))
        started.set_result(_Running(broker.uri, asyncio.get_running_loop(), stop))
        await stop.wait()
        if publisher is not None:
            publisher.cancel()
