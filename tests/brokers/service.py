"""The brokers of one test run: the controller starts each once, when a worker first asks for it.

A worker asks over a Unix socket whose path it inherits in the environment; without xdist the controller asks
itself the same way. An answer is one line of JSON: the broker, or why there is none.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import tempfile
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from tests.brokers import launch
from tests.brokers.real import RealBroker

VARIABLE = "STOMPTUI_TEST_BROKERS"


class Service:
    """Runs in the controller. `close()` stops the brokers; if it never comes, their supervisors notice."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="stomptui-tests-")
        self._starts: dict[str, Future[launch.Running]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._pool = ThreadPoolExecutor(len(launch.KINDS))
        self._listener = socket.socket(socket.AF_UNIX)
        self.path = f"{self._folder}/brokers"
        self._listener.bind(self.path)
        self._listener.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _start(self, name: str) -> Future[launch.Running]:
        with self._lock:
            if name not in self._starts:
                self._starts[name] = self._pool.submit(launch.start, name, self._closing)
            return self._starts[name]

    def _answer(self, connection: socket.socket) -> None:
        # Who only orders a broker is gone when its answer is ready.
        with contextlib.suppress(OSError), connection, connection.makefile("rw") as stream:
            answer: dict[str, Any]
            try:
                answer = {"broker": self._start(stream.readline().strip()).result().broker.as_dict()}
            except launch.DidNotStart as error:
                answer = {"failed": str(error)}
            stream.write(json.dumps(answer) + "\n")

    def close(self) -> None:
        self._closing.set()
        self._listener.close()
        with self._lock:
            starts = list(self._starts.values())
        for start in starts:
            with contextlib.suppress(launch.DidNotStart):
                start.result().stop()
        self._pool.shutdown()
        shutil.rmtree(self._folder, ignore_errors=True)


def order(name: str) -> None:
    """Have broker `name` started in the background, for tests that will ask for it."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ[VARIABLE])
        connection.sendall(f"{name}\n".encode())


def ask(name: str) -> RealBroker:
    """Broker `name`, as soon as it answers; raises `launch.DidNotStart`."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ[VARIABLE])
        with connection.makefile("rw") as stream:
            stream.write(f"{name}\n")
            stream.flush()
            answer = json.loads(stream.readline())
    if "failed" in answer:
        raise launch.DidNotStart(answer["failed"])
    return RealBroker(**answer["broker"])
