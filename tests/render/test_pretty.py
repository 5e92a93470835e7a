"""JSON and XML laid out: nothing of the text is changed, and nothing that is no JSON or XML breaks it."""

from __future__ import annotations

import json
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stomptui.render.pretty_json import DEEPEST, FREE_INDENT, SHORT, json_again, json_pieces, json_strides
from stomptui.render.pretty_xml import xml_pieces
from stomptui.render.rows import STEP, Begins, PrettyRows, Segment
from stomptui.render.strides import Stride
from stomptui.render.views import longest_row


def plain(octets: bytes, goes_on: bool) -> list[Segment]:
    return [(octets.decode("utf-8", "surrogateescape"), "")]


def laid_out(body: bytes, printer: object = json_pieces, longest: int = 10**9) -> list[str]:
    rows = PrettyRows(printer(body), len(body), plain, longest=longest)  # type: ignore[operator]
    while not rows.done:
        rows.grow(7)
    return ["".join(text for text, _ in rows[index]) for index in range(len(rows))]


def test_numbers_repeated_keys_order_and_escapes_stay() -> None:
    body = b'{"b":1.00,"a":1e400,"a":-0,"\\u0041":"\\u00e9\\n\\"","e":{},"f":[ ],"g":[1,[true,null]]}'
    assert laid_out(body) == [
        "{",
        '  "b": 1.00,',
        '  "a": 1e400,',
        '  "a": -0,',
        '  "\\u0041": "\\u00e9\\n\\"",',
        '  "e": {},',
        '  "f": [],',
        '  "g": [',
        "    1,",
        "    [",
        "      true,",
        "      null",
        "    ]",
        "  ]",
        "}",
    ]


def test_several_values_one_after_the_other() -> None:
    assert laid_out(b'\xef\xbb\xbf{"a":1}\n{"a":2}\n3') == ["{", '  "a": 1', "}", "{", '  "a": 2', "}", "3"]


@pytest.mark.parametrize(
    ("body", "end"),
    [
        (b'{"a":1]\nx\n\n y', ["-- no JSON from octet 6 on; the rest as it came", "]", "x", "", " y"]),
        (b'{"a":}', ['  "a"', "-- no JSON from octet 4 on; the rest as it came", ":}"]),
        (b"[1,,2]", ["  1,", "-- no JSON from octet 3 on; the rest as it came", ",2]"]),
        (b"[1,2", ["  1,", "  2", "-- ends here, with 1 not closed"]),
        (b'["abc', ["[", "-- no JSON from octet 1 on; the rest as it came", '"abc']),
        (b"]", ["-- no JSON from octet 0 on; the rest as it came", "]"]),
        (b'{"a":1} tail', ["}", "tail"]),
    ],
)  # fmt: skip
def test_what_is_no_json_comes_as_it_is(body: bytes, end: list[str]) -> None:
    assert laid_out(body)[-len(end) :] == end


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=25,
)


@settings(max_examples=150)
@given(VALUES, st.booleans(), st.booleans())
def test_what_is_laid_out_means_the_same(value: object, ascii_only: bool, spaced: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only, indent=3 if spaced else None).encode()
    shown = "\n".join(laid_out(body))
    assert json.loads(shown) == value
    assert "".join(shown.split()) == "".join(body.decode().split())


@settings(max_examples=150)
@given(st.binary(max_size=60) | st.text('{}[]",:\\ \n1ab', max_size=40).map(str.encode))
@example(b"\xc2\n\x80")
def test_no_octet_is_lost_whatever_it_is(body: bytes) -> None:
    for printer in (json_pieces, xml_pieces):
        shown = b"".join(octets for _, octets, begins in printer(body) if begins is not Begins.NOTE)
        # As octets: what a blank parted may be one letter once that is gone.
        assert b"".join(shown.split()) == b"".join(body.removeprefix(b"\xef\xbb\xbf").split())


def test_a_string_of_any_length_goes_on_in_further_rows() -> None:
    body = b'{"k":"' + b"\\n" * 60_000 + b'","l":1}'
    rows = laid_out(body, longest=1000)
    assert rows[0] == "{"
    assert rows[1].startswith('  "k": "\\n\\n')
    assert "".join(rows[1:-2]) == '  "k": "' + "\\n" * 60_000 + '",'
    assert rows[-2:] == ['  "l": 1', "}"]
    assert max(map(len, rows)) == 1000


def test_depth_costs_no_more_than_so_much() -> None:
    deep = laid_out(b"[" * 300_000)
    assert deep[DEEPEST + 10] == "  " * DEEPEST + "["
    assert sum(map(len, deep)) < 300_000 * 9 + FREE_INDENT + 100
    deep = laid_out(b"<a>" * 100_000, xml_pieces)
    assert sum(map(len, deep)) < 300_000 * 9 + FREE_INDENT + 100


def test_xml() -> None:
    body = (
        b'<?xml version="1.0"?>\n<!DOCTYPE o [<!ENTITY x "y">]><!-- c\n  d --><o a="1>2">'
        b"<order id='1'><total cur=\"EUR\">99.90 &x;</total><empty/><e></e> mixed <b>x</b> tail\n</order>"
        b"<![CDATA[<raw> & ]]></o>"
    )
    assert laid_out(body, xml_pieces) == [
        '<?xml version="1.0"?>',
        '<!DOCTYPE o [<!ENTITY x "y">]>',
        "<!-- c",
        "d -->",
        '<o a="1>2">',
        "  <order id='1'>",
        '    <total cur="EUR">99.90 &x;</total>',
        "    <empty/>",
        "    <e></e>",
        "    mixed",
        "    <b>x</b>",
        "    tail",
        "  </order>",
        "  <![CDATA[<raw> & ]]>",
        "</o>",
    ]


def test_what_is_no_xml_comes_as_it_is() -> None:
    assert laid_out(b"<a><b attr='x</a>\nmore", xml_pieces) == [
        "<a>",
        "-- no XML from octet 3 on; the rest as it came",
        "<b attr='x</a>",
        "more",
    ]


def test_long_text_in_xml_keeps_its_blanks() -> None:
    text = "word " * 2000
    rows = laid_out(f"<a>{text}</a>".encode(), xml_pieces)
    assert rows[1].strip() == text.strip()


def in_strides(body: bytes) -> PrettyRows:
    again = partial(json_again, body)
    rows = PrettyRows(json_strides(body), len(body), plain, longest=SHORT, again=again)
    while not rows.done:
        rows.grow(7)
    return rows


TOKENS = [
    "{",
    "}",
    "[",
    "]",
    "[]",
    "{ }",
    ",",
    ":",
    " ",
    '"a": ',
    '"]\\""',
    "-1.5",
    "null,",
    "x" * 150,
    f'"{"é" * 99}"',
]
TEXTS = st.lists(st.sampled_from([*TOKENS, '"k": [1, {"a": 2}],' * 12]), max_size=30).map("".join)


@settings(max_examples=400)
@given(TEXTS | VALUES.map(lambda value: json.dumps([value] * 9)), st.booleans())
def test_rows_counted_in_strides_are_those_made_one_by_one(text: str, marked: bool) -> None:
    body = b"\xef\xbb\xbf" * marked + text.encode()
    rows, one_by_one = in_strides(body), PrettyRows(json_pieces(body), len(body), plain, longest=SHORT)
    one_by_one.grow(10**6)
    assert len(rows) == len(one_by_one)
    order = [*range(0, len(rows), 3), *range(len(rows))]
    assert [rows[index] for index in order] == [one_by_one[index] for index in order]
    assert all(rows.continues(index) is one_by_one.continues(index) for index in range(len(rows)))


def test_short_rows_are_found_many_at_once() -> None:
    orders = b"[" + b'{"id": 4711, "lines": [1, "]"]},\n' * 10_000 + b'"' + b"x" * 300 + b'"]'
    pieces = list(json_strides(orders))
    assert sum(piece.rows for piece in pieces if isinstance(piece, Stride)) > 69_900
    assert len(pieces) < 70_000 / STEP + 100
    long_ones = orders.replace(b"4711", b'"' + b"y" * 300 + b'"')
    pieces = list(json_strides(long_ones))
    assert sum(not isinstance(piece, Stride) for piece in pieces) > 10_000


def test_no_row_of_a_stride_is_longer_than_a_row_may_be() -> None:
    assert min(map(longest_row, range(1, 3000))) >= SHORT
    widest = b'"%b": "%b",' % (b"k" * 192, b"v" * 192)
    body = b"[" * DEEPEST + b"{" + widest * STEP * 2
    assert any(isinstance(piece, Stride) for piece in json_strides(body))
    rows = [octets for _, octets, begins in json_pieces(body) if begins is Begins.ROW]
    assert max(map(len, rows)) <= SHORT
