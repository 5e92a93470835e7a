"""The views of a body, its headers and an ERROR's trace, as painted rows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.render import highlight
from stomptui.render.body import Kind, kind_of
from stomptui.render.head import MARKS_SHOWN, HeadRows, any_clipped, mark_rows
from stomptui.render.hexdump import HexRows
from stomptui.render.rows import LONGEST, Rows, Segment
from stomptui.render.text import printable
from stomptui.render.trace import folded_rows
from stomptui.render.views import BodyView, body_rows, longest_row
from stomptui.stomp.frame import Mark

HEADERS = [("subscription", "0"), ("destination", "/queue/a"), ("x", "1"), ("x", "2"), ("ack", "7")]
BY_BROKER = frozenset({"subscription", "ack", "message-id"})


def text(row: list[Segment]) -> str:
    return "".join(piece for piece, _ in row)


def texts(rows: Rows) -> list[str]:
    while not rows.done:
        rows.grow(50)
    return [text(rows[index]) for index in range(len(rows))]


def styled(row: list[Segment]) -> dict[str, str]:
    return {piece: style for piece, style in row if style}


def test_json_is_coloured_by_what_it_is() -> None:
    row = highlight.json(b'  "k\\"": ["v", -1.5e3, true], ', goes_on=False)
    assert text(row) == '  "k\\"": ["v", -1.5e3, true], '
    assert styled(row) == {
        '"k\\""': "json-key", ":": "json-punctuation", "[": "json-punctuation", '"v"': "json-string",
        ",": "json-punctuation", "-1.5e3": "json-number", "true": "json-constant", "],": "json-punctuation",
    }  # fmt: skip


def test_a_row_that_goes_on_is_not_coloured_before_something_sure() -> None:
    assert highlight.json(b'true 1 end","k":2', goes_on=True)[0] == ('true 1 end"', "")
    assert highlight.json(b"true 1", goes_on=True) == [("true 1", "")]
    assert highlight.xml(b"a='1'><b>", goes_on=True)[0] == ("a='1'>", "")


def test_xml_is_coloured_by_what_it_is() -> None:
    row = highlight.xml(b"<a x='1'>t &amp; u</a><!-- c -->", goes_on=False)
    assert text(row) == "<a x='1'>t &amp; u</a><!-- c -->"
    assert styled(row) == {
        "<a": "xml-tag", "x": "xml-attribute", "'1'": "xml-value", ">": "xml-tag", "&amp;": "xml-text",
        "</a": "xml-tag", "<!-- c -->": "xml-comment",
    }  # fmt: skip


def test_what_is_invisible_is_styled_apart_unless_there_is_too_much_of_it() -> None:
    assert highlight.segments("a\x1bb") == [("a", ""), ("\u241b", "invisible"), ("b", "")]
    assert highlight.segments("\x1b[" * 100) == [("\u241b[" * 100, "invisible")]


def test_tabs_are_blanks_for_reading_and_pictures_on_the_wire() -> None:
    assert highlight.plain()(b"a\tb\r\n", False) == [("a   b", "")]
    assert text(highlight.wire(b"a\tb\r\n", False)) == "a\u2409b\u240d\u240a"
    assert highlight.plain("iso-8859-1")(b"caf\xe9\n", False) == [("caf\u00e9", "")]


@settings(max_examples=150)
@given(st.binary(max_size=80), st.booleans())
def test_painted_rows_are_safe_and_show_everything(octets: bytes, goes_on: bool) -> None:
    for paint in (highlight.json, highlight.xml, highlight.plain(), highlight.wire):
        row = paint(octets, goes_on)
        assert all(printable(piece) == piece for piece, _ in row)
    assert text(highlight.wire(octets, goes_on)) == printable(octets)


def test_hexdump() -> None:
    rows = HexRows(bytes(range(0x38, 0x58)) + b"\x1b\x80~", 76)
    assert texts(rows) == [
        "00000000  38 39 3a 3b 3c 3d 3e 3f  40 41 42 43 44 45 46 47  89:;<=>?@ABCDEFG",
        "00000010  48 49 4a 4b 4c 4d 4e 4f  50 51 52 53 54 55 56 57  HIJKLMNOPQRSTUVW",
        "00000020  1b 80 7e                                          ..~",
    ]
    assert texts(HexRows(b"123456789", 60))[1] == "00000008  39                       9"
    assert len(HexRows(b"", 76)) == 0


@pytest.mark.parametrize(
    ("view", "body", "rows"),
    [
        (BodyView.PRETTY, b'{"a":1}', ["{", '  "a": 1', "}"]),
        (BodyView.TEXT, b'{"a":1}\r\n', ['{"a":1}']),
        (BodyView.PRETTY, b"<a/>", ["<a/>"]),
        (BodyView.PRETTY, b"one\ntwo", ["one", "two"]),
        (BodyView.PRETTY, b"\x00\x01", ["00000000  00 01                                             .."]),
        (BodyView.TEXT, b"\x00\x01\xff", ["\u2400\u2401\\xff"]),
        (BodyView.WIRE, b"a:b\r\n\n\0", ["a:b\u240d\u240a", "\u240a", "\u2400"]),
        (BodyView.HEX, b"A", ["00000000  41                                                A"]),
        (BodyView.PRETTY, b"", ["no body"]),
        (BodyView.WIRE, b"", ["no octets"]),
    ],
)
def test_views(view: BodyView, body: bytes, rows: list[str]) -> None:
    assert texts(body_rows(view, body, kind_of(body))) == rows


def test_a_named_charset_is_used_for_text() -> None:
    rows = body_rows(BodyView.TEXT, b"caf\xe9", Kind.TEXT, "text/plain; charset=iso-8859-1")
    assert texts(rows) == ["caf\u00e9"]


def test_long_rows_fill_whole_lines() -> None:
    assert longest_row(78) % 78 == 0
    assert longest_row(0) == LONGEST
    assert longest_row(5000) == 5000


def test_headers_folded_take_little_room() -> None:
    assert texts(HeadRows(HEADERS, 60, BY_BROKER, fold=True)) == [
        "destination:/queue/a          x:1",
        "x:2                           (repeat: the first one counts)",
        "+ 2 headers from the broker (h)",
    ]
    assert texts(HeadRows(HEADERS[:2], 60, BY_BROKER, fold=True))[-1] == "+ 1 header from the broker (h)"


@pytest.mark.parametrize(("value", "most"), [("v" * 3000, 180), ("注" * 3000, 90), ("v" * 178, 180)])
def test_a_long_header_is_cut_to_three_lines_until_all_is_asked_for(value: str, most: int) -> None:
    headers = [("token", value), ("a", "1"), ("b", "2")]
    rows = HeadRows(headers, 60, fold=True)
    shown = texts(rows)
    more = f" + {len(value) + 6 - len(shown[0].partition(' + ')[0]):,} characters (h)"
    assert shown[0].startswith("token:" + value[:20]) and shown[0].endswith(more)
    assert len(shown[0]) <= most and shown[1].split() == ["a:1", "b:2"]
    assert any_clipped(headers, 60) and not any_clipped(headers[1:], 60)
    whole = "".join(texts(HeadRows(headers, 60)))
    assert value in whole and "characters" not in whole


def test_a_header_of_three_lines_is_whole() -> None:
    assert texts(HeadRows([("token", "v" * 174)], 60, fold=True)) == ["token:" + "v" * 174]


def test_headers_unfolded_keep_their_order_and_say_who_set_them() -> None:
    rows = HeadRows(HEADERS, 60, BY_BROKER)
    assert [row.split("  ")[0] for row in texts(rows)] == [f"{name}:{value}" for name, value in HEADERS]
    assert [row.endswith("(broker)") for row in texts(rows)] == [True, False, False, False, True]
    assert len(texts(rows)[0]) == 60
    assert rows[0][0] == ("subscription", "broker-header")
    assert rows[1][0] == ("destination", "header-name")


def test_a_header_of_any_length_goes_on_in_further_rows() -> None:
    name, value = "n" * 2000, "v" * 3000
    rows = HeadRows([(name, value), ("", ""), ("a", "")], 60)
    assert [rows.continues(index) for index in range(len(rows))] == [False, *[True] * 4, False, False]
    assert "".join(texts(rows)[:5]) == f"{name}:{value}"
    assert texts(rows)[5:] == [":", "a:"]


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.text(max_size=30), st.text(max_size=2500)), max_size=6),
    st.integers(4, 90),
    st.booleans(),
)
def test_any_headers_are_safe(headers: list[tuple[str, str]], width: int, fold: bool) -> None:
    rows = HeadRows(headers, width, {"", "0"}, fold=fold, emphasised="1")
    for index in range(len(rows)):
        assert all(printable(piece) == piece for piece, _ in rows[index])


def test_marks_are_named_and_only_so_many() -> None:
    marks = [Mark("x", number, f"wrong\x1b {number}", "STOMP 1.2") for number in range(500)]
    rows = mark_rows(marks)
    assert text(rows[0]) == "! wrong\u241b 0  octet 0  STOMP 1.2"
    assert len(rows) == MARKS_SHOWN + 1
    assert text(rows[-1]) == f"! + {500 - MARKS_SHOWN} more departures from the protocol (h)"
    assert text(mark_rows(marks, everything=True)[-1]) == "! + 300 more departures from the protocol"
    assert mark_rows(()) == []


def test_only_stack_frames_are_folded() -> None:
    body = b"E: x\n\tat a.b(C.java:1)\n\tat a.c(C.java:2)\nCaused by: y\n\t... 3 more\ntext at (home)\n"
    assert texts(folded_rows(body, longest=1000)) == [
        "E: x",
        "    + 2 lines of stack trace (h)",
        "Caused by: y",
        "    + 1 line of stack trace (h)",
        "text at (home)",
    ]
    assert texts(folded_rows(b"a\nb", longest=1000)) == ["a", "b"]
