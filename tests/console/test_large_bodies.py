"""Large stored bodies in the console: the head first, the body when it has been read, byte for byte."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from stomptui.brokers import recognise
from stomptui.capture import recordings
from stomptui.capture.large import START
from stomptui.capture.retention import Limits
from stomptui.capture.store import Capture, Record
from stomptui.capture.stored import LARGE
from stomptui.console import reading
from stomptui.console.dialogs.path import PathRow
from stomptui.console.panes.message import PIECE, MessagePane, places
from stomptui.console.widgets import window as window_module
from stomptui.console.widgets.feed import Feed
from stomptui.console.widgets.found import searching
from stomptui.console.widgets.window import NEAR, SLICE, Window
from stomptui.render.rows import TextRows
from stomptui.render.views import BodyView
from tests.capture import made
from tests.capture.test_tiers import closed, over_a_file, written
from tests.console.hostile import Bench, screen_text
from tests.console.opened import opened

ORDER = b'{"id": 4711, "lines": [1, 2]},\n'
BODY = b"[" + ORDER * (3 * LARGE // len(ORDER)) + b'{"last": true}]'


@pytest.fixture
def capture(tmp_path: Path) -> Any:
    """A recording of three large messages, records 2 to 4, that memory has let go of."""
    capture = over_a_file(tmp_path / "a", memory=1)
    capture.extend(
        [made.connected(1), *(made.message(number, BODY) for number in (2, 3, 4)), made.message(5)]
    )
    written(capture)
    yield capture
    closed(capture)


class Gate:
    """Reads what was left of a record of `capture` once it is open; counts who waits, and who was let go."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self.open = asyncio.Event()
        self.asked: list[int] = []
        self.cancelled: list[int] = []

    async def __call__(self, record: Record, told: Callable[[float], object]) -> Record:
        self.asked.append(record.id)
        try:
            await self.open.wait()
            return await reading.whole(self.capture, record, told)
        except asyncio.CancelledError:
            self.cancelled.append(record.id)
            raise


@asynccontextmanager
async def pane(capture: Capture) -> AsyncIterator[tuple[MessagePane, Gate, Any]]:
    gate = Gate(capture)

    class Alone(Bench):
        def compose(self) -> Any:
            yield MessagePane(gate)

    app = Alone()
    async with app.run_test(size=(80, 24)) as pilot:
        shown = app.query_one(MessagePane)
        await pilot.pause()
        yield shown, gate, pilot


async def until_whole(shown: MessagePane, pilot: Any) -> None:
    async with asyncio.timeout(20):
        while shown.record is None or shown.record.left:
            await pilot.pause(0.005)
    await pilot.pause()


@pytest.mark.parametrize("view", [BodyView.PRETTY, BodyView.TEXT, BodyView.WIRE])
async def test_the_beginning_comes_first_and_the_rest_when_it_is_read(capture: Any, view: BodyView) -> None:
    async with pane(capture) as (shown, gate, pilot):
        shown.view = view
        shown.show(capture.brief(2))
        await pilot.pause()
        first = screen_text(pilot.app)
        shown.end()
        await pilot.pause()
        end = screen_text(pilot.app)
        shown.home()
        gate.open.set()
        await until_whole(shown, pilot)
        second = screen_text(pilot.app)
    assert "Message 00002  3.1 MB JSON  reading, 0%" in first
    assert "message-id:m-2" in first and '"id": 4711' in first
    assert "-- reading 3.1 MB ..." in end
    assert "Message 00002  3.1 MB JSON ==" in second
    assert "message-id:m-2" in second and '"id": 4711' in second
    rows = [[line.rstrip("| ") for line in text.splitlines()[1:20]] for text in (first, second)]
    assert rows[0] == rows[1]
    assert bytes(shown.body) == BODY
    assert shown.record == capture.record(2)


async def test_moving_on_ends_the_reading_of_what_was_shown(capture: Any) -> None:
    async with pane(capture) as (shown, gate, pilot):
        for id_ in (2, 3, 4):
            shown.show(capture.brief(id_))
            await pilot.pause()
        assert gate.asked == [2, 3, 4]
        assert gate.cancelled == [2, 3]
        shown.show(capture.brief(4))  # as every tick does
        await pilot.pause()
        gate.open.set()
        await until_whole(shown, pilot)
        assert gate.asked == [2, 3, 4]
        assert shown.record is not None and shown.record.id == 4


async def test_a_whole_body_stays_when_something_about_its_message_changes(capture: Any) -> None:
    async with pane(capture) as (shown, gate, pilot):
        gate.open.set()
        shown.show(capture.brief(3))
        await until_whole(shown, pilot)
        capture.set_outcome(3, "became something")
        shown.show(capture.brief(3))
        await pilot.pause()
        assert "became something" in screen_text(pilot.app)
        assert gate.asked == [3]
        assert bytes(shown.body) == BODY


async def test_it_says_why_the_rest_cannot_be_read(capture: Any) -> None:
    async with pane(capture) as (shown, gate, pilot):
        gate.open.set()
        shown.show(capture.brief(3)._replace(id=77))
        async with asyncio.timeout(20):
            while "reading" in screen_text(pilot.app):
                await pilot.pause(0.005)
        shown.end()
        await pilot.pause()
        assert "-- the recording has let go of it" in screen_text(pilot.app)
        assert len(shown.body) == START


async def test_a_feed_of_large_messages_is_painted_without_their_bodies(capture: Any) -> None:
    class Alone(Bench):
        def compose(self) -> Any:
            yield Feed(capture)

    asked: list[str] = []
    app = Alone()
    async with app.run_test(size=(100, 10)) as pilot:
        capture.archive.recording.look.set_trace_callback(asked.append)
        app.query_one(Feed).refresh_rows()
        app.query_one(Feed).top()
        await pilot.pause()
        rows = screen_text(app)
    assert rows.count("3.1M [{") == 3
    assert not [statement for statement in asked if "head, body" in statement]


@pytest.mark.parametrize("view", [BodyView.PRETTY, BodyView.TEXT, BodyView.HEX, BodyView.WIRE])
async def test_a_text_far_inside_is_gone_to_once_it_has_been_read(capture: Any, view: BodyView) -> None:
    async with pane(capture) as (shown, gate, pilot):
        shown.view = view
        shown.set_off('"LAST"')
        shown.show(capture.brief(2))
        await pilot.pause()
        assert shown.top == (0, 0)
        gate.open.set()
        await until_whole(shown, pilot)
        async with asyncio.timeout(20):
            while shown.sought or (view is not BodyView.HEX and '"last"' not in screen_text(pilot.app)):
                await pilot.pause(0.005)
    if view is BodyView.HEX:  # which shows no text of more than a few letters whole
        assert shown.top == (0, 0)
    else:
        assert shown.top[0] > 10_000 or view is BodyView.WIRE


def test_places_are_found_across_pieces() -> None:
    octets = bytearray(b"." * (3 * PIECE))
    for at in (0, PIECE - 3, 2 * PIECE - 6, 3 * PIECE - 6):
        octets[at : at + 6] = b"NeeDle"
    found = [at for at in places(memoryview(octets), "neeDle") if at is not None]
    assert found == [0, PIECE - 3, 2 * PIECE - 6, 3 * PIECE - 6]


def test_places_are_found_in_any_case_of_any_letter() -> None:
    octets = memoryview("straße ÄÖ".encode())
    assert [at for at in places(octets, "äö") if at is not None] == [8]


def test_a_body_is_looked_through_in_pieces_that_hold_nobody_up() -> None:
    assert list(places(memoryview(bytes(10 * PIECE + 1)), "needle")) == [None] * 11


class Counted(TextRows):
    """Counts how often each row was looked at."""

    def __init__(self, octets: bytes) -> None:
        super().__init__(octets, lambda row, goes_on: [("", "")])
        self.looked: Counter[int] = Counter()

    def __getitem__(self, index: int, /) -> Any:
        self.looked[index] += 1
        return super().__getitem__(index)


def test_a_text_of_which_rows_show_nothing_is_sought_in_slices_and_in_no_row_twice() -> None:
    octets = b"needle needle\n" * 5000
    window, rows = Window(), Counted(octets)
    window.look_at(rows)
    window.set_off(searching("needle"))
    slices = window.seek_places(places(memoryview(octets), "needle"))
    for count, found in enumerate(slices):  # of no time at all
        assert found is False
        assert rows.looked.total() <= count + 1
    assert len(rows.looked) == len(rows) == 5000
    assert set(rows.looked.values()) == {1}


def test_what_no_row_shows_is_not_sought_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "ENOUGH", 1000)
    octets = b"needle\n" * 5000
    window, rows = Window(), Counted(octets)
    window.look_at(rows)
    window.set_off(searching("needle"))
    assert not any(window.seek_places(places(memoryview(octets), "needle")))
    assert 1000 <= len(rows.looked) < 1000 + NEAR


def test_a_slice_lasts_until_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += SLICE / 100
        return now

    monkeypatch.setattr(time, "perf_counter", clock)
    octets = b"needle\n" * 5000
    window, rows = Window(), Counted(octets)
    rows.grow(10_000)
    window.look_at(rows)
    window.set_off(searching("needle"))
    steps = window.seek_places(places(memoryview(octets), "needle"))
    window.begin_slice()
    before = 0
    for _ in range(10):
        assert next(steps) is False
        assert 10 < rows.looked.total() - before <= 100
        before = rows.looked.total()
        window.begin_slice()


@pytest.mark.parametrize("filed", [True, False])
async def test_all_that_hold_a_text_are_selected_before_the_next_key(tmp_path: Path, filed: bool) -> None:
    capture = None
    if filed:
        recording = recordings.record(tmp_path / "a.stomptui", Limits())
        capture = Capture(recording=recording, recognise=recognise, limit_records=1)
    async with opened(capture=capture) as console:
        await console.subscribe("/queue/large", prefetch=10)
        for body in (BODY, b"small", BODY, BODY.replace(b"last", b"lost")):
            await console.client.send("/queue/large", body, receipt=True)
        await console.arrived(4)
        ids = list(console.app.capture.unsettled())
        if capture is not None:
            await console.until(lambda: all(line.left for line in map(capture.tiers.line, ids[::2]) if line))
        console.main.searched = '"last"'
        console.burst("*a")
        await console.until(lambda: console.client.state.ledger.open == 2)
        assert list(console.app.capture.unsettled()) == [ids[1], ids[3]]
        console.main.searched = "Nowhere"
        await console.press("asterisk")
        await console.until_said("0 unsettled messages that hold 'Nowhere' selected")
        if capture is not None and capture.archive is not None:
            capture.archive.settle_down(10)


async def test_what_no_clipboard_takes_is_refused_and_a_file_takes_it_whole(tmp_path: Path) -> None:
    async with opened() as console:
        await console.subscribe("/queue/large")
        await console.client.send("/queue/large", BODY, receipt=True)
        await console.arrived(1)
        await console.press("u", "y")
        await console.until_said("was not copied: 3.1 MB")
        assert console.app.clipboard == ""
        await console.press("w")
        await console.until(lambda: isinstance(console.app.screen, PathRow), "the row for a path")
        console.burst(f"{tmp_path / 'out'}\r")
        await console.until_said(f"{len(BODY)} B written")
        assert (tmp_path / "out").read_bytes() == BODY
