"""What the soak test calls lost is lost, and what the generator ends is whole."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from stomptui.capture import files, stored
from stomptui.stomp.codec import encode
from stomptui.stomp.frame import connect, subscribe
from tests.benchmarks.million import rows
from tests.benchmarks.soak import Numbered


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return files.create(tmp_path / "a.stomptui")


def kept(db: sqlite3.Connection, *numbers: int) -> None:
    """Record messages with those numbers in their bodies, one after the other."""
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM frame").fetchone()
    some = [next(rows(number, number)) for number in numbers]
    stored.insert(db, [row._replace(id=id_) for id_, row in enumerate(some, last + 1)])


@pytest.mark.parametrize(
    ("numbers", "lost"), [((0, 1, 2), 0), ((0, 2), 1), ((0, 1, 1), 1), ((3, 4), 3), ((0, 2, 1, 3), 2)]
)
def test_what_is_not_in_its_place_counts_as_lost(
    db: sqlite3.Connection, numbers: tuple[int, ...], lost: int
) -> None:
    found = Numbered()
    for number in numbers:
        kept(db, number)
        found.look(db)
    assert found.lost == lost
    assert found.next == max(numbers) + 1


def test_hours_of_messages_are_told_apart(db: sqlite3.Connection) -> None:
    """In two hours of 2,000 a second their numbers outgrow the seven digits that they begin with."""
    found = Numbered()
    found.next = 9_999_998
    kept(db, *range(9_999_998, 10_000_003), 14_400_000)
    found.look(db)
    assert found.lost == 14_400_000 - 10_000_003


def test_a_connection_ends_between_two_frames_and_the_next_goes_on() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.generator", "1000", "0.3"]
    generator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert generator.stdin is not None and generator.stdout is not None
    port = int(generator.stdout.readline())
    numbers: list[int] = []
    for _ in range(2):
        received = b""
        with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
            client.sendall(encode(connect("/"), None) + encode(subscribe("/queue/a", "s-1"), "1.2"))
            while data := client.recv(65536):
                received += data
        *frames, rest = received.split(b"\0")
        assert rest.strip() == b""
        numbers += [int(frame.split(b'{"id":')[1][:7]) for frame in frames if b'{"id":' in frame]
    assert numbers == list(range(len(numbers))) and numbers
    generator.communicate(timeout=30)
