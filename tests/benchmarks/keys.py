"""A terminal that presses keys and stops the clock when their effect comes back as octets."""

from __future__ import annotations

import fcntl
import os
import pty
import random
import select
import struct
import termios
import time
from collections.abc import Sequence

PATIENCE = 3.0
"""Seconds after which a key counts as this late."""
PAUSE = (0.05, 0.12)
"""Seconds between an answer and the next key, at random, so that keys fall anywhere between two ticks."""
LINE = 1024
"""Octets read at once from a terminal that is slow."""
MODE_QUERY = b"\x1b[?2026$p"
MODE_ANSWER = b"\x1b[?2026;2$y"


class Keyboard:
    """Runs `command` in a pty of 120x40 and reads all that it writes: as it comes, or `limit` octets/s."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], limit: int | None = None) -> None:
        self.written = 0
        self._limit = limit
        self._free_at = 0.0
        self._tail = b""
        self._random = random.Random(1)
        self.pid, self._pty = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), environment)
        fcntl.ioctl(self._pty, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        os.set_blocking(self._pty, False)

    def read(self, until: float, *markers: bytes) -> bytes | None:
        """Read until one of `markers` comes, which is returned, or the time is there."""
        while (left := until - time.monotonic()) > 0:
            wait = self._free_at - time.monotonic()
            if wait > 0:  # the line is still busy with what was read last
                time.sleep(min(wait, left))
                continue
            if not select.select([self._pty], [], [], left)[0]:
                return None
            try:
                data = os.read(self._pty, LINE if self._limit else 1 << 16)
            except OSError:  # EIO: the program has left
                return None
            self.written += len(data)
            if self._limit:
                self._free_at = max(time.monotonic(), self._free_at) + len(data) / self._limit
            seen = self._tail + data
            if MODE_QUERY in seen:
                os.write(self._pty, MODE_ANSWER)
            self._tail = seen[-64:].replace(MODE_QUERY, b"")
            for marker in markers:
                if marker in seen:
                    self._tail = b""
                    return marker
        return None

    def type(self, key: bytes) -> None:
        """Press a key, and wait for nothing."""
        os.write(self._pty, key)

    def press(self, key: bytes, *markers: bytes) -> float:
        """Press a key at a random moment; the seconds until one of `markers` came."""
        self.read(time.monotonic() + self._random.uniform(*PAUSE))
        pressed = time.monotonic()
        os.write(self._pty, key)
        self.read(pressed + PATIENCE, *markers)
        return time.monotonic() - pressed

    def cpu(self) -> float:
        """Seconds of processor that the program has used."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Its resident set in MB."""
        with open(f"/proc/{self.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1000

    def end(self) -> None:
        """Have the program end by itself, reading what it still says."""
        os.kill(self.pid, 15)
        deadline = time.monotonic() + 10
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            self.read(time.monotonic() + 0.05)
            if time.monotonic() > deadline:
                os.kill(self.pid, 9)
        os.close(self._pty)
