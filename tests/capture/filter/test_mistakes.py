"""What is wrong with an expression is told where it is, and what can be written instead."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stomptui.capture.filter import FilterError, Hint, parse
from stomptui.capture.filter.literals import span
from tests.capture.filter.made import NOW, capture, found, frame

KNOWN = ["type", "content-type", "message-id", "x-tenant"]

MISTAKES = [
    # the text, what of it is marked, and a part of the words
    ("", "", "nothing to filter by"),
    ("  \n", "  \n", "nothing to filter by"),
    ("type = ", "", "ends too soon: here a name or a value is missing"),
    ("type 'x'", "'x'", "here =, <, LIKE"),
    ("type = 'x", "'x", "never closed"),
    ("\"it's\" = 'x' AND \"y", '"y', "never closed"),
    ("(type = 'x'", "(", "never closed"),
    ("type = 'x')", ")", "no ( belongs"),
    ("type = 'x'; DROP TABLE frame", ";", "one condition"),
    ("type = 'x' -- rest", "-", "comments"),
    ("type = 'x' AND --1 = n", "-", "comments"),
    ("type /* x */ = 'x'", "/", "comments"),
    ("/* x */ type = 'x'", "/", "comments"),
    ("lower(type) = 'x'", "lower", "functions"),
    ("type IN (SELECT command)", "SELECT", "the list of IN"),
    ("type = (SELECT 1)", "1", "here =, <, LIKE"),
    ("EXISTS (SELECT 1)", "EXISTS", "functions"),
    ("CASE WHEN type = 'x' THEN 1 END", "WHEN", "here =, <, LIKE"),
    ("CAST(type AS INTEGER) = 1", "CAST", "functions"),
    ("type = 'x' UNION SELECT 1", "UNION", "here =, <, LIKE"),
    ("type || 'x' = 'xx'", "|", "means nothing here"),
    ("type == 'x'", "=", "here a name or a value"),
    ("type = ?", "?", "means nothing here"),
    ("type = :x", ":", "means nothing here"),
    ("type = @x", "@", "means nothing here"),
    ("`type` = 'x'", "`", "means nothing here"),
    ("[type] = 'x'", "[", "here a name or a value"),
    ("n % 2 = 0", "%", "means nothing here"),
    ("type = N'x'", "N'x'", "means nothing here"),
    ("type = x'41'", "'41'", "here =, <, LIKE"),
    ("n = 0x10", "0", "no number ends like this"),
    ("n = 10L", "10", "no number ends like this"),
    ("n = .5", ".", "here a name or a value"),
    ("n = 1e5+1.", "1e5+1.", "put blanks around"),
    ("type = NULL", "NULL", "IS NULL"),
    ("type IS 'x'", "'x'", "NULL or NOT NULL"),
    ("type IS TRUE", "TRUE", "NULL or NOT NULL"),
    ("type LIKE 5", "5", "pattern in single quotes"),
    ("type LIKE n", "n", "pattern in single quotes"),
    ("type LIKE 'x' ESCAPE 'yy'", "'yy'", "one sign"),
    ("type LIKE 'x!' ESCAPE '!'", "'x!'", "nothing follows the !"),
    ("type IN ()", ")", "the list of IN"),
    ("type IN 'x'", "'x'", "a list in parentheses"),
    ("type IN ('x' 'y')", "'y'", "here , or )"),
    ("type IN (n)", "n", "the list of IN"),
    ("n BETWEEN 1 OR 2", "OR", "BETWEEN 1 AND 9"),
    ("n BETWEEN 1", "", "BETWEEN 1 AND 9"),
    ("(n BETWEEN 1) AND 2", ")", "BETWEEN 1 AND 9"),
    ("n BETWEEN 1 = 2", "=", "a second comparison"),
    ("NOT", "", "ends too soon"),
    ("type = 'x' AND AND n = 1", "AND", "here a name or a value"),
    ("a < b < c", "<", "a second comparison"),
    ("a = b IS NULL", "IS", "a second comparison"),
    ("a BETWEEN 1 AND 2 NOT IN (3)", "NOT", "a second comparison"),
    ("1 = NOT a", "NOT", "a second comparison"),
    ("content-type = 'x'", "content-type", '"content-type"'),
    ("a = 1 OR x-some-thing = 'x'", "x-some-thing", '"x-some-thing"'),
    ("body.some-thing = 1", "some-thing", "to subtract, put blanks"),
    ("'x'", "'x'", "is text, not a condition"),
    ("size", "size", "is a number, not a condition"),
    ("type = 'x' AND size + 1", "size + 1", "is a number, not a condition"),
    ("destination + 1 = 2", "destination", "take numbers"),
    ("-destination = 2", "destination", "take numbers"),
    ("redelivered > FALSE", "redelivered > FALSE", "= and <> alone"),
    ("settled = 'acks'", "'acks'", "unsettled, acked, nacked"),
    ("settled IN ('acked', 'x')", "'x'", "unsettled, acked, nacked"),
    ("direction <> 'out'", "'out'", "to_client, to_broker"),
    ("time > '25:00'", "'25:00'", "is no time"),
    ("time BETWEEN '12:00' AND 'soon'", "'soon'", "is no time"),
    ("time IN ('2026-02-30')", "'2026-02-30'", "is no time"),
    ("age > '5 weeks'", "'5 weeks'", "is no length of time"),
    ("type.x = 1", "type.x", 'is written "type.x"'),
    ("header.x.y = 1", "header.x.y", "one name"),
    ("body.lines[x] = 1", "x", "a place in a list"),
    ("body.lines[-1] = 1", "-", "a place in a list"),
    ("body.lines[1 = 1", "=", "] is missing"),
    ("body. = 1", "=", "behind the dot"),
    ('"" = 1', '""', "has a name"),
    ('type = "refund"', '"refund"', "header 'refund'; text is written in single quotes: 'refund'"),
    ("type = 'a\0b'", "\0", "NUL"),
    ("type = '\udc80'", "\udc80", "UTF-8"),
    ("(" * 300 + "a" + ")" * 300, None, "nested too deeply"),
    ("NOT " * 900 + "a", None, "nested too deeply"),
    ("+".join(["n"] * 450) + " = 1", None, "nested too deeply"),
    ("a = 1 OR " * 300 + "a = 1", None, "too long"),
    ("x" * 10_001, None, "too long"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "marked", "words"), MISTAKES)
def test_a_mistake_is_told_where_it_is(text: str, marked: str | None, words: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text, now=NOW, known_headers=KNOWN)
    error = caught.value
    assert words in error.words
    assert 0 <= error.start <= error.stop <= len(text)
    if marked is not None:
        assert text[error.start : error.stop] == marked


HINTS = [
    ("typ = 'x'", "typ", "no frame seen so far has a header 'typ'; did you mean type?"),
    ("Type = 'x'", "Type", "no frame seen so far has a header 'Type'; did you mean type?"),
    ("tenant = 'x'", "tenant", "no frame seen so far has a header 'tenant'; did you mean \"x-tenant\"?"),
    ("Destination = 'x'", "Destination", "did you mean destination?"),
    ("header.\"refund\" = 'x'", 'header."refund"', "no frame seen so far has a header 'refund'"),
    ("destination > 5", "destination > 5", "destination is text and 5 is a number: that is never true"),
    ("size LIKE '4%'", "size LIKE '4%'", "size is a number and '4%' is text"),
    ("size IN (1, 'x')", "size IN (1, 'x'", "size is a number and 'x' is text"),
    ("time > destination", "time > destination", "time is a time and destination is text"),
]


@pytest.mark.parametrize(("text", "marked", "words"), HINTS)
def test_what_is_hardly_meant_gives_a_hint(text: str, marked: str, words: str) -> None:
    (hint,) = parse(text, now=NOW, known_headers=KNOWN).hints
    assert words in hint.words
    assert text[hint.start : hint.stop] == marked


def test_what_is_known_gives_no_hint() -> None:
    text = "type = 'x' AND \"content-type\" = 'y' AND header.\"x-tenant\" = 1 AND body.typ = 1"
    assert parse(text, now=NOW, known_headers=KNOWN).hints == ()
    assert parse('typ = "x"', now=NOW).hints == ()


def test_a_pseudo_column_in_capitals_gives_a_hint_also_when_no_header_is_known() -> None:
    assert parse("SIZE > 5", now=NOW).hints == (Hint("SIZE is a header; did you mean size?", 0, 4),)


def test_a_hint_does_not_end_the_filter() -> None:
    db = capture([frame(1, b"type:x\n"), frame(2)])
    assert found(db, "type = 'x' OR destination > 5") == [1]


WORDS = [
    *(
        "type",
        '"content-type"',
        "body",
        "body.a[0]",
        "header.x",
        "'x'",
        "'",
        '"',
        "5",
        "1.5e3",
        "TRUE",
        "NULL",
    ),
    *(
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "IN",
        "LIKE",
        "ESCAPE",
        "'!'",
        "BETWEEN",
        "IS",
        "=",
        "<>",
        "!=",
        "<",
        ">=",
    ),
    *("+", "-", "*", "/", ",", ".", "[", "]", ";", "--", "/*", "*/", "?", ":x", "@", "{", "}", "||", "CASE"),
    *("SELECT", "CAST", "DATE", "time", "age", "settled", "redelivered", "size", "INTERVAL", "{}", "%s", "é"),
    *("::", "x'00'", "\n", "\0"),
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=30))
@example("{} = '{}'")
@example("n0 = n1 AND 'n2' = n9")
def test_any_text_is_a_filter_or_a_mistake_with_its_place(text: str) -> None:
    try:
        wanted = parse(text, now=NOW)
    except FilterError as error:
        assert 0 <= error.start <= error.stop <= len(text)
        return
    assert wanted.where.count("?") == len(wanted.values)
    db = capture([frame(1, b"type:5\nx:x\n", b'{"a": [1]}')])
    assert found(db, text) in ([], [1])


@pytest.mark.parametrize(
    ("text", "start", "stop"),
    [
        ("2026-11-23T12:00:01Z", "2026-11-23T12:00:01+00:00", "2026-11-23T12:00:02+00:00"),
        ("2026-11-23 12:00+01:00", "2026-11-23T11:00:00+00:00", "2026-11-23T11:01:00+00:00"),
        ("2026-11-23 12:00:01.25Z", "2026-11-23T12:00:01.250000+00:00", "2026-11-23T12:00:01.260000+00:00"),
        ("2026-11-23", "2026-11-23T00:00:00", "2026-11-24T00:00:00"),
        ("2026-11-23 12:00", "2026-11-23T12:00:00", "2026-11-23T12:01:00"),
    ],
)
def test_a_time_spans_what_it_names(text: str, start: str, stop: str) -> None:
    both = (datetime.fromisoformat(start).timestamp(), datetime.fromisoformat(stop).timestamp())
    assert span(text, NOW) == both


def test_a_time_without_a_date_is_of_today() -> None:
    today = datetime.fromtimestamp(NOW).replace(hour=12, minute=0, second=1, microsecond=0)
    start, stop = span("12:00:01", NOW)
    assert (start, stop) == (today.timestamp(), today.timestamp() + 1)
    rows = [frame(at, wall=start + offset) for at, offset in enumerate((-0.5, 0, 0.5, 1), 1)]
    db = capture(rows)
    for text, ids in (
        ("time = '12:00:01'", [2, 3]),
        ("time <> '12:00:01'", [1, 4]),
        ("time > '12:00:01'", [3, 4]),
        ("'12:00:01' <= time", [2, 3, 4]),
        ("time < '12:00:01'", [1]),
        ("time BETWEEN '12:00:01' AND '12:00:02'", [2, 3, 4]),
        ("time IN ('12:00:01', '2001-01-01')", [2, 3]),
        ("time NOT IN ('12:00:01')", [1, 4]),
    ):
        assert found(db, text) == ids, text


def test_a_zone_is_minded() -> None:
    db = capture([frame(1, wall=datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp())])
    assert found(db, "time = '2026-11-23T13:00:00+01:00' AND time > '2026-11-23T11:59:59.9Z'") == [1]


def test_the_text_of_a_user_is_never_in_the_sql() -> None:
    for text in (
        "zebra = 'zebra'",
        "body.zebra LIKE 'zebra_'",
        "header.\"zebra'\" IN ('zebra')",
        "body LIKE '%zebra%'",
    ):
        assert "zebra" not in parse(text, now=NOW).where
