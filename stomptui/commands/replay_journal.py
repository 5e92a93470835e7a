"""How far a replay got: one line for each step of each record, so that another run can go on.

That a record is about to be sent is written before it is, that it was confirmed after its receipt: a run
that is killed leaves as unknown what it had not heard of, and never as confirmed what was not.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from platformdirs import user_state_path

SENDING, CONFIRMED, REJECTED = b"s", b"c", b"r"
"""What stands before the id of a record; the last line of a record holds."""
KIND = "stomptui replay 1"
HEADER = 64 * 1024
"""Octets in which a file must have its first line to be a journal."""


class JournalError(Exception):
    """A journal cannot be used; the words say why, and what to do."""


class Identity(NamedTuple):
    """Whose progress it is: names for people, and a digest of all that makes a replay another one.

    A digest, since headers that are set may be secret.
    """

    capture: str
    broker: str
    digest: str


class Progress(NamedTuple):
    """Ids of records: confirmed, rejected, and those of which nobody knows whether they were done."""

    confirmed: frozenset[int] = frozenset()
    rejected: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()


def identify(capture: str, broker: str, *more: object) -> Identity:
    """The identity of the replay of a capture into a broker; `more` is written as JSON."""
    text = json.dumps([broker, *more], ensure_ascii=True)
    return Identity(capture, broker, hashlib.sha256(text.encode()).hexdigest())


def usual_path(identity: Identity) -> Path:
    """Where the journal of a replay lies that nobody named; its folder is made, 0700."""
    folder = user_state_path("stomptui") / "replays"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise JournalError(f"{folder}: cannot be made: {error.strerror}; name a --journal") from None
    return folder / f"{identity.digest[:24]}.journal"


def look(path: Path, identity: Identity) -> Progress | None:
    """The progress in the journal at `path`, None where there is none.

    Raises JournalError for what is no journal, or that of another replay.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise JournalError(f"{path}: cannot be read: {error.strerror}") from None
    return _read(data, path, identity)[0] if data else None


@dataclass(slots=True)
class Journal:
    """An open journal, locked; raises OSError when it cannot be written."""

    path: Path
    file: int
    progress: Progress = field(default_factory=Progress)

    def sending(self, id_: int) -> None:
        """Say that a record is sent now."""
        _write(self.file, b"%b %d\n" % (SENDING, id_))

    def confirmed(self, ids: Iterable[int]) -> None:
        """Say that records were confirmed."""
        _write(self.file, b"".join([b"%b %d\n" % (CONFIRMED, id_) for id_ in ids]))

    def rejected(self, id_: int) -> None:
        """Say that a record was refused, or never left: it was surely not done."""
        _write(self.file, b"%b %d\n" % (REJECTED, id_))

    def close(self) -> None:
        """Let others use it."""
        os.close(self.file)


def begin(path: Path, identity: Identity) -> Journal:
    """Open the journal at `path` for a replay from the beginning; raises JournalError."""
    file, data = _open(path)
    try:
        if data:
            _read(data, path, identity)  # or it is somebody's file
        os.ftruncate(file, 0)
        header = {"kind": KIND, **identity._asdict()}
        _write(file, json.dumps(header).encode() + b"\n")
    except OSError as error:
        os.close(file)
        raise JournalError(f"{path}: cannot be written: {error.strerror}") from None
    except JournalError:
        os.close(file)
        raise
    return Journal(path, file)


def go_on(path: Path, identity: Identity) -> Journal:
    """Open the journal at `path` to go on where it ends; raises JournalError."""
    file, data = _open(path, new=False)
    try:
        progress, end = _read(data, path, identity)
        os.ftruncate(file, end)  # what follows half a line would complete it to a wrong one
    except OSError as error:
        os.close(file)
        raise JournalError(f"{path}: cannot be written: {error.strerror}") from None
    except JournalError:
        os.close(file)
        raise
    return Journal(path, file, progress)


def _open(path: Path, *, new: bool = True) -> tuple[int, bytes]:
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | (os.O_CREAT if new else 0), 0o600)
    except FileNotFoundError:
        raise JournalError(f"{path}: there is no journal, so nothing to resume") from None
    except OSError as error:
        raise JournalError(f"{path}: cannot be opened: {error.strerror}") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with open(file, "rb", closefd=False) as stream:
            return file, stream.read()
    except BlockingIOError:
        os.close(file)
        raise JournalError(f"{path}: another replay writes to it now; wait for its end") from None
    except OSError as error:
        os.close(file)
        raise JournalError(f"{path}: cannot be read: {error.strerror}") from None


def _read(data: bytes, path: Path, identity: Identity) -> tuple[Progress, int]:
    """The progress, and the octets up to the end of the last whole line."""
    line_end = data.find(b"\n", 0, HEADER)
    try:
        header: Any = json.loads(data[:line_end]) if line_end >= 0 else None
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("kind") != KIND:
        raise JournalError(f"{path}: is no journal of a replay; name another file")
    if header.get("digest") != identity.digest:
        raise JournalError(
            f"{path}: is the journal of another replay ({header.get('capture')} into {header.get('broker')}, "
            "or with other options); name another file"
        )
    end = data.rfind(b"\n") + 1
    last: dict[int, bytes] = {}
    for line in data[line_end + 1 : end].splitlines():
        what, _, number = line.partition(b" ")
        if what not in (SENDING, CONFIRMED, REJECTED) or not number.isdigit():
            raise JournalError(f"{path}: is damaged at {line[:40]!r}; replay without --resume")
        last[int(number)] = what
    return (
        Progress(
            *(
                frozenset(id_ for id_, what in last.items() if what == wanted)
                for wanted in (CONFIRMED, REJECTED, SENDING)
            )
        ),
        end,
    )


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]
