"""One writer a recording: the lock that stomptui holds on it, beside those of SQLite."""

from __future__ import annotations

import os
import stat
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: SQLite itself keeps two writers apart, only later
    fcntl = None  # type: ignore[assignment]  # asked for before each use

_held: dict[tuple[int, int], int] = {}
"""What this process holds. It may not open such a file again: as POSIX has it, whoever closes a file drops
all locks that his process has on it, those of SQLite too, and then another program that ends takes itself
for the last one and removes the log that is written to."""


def hold(path: Path, *, make: bool = False) -> int | None:
    """Hold `path` as its only writer until `release` of the number; None when another does, or we do.

    `make` makes an empty file, mode 0600, where there is none. The number is -1 where there are no such
    locks. Raises OSError, and ValueError for what is no file.
    """
    while True:
        try:
            there = os.stat(path)
        except FileNotFoundError:
            if not make:
                raise
        else:
            if not stat.S_ISREG(there.st_mode):
                raise ValueError("is a folder" if stat.S_ISDIR(there.st_mode) else "is not a file")
            if (there.st_dev, there.st_ino) in _held:
                return None
        flags = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
        number = os.open(path, flags | (os.O_CREAT if make else 0), 0o600)
        if fcntl is None:
            os.close(number)
            return -1
        if not flock(number):
            os.close(number)
            return None
        mine = os.fstat(number)
        try:
            if os.path.samestat(mine, os.stat(path)):
                _held[mine.st_dev, mine.st_ino] = number
                return number
        except FileNotFoundError:
            pass
        os.close(number)  # it was removed, or another is in its place


def release(number: int) -> None:
    """Let go of what `hold` gave; after every connection of SQLite to it is closed."""
    if number >= 0:
        for file in [file for file, held in _held.items() if held == number]:
            del _held[file]
        os.close(number)


def flock(number: int) -> bool:
    """Lock an open file; whether nobody else has."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
