"""Octets in sheets: each is shown once, in order, wherever it is begun to look."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from stomptui.console.widgets.sheets import Sheets, pointed
from stomptui.stomp.frame import Mark

PICTURES = {chr(0x2400 + code): chr(code) for code in range(32)} | {"\u2421": "\x7f"}
widths = st.sampled_from([10, 40, 78, 200])
octets = st.lists(st.binary(max_size=9) | st.just(b"\n" * 30) | st.just(b"a" * 900), max_size=60).map(
    b"".join
)
ascii_octets = octets.map(lambda raw: bytes(octet & 0x7F for octet in raw))


def texts(sheets: Sheets, number: int) -> list[str]:
    return ["".join(text for text, _ in row()) for row in sheets[number]]


@given(ascii_octets, widths)
def test_every_octet_is_seen_once_and_in_order(raw: bytes, width: int) -> None:
    sheets = Sheets(memoryview(raw), width)
    shown = "".join(
        text for number in reversed(range(len(sheets))) for text in reversed(texts(sheets, number))
    )
    again = "".join(text for number in range(len(sheets)) for text in texts(sheets, number))
    assert "".join(PICTURES.get(character, character) for character in again) == raw.decode("ascii")
    assert sorted(shown) == sorted(again)


@given(octets, widths)
def test_a_hexdump_has_them_all(raw: bytes, width: int) -> None:
    sheets = Sheets(memoryview(raw), width, hexadecimal=True)
    rows = [text for number in range(len(sheets)) for text in texts(sheets, number)]
    each = 16 if width >= 76 else 8
    dumped = b"".join(bytes.fromhex(row[10 : 10 + each * 3 + 1]) for row in rows)
    assert dumped == raw
    assert [int(row[:8], 16) for row in rows] == list(range(0, len(raw), each))


@given(st.text(alphabet="a\u00e4\u20ac\U0001f600\n", max_size=6000), widths)
def test_no_character_is_cut(text: str, width: int) -> None:
    sheets = Sheets(memoryview(text.encode()), width)
    again = "".join(row for number in range(len(sheets)) for row in texts(sheets, number))
    assert again == text.replace("\n", "\u240a")


@given(octets, widths, st.lists(st.integers(0, 20_000), max_size=5), st.booleans())
def test_every_mark_is_shown_once_whatever_its_offset(
    raw: bytes, width: int, offsets: list[int], hexadecimal: bool
) -> None:
    marks = [
        Mark("x", min(offset, len(raw)), f"number {number}.", "STOMP")
        for number, offset in enumerate(sorted(offsets))
    ]
    sheets = Sheets(memoryview(raw), width, marks=marks, hexadecimal=hexadecimal)
    rows = [text for number in range(len(sheets)) for text in texts(sheets, number)]
    found = re.findall(r"! number (\d)\. \(STOMP\)", "\n".join(rows))
    assert found == [str(number) for number in range(len(marks))]


def test_a_mark_points_at_its_octet_in_text_and_in_hex() -> None:
    raw = "x:\u5c71:b\n".encode() + b"y:" + b"c" * 20
    mark = Mark("raw-colon", 5, "raw colon", "S")
    assert texts(Sheets(memoryview(raw), 40, marks=[mark]), 0)[1] == "    ^ ! raw colon (S)"
    dump = texts(Sheets(memoryview(raw), 80, marks=[mark], hexadecimal=True), 0)
    at = dump[1].index("^")
    assert dump[0][at : at + 2] == "3a"
    late = Mark("x", 19, "here", "S")
    dump = texts(Sheets(memoryview(raw), 80, marks=[late], hexadecimal=True), 0)
    assert dump[2].startswith(" " * (10 + 9) + "^") and dump[1].startswith("00000010")


def test_words_that_have_no_room_to_the_right_stand_to_the_left_or_below() -> None:
    mark = Mark("x", 0, "words", "S")
    assert pointed(mark, 3, 20) == [("   ^ ! words (S)", "protocol-mark")]
    assert pointed(mark, 18, 20) == [("      ! words (S) ^", "protocol-mark")]
    assert pointed(mark, 300, 20) == [("^ ! words (S)", "protocol-mark")]
