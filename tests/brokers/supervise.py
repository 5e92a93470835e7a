"""Keep one broker for as long as the test run lives: `supervise.py FOLDER COMMAND...`.

Runs COMMAND in FOLDER as a process group of its own, its output in FOLDER/server.log. When standard input
ends, which it does however the test run ends, the group is stopped (TERM, then KILL; KILL alone if standard
input said so) and FOLDER is removed.
If the broker ends by itself, one line says so on standard output and FOLDER stays until standard input ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

PATIENCE = 3.0
"""Seconds from TERM to KILL: a broker that is well needs about one, and nothing of it is to be kept."""
PR_SET_CHILD_SUBREAPER = 36
NOW = b"KILL"
"""On standard input: the broker is not asked to end, it is made to."""


def adopt_orphans() -> None:
    """Become the parent of whatever the broker leaves behind, so that its end can be awaited (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> list[int]:
    """Our own children, adopted ones included, where the kernel lists them."""
    with contextlib.suppress(OSError):
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    return []


def reap(broker: int, gone: threading.Event) -> None:
    """Collect every process of ours that ends; `gone` when none is left."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, 0)
            if pid == broker:
                with contextlib.suppress(OSError):
                    os.write(1, b"exited %d\n" % os.waitstatus_to_exitcode(status))
    gone.set()


def stop(group: int, gone: threading.Event, *, now: bool) -> None:
    """Ask the group to end, then make it; or make it at once."""
    if not now:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGTERM)
    patience = 0.0 if now else PATIENCE
    while not gone.wait(patience):
        patience = 0.1
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        for pid in children():  # those that made a group of their own
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def main(folder: str, *command: str) -> None:
    adopt_orphans()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        with open(os.path.join(folder, "server.log"), "ab") as log:
            broker = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0
            )
        gone = threading.Event()
        threading.Thread(target=reap, args=(broker.pid, gone), daemon=True).start()
        now = False
        try:
            now = sys.stdin.buffer.read() == NOW
        finally:
            stop(broker.pid, gone, now=now)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
