"""The filter: which frames the feed shows, asked in one row, kept on while frames arrive."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from stomptui.capture import files
from stomptui.capture.files import CaptureError
from stomptui.capture.matches import Matches
from stomptui.console import history, places
from stomptui.console.dialogs.filter import Asked, FilterRow, Mistake
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stomptui.capture.filter import Filter
    from stomptui.capture.store import Capture
    from stomptui.console.screen import MainScreen

STILL = 0.05
"""Seconds between two looks for what arrived."""
SAMPLE = 300
"""Frames of memory in which names of headers are looked for."""


async def ask(screen: MainScreen) -> None:
    """Ask for an expression, and have the feed show only what matches; all again for an empty one."""
    matches = screen.feed.matches
    names = asyncio.ensure_future(names_seen(screen.capture))

    async def compiled(text: str) -> Filter:
        return await asyncio.to_thread(parsed, text, await names)

    shown = matches.filter.text if matches is not None else ""
    dialog = FilterRow(shown, compiled, names, history.read(), screen.console.settings.filters)
    try:
        asked: Asked | None = await screen.ask_for(dialog)
    finally:
        names.cancel()
    if asked is None:
        return
    if asked.filter is None:
        release(screen)
        screen.say("All frames are shown." if matches is not None else "There is no filter.")
        screen.touch()
        return
    history.add(asked.text)
    apply(screen, asked.filter)
    hints = "; ".join(hint.words for hint in asked.filter.hints)
    if hints:
        screen.say(f"The filter is on, but {hints}", "warning")
    else:
        screen.say("The filter is on: f changes it, f and an empty line show all.")


def parsed(text: str, known: Sequence[str]) -> Filter:
    """The filter that `text` is, where frames have the headers `known`; raises Mistake. For a thread."""
    from stomptui.capture.filter import FilterError, parse  # late: what it needs takes a while to load

    try:
        return parse(text, now=time.time(), known_headers=known or None)
    except FilterError as error:
        raise Mistake(error.words, error.start, error.stop) from None


async def names_seen(capture: Capture) -> list[str]:
    """Names of headers that were seen, the most frequent first; the filter language is loaded meanwhile."""
    archive = capture.archive
    if archive is not None:
        return await asyncio.to_thread(_names_in, archive.recording.path)
    names: Counter[str] = Counter()
    rows = capture.rows()
    for index in range(max(0, len(rows) - SAMPLE), len(rows)):
        record = capture.brief(rows[index])
        if record is not None and record.frame is not None:
            names.update({name for name, _ in record.frame.headers})
        if index % 30 == 0:
            await asyncio.sleep(0)
    await asyncio.to_thread(_load)
    return [name for name, _ in names.most_common()]


def _load() -> None:
    from stomptui.capture.filter.lexer import dialect

    dialect()


def _names_in(path: Path) -> list[str]:
    from stomptui.capture.filter import header_names, prepare

    _load()
    try:
        with closing(files.look(path)) as db:
            prepare(db)
            return header_names(db)
    except CaptureError:
        return []  # then nothing is completed; that the file cannot be read is told elsewhere


def release(screen: MainScreen) -> None:
    """Show all frames again."""
    matches = screen.feed.matches
    if matches is not None:
        matches.scan.cancel()
        screen.scans.filter = None
        screen.feed.show_only(None)


def apply(screen: MainScreen, wanted: Filter) -> None:
    """Show only what matches, what arrives later included; what is nearest to the engineer is found first."""
    release(screen)
    feed = screen.feed
    start = screen.capture.last_id if feed.cursor is None else feed.cursor
    matches = Matches(screen.capture, wanted, feed.beats, start, forwards=feed.cursor is not None)
    screen.scans.filter = matches.scan
    feed.show_only(matches)
    screen.flow(_keep_on(screen, matches), name="filter")
    screen.touch()


async def _keep_on(screen: MainScreen, matches: Matches) -> None:
    """Have what is found painted at the next tick."""
    scan = matches.scan
    while not scan.cancelled and not scan.trouble:
        if scan.adrift:
            apply(screen, matches.filter)
            return
        if matches.look():
            screen.console.touch()
        await asyncio.sleep(STILL if scan.whole else scan.pause)
    if scan.trouble:
        screen.say(f"The filter stopped: {printable(scan.trouble)}. f changes it.", "error")
        screen.touch()


def frames_of(screen: MainScreen, destination: str) -> None:
    """Show the frames of a destination alone."""
    places.focus(screen, "feed")
    screen.flow(_frames_of(screen, destination))


async def _frames_of(screen: MainScreen, destination: str) -> None:
    # As the file has it, octets that are no UTF-8 included.
    name = destination.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    text = f"destination = '{name.replace(chr(39), chr(39) * 2)}'"
    await asyncio.to_thread(_load)
    try:
        wanted = await asyncio.to_thread(parsed, text, ())
    except Mistake as error:
        screen.say(f"There is no filter for {printable(destination)}: {error.words}", "warning")
        return
    screen.feed.follow()
    apply(screen, wanted)
    screen.say(f"Only frames of {printable(destination)} are shown: f and an empty line show all.")
