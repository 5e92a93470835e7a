"""The export form: what it proposes, what it says before anything is written, and what it refuses."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from stomptui.capture.transfer.rules import Rules
from stomptui.console.dialogs.entry import Block, Line
from stomptui.console.dialogs.export import ExportRequest, ExportScreen, Typed, parts
from stomptui.console.dialogs.fields import Choice, Switch
from stomptui.console.dialogs.path import completed
from tests.console.hostile import OCTETS, TEXT, screen_is_harmless, screen_text
from tests.console.views import Trial, during, press

if TYPE_CHECKING:
    from textual.pilot import Pilot

SOURCES = {"selection": "3 records selected", "all": "1,204 records by now"}
OPEN = Trial.NOTHING


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def form(typed: Typed = Typed()) -> ExportScreen:  # noqa: B008
    return ExportScreen(SOURCES, "orders", typed)


async def shown(made: ExportScreen, *keys: str) -> tuple[object, str]:
    """What the form leads to, and what is on the screen then."""
    seen = ""

    async def look(app: Trial, pilot: Pilot[None]) -> None:
        nonlocal seen
        await pilot.press(*keys)
        await pilot.pause()
        seen = " ".join(screen_text(app).split())

    return await during(made, look), seen


@pytest.mark.parametrize("key", ["f5", "ctrl+r"])
async def test_it_proposes_what_is_most_likely(key: str) -> None:
    expected = ExportRequest("selection", Path("orders.ndjson"), "ndjson", True, Rules())
    assert await press(form(), key) == expected


async def test_it_says_how_much_and_where_before(here: Path) -> None:
    _, seen = await shown(form())
    assert "3 records selected" in seen
    assert "a new file, yours alone (0600): /" in seen
    _, seen = await shown(form(), "right")
    assert "1,204 records by now" in seen


async def test_the_suffix_follows_the_format_until_the_name_is_ones_own() -> None:
    done = await press(form(), "tab", "right", "f5")
    assert isinstance(done, ExportRequest) and (done.form, done.path.name) == ("csv", "orders.csv")
    done = await press(form(), "tab", "left", "f5")
    assert isinstance(done, ExportRequest) and (done.form, done.path.name) == ("bodies", "orders-bodies")
    done = await press(form(), "tab", "tab", "end", "x", "shift+tab", "right", "f5")
    assert isinstance(done, ExportRequest) and (done.form, done.path.name) == ("csv", "orders.ndjsonx")


async def test_what_is_removed() -> None:
    typed = Typed(
        what="all",
        beats=False,
        headers="X-Token, authorization",
        paths='user.card, ["a,b"]',
        over="64KiB",
        patterns="a,b\n\n\\d+ \n",
    )
    done = await press(form(typed), "f5")
    assert isinstance(done, ExportRequest)
    assert (done.what, done.beats, done.rules.over) == ("all", False, 65536)
    assert done.rules.headers == ("x-token", "authorization")
    assert [written for written, _ in done.rules.paths] == ["user.card", '["a,b"]']
    assert [one.pattern for one in done.rules.patterns] == ["a,b", r"\d+ "]


def test_commas_part_but_not_in_quotes() -> None:
    assert parts(' a , b[0],,"x,y".z, "open, quote') == ["a", "b[0]", '"x,y".z', '"open', "quote"]


@pytest.mark.parametrize(
    ("typed", "words", "at"),
    [
        (Typed(path=" "), "a file's name is needed", "path"),
        (Typed(path="no/such/x"), "there is no such folder", "path"),
        (Typed(path="folder"), "that is a folder", "path"),
        (Typed(path="folder", form="bodies"), "bodies go to a new folder", "path"),
        (Typed(path="pipe"), "a device or a pipe", "path"),
        (Typed(path="a" * 300), "File name too long", "path"),
        (Typed(headers="content-length"), "content-length is that of the body", "headers"),
        (Typed(headers="a\\q"), "\\q", "headers"),
        (Typed(paths="a..b.."), "is no JSON path", "paths"),
        (Typed(over="much"), "write octets, such as 1500", "over"),
        (Typed(patterns="ok\n("), "pattern 2: ", "patterns"),
        (Typed(patterns="x*"), "matches nothing at all", "patterns"),
    ],
)
async def test_what_cannot_be_is_said_in_its_place(here: Path, typed: Typed, words: str, at: str) -> None:
    (here / "folder").mkdir()
    os.mkfifo(here / "pipe")

    async def look(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press("f5")
        await pilot.pause()
        said = app.screen.query_one("#said", Static)
        assert words in str(said.content) and said.has_class("-problem")
        assert app.screen.focused is not None and app.screen.focused.id == at

    assert await during(form(typed), look) is OPEN


async def test_a_file_is_replaced_after_a_question_only(here: Path) -> None:
    (here / "orders.ndjson").write_text("mine")
    _, seen = await shown(form())
    assert "is there already, asks first: /" in seen
    result, seen = await shown(form(), "f5")
    assert result is OPEN and "orders.ndjson exists. Replace it? y/N" in seen
    result, seen = await shown(form(), "f5", "n")
    assert result is OPEN and "not written: it stays as it is" in seen
    result, _ = await shown(form(), "f5", "y")
    assert isinstance(result, ExportRequest) and result.force
    (here / "orders.ndjson").unlink()
    (here / "orders.ndjson").symlink_to("nowhere")
    result, seen = await shown(form(), "f5")
    assert result is OPEN and "Replace it?" in seen


async def test_what_was_typed_stays_when_it_is_left() -> None:
    made = form()
    assert await press(made, "tab", "right", "tab", "tab", "space", "tab", "h", "escape") is None
    assert made.typed == Typed("selection", "csv", "orders.csv", beats=False, headers="h")
    again = form(made.typed)
    assert isinstance(await press(again, "f5"), ExportRequest)


async def test_heart_beats_are_no_question_where_there_are_none() -> None:
    async def look(app: Trial, pilot: Pilot[None]) -> None:
        beats = app.screen.query_one("#beats", Switch)
        hidden = []
        await pilot.press("tab")
        for _ in range(4):
            await pilot.pause()
            hidden.append((app.screen.query_one("#format", Choice).value, beats.disabled))
            await pilot.press("right")
        assert hidden == [("ndjson", False), ("csv", False), ("raw", True), ("bodies", True)]

    await during(form(), look)


def test_names_complete(here: Path) -> None:
    (here / "orders").mkdir()
    (here / "orders" / "b.csv").touch()
    (here / "orders" / "\x1b[31mred").touch()
    assert completed("or") == "orders/"
    assert completed(f"{here}/orders/b") == f"{here}/orders/b.csv"
    assert completed("orders/\x1b") is None and completed("orders/") is None
    assert completed("nowhere/x") is None and completed("~nobody/x") is None and completed("a\0/b") is None


async def test_right_takes_what_completes(here: Path) -> None:
    (here / "orders").mkdir()

    async def look(app: Trial, pilot: Pilot[None]) -> None:
        line = app.screen.query_one("#path", Line)
        line.focus()
        line.value = ""
        await pilot.press("o", "r")
        while not line._suggestion:
            await pilot.pause(0.01)
        await pilot.press("right")
        assert line.value == "orders/"

    await during(form(), look)


async def test_nothing_hostile_is_shown(here: Path) -> None:
    (here / "x\x1b[31m\u202e").touch()
    typed = Typed(path=TEXT, headers=TEXT, paths=TEXT, over=TEXT)
    made = ExportScreen({"all": TEXT}, TEXT, typed)

    async def look(app: Trial, pilot: Pilot[None]) -> None:
        await pilot.press("f5")
        await pilot.pause()
        screen_is_harmless(app)
        app.screen.query_one("#path", Line).value = "x"
        await pilot.pause()
        screen_is_harmless(app)
        block = app.screen.query_one(Block)
        before = block.text
        block._take(OCTETS.decode("utf-8", "replace"))
        await pilot.pause()
        assert block.text == before

    await during(made, look)
