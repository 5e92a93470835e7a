"""Start a real broker under its supervisor and wait until it answers CONNECT."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

from tests.brokers import activemq, rabbitmq, supervise
from tests.brokers.certificates import Certificates
from tests.brokers.real import RealBroker

KINDS: dict[str, ModuleType] = {"rabbitmq": rabbitmq, "activemq": activemq}
PATIENCE = 100.0
"""Seconds for a start on a busy machine; a free one needs 2 to 6."""
ATTEMPTS = 3
Prepare = Callable[[Path], tuple[list[str], dict[str, str]]]
"""Writes a broker's configuration into a folder; the command to run there and its environment."""


class DidNotStart(Exception):
    """A broker ended or stayed silent; the text ends with the tail of its log."""


@dataclass(frozen=True, slots=True)
class Running:
    """A broker and the supervisor that holds it."""

    broker: RealBroker
    supervisor: subprocess.Popen[bytes]
    folder: Path

    def stop(self, *, now: bool = False) -> None:
        """Have the broker end, or `now` kill it, and wait until its folder is gone."""
        if now and self.supervisor.stdin is not None:
            self.supervisor.stdin.write(supervise.NOW)
        for pipe in (self.supervisor.stdin, self.supervisor.stdout):
            if pipe is not None:
                pipe.close()
        self.supervisor.wait(timeout=60)


def missing(name: str) -> str | None:
    """Why broker `name` cannot be started here, if it cannot."""
    kind = KINDS[name]
    if kind.installed():
        return None
    return f"{name} is not installed: apt-get install --no-install-recommends {kind.PACKAGE}"


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that were free a moment ago; held together, so that they differ."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def answers(broker: RealBroker) -> bool:
    """Whether all its ports are open and it says CONNECTED; a refusal of any kind counts as not yet."""
    hello = f"CONNECT\naccept-version:1.2\nhost:/\nlogin:{broker.login}\npasscode:{broker.passcode}\n\n\0"
    try:
        for port in broker.ports:
            socket.create_connection((broker.host, port), timeout=5).close()
        with socket.create_connection((broker.host, broker.port), timeout=5) as connection:
            connection.sendall(hello.encode())
            return connection.recv(9) == b"CONNECTED"
    except OSError:
        return False


def log_tail(name: str, folder: Path, lines: int = 25) -> str:
    parts = []
    for path in KINDS[name].logs(folder):
        with contextlib.suppress(OSError):
            tail = path.read_text(errors="replace").splitlines()[-lines:]
            parts += [f"--- {path.name}", *tail]
    return "\n".join(parts)


def supervised(
    folder: Path, command: list[str], environment: dict[str, str], **options: int
) -> subprocess.Popen[bytes]:
    """A supervisor for `command`; it lives until its standard input is closed, by us or by our end."""
    return subprocess.Popen(
        [sys.executable, "-I", supervise.__file__, str(folder), *command],
        stdin=subprocess.PIPE,
        env={**os.environ, **environment},
        start_new_session=True,  # ctrl+c in the terminal is for the test run; the pipe tells the supervisor
        **{"stdout": subprocess.PIPE, **options},
    )


def run(broker: RealBroker, prepare: Prepare, deadline: float, cancelled: threading.Event) -> Running:
    """Run what `prepare` prepares in a new folder, until it answers as `broker`; raises `DidNotStart`."""
    folder = Path(tempfile.mkdtemp(prefix=f"stomptui-{broker.name}-"))
    running = Running(broker, supervised(folder, *prepare(folder)), folder)
    why = "was given up: no answer in time"
    while time.monotonic() < deadline and not cancelled.is_set():
        if answers(broker):
            return running
        # The supervisor speaks only when the broker has ended; to wait for that is the pause between polls.
        if select.select([running.supervisor.stdout], [], [], 0.1)[0]:
            why = "ended by itself"
            break
    text = f"{broker.name} {why}\n{log_tail(broker.name, folder)}"
    running.stop()
    raise DidNotStart(text)


def start(name: str, certificates: Certificates, cancelled: threading.Event) -> Running:
    """Start broker `name`, again with other ports if one was taken meanwhile; raises `DidNotStart`."""
    kind = KINDS[name]
    deadline = time.monotonic() + PATIENCE
    for attempt in range(1, ATTEMPTS + 1):
        ports = free_ports(kind.PORTS)
        prepare = partial(kind.prepare, ports=ports, certificates=certificates)
        try:
            return run(kind.describe(ports, certificates), prepare, deadline, cancelled)
        except DidNotStart:
            if attempt == ATTEMPTS or time.monotonic() >= deadline or cancelled.is_set():
                raise
    raise AssertionError("unreachable")
