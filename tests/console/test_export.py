"""Export from the console: from memory, from a file that grows, and from a recording."""

from __future__ import annotations

import csv
import json
import resource
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from stomptui.brokers import recognise
from stomptui.capture import recordings
from stomptui.capture.retention import Limits
from stomptui.capture.store import Capture
from stomptui.capture.transfer import alongside
from stomptui.console.dialogs.confirm import ConfirmDialog, QuitQuestion
from stomptui.console.dialogs.entry import Line
from stomptui.console.dialogs.export import ExportScreen, Typed
from stomptui.stomp.events import Event
from tests.capture.filled import loaded
from tests.capture.made import message
from tests.console.looking import Looking, looking, story
from tests.console.opened import Opened, opened


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture(params=["memory", "file"])
def capture(request: pytest.FixtureRequest, tmp_path: Path) -> Capture | None:
    if request.param == "memory":
        return None
    recording = recordings.record(tmp_path / "a.stomptui", Limits())
    return Capture(recording=recording, recognise=recognise, limit_records=4)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A recording of 3,000 messages."""
    capture = Capture(recording=recordings.record(tmp_path / "large.stomptui"))
    some: list[Event] = [message(number, b"x" * 100) for number in range(1, 3001)]
    capture.extend(some)
    capture.close(30)
    return tmp_path / "large.stomptui"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that rests after its first slice until it is given up."""
    monkeypatch.setattr(alongside, "REST", 600.0)


@asynccontextmanager
async def orders(capture: Capture | None) -> AsyncIterator[Opened]:
    """A console that has got six messages, of type a and b by turns."""
    async with opened(capture=capture) as console:
        await console.subscribe("/queue/q", prefetch=100)
        for number in range(6):
            console.broker.publish("/queue/q", f'{{"n":{number}}}', {"type": "ab"[number % 2]})
        await console.arrived(6)
        yield console


def fill(console: Opened | Looking, typed: Typed) -> None:
    """Have the next form begin with that."""
    console.main.exports.typed = typed


async def form(console: Opened | Looking) -> ExportScreen:
    await console.press("e")
    await console.until(lambda: isinstance(console.app.screen, ExportScreen), "the form")
    screen = console.app.screen
    assert isinstance(screen, ExportScreen)
    return screen


async def said(console: Opened | Looking, words: str) -> None:
    await console.until(lambda: words in console.said, repr(words))


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def numbers(path: Path) -> list[int]:
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert lines[-1]["line"] == "end"
    return [line["number"] for line in lines if line["line"] == "record" and line["number"]]


async def test_all(capture: Capture | None, here: Path) -> None:
    async with orders(capture) as console:
        fill(console, Typed(path="x.ndjson"))
        shown = await form(console)
        assert list(shown.sources) == ["all"]
        assert ("from memory: there is no recording" in shown.sources["all"]) is (capture is None)
        count = console.app.capture.count
        await console.press("f5")
        await said(console, f"{count} records to {here}/x.ndjson (0600).")
        last = console.app.capture.last_number
    assert numbers(here / "x.ndjson") == list(range(1, last + 1))
    assert stat.S_IMODE((here / "x.ndjson").stat().st_mode) == 0o600
    assert loaded(here / "x.ndjson", here / "again.stomptui").records == count


async def test_the_selection(capture: Capture | None, here: Path) -> None:
    async with orders(capture) as console:
        await console.press("u", "space", "down", "space")
        chosen = sorted(console.main.feed.selection)
        assert len(chosen) == 2
        fill(console, Typed(path="x.ndjson"))
        shown = await form(console)
        assert (
            list(shown.sources) == ["selection", "all"] and shown.sources["selection"] == "2 records selected"
        )
        await console.press("f5")
        await said(console, f"2 records to {here}/x.ndjson (0600).")
        frames = [console.app.capture.record(id_) for id_ in chosen]
        assert numbers(here / "x.ndjson") == [one.number for one in frames if one is not None]
        assert sorted(console.main.feed.selection) == chosen


async def test_what_the_filter_shows(capture: Capture | None, here: Path) -> None:
    async with orders(capture) as console:
        await console.press("f", *"type = 'b'", "enter")
        await console.until(lambda: console.main.feed.matches is not None)
        matches = console.main.feed.matches
        assert matches is not None
        await console.until(lambda: matches.scan.whole and len(matches) == 3, "three matches")
        fill(console, Typed(path="x.csv", form="csv"))
        shown = await form(console)
        assert list(shown.sources) == ["filter", "all"]
        assert shown.sources["filter"] == "3 records: type = 'b'"
        await console.press("f5")
        await said(console, "3 records to ")
    bodies = [row[-1] for row in csv.reader((here / "x.csv").read_text().splitlines())]
    assert bodies == ["body", '{"n":1}', '{"n":3}', '{"n":5}']


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("ndjson", " records to "),
        ("csv", " records to "),
        ("raw", " records to "),
        ("bodies", "3 bodies to "),
    ],
)
async def test_each_format_of_a_recording(tmp_path: Path, here: Path, kind: str, words: str) -> None:
    await story(tmp_path / "orders.stomptui")
    async with looking(tmp_path / "orders.stomptui") as seen:
        fill(seen, Typed(form=kind))
        name = (await form(seen)).typed.path
        await seen.press("f5")
        await said(seen, words)
        assert f"{here}/{name} ({'0700' if kind == 'bodies' else '0600'})." in seen.said
    if kind == "bodies":
        assert sorted(path.read_text() for path in (here / name).iterdir()) == ["one", "three", "two"]
    else:
        assert name.startswith("orders.") and b"three" in (here / name).read_bytes()


async def test_what_was_removed_is_told(tmp_path: Path, here: Path) -> None:
    await story(tmp_path / "orders.stomptui")
    async with looking(tmp_path / "orders.stomptui", (80, 24)) as seen:
        fill(seen, Typed(path="x", headers="Destination", patterns="t[wh]"))
        await form(seen)
        await seen.press("ctrl+r")
        await said(seen, "; removed: ")
        assert " values of header destination" in seen.said and " of pattern 1." in seen.said
        assert b"/queue/orders" not in (here / "x").read_bytes()
        fill(seen, Typed(path="y", headers="x-none"))
        await form(seen)
        await seen.press("f5")
        await said(seen, "removed: nothing, for there was nothing to remove")


@pytest.mark.usefixtures("slow")
async def test_escape_gives_up_and_leaves_nothing(large: Path, here: Path) -> None:
    async with looking(large) as seen:
        fill(seen, Typed(path="x"))
        await form(seen)
        await seen.press("f5")
        await said(seen, f"exporting 9%, escape cancels: {here}/x")
        await seen.until(lambda: list(here.glob(".x.*.part")), "a file that is not complete")
        await seen.press("e")
        await said(seen, f"One at a time: exporting 9%, escape cancels: {here}/x")
        await seen.press("escape")
        await said(seen, f"Given up at 9%: nothing was written to {here}/x.")
        assert left(here) == [] and not seen.main.exports.running
        assert (await form(seen)).query_one("#path", Line).value == "x"


@pytest.mark.usefixtures("slow")
async def test_quitting_meanwhile_is_asked_about_and_leaves_nothing(large: Path, here: Path) -> None:
    async with looking(large) as seen:
        fill(seen, Typed(path="x"))
        await form(seen)
        await seen.press("f5")
        await seen.until(lambda: list(here.glob(".x.*.part")), "a file that is not complete")
        await seen.press("ctrl+q")
        await seen.until(lambda: isinstance(seen.app.screen, QuitQuestion), "the question")
        question = seen.app.screen
        assert isinstance(question, QuitQuestion) and "nothing of it would be there" in question.question
        await seen.press("y")
        await seen.until(lambda: not seen.app.is_running or not seen.main.exports.running, "the end")
    assert left(here) == []


@contextmanager
def little_room(octets: int) -> Iterator[None]:
    """No file may become larger, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_no_room_is_told_and_leaves_nothing(large: Path, here: Path) -> None:
    async with looking(large) as seen:
        fill(seen, Typed(path="x"))
        await form(seen)
        with little_room(200_000):
            await seen.press("f5")
            await said(seen, "x: cannot be written: File too large; nothing of it is left.")
        assert left(here) == []
        fill(seen, Typed(path="/dev/full"))
        await form(seen)
        await seen.press("f5")
        await seen.pilot.pause()
        assert isinstance(seen.app.screen, ExportScreen) and left(here) == []


async def test_what_is_there_is_replaced_after_a_question_only(tmp_path: Path, here: Path) -> None:
    await story(tmp_path / "orders.stomptui")
    (here / "x").write_text("mine")
    async with looking(tmp_path / "orders.stomptui") as seen:
        fill(seen, Typed(path="x"))
        await form(seen)
        await seen.press("f5")
        await seen.until(lambda: isinstance(seen.app.screen, ConfirmDialog), "the question")
        await seen.press("n")
        await seen.until(lambda: isinstance(seen.app.screen, ExportScreen), "the form")
        assert (here / "x").read_text() == "mine"
        await seen.press("f5")
        await seen.until(lambda: isinstance(seen.app.screen, ConfirmDialog), "the question")
        await seen.press("y")
        await said(seen, f" records to {here}/x (0600).")
        assert len(numbers(here / "x")) > 5


async def test_a_form_that_is_left_keeps_what_was_typed(capture: Capture | None, here: Path) -> None:
    async with orders(capture) as console:
        await form(console)
        await console.press("tab", "tab", "tab", "tab", *"x-a", "escape")
        await said(console, "Nothing was exported.")
        assert left(here) == []
        assert (await form(console)).typed.headers == "x-a"


async def test_of_an_empty_recording_there_is_nothing(tmp_path: Path) -> None:
    recordings.record(tmp_path / "empty.stomptui").close(keep=True)
    async with looking(tmp_path / "empty.stomptui") as seen:
        await seen.press("e")
        await said(seen, "Nothing to export")
        assert not isinstance(seen.app.screen, ExportScreen)
