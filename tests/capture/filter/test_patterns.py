"""A pattern of LIKE matches in a column what the function in Python says."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import example, given, settings
from hypothesis import strategies as st

from stomptui.capture.filter.functions import like, register
from stomptui.capture.filter.patterns import like as matching
from stomptui.capture.filter.sql import Cost, Sql

TEXTS = st.text("aA*?[]^-\\\0é€𝄞\ufffd\ufffe\uffff%_!\n", max_size=8)
PATTERNS = st.lists(st.sampled_from([*"aA*?[]^-\\\0é€𝄞\ufffd\uffff%_", "!!", "!%", "!_", "%"]), max_size=8)


def in_a_column(text: str | None, pattern: str) -> object:
    """What SQLite says of a column that holds `text`."""
    column = Sql("CAST(word AS BLOB)")
    assert column.cost is Cost.COLUMN
    where = matching(column, pattern, "!")
    with closing(sqlite3.connect(":memory:")) as db:
        register(db)
        db.execute("CREATE TABLE one (word TEXT)")
        db.execute("INSERT INTO one VALUES (?)", (text,))
        return db.execute(f"SELECT {where.text} FROM one", where.values).fetchone()[0]


@given(TEXTS, PATTERNS.map("".join))
@example("a" * 3000, "%_" + "a" * 1000)
@example("a" * 3000, "%_" + "a" * 900)
@example("a\0b", "a_b")
@example("\uffff", "_%\ufffd%")
@settings(max_examples=500)
def test_a_column_matches_as_the_function_says(text: str, pattern: str) -> None:
    assert in_a_column(text, pattern) == like(text.encode(), pattern, "!")


def test_what_is_not_there_is_unknown() -> None:
    assert in_a_column(None, "a_%b%c") is None


def test_a_common_pattern_asks_no_function() -> None:
    where = matching(Sql("CAST(word AS BLOB)"), "/queue/order_%s%", "")
    with closing(sqlite3.connect(":memory:")) as db:
        db.create_function("stomptui_like", 3, lambda *given: 1 / 0)
        db.execute("CREATE TABLE one (word TEXT)")
        db.execute("INSERT INTO one VALUES ('/queue/order-1s')")
        assert db.execute(f"SELECT {where.text} FROM one", where.values).fetchone()[0] == 1
