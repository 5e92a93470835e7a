"""Files that are there whole or not at all: written beside their place, mode 0600, and then moved there."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


class TransferError(Exception):
    """Nothing was written, or nothing of it was kept; the words say why, and what to do."""


def beside(path: Path) -> Path:
    """A new name in the same folder, hidden, for what is not complete."""
    return path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.part")


def refuse(path: Path, force: bool) -> None:
    """Raise TransferError when something is at `path` that may not be replaced."""
    if path.is_dir():
        raise TransferError(f"{path}: is a folder that is there already")
    if os.path.lexists(path) and not force:
        raise TransferError(f"{path}: there is such a file; --force replaces it")
    if path.exists() and not path.is_file():
        raise TransferError(f"{path}: is a device or a pipe, which no file takes the place of")


@contextmanager
def file(path: Path, force: bool) -> Iterator[BinaryIO]:
    """A file to write that is at `path` once the block ends, and else gone; raises TransferError."""
    refuse(path, force)
    part = beside(path)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(part, flags, 0o600), "wb", buffering=0) as stream:
            yield stream
            os.fsync(stream.fileno())
        place(part, path, force)
    except OSError as error:
        raise TransferError(
            f"{path}: cannot be written: {error.strerror or error}; nothing of it is left"
        ) from None
    finally:
        with suppress(OSError):
            part.unlink()


def place(part: Path, path: Path, force: bool) -> None:
    """Move what is complete to its place; raises TransferError when another file came there meanwhile."""
    if force:
        part.replace(path)
        return
    try:
        os.link(part, path)
    except FileExistsError:
        raise TransferError(f"{path}: another program has just made it") from None
    except OSError:  # a file system without links
        refuse(path, force)
        part.rename(path)


@contextmanager
def folder(path: Path) -> Iterator[Path]:
    """A folder, mode 0700, that is at `path` once the block ends, and else gone; raises TransferError."""
    if os.path.lexists(path):
        raise TransferError(f"{path}: is there already; bodies go to a new folder")
    part = beside(path)
    try:
        part.mkdir(0o700)
        yield part
        part.rename(path)
    except OSError as error:
        raise TransferError(
            f"{path}: cannot be written: {error.strerror or error}; nothing of it is left"
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
