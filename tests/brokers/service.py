"""The brokers of one test run: the controller starts each once, when a worker first asks for it.

A worker asks over a Unix socket whose path it inherits in the environment; without xdist the controller asks
itself the same way. An answer is one line of JSON: the broker, or why there is none, or the certificates.
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
from pathlib import Path
from typing import Any

from tests.brokers import certificates, launch
from tests.brokers.certificates import Certificates
from tests.brokers.real import RealBroker

VARIABLE = "STOMPTUI_TEST_BROKERS"
CERTIFICATES = "certificates"
"""Asked for like a broker."""


class Service:
    """Runs in the controller. `close()` stops the brokers; if it never comes, their supervisors notice."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="stomptui-tests-")
        self._starts: dict[str, Future[launch.Running]] = {}
        self._certificates: Certificates | None = None
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

    def certificates(self) -> Certificates:
        """Those of this test run, made when they are first needed."""
        with self._lock:
            if self._certificates is None:
                self._certificates = certificates.make(Path(self._folder, "certificates"))
            return self._certificates

    def _start(self, name: str) -> Future[launch.Running]:
        trust = self.certificates()
        with self._lock:
            if name not in self._starts:
                self._starts[name] = self._pool.submit(launch.start, name, trust, self._closing)
            return self._starts[name]

    def _answer(self, connection: socket.socket) -> None:
        # Who only orders a broker is gone when its answer is ready.
        with contextlib.suppress(OSError), connection, connection.makefile("rw") as stream:
            answer: dict[str, Any]
            name = stream.readline().strip()
            try:
                if name == CERTIFICATES:
                    answer = {CERTIFICATES: self.certificates()}
                else:
                    answer = {"broker": self._start(name).result().broker.as_dict()}
            except launch.DidNotStart as error:
                answer = {"failed": str(error)}
            stream.write(json.dumps(answer, default=str) + "\n")

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


def _ask(name: str) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ[VARIABLE])
        with connection.makefile("rw") as stream:
            stream.write(f"{name}\n")
            stream.flush()
            answer: dict[str, Any] = json.loads(stream.readline())
            return answer


def ask(name: str) -> RealBroker:
    """Broker `name`, as soon as it answers; raises `launch.DidNotStart`."""
    answer = _ask(name)
    if "failed" in answer:
        raise launch.DidNotStart(answer["failed"])
    return RealBroker.of(answer["broker"])


def ask_certificates() -> Certificates:
    """The certificates of this test run, which are also those of its brokers."""
    return Certificates(*map(Path, _ask(CERTIFICATES)[CERTIFICATES]))
