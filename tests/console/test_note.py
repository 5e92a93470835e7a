"""Notes on frames: written by a key, seen in the feed and above the message, and taken back."""

from __future__ import annotations

from tests.console.hostile import TEXT, screen_is_harmless, screen_text
from tests.console.opened import Opened, opened


def rows(console: Opened) -> str:
    return screen_text(console.app)


async def test_a_note_is_written_shown_and_taken_back() -> None:
    async with opened((120, 40)) as console:
        await console.subscribe("/queue/q")
        console.broker.publish("/queue/q", b'{"id":1}')
        await console.arrived(1)
        await console.press("u", "#")
        console.burst("ask finance\r")
        await console.until_said("has this note now, kept in memory only")
        await console.until(lambda: rows(console).count("# ask finance") == 2, "feed and message")
        await console.press("#")
        assert "ask finance" in rows(console)
        await console.press("ctrl+u", "enter")
        await console.until_said("has no note any more")
        await console.until(lambda: "# ask finance" not in rows(console))


async def test_a_hostile_note_stays_text() -> None:
    async with opened((120, 40)) as console:
        await console.subscribe("/queue/q")
        console.broker.publish("/queue/q", b'{"id":1}')
        await console.arrived(1)
        await console.press("u")
        console.app.capture.note(console.main.feed.cursor or 0, TEXT)
        console.app.touch()
        await console.until(lambda: rows(console).count("# ") >= 2)
        screen_is_harmless(console.app)


async def test_a_note_too_long_stays_in_the_row() -> None:
    async with opened((80, 24)) as console:
        await console.subscribe("/queue/q")
        console.broker.publish("/queue/q", b'{"id":1}')
        await console.arrived(1)
        await console.press("u", "#")
        console.burst("x" * 401 + "\r")
        await console.until(lambda: "401 characters" in rows(console))
        assert console.app.capture.notes == {}
