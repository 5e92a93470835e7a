"""The console on a recording: the panes show what was known when the record under the cursor came."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from stomptui.capture import files
from stomptui.capture.files import CaptureError
from stomptui.capture.moment import Steps
from stomptui.console import places
from stomptui.console.keys import KEYS, on_main
from stomptui.console.panes.subscriptions import Shown
from stomptui.stomp.events import Settlement
from tests.console.looking import Looking, looking, recording, story

REFUSED = "This is a recording of 127.0.0.1:"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders.stomptui"


async def test_the_panes_show_what_was_known_at_every_step(path: Path) -> None:
    steps = await story(path)
    assert [(then.unsettled, len(then.subscribed), then.transactions) for then in steps] == [
        *((0, 0, []), (0, 1, []), (3, 1, []), (2, 1, []), (2, 2, [])),
        *((1, 2, ["tx-1"]), (1, 2, []), (0, 1, [])),
    ]
    async with looking(path) as seen:
        for then in (*steps, *reversed(steps), *steps[::2]):
            await seen.at(then.id)
            assert seen.subscribed == then.subscribed
            assert f"{then.unsettled} unsettled then" in seen.status
            assert ("tx-1: 1 staged" in seen.session) is bool(then.transactions)
            assert ("tx      none" in seen.session) is not bool(then.transactions)


async def test_it_opens_at_the_end_where_the_connection_had_ended(path: Path) -> None:
    await story(path)
    async with looking(path) as seen:
        assert seen.main.feed.following
        assert " | ended" in seen.status and "connection 1 had ended" in seen.session
        assert seen.subscribed == []
        await seen.press("g")
        await seen.shown()
        assert seen.main.feed.cursor == 1
        await seen.press("G")
        await seen.shown()
        assert "(end)" in seen.session


async def test_ages_are_those_of_the_moment(path: Path) -> None:
    steps = await story(path)
    async with looking(path) as seen:
        await seen.at(steps[2].id)
        view = seen.app.view(1e9)
        record = seen.app.capture.record(steps[2].id)
        assert record is not None and view.now == record.time
        assert view.recorded is not None and view.recorded.wall == record.wall
        assert "oldest 0.0s" in seen.status


async def test_counts_are_those_of_the_moment(path: Path) -> None:
    steps = await story(path)
    async with looking(path) as seen:
        for then, came in ((steps[2], 3), (steps[1], 0), (steps[3], 3)):
            await seen.at(then.id)
            await seen.until(partial(counted, seen, came))
        await seen.press("1", "v")
        assert seen.main.subscriptions.way is Shown.TREE
        assert set(seen.app.view(0.0).counts.destinations) == {"/queue/orders"}


def counted(seen: Looking, messages: int) -> bool:
    return seen.app.view(0.0).counts.total.received == messages


async def test_whatever_needs_a_broker_is_refused_in_words_and_changes_nothing(path: Path) -> None:
    steps = await story(path)
    async with looking(path) as seen:
        await seen.at(steps[2].id)
        for key in KEYS.values():
            if not (on_main(key) and key.live):
                continue
            for pressed in key.keys:
                seen.main.say("")
                if "session" in key.where or "subscriptions" in key.where:
                    places.focus(seen.main, key.where[0])
                await seen.press(pressed)
                assert seen.said.startswith(REFUSED), (key.id, pressed, seen.said)
                assert seen.said.endswith("nothing can be sent. stomptui replay FILE URI sends it again.")
                assert len(seen.app.screen_stack) == 1
        places.focus(seen.main, "feed")
        assert seen.main.feed.cursor == steps[2].id


async def test_a_selection_changes_nothing_about_that(path: Path) -> None:
    steps = await story(path)
    async with looking(path) as seen:
        await seen.at(steps[2].id)
        await seen.press("space", "a")
        assert seen.said.startswith(REFUSED)


async def test_quitting_asks_nothing(path: Path) -> None:
    steps = await story(path)
    for keys in (("ctrl+q",), ("q",), ("escape", "escape")):
        async with looking(path) as seen:
            if keys != ("q",):
                await seen.at(steps[2].id)
            await seen.press(*keys)
            assert not seen.app.is_running or seen.app._exit


async def test_find_headers_views_zoom_help_and_palette_work(path: Path) -> None:
    await story(path)
    async with looking(path) as seen:
        await seen.press("slash", *"three", "enter")
        await seen.until(lambda: "'three' in" in seen.said)
        record = seen.main.record
        assert record is not None and record.frame is not None and record.frame.body == b"three"
        await seen.shown()
        assert "3 unsettled then" in seen.status
        await seen.press("v", "h", "z", "z")
        await seen.press("question_mark")
        await seen.until(lambda: len(seen.app.screen_stack) == 2)
        await seen.press("escape")
        await seen.press("ctrl+p")
        await seen.until(lambda: len(seen.app.screen_stack) == 2)
        await seen.press("escape")
        await seen.press("y")
        assert "The body of" in seen.said and "5 B" in seen.said


async def test_writing_a_body_to_a_file(path: Path, tmp_path: Path) -> None:
    steps = await story(path)
    async with looking(path) as seen:
        await seen.at(steps[2].id)
        await seen.press("w")
        await seen.until(lambda: len(seen.app.screen_stack) == 2)
        await seen.press(*str(tmp_path / "body"))
        await seen.press("enter")
        await seen.until(lambda: "written to" in seen.said)
    assert (tmp_path / "body").read_bytes() == b"three"


async def test_what_was_never_settled_is_gone_to(path: Path) -> None:
    """Of a session that was killed: its file is looked at before its last message was settled."""
    async with recording(path) as made:
        await made.client.subscribe("/queue/q", ack="client-individual", prefetch=10, deliver=False)
        made.broker.publish("/queue/q", "one")
        made.broker.publish("/queue/q", "two")
        await made.arrived(2)
        first, second = list(made.client.state.ledger)
        await made.client.settle_many("ACK", [first], receipt=True)
        assert made.capture.archive is not None and made.capture.archive.settle_down(30)
        async with looking(path) as seen:
            assert "1 unsettled then" in seen.status and seen.subscribed == ["/queue/q"]
            await seen.press("u")
            assert seen.said == f"{second:05d}, never settled."
            assert seen.app.capture.settlement(seen.main.feed.cursor or 0) is Settlement.UNSETTLED


async def test_it_grows_while_another_program_writes_it(path: Path) -> None:
    async with recording(path) as made:
        await made.client.subscribe("/queue/q", ack="client-individual", prefetch=10, deliver=False)
        assert made.capture.archive is not None and made.capture.archive.settle_down(30)
        async with looking(path) as seen:
            assert "0 unsettled then" in seen.status
            made.broker.publish("/queue/q", "one")
            await made.arrived(1)
            assert made.capture.archive.settle_down(30)
            await seen.until(lambda: "1 unsettled then" in seen.status)
            await seen.press("g")
            made.broker.publish("/queue/q", "two")
            await made.arrived(2)
            assert made.capture.archive.settle_down(30)
            await seen.until(lambda: seen.main.feed.in_view(made.capture.last_id))
            await seen.shown()
            assert seen.main.feed.cursor == 1 and "0 unsettled then" in seen.status


async def test_a_far_moment_is_read_in_steps_between_which_keys_are_taken(path: Path) -> None:
    await story(path)
    async with looking(path) as seen:
        await seen.at(1)
        steps = slow(seen, 3)
        seen.main.feed.go_to(9)
        seen.app.touch()
        await seen.until(lambda: "reading state ... 50%" in seen.status)
        assert "reading state" in seen.session and seen.subscribed == []
        assert "reading state" in seen.main.subscriptions.render().plain
        await seen.press("c")
        assert seen.said.startswith(REFUSED)
        await seen.press("up")  # another moment: what was read for the first is of no use
        await seen.until(lambda: steps == [9, 8])
        await seen.shown()
        assert "unsettled then" in seen.status


def slow(seen: Looking, times: int) -> list[int]:
    """Have states be read in so many steps, or for ever for the first; the ids that were sought."""
    moments, sought = seen.past._moments, list[int]()
    real = moments.seek

    def seek(id_: int) -> Steps:
        sought.append(id_)
        moments.progress = 0.5
        first = len(sought) == 1
        while first:
            yield
        for _ in range(times):
            yield
        return (yield from real(id_))

    moments.seek = seek  # type: ignore[method-assign]
    return sought


async def test_why_a_moment_cannot_be_told_is_said(path: Path) -> None:
    await story(path)
    async with looking(path) as seen:
        await seen.at(1)

        def seek(id_: int) -> Iterator[None]:
            raise CaptureError("the recording cannot be read: disk I/O error")
            yield

        seen.past._moments.seek = seek  # type: ignore[method-assign,assignment]
        seen.main.feed.go_to(5)
        seen.app.touch()
        await seen.until(lambda: "disk I/O error" in seen.status)
        assert "disk I/O error" in seen.session


async def test_an_empty_recording(path: Path) -> None:
    files.create(path).close()
    async with looking(path) as seen:
        assert "recording orders.stomptui | -" in seen.status
        for key in "gGujknvhyx":
            await seen.press(key)
        assert seen.app.is_running
