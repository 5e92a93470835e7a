"""A search of a large recording that takes long: it is ended by a key, and goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from stomptui.capture import files, stored
from stomptui.capture.stored import Row
from tests.e2e.conftest import Start

RECORDS = 40_000
BODY = b'{"a":[%s],"note":"rose"}' % b",".join(b"%d" % n for n in range(500))
SLOW = " OR ".join(f"body.b{n} = 1" for n in range(30))
"""Reads each body thirty times, and holds for none."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Some 80 MB of JSON, of which only the last body holds a tulip."""
    path = tmp_path / "large.stomptui"
    db = files.create(path)
    db.execute("BEGIN")
    db.execute("INSERT INTO connection (connection, role) VALUES (1, 'client')")
    head = b"MESSAGE\ndestination:/topic/t\n\n"
    for start in range(1, RECORDS, 500):
        stored.insert(db, [message(id_, head, BODY) for id_ in range(start, start + 500)])
    db.execute("UPDATE octets SET body = ? WHERE id = ?", (BODY.replace(b"rose", b"tulip"), RECORDS))
    db.execute("COMMIT")
    db.close()
    return path


def message(id_: int, head: bytes, body: bytes) -> Row:
    about = "MESSAGE", "/topic/t", None, len(body), 1, 1, None, "", "", 1, None, None, None
    return Row(id_, 1, id_, 0, 0, id_ / 1000, 1.8e9 + id_ / 1000, 3, *about, head, body)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_a_search_is_ended_by_a_key_and_goes_on(start: Start, path: Path, columns: int, rows: int) -> None:
    terminal = start("open", str(path), columns=columns, rows=rows)
    terminal.wait_for("Feed", f"{RECORDS}  end")
    terminal.press("g")
    terminal.wait_for(f"00001/{RECORDS}")
    terminal.press("f")
    terminal.wait_for("headers by name")
    terminal.type(SLOW)
    terminal.press("enter")
    terminal.wait_for("filter (f)")
    terminal.press("/")
    terminal.wait_for("Find")
    terminal.type("tulip")
    terminal.press("enter")
    terminal.wait_for("'tulip': ", "esc ends it")
    terminal.press("escape")
    terminal.wait_for("The search for 'tulip' was ended at ", " %")
    terminal.press("n")
    terminal.wait_for("'tulip': ", "esc ends it")
    terminal.press("escape")
    terminal.wait_for("The search for 'tulip' was ended at ", " %")
    terminal.press("f")
    terminal.wait_for("headers by name")
    terminal.press("ctrl+u", "enter")
    terminal.wait_for("All frames are shown.")
    terminal.press("n")
    terminal.wait_for(f"{RECORDS}/{RECORDS}")
    terminal.wait_for("'tulip' in 40000, 1 of 1.")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    assert terminal.clean()
