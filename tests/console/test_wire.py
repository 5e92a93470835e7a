"""The wire: where it opens, what it shows of both directions, and where it leaves the feed's cursor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from stomptui.capture.store import Capture
from stomptui.console.panes.message import MessagePane
from stomptui.console.panes.wire import WirePane
from stomptui.stomp import events as ev
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame
from tests.capture import made
from tests.capture.test_tiers import closed, over_a_file, written
from tests.console.hostile import OCTETS, Bench, screen_is_harmless, screen_text
from tests.console.opened import Opened
from tests.console.opened import opened as opened_beating


def opened(size: tuple[int, int]) -> AbstractAsyncContextManager[Opened]:
    """A console without heart-beats but those of the test."""
    return opened_beating(size, options="?heartbeat=0")


def rows(console: Opened) -> list[str]:
    """What the wire shows."""
    return console.main.wire.shown()


def boundaries(console: Opened) -> list[str]:
    """Its lines that begin a record, less time and rule: `< 00005 MESSAGE 335 octets`."""
    lines = [line.split() for line in rows(console) if line.endswith("-")]
    return [" ".join(part for part in line if part.strip("-") and part.count(":") != 2) for line in lines]


def title(console: Opened) -> str:
    return "".join(text for text, _ in console.main.wire.title_line(80))


async def some(console: Opened, count: int = 4) -> list[int]:
    await console.subscribe("/queue/q")
    for index in range(count):
        console.broker.publish("/queue/q", f"body {index}".encode(), {"type": str(index)})
    await console.arrived(count)
    return list(console.client.state.ledger)


async def test_it_opens_at_the_cursor_and_goes_back_to_where_it_was_opened() -> None:
    async with opened((80, 24)) as console:
        first, *_ = await some(console)
        await console.press("u", "W")
        await console.until(lambda: rows(console)[:1])
        main = console.main
        assert main.pane == "message"
        assert main.wire.has_focus
        assert main.wire.display and not main.message.display
        assert boundaries(console)[0].startswith(f"< {first:05d} MESSAGE ")
        assert rows(console)[1:3] == ["MESSAGE\u240a", "subscription:1\u240a"]
        assert f"Wire  {first:05d}" in title(console)
        assert "connection 1  STOMP 1.2" in title(console)
        await console.press("W")
        assert main.pane == "feed"
        await console.until(lambda: main.message.display and not main.wire.display)
        assert main.feed.cursor == console.id_of(first)


async def test_the_cursor_of_the_feed_goes_with_the_frame_at_the_top_and_the_wire_with_the_cursor() -> None:
    async with opened((80, 24)) as console:
        numbers = await some(console)
        await console.press("u", "W", *["pagedown"] * 3)
        main = console.main
        assert main.wire.current == main.feed.cursor
        assert main.wire.current is not None and main.wire.current > console.id_of(numbers[0])
        await console.press("g")
        assert boundaries(console)[0].startswith("> 00001 CONNECT ")
        assert main.feed.cursor == main.wire.current == console.id_of(1)
        await console.press("u", "u")
        await console.until(lambda: main.wire.current == console.id_of(numbers[1]))
        assert boundaries(console)[0].startswith(f"< {numbers[1]:05d} MESSAGE ")
        await console.press("2", "down")
        await console.until(lambda: main.wire.current == console.id_of(numbers[2]))
        await console.press("escape")
        assert not main.wire.on
        assert main.pane == "feed"
        assert main.feed.cursor == console.id_of(numbers[2])


async def test_enter_looks_into_the_frame_at_the_top() -> None:
    async with opened((80, 24)) as console:
        numbers = await some(console)
        await console.press("u", "W")
        while console.main.wire.current != console.id_of(numbers[1]):
            await console.press("down")
        await console.press("enter")
        main = console.main
        assert main.pane == "message"
        await console.until(lambda: main.message.has_focus)
        await console.until(lambda: main.message.record and main.message.record.number == numbers[1])


async def test_up_and_down_are_the_same_way_through_both_directions_and_heart_beats() -> None:
    async with opened((80, 24)) as console:
        await some(console)
        console.app.on_events([ev.HeartBeatReceived(1, 1.0, 3), ev.HeartBeatSent(1, 1.0)])
        await console.press("W", "g")
        main, down = console.main, list[str]()
        for _ in range(500):
            down.append(rows(console)[0])
            before = main.wire._window.place
            main.wire.move(1)
            if main.wire._window.place == before:
                break
        down += rows(console)[1:]
        up = list(reversed(rows(console)))
        while main.wire._window.place != (console.id_of(1), 0, 0, 0):
            main.wire.move(-1)
            up.append(rows(console)[0])
        assert list(reversed(up)) == down
        text = "\n".join(down)
        numbered = [line[:7] for line in down if line.endswith("-") and line[2:7].isdigit()]
        assert numbered[:4] == ["> 00001", "< 00002", "> 00003", "< 00004"]
        assert "SUBSCRIBE\u240a\ndestination:/queue/q\u240a\n" in text
        assert "content-length:6\u240a\n\u240a\nbody 3\u2400" in text
        assert down[-2].startswith("<       ") and " LF x 3 --" in down[-2]
        assert down[-1].startswith(">       ") and " LF x 1 --" in down[-1]


async def test_it_follows_what_arrives_until_somebody_moves_and_again() -> None:
    async with opened((80, 24)) as console:
        await some(console)
        await console.press("W")
        main = console.main
        await console.until(lambda: rows(console) and rows(console)[-1] == "body 3\u2400")
        assert main.wire.current is None
        console.broker.publish("/queue/q", b"newer")
        await console.until(lambda: rows(console)[-1] == "newer\u2400")
        await console.press("up")
        assert not main.feed.following
        assert main.feed.cursor == main.wire.current is not None
        still, known = rows(console), main.capture.last_id
        console.broker.publish("/queue/q", b"newest")
        await console.until(lambda: main.capture.last_id > known)
        main.touch()
        await console.pilot.pause()
        assert rows(console) == still
        await console.press("G")
        assert main.feed.following
        await console.until(lambda: rows(console)[-1] == "newest\u2400")


async def test_what_arrives_behind_the_end_comes_into_view() -> None:
    async with opened((120, 40)) as console:
        await some(console, 1)
        await console.press("u", "W")
        await console.until(lambda: rows(console)[-1:] == ["body 0\u2400"])
        console.broker.publish("/queue/q", b"one more")
        await console.until(lambda: len(boundaries(console)) == 2)


async def test_hex_and_back_at_the_same_frame() -> None:
    async with opened((120, 40)) as console:
        first, *_ = await some(console)
        await console.press("u", "W", "v")
        assert "v:  wire [hex]" in title(console)
        assert boundaries(console)[0].startswith(f"< {first:05d} MESSAGE ")
        assert rows(console)[1].startswith("00000000  4d 45 53 53 41 47 45 0a  73 75 62")
        await console.press("v")
        assert rows(console)[1] == "MESSAGE\u240a"
        assert console.main.message.view == "pretty"


async def test_a_settles_the_frame_at_the_top_and_nothing_below_a_heart_beat() -> None:
    async with opened((80, 24)) as console:
        first, second, *_ = await some(console)
        console.app.on_events([ev.HeartBeatReceived(1, 1.0, 1)])
        beat = console.app.capture.beats.ids[-1]
        console.broker.publish("/queue/q", b"behind the heart-beat")
        await console.arrived(5)
        await console.press("u", "W", "a")
        await console.until_said("receipt after")
        assert console.app.capture.settlement(console.id_of(first)) is Settlement.ACKED
        await console.until(lambda: console.main.wire.current == console.id_of(second))
        console.main.wire.go_to(beat)
        console.main.wire.moved(beat)
        await console.press("a")
        await console.until_said("the wire begins with what is no row of the feed")
        assert console.main.feed.cursor == beat + 1
        assert len(console.client.state.ledger) == 4


async def test_a_filter_hides_nothing_of_the_wire() -> None:
    async with opened((80, 24)) as console:
        numbers = await some(console)
        await console.press("f")
        console.burst("type = '2'\r")
        await console.until(
            lambda: console.main.feed.matches is not None and len(console.main.feed.matches) == 1
        )
        await console.press("u")
        await console.until(lambda: console.main.feed.cursor == console.id_of(numbers[2]))
        await console.press("W", "g")
        assert boundaries(console)[0].startswith("> 00001 CONNECT ")
        assert console.main.wire.current == console.id_of(1)
        assert console.main.feed.cursor == console.id_of(numbers[2])
        console.app.touch()
        await console.pilot.pause(0.2)
        assert console.main.wire.current == console.id_of(1), "it stays though that is no row of the feed"


@pytest.mark.parametrize("size", [(60, 14), (80, 24), (200, 60)])
async def test_it_has_the_place_of_the_message_at_every_size_and_zoomed(size: tuple[int, int]) -> None:
    async with opened(size) as console:
        await some(console)
        main = console.main
        await console.press("u", "W")
        await console.until(lambda: main.wire.size.height and not main.message.size.height)
        await console.press("z")
        await console.until(lambda: main.wire.size.height > size[1] - 6)
        assert not main.message.display
        await console.press("escape")
        assert main.wire.on, "the zoom ends first"
        await console.press("escape")
        await console.until(lambda: not main.wire.display)
        assert main.pane == "feed"


# What departs from the version.


@asynccontextmanager
async def alone(capture: Capture, width: int = 80, height: int = 24) -> AsyncIterator[tuple[WirePane, Any]]:
    """A screen that holds only the wire, from the first record on."""

    class Alone(Bench):
        def compose(self) -> Any:
            yield WirePane(capture)

    app = Alone()
    async with app.run_test(size=(width, height)) as pilot:
        wire = app.query_one(WirePane)
        wire.styles.display = "block"
        wire.go_to(1)
        await pilot.pause()
        yield wire, pilot


def raw(number: int, octets: bytes, *, command: str = "SEND") -> ev.FrameSent:
    """What was sent as it is written here."""
    frame = Frame(command)
    frame.raw = octets
    return ev.FrameSent(1, number, number / 1000, frame, None)


async def test_marks_stand_below_their_octets_and_are_counted() -> None:
    capture = Capture(offset=lambda: 1.8e9)
    wrong = b"SEND\ndestination:/q\nx:a:b\nx:\\t\ncontent-length:4\n\nbody\0"
    capture.extend([made.connected(1), raw(2, wrong), made.sent(3, frames.begin("t")), made.message(4)])
    async with alone(capture) as (wire, _):
        shown = wire.shown()
        title = "".join(text for text, _ in wire.title_line(80))
    at = next(n for n, line in enumerate(shown) if line.startswith("> 00002"))
    assert " SEND 54 octets  ! 3 ---" in shown[at]
    assert shown[at + 1 : at + 10] == [
        "SEND\u240a",
        "destination:/q\u240a",
        "x:a:b\u240a",
        "   ^ ! raw colon in a value (STOMP 1.2, Value Encoding)",
        "x:\\t\u240a",
        "^ ! 'x' again: only the first one counts (STOMP 1.2, Repeated Header Entries)",
        "  ^ ! undefined escape \\t (STOMP 1.2, Value Encoding)",
        "content-length:4\u240a",
        "\u240a",
    ]
    assert "  ! 3 " in title
    assert not [line for line in shown if line.startswith(("> 00003", "< 00004")) and "!" in line]


async def test_what_departs_from_one_version_is_right_in_another() -> None:
    octets = b"ACK\nmessage-id:1\nsubscription:0\n\n\0"
    for version, right in (("1.1", True), ("1.2", False)):
        capture = Capture()
        capture.extend([made.connected(1, version), raw(2, octets, command="ACK")])
        async with alone(capture) as (wire, _):
            assert (not any("ACK has no id header" in line for line in wire.shown())) is right


async def test_hostile_octets_stay_octets() -> None:
    capture = Capture()
    capture.extend([made.connected(1), made.message(2, OCTETS), raw(3, b"SEND\nx:" + OCTETS + b"\n\n\0")])
    async with alone(capture, 100, 60) as (wire, pilot):
        for _ in range(2):
            screen_is_harmless(pilot.app)
            wire.next_view()
            await pilot.pause()


# Large frames.

LINE = b'{"id": 4711, "lines": [1, 2]},\n'


async def test_a_frame_of_many_megabytes_is_entered_from_either_end_and_never_gone_through() -> None:
    body = LINE * (1 << 19)  # 16 MB
    capture = Capture()
    capture.extend([made.connected(1), made.message(2, body), made.message(3)])
    async with alone(capture) as (wire, _):
        reel = wire._window
        wire.go_to(3)
        wire.move(-2)
        assert wire.shown()[:2] == [(LINE.decode())[:-1] + "\u240a", "\u2400"]
        assert wire.shown()[2].startswith("< 00003")
        wire.go_to(2)
        wire.page(3)
        assert LINE.decode()[:-1] + "\u240a" in wire.shown()
        sheets = reel.of(2)
        assert len(sheets) > 1000
        assert len(sheets._made) <= 3, "the sheets next to both ends, and no others"


async def test_of_a_large_frame_in_the_recording_the_beginning_shows_and_what_reads_the_rest(
    tmp_path: Path,
) -> None:
    body = LINE * (3 << 15)  # 3 MB
    large = made.message(2, body)
    capture = over_a_file(tmp_path / "a", memory=1)
    capture.extend([made.connected(1), large, made.message(3)])
    written(capture)
    assert capture.archive is not None
    asked: list[str] = []
    capture.archive.recording.look.set_trace_callback(asked.append)
    async with alone(capture) as (wire, _):
        wire.go_to(3)
        wire.move(-1)
        told = wire.shown()[0]
        wire.go_to(2)
        assert f" MESSAGE {len(large.frame.raw)} octets ---" in wire.shown()[0]
    capture.archive.recording.look.set_trace_callback(None)
    closed(capture)
    assert told.startswith("-- 3.") and told.endswith(
        "more are in the recording: enter reads all of this frame"
    )
    assert asked
    assert not [statement for statement in asked if "head, body" in statement], "that reads all of it"


async def test_a_frame_that_is_dropped_meanwhile_is_left_for_the_oldest_kept() -> None:
    capture = Capture(limit_records=3)
    capture.extend([made.connected(1), *made.messages(2, 3)])
    async with alone(capture) as (wire, pilot):
        assert wire.current == 1
        capture.extend(made.messages(4, 9))
        wire.look()
        await pilot.pause()
        assert wire.current == capture.first_id > 1
        assert wire.shown()[0].startswith(f"< {capture.first_id:05d} ")
        assert "Wire  " in screen_text(pilot.app)


async def test_an_empty_capture_is_no_trouble() -> None:
    async with alone(Capture()) as (wire, _):
        for key in ("up", "down", "page_up", "page_down", "home", "end"):
            getattr(wire, f"action_{key}")()
            assert wire.shown() == []
        assert "".join(text for text, _ in wire.title_line(80)).startswith("== Wire ===")


async def test_a_size_of_which_nobody_told_is_seen_when_it_is_painted() -> None:
    capture = Capture()
    capture.extend([made.connected(1), *made.messages(2, 9)])
    async with alone(capture) as (wire, pilot):
        wire._window.resize(30, 5)
        wire.refresh()
        await pilot.pause()
        assert len(wire.shown()) == 23
        assert "-" * 30 in wire.shown()[0]


async def test_the_message_pane_reads_nothing_while_the_wire_is_in_its_place() -> None:
    async with opened((80, 24)) as console:
        await some(console)
        await console.press("u", "W")
        before = console.main.query_one(MessagePane).record
        await console.press("g")
        await console.pilot.pause(0.2)
        assert console.main.query_one(MessagePane).record is before
