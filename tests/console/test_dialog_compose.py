"""The compose form: what it sends, what it refuses, what it keeps, and the body it may not edit."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Button, Static

from stomptui.brokers import rabbitmq
from stomptui.console.dialogs.body import Attachment, BodyField
from stomptui.console.dialogs.compose import ComposeScreen
from stomptui.console.dialogs.draft import ComposeDraft
from stomptui.console.dialogs.entry import Block, Line
from stomptui.console.dialogs.fields import Rule, Switch
from tests.console import hostile
from tests.console.hostile import dangers, screen_text
from tests.console.views import Trial, during, press

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.pilot import Pilot

OPEN = Trial.NOTHING
DRAFT = ComposeDraft("/queue/orders", "x-tenant:acme", b'{"total":99}', left_out=("message-id", "ack"))


def form(draft: ComposeDraft = DRAFT, **more: object) -> ComposeScreen:
    return ComposeScreen(draft, words=rabbitmq.WORDS, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["f5", "ctrl+r"])
async def test_an_untouched_draft_is_sent_as_it_is(key: str) -> None:
    assert await press(form(), key) == DRAFT


async def test_two_tabs_lead_to_the_body() -> None:
    result = await press(form(), "tab", "tab", "end", "left", "left", "backspace", "8", "ctrl+r")
    assert result == replace(DRAFT, body=b'{"total":89}')


async def test_every_field_is_sent() -> None:
    keys = [*"/topic/a", "tab", *"x:1", "enter", *"y:2", "tab", *"hi", "tab", "space", "tab", "enter", "f5"]
    expected = ComposeDraft("/topic/a", "x:1\ny:2", b"hi", receipt=False, content_length=False)
    assert await press(form(ComposeDraft()), *keys) == expected


async def test_escape_keeps_the_draft() -> None:
    made = form()
    assert await press(made, *"2", "tab", "end", *"!", "escape") is None
    assert made.draft == replace(DRAFT, destination="/queue/orders2", headers_text="x-tenant:acme!")
    made = form(ComposeDraft())
    assert await press(made, *"a\\q", "escape") is None
    assert made.draft.destination == "a\\q"


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        (ComposeDraft(headers_text="a:1"), "To is empty"),
        (replace(DRAFT, headers_text="a:1\nb"), "line 2: no colon"),
        (replace(DRAFT, headers_text="a:\\t"), "line 1: \\t is no escape"),
    ],
)
async def test_what_cannot_be_sent_is_said_and_nothing_is_lost(draft: ComposeDraft, problem: str) -> None:
    async def send(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press("f5")
        await pilot.pause()
        assert problem in screen_text(app)
        assert app.result is OPEN

    made = form(draft)
    assert await during(made, send) is OPEN
    assert made.draft == draft


async def test_a_reason_not_to_send_keeps_the_form_open() -> None:
    async def send(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press("f5")
        await pilot.pause()
        assert "not sent: the connection is closed" in screen_text(app)

    assert await during(form(why_not=lambda draft: "the connection is closed"), send) is OPEN


async def test_problems_show_while_typing() -> None:
    async def type_them(app: Trial, pilot: Pilot[None]) -> None:
        problem = app.screen.query_one("#problem", Static)
        assert not problem.display
        await pilot.press("tab", "end", "enter", "b", "enter", "c")
        await pilot.pause()
        assert "line 2: no colon: name:value is expected, not b (and 1 more)" in screen_text(app)

    await during(form(), type_them)


@pytest.mark.parametrize(
    ("joined", "draft", "turns", "chosen"),
    [
        (None, DRAFT, 0, None),
        (None, DRAFT, 1, "tx-1"),
        (None, DRAFT, 3, None),
        ("tx-2", DRAFT, 0, "tx-2"),
        ("tx-2", DRAFT, 1, None),
        ("tx-2", replace(DRAFT, transaction="tx-1"), 0, "tx-1"),
        (None, replace(DRAFT, transaction="ended"), 0, None),
    ],
)
async def test_the_transaction_is_chosen(
    joined: str | None, draft: ComposeDraft, turns: int, chosen: str | None
) -> None:
    made = form(draft, transactions=("tx-1", "tx-2"), joined=joined)
    result = await press(made, *["ctrl+t"] * turns, "f5")
    assert isinstance(result, ComposeDraft) and result.transaction == chosen


async def test_without_a_transaction_the_form_says_how_to_begin_one() -> None:
    async def turn(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert "no transaction is open" in screen_text(app)

    await during(form(), turn)


async def test_what_was_left_out_and_who_gets_it_is_said() -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        assert "left out: message-id ack (set by the broker)" in screen_text(app)
        assert "queue: one consumer gets it" in screen_text(app)
        assert app.screen.query_one("#about", Rule).left == "Body  12 B JSON ok"
        app.screen.query_one(Line).value = "/topic/a"
        app.screen.query_one("#body", Block).text = '{"a":}'
        await pilot.pause()
        assert "topic: all subscribers get it" in screen_text(app)
        assert "6 B JSON broken in line 1" in screen_text(app)

    await during(form(), look)


BINARY = bytes(range(256)) * 16


async def test_a_binary_body_is_sent_as_it_is() -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        assert "sent as is, 4,096 B binary" in screen_text(app)
        assert "00 01 02 03" in screen_text(app)
        await pilot.press("tab", "tab")
        assert isinstance(app.focused, Attachment)
        await pilot.press("f5")

    result = await during(form(replace(DRAFT, body=BINARY)), look)
    assert result == replace(DRAFT, body=BINARY)


async def test_an_attachment_can_be_emptied() -> None:
    result = await press(form(replace(DRAFT, body=BINARY)), "tab", "tab", "delete", *"hi", "f5")
    assert result == replace(DRAFT, body=b"hi")


@pytest.mark.parametrize(
    "body", [b"\x1b]52;c;x\x07", b"a\r\nb\nc", b"x" * 70_000, "\u202e".encode(), b"\xff"]
)
async def test_a_body_that_cannot_be_edited_exactly_is_not(body: bytes) -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        assert app.screen.query_one(BodyField).attached
        assert dangers(screen_text(app).replace("\n", "")) == []
        await pilot.press("ctrl+r")

    assert await during(form(replace(DRAFT, body=body)), look) == replace(DRAFT, body=body)


async def test_crlf_and_tabs_survive_editing() -> None:
    made = form(replace(DRAFT, body=b"a\tb\r\nc"))
    result = await press(made, "tab", "tab", "down", "end", "enter", "d", "f5")
    assert result == replace(DRAFT, body=b"a\tb\r\nc\r\nd")


def editor(tmp_path: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "editor.py"
    script.write_text(f"import sys, pathlib\npath = pathlib.Path(sys.argv[1])\n{code}\n")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")


@pytest.mark.parametrize(
    ("before", "code", "after", "said"),
    [
        (b"99", "path.write_bytes(b'89')", b"89", "edited, 2 B"),
        (b"99", "path.write_bytes(b'89\\n')", b"89", "edited, 2 B; the line break"),
        (b"99", "path.write_bytes(b'99\\n')", b"99", "the body is as it was; the line break"),
        (b"99\n", "path.write_bytes(b'89\\n')", b"89\n", "edited, 3 B"),
        (b"", "path.write_bytes(b'new\\n')", b"new\n", "edited, 4 B"),
        (BINARY, "path.write_bytes(path.read_bytes()[1:])", BINARY[1:], "edited, 4,095 B"),
        (b"99", "path.write_bytes(b'\\xff')", b"\xff", "edited, 1 B"),
        (b"99", "sys.exit(2)", b"99", "ended with status 2"),
    ],
)
@pytest.mark.parametrize("key", ["f4"])
async def test_the_body_is_edited_outside(
    key: str,
    before: bytes,
    code: str,
    after: bytes,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    editor(tmp_path, code, monkeypatch)

    async def edit(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert said in screen_text(app)
        await pilot.press("ctrl+r")

    assert await during(form(replace(DRAFT, body=before)), edit) == replace(DRAFT, body=after)


async def test_the_body_is_replaced_by_a_file(tmp_path: Path) -> None:
    file = tmp_path / "body.bin"
    file.write_bytes(BINARY)

    async def choose(app: Trial, pilot: Pilot[None]) -> None:
        app.copy_to_clipboard(str(file))
        await pilot.press("f3", "ctrl+v", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "the body is body.bin, 4,096 B" in screen_text(app)
        await pilot.press("f5")

    assert await during(form(), choose, (200, 60)) == replace(DRAFT, body=BINARY)


async def test_a_paste_that_may_not_be_shown_becomes_escapes_or_is_refused() -> None:
    async def paste(app: Trial, pilot: Pilot[None]) -> None:
        app.copy_to_clipboard("x:\x1b]52;c\x07\r\ny:2")
        await pilot.press("tab", "end", "enter", "ctrl+v", "tab", "ctrl+v")
        await pilot.pause()
        assert "not pasted" in screen_text(app)
        assert dangers(screen_text(app).replace("\n", "")) == []
        await pilot.press("f5")

    result = await during(form(), paste)
    assert result == replace(DRAFT, headers_text="x-tenant:acme\nx:\\x1b]52;c\\x07\ny:2")


async def test_hostile_text_is_shown_harmless() -> None:
    from stomptui.console.dialogs.draft import draft_from
    from stomptui.stomp.frame import Frame

    text = hostile.TEXT.replace("\ud800", "").replace("\0", "")
    frame = Frame("MESSAGE", [("destination", text), (text, text), ("ack" + text, "1")], hostile.OCTETS)
    draft = draft_from(frame, rabbitmq.WORDS)

    async def look(app: Trial, pilot: Pilot[None]) -> None:
        assert dangers(screen_text(app).replace("\n", "")) == []
        await pilot.press("f5")

    made = form(replace(draft, left_out=(text,)), title=text, transactions=(text,), joined=text)
    result = await during(made, look)
    assert result == replace(draft, left_out=(text,), transaction=text)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (200, 60)])
async def test_everything_is_in_view_at_every_size(size: tuple[int, int]) -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        seen = screen_text(app)
        for words in ("Compose  from 00412", "To", "Headers", "Body", "[x] receipt", "[x] content-length"):
            assert words in seen
        assert "transaction: tx-1" in seen and "[ Send ]" in seen and "Send" in seen.splitlines()[-1]
        assert ("the feed beneath" in seen) is (size[0] >= 100)

    await during(form(title="from 00412", transactions=("tx-1",), joined="tx-1"), look, size)


@pytest.mark.parametrize("words", ["[ Send ]", "[x] receipt", "transaction: none", "[ File ]"])
async def test_every_action_can_be_clicked(words: str) -> None:
    async def click(app: Trial, pilot: Pilot[None]) -> None:
        rows: Sequence[str] = screen_text(app).splitlines()
        [row] = [index for index, line in enumerate(rows) if words in line]
        await pilot.click(offset=(rows[row].index(words) + 3, row))
        await pilot.pause()
        match words:
            case "[x] receipt":
                assert not app.dialog.query_one("#receipt", Switch).value
            case "transaction: none":
                assert "tx-1" in str(app.dialog.query_one("#transaction", Button).label)
            case "[ File ]":
                assert "Body from" in screen_text(app)

    result = await during(form(transactions=("tx-1",)), click)
    assert (result == DRAFT) is (words == "[ Send ]")


@pytest.mark.parametrize(
    ("key", "words"), [("f1", "In this form"), ("f3", "Body from"), ("ctrl+g", "Body from")]
)
async def test_what_opens_over_the_form_leads_back_to_it(key: str, words: str) -> None:
    async def open_and_leave(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await pilot.pause()
        assert words in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is app.dialog
        await pilot.press("f5")

    assert await during(form(), open_and_leave) == DRAFT
