"""printable(): nothing that a terminal acts on comes out, and what is plain stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.render import text
from stomptui.render.text import MARKS_PER_CHARACTER, pieces, printable, printable_pieces

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
ACTED_ON = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    "plain",
    [
        "",
        '{"id":4711,"total":99.90}',
        "[/ and [bold] are no markup \\n",
        "na\u00efve \u00fcber caf\u00e9",
        "e\u0301 decomposed",
        "\u65e5\u672c\u8a9e \u306e \ud55c\uad6d\uc5b4",
        "\u0441\u0442\u043e\u043c\u043f \u03a3\u03c4\u03bf\u03bc\u03c0",
        "\u05e9\u05dc\u05d5\u05dd \u0633\u0644\u0627\u0645",
        "\u0939\u093f\u0928\u094d\u0926\u0940 \u0e44\u0e17\u0e22\u0e35\u0e48",
        "\U0001f600\U0001f680 \u2713 \u2500\u2502 \u20ac",
        "non\u00a0breaking",
    ],
)
def test_plain_text_is_unchanged(plain: str) -> None:
    assert printable(plain) == plain
    assert printable(plain.encode()) == plain


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "\u241b]52;c;aGk=\u2407"),
        ("a\r\nb\tc\0", "a\u240d\u240ab\u2409c\u2400"),
        ("\x7f", "\u2421"),
        ("\x9b31m", "\\u009b31m"),
        ("user\u202egnp.exe", "user\\u202egnp.exe"),
        ("a\u200bb\u2060c\ufeff", "a\\u200bb\\u2060c\\ufeff"),
        ("so\u00adft", "so\\u00adft"),
        ("line\u2028para\u2029", "line\\u2028para\\u2029"),
        ("\u2764\ufe0f", "\u2764\\ufe0f"),
        ("\U000e0041", "\\U000e0041"),
        ("\ue000", "\\ue000"),
        ("\u0378", "\\u0378"),
        ("\u3164\u115f\u1160", "\\u3164\\u115f\\u1160"),
        ("\udc9b", "\\x9b"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_acts_on_or_hides_is_shown(hostile: str, shown: str) -> None:
    assert printable(hostile) == shown


def test_octets_that_are_no_utf_8_show_as_octets() -> None:
    assert printable(b"caf\xe9 \x9b\xff") == "caf\\xe9 \\x9b\\xff"
    assert printable(bytearray(b"\x00ok")) == "\u2400ok"
    assert printable(memoryview(b"ok")) == "ok"


def test_marks_pile_up_only_so_far_and_join_nothing_that_is_not_theirs() -> None:
    piled = printable("a" + "\u0301" * 50)
    assert piled.startswith("a" + "\u0301" * MARKS_PER_CHARACTER + "\\u0301")
    assert piled.count("\u0301") == MARKS_PER_CHARACTER
    assert printable("\u0301a") == "\\u0301a"
    assert printable("\x1b\u0301") == "\u241b\\u0301"
    assert printable("a\n\u0301", keep_newlines=True) == "a\n\\u0301"


def test_line_feeds_stay_when_asked_and_nothing_else_does() -> None:
    assert printable("a\r\nb\x1b\n", keep_newlines=True) == "a\u240d\nb\u241b\n"


@settings(max_examples=200)
@given(ANYTHING, st.booleans())
def test_no_character_comes_out_that_a_terminal_acts_on(text: str, keep: bool) -> None:
    shown = printable(text, keep_newlines=keep)
    for character in shown:
        assert unicodedata.category(character) not in ACTED_ON or (keep and character == "\n")
    shown.encode()
    if not keep:
        assert "".join(part for part, _ in pieces(text)) == shown
    assert printable(shown, keep_newlines=keep) == shown


def test_escapes_can_be_told_from_the_same_text_typed() -> None:
    assert pieces("a\\u202e\u202eb\x1b\0e\u0301") == [
        ("a\\u202e", False),
        ("\\u202e", True),
        ("b", False),
        ("\u241b\u2400", True),
        ("e\u0301", False),
    ]
    assert pieces("plain") == [("plain", False)]
    assert pieces("") == []


@settings(max_examples=200)
@given(st.binary(max_size=60))
def test_octets_come_out_as_text_for_a_terminal(octets: bytes) -> None:
    shown = printable(octets)
    assert shown.isprintable() or not (ACTED_ON & {unicodedata.category(c) for c in shown})


def test_every_character_is_safe() -> None:
    """Every code point, after a letter: the ranges that are skipped hold nothing to be shown."""
    for code in range(0x110000):
        shown = printable("a" + chr(code))
        assert all(unicodedata.category(c) not in ACTED_ON for c in shown), hex(code)


@given(
    st.lists(
        st.sampled_from(["a", " ", "\n", "\r\n", "\u0301", "\u4e2d", "\x1b", "\u202e", "\udc9b", "b" * 40])
    ),
    st.integers(1, 9),
)
def test_pieces_are_printable_as_the_whole_is(parts: list[str], size: int) -> None:
    octets = "".join(parts).encode("utf-8", "surrogateescape")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "PIECE", size)
        made = list(printable_pieces(octets))
    if sum(1 for part in parts if part.isascii()) * 2 >= len(parts):
        assert "".join(made) == printable(octets, keep_newlines=True)
    assert "".join(made).replace("\n", "").isprintable()
