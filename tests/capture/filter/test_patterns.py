"""A pattern of LIKE matches in SQL what the function in Python says."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stomptui.capture.filter.functions import like, register
from stomptui.capture.filter.patterns import like as matching
from stomptui.capture.filter.sql import Cost, Sql

TEXTS = st.text("aA*?[]^-\\\0é€𝄞\ufffd\ufffe\uffff%_!\n", max_size=8)
PATTERNS = st.lists(st.sampled_from([*"aA*?[]^-\\\0é€𝄞\ufffd\uffff%_", "!!", "!%", "!_", "%"]), max_size=8)


def asked(text: str | bytes | None, pattern: str, cost: Cost = Cost.COLUMN) -> object:
    """What SQLite says of a value that takes that much to be found."""
    where = matching(Sql("CAST(word AS BLOB)", (), cost), pattern, "!")
    with closing(sqlite3.connect(":memory:")) as db:
        register(db)
        db.execute("CREATE TABLE one (word)")
        db.execute("INSERT INTO one VALUES (?)", (text,))
        return db.execute(f"SELECT {where.text} FROM one", where.values).fetchone()[0]


@given(TEXTS, PATTERNS.map("".join))
@example("a" * 3000, "%_" + "a" * 1000)
@example("a" * 3000, "%_" + "a" * 900)
@example("a\0b", "a_b")
@example("\uffff", "_%\ufffd%")
@settings(max_examples=500)
def test_a_column_matches_as_the_function_says(text: str, pattern: str) -> None:
    assert asked(text, pattern) == like(text.encode(), pattern, "!")


@given(
    TEXTS.map(str.encode) | st.binary(max_size=6) | st.sampled_from([b"a\xe2\x82", b"\xc0a*?"]),
    PATTERNS.map("".join),
)
@example(b"\xe2\x82", "__")
@settings(max_examples=500)
def test_a_header_or_a_value_matches_as_the_function_says(octets: bytes, pattern: str) -> None:
    expected = like(octets, pattern, "!")
    assert [asked(octets, pattern, cost) for cost in (Cost.HEAD, Cost.BODY, Cost.JSON)] == [expected] * 3


def test_what_is_not_there_is_unknown() -> None:
    assert [asked(None, "a_%b%c", cost) for cost in Cost] == [None] * 4


@pytest.mark.parametrize("cost", [Cost.COLUMN, Cost.HEAD, Cost.JSON])
def test_a_common_pattern_asks_no_function(cost: Cost) -> None:
    where = matching(Sql("CAST(word AS BLOB)", (), cost), "/queue/order_%s%", "")
    with closing(sqlite3.connect(":memory:")) as db:
        db.create_function("stomptui_like", 3, lambda *given: 1 / 0)
        db.execute("CREATE TABLE one (word TEXT)")
        db.execute("INSERT INTO one VALUES ('/queue/order-1s')")
        assert db.execute(f"SELECT {where.text} FROM one", where.values).fetchone()[0] == 1
