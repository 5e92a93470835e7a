"""Random expressions over random records: SQLite finds what the reference in Python finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.capture import stored
from stomptui.capture.filter import matches, parse
from stomptui.capture.filter.functions import header, json_value
from stomptui.capture.record import Kind
from stomptui.stomp.escapes import escape
from tests.capture.filter.made import NOW, capture, frame, other, version
from tests.capture.filter.reference import Node, evaluate, value, written

HEADERS = ("n", "nn", "k-k", "flag", "größe", "redelivered", "size")
NAMES = ("n", "nn", '"k-k"', "flag", "größe", "header.size", "nobody")
PATHS = ("body.a", "body.b[1].c", "body.a.x", "body.größe")
VALUES = (
    "3",
    "03",
    "10.5",
    " 7 ",
    "-1e1",
    "",
    "x",
    "true",
    "false",
    "a:b\\c",
    "ä\n",
    "3 3",
    "1_0",
    ".5",
    "0x1",
)
BODIES = (
    b'{"a": 3, "b": [1, {"c": "x"}]}',
    b'{"a": "3", "b": [1, {"c": 10.5}]}',
    b'{"a": true, "b": [false, {"c": null}]}',
    b'{"a": {"x": "gr\\u00f6"}, "gr\\u00f6\\u00dfe": -10}',
    '{"größe": "ä\\n", "a": ["x"]}'.encode(),
    b'{"a": 3',
    b'{"a": 3}\0',
    b'{"a": "\\u0000\xff"}',
    b"x\0true \xc3",
    b"",
)
PATTERNS = (
    "",
    "%",
    "x",
    "_",
    "%_",
    "3%",
    "%e",
    "t%e",
    "%ru%",
    "!%%",
    "%:_!_",
    "ä_",
    "%\xa0%",
    "_%3_%",
    "%a%3%",
    "!!",
)

records = st.builds(
    lambda pairs, body, protocol, end, command, deliveries: frame(
        1,
        b"".join(
            f"{escape(name, version(protocol))}:{escape(text, version(protocol))}".encode() + end
            for name, text in pairs
            if "\n" not in name + text or protocol > 1
        )
        + b"content-length:%d" % len(body)
        + end,
        body,
        command=command,
        protocol=protocol,
        deliveries=deliveries,
    ),
    st.lists(st.tuples(st.sampled_from(HEADERS), st.sampled_from(VALUES)), max_size=6),
    st.sampled_from(BODIES),
    st.sampled_from([1, 2, 3]),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([b"MESSAGE", b"SEND"]),
    st.sampled_from([1, 2]),
)
captures = st.lists(st.one_of(records, st.just(other(1, Kind.HEART_BEAT))), min_size=1, max_size=8)

texts = st.sampled_from([*VALUES, "MESSAGE", "it's"]).map(lambda text: ("text", text))
numbers = st.sampled_from([0, 1, 3, 7, 10.5, 100]).map(lambda number: ("number", number))
truths = st.booleans().map(lambda truth: ("truth", truth))
dynamic = st.sampled_from([*NAMES, *PATHS]).map(lambda name: ("name", name))
countable = st.recursive(
    st.one_of(dynamic, numbers, st.just(("name", "size"))),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), inner, inner), st.tuples(st.just("-"), inner)
    ),
    max_leaves=4,
)
values = st.one_of(
    countable, texts, dynamic, st.sampled_from(["body", "command"]).map(lambda name: ("name", name))
)
signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
patterns = st.sampled_from(PATTERNS).map(lambda text: ("text", text))
simple = st.one_of(
    st.tuples(signs, values, values),
    st.tuples(st.sampled_from(["=", "<>"]), dynamic, truths),
    st.tuples(st.just("BETWEEN"), values, values, values),
    st.tuples(st.just("IN"), values, st.one_of(texts, numbers), st.one_of(texts, numbers, truths)),
    st.tuples(st.just("LIKE"), values, patterns),
    st.tuples(st.just("IS NULL"), values),
    st.sampled_from(["redelivered", "flag", "body.a"]).map(lambda name: ("name", name)),
)
conditions = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["AND", "OR"]), inner, inner), st.tuples(st.just("NOT"), inner)
    ),
    max_leaves=5,
)


def numbered(rows: list[stored.Row]) -> list[stored.Row]:
    return [row._replace(id=at) for at, row in enumerate(rows, 1)]


@settings(max_examples=200, deadline=None)
@given(captures, conditions)
def test_sqlite_finds_what_the_reference_finds(rows: list[stored.Row], condition: Node) -> None:
    rows = numbered(rows)
    text = written(condition)
    for again, wanted in ((condition, text), (("NOT", condition), f"NOT {text}")):
        expected = [row.id for row in rows if evaluate(again, row) is True]
        db = capture(rows)
        assert list(matches(db, parse(wanted, now=NOW), 1, 99)) == expected, wanted
        assert list(matches(db, parse(wanted, now=NOW), 1, 99, backwards=True)) == expected[::-1]
        db.close()


flat = st.lists(
    st.tuples(
        st.sampled_from([" AND ", " OR "]),
        st.sampled_from(["", "NOT "]),
        st.one_of(
            st.tuples(signs, countable, countable),
            st.tuples(st.just("BETWEEN"), dynamic, numbers, numbers),
            st.tuples(st.just("IS NULL"), dynamic),
        ),
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=100, deadline=None)
@given(captures, flat)
def test_not_binds_before_and_and_and_before_or(
    rows: list[stored.Row], parts: list[tuple[str, str, Node]]
) -> None:
    rows = numbered(rows)
    text = "".join(f"{joint}{sign}{written(part)[1:-1]}" for joint, sign, part in parts)
    text = text.removeprefix(parts[0][0])
    groups: list[Node] = []
    for joint, sign, part in parts:
        node: Node = ("NOT", part) if sign else part
        if groups and joint == " AND ":
            groups[-1] = ("AND", groups[-1], node)
        else:
            groups.append(node)
    tree = groups[0]
    for group in groups[1:]:
        tree = ("OR", tree, group)
    db = capture(rows)
    expected = [row.id for row in rows if evaluate(tree, row) is True]
    assert list(matches(db, parse(text, now=NOW), 1, 99)) == expected
    db.close()


@given(records, st.sampled_from(HEADERS))
def test_the_function_for_odd_headers_reads_them_as_the_decoder_does(row: stored.Row, name: str) -> None:
    assert header(row.head, name.encode(), row.protocol) == value(f'header."{name}"', row)


@given(st.binary(max_size=30), st.sampled_from([b"k", "k€".encode()]), st.integers(0, 7))
def test_no_octets_of_a_head_make_a_function_raise(octets: bytes, name: bytes, protocol: int) -> None:
    found = header(b"MESSAGE\n" + name + octets, name, protocol)
    assert found is None or isinstance(found, bytes)
    assert json_value(octets, '["a"]', "number") is None
