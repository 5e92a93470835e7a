"""What a body is, its size in words, and a frame in one line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.render.body import Kind, charset, kind_of, size, summary
from stomptui.render.text import printable
from stomptui.stomp.frame import Frame


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"", "application/json", Kind.EMPTY),
        (b'{"id":4711}', "", Kind.JSON),
        (b' [\n {"a":1}]\n', "text/plain", Kind.JSON),
        (b"{}", "", Kind.JSON),
        (b"4711", "application/json", Kind.JSON),
        (b'"x"', "application/problem+json; charset=utf-8", Kind.JSON),
        (b"{not json}", "", Kind.TEXT),
        (b"[info] started]", "", Kind.TEXT),
        (b'<?xml version="1.0"?><a/>', "", Kind.XML),
        (b"<a>1</a>\n", "application/xml", Kind.XML),
        (b"\xef\xbb\xbf<a/>", "", Kind.XML),
        (b"<html><br></html>", "text/html", Kind.TEXT),
        (b"<3 you", "", Kind.TEXT),
        (b"order.created 4708", "", Kind.TEXT),
        ("na\u00efve \u65e5\u672c".encode(), "", Kind.TEXT),
        (b"caf\xe9 au lait, s'il vous plait", "", Kind.TEXT),
        (b"caf\xe9", "text/plain; charset=iso-8859-1", Kind.TEXT),
        (b"\x1b]52;c;aGVsbG8=\x07 hello", "text/plain", Kind.TEXT),
        (b"\x00\x01\x02", "text/plain", Kind.BINARY),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png", Kind.BINARY),
        (bytes(range(128, 256)), "", Kind.BINARY),
        (b"   ", "", Kind.TEXT),
    ],
)
def test_kinds(body: bytes, content_type: str, kind: Kind) -> None:
    assert kind_of(body, content_type) is kind


def test_a_character_cut_by_the_sample_is_still_text() -> None:
    assert kind_of(b"x" * 4095 + "\u65e5".encode() + b"x") is Kind.TEXT


def test_only_known_charsets_are_let_through() -> None:
    assert charset("text/plain; charset=ISO-8859-15") == "iso-8859-15"
    assert charset('text/plain;charset="windows-1252"') == "windows-1252"
    assert charset("text/plain; charset=punycode") == "utf-8"
    assert charset("text/plain; charset=us-ascii") == "utf-8"
    assert charset("text/plain") == "utf-8"


def test_sizes() -> None:
    assert [size(n) for n in (0, 999, 1000, 10_240, 231_000, 999_960, 10_000_000, 5_000_000_000)] == [
        "0 B", "999 B", "1.0 kB", "10.2 kB", "231 kB", "1.0 MB", "10.0 MB", "5.0 GB",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (Frame("MESSAGE", {"destination": "/queue/a"}, b'{"id":1,\r\n\t "b":  2}\n'), '{"id":1, "b": 2}'),
        (Frame("MESSAGE", {}, b"\x1b[2J[/red]"), "\u241b[2J[/red]"),
        (Frame("MESSAGE", {}, b"\x00\x01\xff"), "binary 00 01 ff"),
        (Frame("MESSAGE", {"content-type": "text/plain; charset=latin1"}, b"caf\xe9"), "caf\u00e9"),
        (Frame("MESSAGE"), ""),
        (Frame("SEND", {"destination": "/queue/\x9b"}, b"x"), "SEND /queue/\\u009b"),
        (Frame("SUBSCRIBE", {"id": "1", "destination": "/queue/a"}), "SUBSCRIBE /queue/a"),
        (Frame("RECEIPT", {"receipt-id": "r-7"}), "RECEIPT r-7"),
        (Frame("ERROR", {"message": "Bad CONNECT"}, b"Access refused"), "ERROR Bad CONNECT"),
        (Frame("ERROR", {}, b"Access refused\nfor you"), "ERROR Access refused for you"),
        (Frame("BOGUS\x1b"), "BOGUS\u241b"),
        (Frame("CONNECTED", {"version": "1.2"}), "CONNECTED 1.2"),
    ],
)
def test_one_line(frame: Frame, line: str) -> None:
    assert summary(frame, 60) == line
    assert summary(frame, 8) == line[:8]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<order id="4719"/>', '<order id="4719"/>'),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><!-- by hand -->\n <!DOCTYPE a>\n<a/>", "<a/>"),
        (b"<!-- " + b"x" * 500 + b" --><a>1</a>", "<a>1</a>"),
        (b'<?xml version="1.0"?>', '<?xml version="1.0"?>'),
        (b"<!-- never ends <a/>", "<!-- never ends <a/>"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
    ],
)
def test_of_xml_the_document_is_shown(body: bytes, line: str) -> None:
    assert summary(Frame("MESSAGE", {}, body), 40) == line


def test_a_long_body_is_cut_without_half_a_character() -> None:
    frame = Frame("MESSAGE", {}, "\u65e5".encode() * 100_000)
    assert summary(frame, 5) == "\u65e5" * 5
    assert set(summary(frame, 4000)) == {"\u65e5"}


@settings(max_examples=150)
@given(st.binary(max_size=80), st.text(max_size=20), st.integers(1, 60))
def test_any_frame_gives_one_safe_line(body: bytes, header: str, width: int) -> None:
    for command in ("MESSAGE", "ERROR", "SEND"):
        line = summary(Frame(command, {"message": header, "destination": header}, body), width)
        assert len(line) <= width
        assert printable(line) == line
