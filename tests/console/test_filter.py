"""The filter of the feed, and finding, over memory and over a file: what shows, and what keys mean then."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from stomptui.brokers import recognise
from stomptui.capture import recordings
from stomptui.capture.retention import Limits
from stomptui.capture.store import Capture
from stomptui.console import history
from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.dialogs.filter import FilterRow
from stomptui.console.flows import only as only_flow
from stomptui.console.panes.feed import FeedPane
from stomptui.console.settings import Settings, check
from stomptui.console.widgets.complete import choices, completed
from stomptui.stomp.events import Settlement
from tests.console.hostile import OCTETS, TEXT, screen_is_harmless
from tests.console.opened import Opened, opened


@pytest.fixture(params=["memory", "file"])
def capture(request: pytest.FixtureRequest, tmp_path: Path) -> Capture | None:
    if request.param == "memory":
        return None
    recording = recordings.record(tmp_path / "a.stomptui", Limits())
    return Capture(recording=recording, recognise=recognise, limit_records=4)


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@asynccontextmanager
async def orders(
    capture: Capture | None, settings: Settings | None = None, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Opened]:
    """A console that has got ten messages, of type a and b by turns."""
    async with opened(size, settings, capture=capture) as console:
        await console.subscribe("/queue/q", prefetch=100)
        for number in range(10):
            publish(console, number)
        await console.arrived(10)
        try:
            yield console
        finally:
            if capture is not None and capture.archive is not None:
                capture.archive.settle_down(10)


def publish(console: Opened, number: int, kind: str = "") -> None:
    body = f'{{"n":{number}}}'
    console.broker.publish("/queue/q", body, {"type": kind or "ab"[number % 2]})


def bodies(console: Opened) -> list[bytes]:
    """The messages that are rows."""
    matches = console.main.feed.matches
    assert matches is not None
    records = [console.app.capture.record(id_) for id_ in matches]
    return [one.frame.body for one in records if one is not None and one.frame is not None]


async def only(console: Opened, expression: str, count: int) -> None:
    """Type a filter and wait until so many match."""
    await console.press("f", "home", "ctrl+k")
    console.burst(f"{expression}\r")

    def there() -> bool:
        matches = console.main.feed.matches
        typed = matches is not None and matches.filter.text == expression
        return matches is not None and typed and matches.scan.whole and len(matches) == count

    await console.until(there, f"{count} matches")


def title(console: Opened) -> str:
    return str(console.main.query_one(FeedPane).query_one("#feed-title").render())


def cursor_body(console: Opened) -> bytes:
    record = console.main.record
    assert record is not None and record.frame is not None
    return record.frame.body


# -- the filtered feed --


async def test_it_shows_what_matches_and_stays_live(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await only(console, "type = 'b'", 5)
        assert bodies(console) == [b'{"n":%d}' % n for n in (1, 3, 5, 7, 9)]
        assert console.main.feed.following
        await console.until(lambda: "filter: type = 'b'" in title(console) and "5 of " in title(console))
        publish(console, 11)
        publish(console, 12)
        await console.until(lambda: len(bodies(console)) == 6)
        assert bodies(console)[-1] == b'{"n":11}'
        await console.until(lambda: cursor_body(console) == b'{"n":11}')
        await console.press("f", "ctrl+u", "enter")
        await console.until_said("All frames are shown")
        assert console.main.feed.matches is None


async def test_an_empty_feed_is_no_riddle(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await only(console, "type = 'zzz'", 0)
        hint = console.main.query_one("#feed-hint")
        await console.until(
            lambda: hint.display and "match type = 'zzz'; f changes the filter" in str(hint.render())
        )
        assert "filter (f)" in str(console.main.query_one("StatusRow").render())
        await console.press("a")
        await console.until_said("Nothing was sent: nothing that matches the filter is unsettled")
        assert console.client.state.ledger.open == 10
        await console.press("escape", "escape")
        assert console.main.feed.matches is not None
        publish(console, 1, "zzz")
        await console.until(lambda: len(bodies(console)) == 1)
        await console.until(lambda: not hint.display)


async def test_only_what_shows_is_gone_to_and_settled(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await only(console, "type = 'b'", 5)
        await console.press("a")
        await console.until_said("This is the oldest unsettled")
        assert cursor_body(console) == b'{"n":1}'
        await console.press("a")
        await console.until_said("9 still unsettled")
        await console.until(lambda: cursor_body(console) == b'{"n":3}')
        await console.press("u")
        assert cursor_body(console) == b'{"n":5}'
        await console.press("U", "U")
        assert cursor_body(console) == b'{"n":9}'
        left = {console.app.capture.record(console.id_of(n)).frame.body for n in console.client.state.ledger}  # type: ignore[union-attr]
        assert left == {b'{"n":%d}' % n for n in (0, 2, 3, 4, 5, 6, 7, 8, 9)}
        assert len(bodies(console)) == 5  # what was settled stays


async def test_select_all_takes_what_shows(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await only(console, "type = 'b'", 5)
        await console.press("asterisk")
        await console.until_said("5 unsettled messages that match the filter selected")
        assert console.main.feed.selection == set(console.main.feed.matches or ())
        await console.press("f", "ctrl+u", "enter")
        await console.until_said("All frames are shown")
        assert console.main.feed.selection == set()


async def test_ack_up_to_here_leaves_what_is_hidden(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await only(console, "type = 'b'", 5)
        await console.press("u", "u", "A")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        await console.press("y")
        await console.until(lambda: console.client.state.ledger.open == 8)
        settled = [console.app.capture.settlement(id_) for id_ in console.main.feed.matches or ()]
        assert settled.count(Settlement.ACKED) == 2


async def test_a_cursor_that_is_hidden_settles_nothing(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await console.press("u")
        assert cursor_body(console) == b'{"n":0}'
        await only(console, "type = 'b'", 5)
        await console.until(lambda: cursor_body(console) == b'{"n":1}')
        await console.press("a")
        await console.until_said("Nothing was sent")
        assert console.client.state.ledger.open == 10
        await console.press("a")
        await console.until_said("9 still unsettled")
        assert cursor_body(console) == b'{"n":3}'


async def test_a_cursor_that_matches_stays(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await console.press("u", "u")
        at = console.main.feed.cursor
        await only(console, "type = 'b'", 5)
        await console.until(lambda: console.main.feed.cursor_in_view)
        assert console.main.feed.cursor == at
        publish(console, 13)
        await console.until(lambda: len(bodies(console)) == 6)
        assert console.main.feed.cursor == at
        await console.press("f", "ctrl+u", "enter")
        await console.until_said("All frames are shown")
        assert console.main.feed.cursor == at and console.main.feed.cursor_in_view


async def test_heart_beats_are_hidden_unless_they_show(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await only(console, "direction = 'to_broker'", 2)
        await console.press("b")
        await console.until_said("Heart-beats are in the feed")
        matches = console.main.feed.matches
        assert matches is not None and matches.beats
        await console.until(lambda: matches.scan.whole)
        assert matches.filter.text == "direction = 'to_broker'"


# -- the row that asks --


async def test_a_mistake_is_shown_in_place(capture: Capture | None) -> None:
    async with orders(capture, size=(80, 24)) as console:
        await console.press("f", *"size > 1 AND x.y = 'a'", "enter")
        await console.until(lambda: "^" in hint_of(console))
        row = console.app.screen
        assert isinstance(row, FilterRow)
        carets, words = hint_of(console).split("\n", 1)
        assert carets.count("^") == 3
        assert carets.index("^") == 2 + len("size > 1 AND ")
        assert words
        assert row.line.cursor_position == len("size > 1 AND ")
        await console.press("end", *"x")
        await console.until(lambda: "^" not in hint_of(console))
        await console.press("escape")
        assert console.main.feed.matches is None


def hint_of(console: Opened) -> str:
    return "".join(str(one.render()) for one in console.app.screen.query("#hint"))


async def test_a_mistake_far_to_the_right(capture: Capture | None) -> None:
    async with orders(capture, size=(80, 24)) as console:
        console.burst("f" + "type = 'b' OR " * 10 + "type =\r")
        await console.until(lambda: "^" in hint_of(console))
        assert hint_of(console).split("\n")[0].index("^") < 80


async def test_what_was_typed_comes_again(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await only(console, "type = 'b'", 5)
        await only(console, "type = 'a'", 5)
        assert history.read() == ["type = 'b'", "type = 'a'"]
        assert stat.S_IMODE(history.path().stat().st_mode) == 0o600
        await console.press("f", "up", "up")
        row = console.app.screen
        assert isinstance(row, FilterRow) and row.line.value == "type = 'b'"
        await console.press("down", "down", "down")
        assert row.line.value == "type = 'a'"
        await console.press("up", "up", "enter")
        await console.until(
            lambda: console.main.feed.matches is not None and "'b'" in console.main.feed.matches.filter.text
        )
        assert history.read() == ["type = 'a'", "type = 'b'"]


def test_history_has_an_end() -> None:
    for number in range(150):
        history.add(f"size = {number}")
    assert history.read() == [f"size = {number}" for number in range(50, 150)]
    history.add("a\nb")
    assert history.read()[-1] == "a b"


async def test_saved_filters(capture: Capture | None) -> None:
    settings = Settings(filters={"bees": "type = 'b'", "broken": "type ="})
    async with orders(capture, settings) as console:
        await console.press("f", *"@be", "tab", "enter")
        await console.until(lambda: console.main.feed.matches is not None and len(bodies(console)) == 5)
        assert "type = 'b'" in (console.main.feed.matches or pytest.fail()).filter.text
        await console.press("f", "ctrl+u", *"@broken", "enter")
        await console.until(lambda: "^" in hint_of(console))
        row = console.app.screen
        assert isinstance(row, FilterRow) and row.line.value == "type ="
        await console.press("ctrl+u", *"@none", "enter")
        await console.until(
            lambda: "no filter is saved as @none; there are @bees, @broken" in hint_of(console)
        )
        await console.press("escape")


def test_names_of_saved_filters() -> None:
    assert check({"filters": {"a-1": "size > 1"}}).filters == {"a-1": "size > 1"}
    with pytest.raises(ValueError, match=r"filters\.a b: a name has letters"):
        check({"filters": {"a b": "size > 1"}})
    with pytest.raises(ValueError, match="filters"):
        check({"filters": {"a": 1}})


async def test_headers_that_were_seen_complete(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await console.press("f")
        row = console.app.screen
        assert isinstance(row, FilterRow)
        await console.until(lambda: "type" in getattr(row.line.suggester, "written", ()))
        await console.press(*"ty", "tab", *" = 'b' AND mess", "tab")
        assert row.line.value == "type = 'b' AND \"message-id\""
        await console.press("escape")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("dest", "destination"),
        ("size > 1 AND cont", 'size > 1 AND "content-type"'),
        ('"cont', '"content-type"'),
        ("x = 'cont", None),
        ("x = 'a' AND ty", "x = 'a' AND type"),
        ("@b", "@bees"),
        ("x @b", None),
        ("", None),
        ("zzz", None),
    ],
)
def test_completion(text: str, whole: str | None) -> None:
    written = choices(["type", "content-type", "size", "evil\x1b]52;c;", "in", 'q"uote'], ["bees"])
    assert completed(text, written) == whole
    assert not any("\x1b" in one for one in written)
    assert "size" in written and written.count("size") == 1
    assert '"in"' in written and '"q""uote"' in written


async def test_nothing_hostile_reaches_the_terminal(capture: Capture | None) -> None:
    async with orders(capture, Settings(filters={"h": f"{TEXT} = 'x' AND"})) as console:
        text = TEXT.replace("\0", "").replace("\ud800", "")
        console.broker.publish("/queue/q", OCTETS, {text: text, "type": text})
        await console.arrived(11)
        await console.press("f", *"@h", "enter")
        await console.until(lambda: "^" in hint_of(console))
        screen_is_harmless(console.app)
        await console.press("escape")
        only_flow.frames_of(console.main, text)
        await console.until(lambda: console.main.feed.matches is not None)
        await console.until(lambda: "filter:" in title(console))
        screen_is_harmless(console.app)


# -- find --


async def test_find_counts_and_goes_round(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await console.press("u", "slash", *'"n":', "enter")
        await console.until_said(", 2 of 10. n next, N previous.")
        assert cursor_body(console) == b'{"n":1}'
        await console.press("N", "N")
        await console.until_said(", 10 of 10, searched round the end.")
        publish(console, 14)
        await console.arrived(11)
        await console.press("n")
        await console.until_said(", 11 of 11.")
        assert cursor_body(console) == b'{"n":14}'


async def test_find_within_the_filter(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await only(console, "type = 'b'", 5)
        await console.press("u", "slash", *'"n":', "enter")
        await console.until_said(", 2 of 5.")
        assert cursor_body(console) == b'{"n":3}'
        await console.press("slash", *'{"n":4}', "enter")
        await console.until_said("is in none of the frames that match the filter")
        await console.press("f", "ctrl+u", "enter")
        await console.until_said("All frames are shown")
        await console.press("n")
        await console.until_said(", 1 of 1")
        assert cursor_body(console) == b'{"n":4}'


async def test_octets_are_found(capture: Capture | None) -> None:
    async with orders(capture) as console:
        await console.press("slash", *"hex:6e223a3", "enter")
        await console.until(lambda: "pairs of digits" in hint_of(console))
        await console.press("7", "enter")
        await console.until_said("'hex:6e223a37' in ")
        assert cursor_body(console) == b'{"n":7}'


async def test_escape_ends_a_search_and_nothing_else(tmp_path: Path) -> None:
    recording = recordings.record(tmp_path / "a.stomptui", Limits())
    capture = Capture(recording=recording, recognise=recognise)
    async with orders(capture) as console:
        await console.press("slash", *"nowhere", "enter")
        await console.until_said("is in none of the frames kept")
        scan = console.main.scans.search
        assert scan is not None
        scan.found.spans.clear()  # as if it had all before it
        await console.press("escape")
        await console.until_said("was ended at 0 %")
        assert scan.cancelled and scan.wait(10)
        await console.press("n")
        await console.until_said("is in none of the frames kept")
