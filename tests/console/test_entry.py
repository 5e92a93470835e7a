"""Text fields: what they begin with is safe to show, and still stands for what it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.widget import Widget

from stomptui.console.dialogs.draft import editable, headers_text, parse_headers
from stomptui.console.dialogs.entry import Block, Line
from stomptui.render import notation
from tests.console.hostile import PIECES, Bench, dangers, screen_is_harmless

VALUES = st.text(
    st.one_of(st.characters(exclude_categories=()), st.sampled_from("\\\n\r\t:\x1b\udc9b\u202e")), max_size=20
)


@pytest.fixture(scope="module", autouse=True)
def app_for_fields() -> Iterator[None]:
    """Text fields ask the app for its theme when they are made."""
    with Bench()._context():
        yield


@pytest.mark.parametrize("text", PIECES)
async def test_what_a_field_begins_with_is_harmless(text: str) -> None:
    class Fields(Bench):
        def compose(self) -> list[Widget]:
            return [Line(text), Line(text, escapes=True), Block(text, escapes=True)]

    app = Fields()
    async with app.run_test() as pilot:
        await pilot.pause()
        screen_is_harmless(app)
        for line in app.query(Line):
            assert not dangers(line.value)
        assert not dangers(app.query_one(Block).text.replace("\n", "").replace("\t", ""))


async def test_a_line_with_escapes_stands_for_what_it_was_given() -> None:
    async with Bench().run_test():
        for value in (*PIECES, "0", "a\\nb", "\\", "\n\r\n", "/queue/a:b"):
            written = notation.write(value)
            assert Line(written, escapes=True).value == written
            # Also where nobody wrote it as escapes: those of its characters that have to be become some.
            raw = value.replace("\\", "")
            assert notation.read(Line(raw, escapes=True).value) == raw


@settings(max_examples=100)
@given(st.lists(st.tuples(VALUES.filter(bool), VALUES), max_size=4))
def test_a_block_of_headers_stands_for_what_it_was_given(headers: list[tuple[str, str]]) -> None:
    written = headers_text(headers)
    held = Block(written, escapes=True).text
    assert held == written
    assert parse_headers(held, {}) == parse_headers(written, {})


@pytest.mark.parametrize("body", [b"a\tb\n", b"a\r\nb\r\n", "\u65e5\u672c \u00e9".encode(), b""])
def test_a_body_that_may_be_edited_stays_as_it_is(body: bytes) -> None:
    text = editable(body)
    assert text is not None and Block(text).text.encode() == body


@pytest.mark.parametrize("body", ["\x1b[2J", "a\x9bb", "a\rb", "\u202e", "\udc9b"])
def test_a_text_that_would_have_to_be_altered_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="needs escapes"):
        Block(body)
    assert Block(body, escapes=True).text == notation.visible(body)
