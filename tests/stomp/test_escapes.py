"""Escapes in header names and values, per version."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stomptui.stomp.codec import escape, unescape
from stomptui.stomp.escapes import undefined

TEXT = "\r\n:\\ crnt\\r\\\\n"


@pytest.mark.parametrize(
    ("version", "written"),
    [
        (None, TEXT),
        ("1.0", TEXT),
        ("1.1", "\r\\n\\c\\\\ crnt\\\\r\\\\\\\\n"),
        ("1.2", "\\r\\n\\c\\\\ crnt\\\\r\\\\\\\\n"),
    ],
)
def test_escape(version: str | None, written: str) -> None:
    assert escape(TEXT, version) == written
    assert unescape(written, version) == TEXT


def test_1_1_understands_the_carriage_return_of_1_2() -> None:
    assert unescape("a\\rb", "1.1") == "a\rb"


@pytest.mark.parametrize(
    "text", ["\\t", "\\", "a\\", "\\\\\\", "\\\\\\t", "\\C", "\\ ", "\\:", "\\c\\x\\n", "\\\n"]
)
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_undefined_escapes_are_errors(text: str, version: str) -> None:
    with pytest.raises(ValueError, match="undefined escape"):
        unescape(text, version)


@given(st.text(alphabet=st.sampled_from("\\crnt:\n\r ä"), max_size=20))
def test_what_was_escaped_comes_back(text: str) -> None:
    assert unescape(escape(text, "1.2"), "1.2") == text
    assert not set("\r\n:") & set(escape(text, "1.2"))


def stepwise(text: str) -> str:
    """Undo escapes the slow and obvious way."""
    out, rest = "", iter(text)
    for sign in rest:
        out += {"c": ":", "n": "\n", "r": "\r", "\\": "\\"}[next(rest, "")] if sign == "\\" else sign
    return out


@given(st.text(alphabet=st.sampled_from("\\\\\\crnt"), max_size=12))
def test_unescape_walks_from_left_to_right(text: str) -> None:
    try:
        wanted = stepwise(text)
    except KeyError:
        with pytest.raises(ValueError, match="undefined escape"):
            unescape(text, "1.2")
    else:
        assert unescape(text, "1.2") == wanted


@given(st.text("\\cnrt\n:", max_size=12), st.sampled_from(["1.1", "1.2"]))
def test_undefined_escapes_are_found_where_a_walk_finds_them(text: str, version: str) -> None:
    found, at, known = [], 0, "cn\\" if version == "1.1" else "cnr\\"
    while (at := text.find("\\", at)) >= 0:
        if text[at + 1 : at + 2] not in tuple(known):
            found.append((at, text[at : at + 2].encode()))
        at += 2
    assert list(undefined(text.encode(), version)) == found


def test_whoever_needs_one_undefined_escape_does_not_pay_for_a_million() -> None:
    found = undefined(b"\\t" * 1_000_000, "1.2")
    assert next(found) == (0, b"\\t")
    assert next(found) == (2, b"\\t")
