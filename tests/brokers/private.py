"""A broker of one test, which the test may stop, kill and start again: same ports, same messages."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.brokers import activemq, launch, rabbitmq
from tests.brokers.certificates import Certificates
from tests.brokers.real import RealBroker


@dataclass(slots=True)
class Private:
    """Its methods block: in a coroutine, `await asyncio.to_thread(broker.kill)`."""

    broker: RealBroker
    prepare: launch.Prepare
    running: launch.Running | None = None

    @property
    def uri(self) -> str:
        """For `stomptui.connect`, passcode included."""
        return self.broker.uri

    def start(self) -> None:
        """Run, and wait until it answers; raises `launch.DidNotStart`."""
        assert self.running is None, "it runs"
        deadline = time.monotonic() + launch.PATIENCE
        self.running = launch.run(self.broker, self.prepare, deadline, threading.Event())

    def stop(self) -> None:
        """End it as an operator does (SIGTERM); nothing happens if it does not run."""
        self._end(now=False)

    def kill(self) -> None:
        """End it as a crash does (SIGKILL)."""
        self._end(now=True)

    def _end(self, *, now: bool) -> None:
        if self.running is not None:
            self.running.stop(now=now)
            self.running = None


def lasting_ports(count: int) -> list[int]:
    """Free ports of the loopback that stay free while nobody listens: the kernel gives none of them to an
    outgoing connection, neither a stranger's nor one to that very port, which would then talk to itself."""
    ports: list[int] = []
    for port in random.sample(range(16384, 32768), 16384):
        if len(ports) == count:
            break
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            ports.append(port)
    return ports


def private_activemq(data: Path) -> Private:
    """An ActiveMQ without users that keeps its persistent messages in `data`; not yet started."""
    [port] = lasting_ports(1)
    prepare = partial(activemq.prepare_private, port=port, data=data)
    return Private(RealBroker("activemq", "127.0.0.1", port), prepare)


def private_rabbitmq(data: Path, certificates: Certificates, settings: str = "") -> Private:
    """A RabbitMQ as in the test run, but with its persistent messages in `data`, and with further `settings`
    as Erlang terms; not yet started."""
    ports = lasting_ports(rabbitmq.PORTS)
    prepare = partial(rabbitmq.prepare, ports=ports, certificates=certificates, data=data, settings=settings)
    return Private(rabbitmq.describe(ports, certificates).for_worker(0), prepare)
