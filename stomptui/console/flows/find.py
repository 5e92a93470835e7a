"""Find: a text or octets in every frame, the nearest place first, while a thread looks for the others."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from typing import TYPE_CHECKING

from stomptui.capture.scan import Scan
from stomptui.capture.search import octets_of
from stomptui.capture.wanted import Wanted
from stomptui.console.dialogs.find import FindRow
from stomptui.console.flows.plan import number_words
from stomptui.console.widgets.notice import Notice
from stomptui.render.text import printable

if TYPE_CHECKING:
    from stomptui.console.screen import MainScreen

AGAIN = 0.1
"""Seconds between two words about a search that goes on."""
UNWRITTEN = 0.5
"""Seconds that a search waits at most until what has just arrived is in the file."""


async def find(screen: MainScreen) -> None:
    """Ask for a text and go to its next place; the feed goes on while the rest is searched."""
    text = await screen.ask_for(FindRow(screen.searched))
    if not text:
        return
    screen.searched = text
    octets = octets_of(text)
    shown = text if octets is None else octets.decode("utf-8", "replace")
    # Octets that are no text have nothing in a row to set off.
    shown = shown if octets is None or (shown.isprintable() and "\ufffd" not in shown) else ""
    screen.feed.set_off(shown)
    screen.message.set_off(shown)
    screen.wire.set_off(shown)
    find_next(screen)


def find_next(screen: MainScreen, *, backwards: bool = False) -> None:
    """Go to the next (or previous) frame that holds what was last searched, round the end if need be."""
    screen.flow(_step(screen, backwards=backwards), name="find")


def stop(screen: MainScreen) -> bool:
    """End a search that still goes on, and say how far it came; whether there was one."""
    scan = screen.scans.search
    if scan is None or scan.cancelled or scan.trouble or scan.whole:
        return False
    scan.look()
    percent = int(scan.share * 100)
    if percent >= 100:  # only what arrived just now is left to look at: no reason to take a key
        return False
    scan.cancel()
    count = len(scan.found.ids)
    shown = printable(screen.searched)
    screen.say(f"The search for '{shown}' was ended at {percent} %: in {count:,} frames so far. n goes on.")
    return True


def _search(screen: MainScreen, start: int, *, backwards: bool) -> Scan:
    """The scan for what is searched, begun anew unless it still tells where it is next."""
    matches = screen.feed.matches
    wanted = Wanted(screen.searched, None if matches is None else matches.wanted.filter)
    scan = screen.scans.search
    if scan is not None and scan.wanted == wanted and not scan.adrift:
        scan.look()
        if not scan.cancelled or scan.next(start, backwards=backwards):
            return scan
    if scan is not None:
        scan.cancel()
    screen.scans.search = scan = Scan(screen.capture, wanted, start)
    return scan


async def _step(screen: MainScreen, *, backwards: bool) -> None:
    feed, shown = screen.feed, printable(screen.searched)
    start = feed.cursor if feed.cursor is not None else 0
    scan = _search(screen, start, backwards=backwards)
    came, until = screen.capture.last_id, time.monotonic() + UNWRITTEN
    told = time.monotonic()
    while True:
        scan.look()
        found = scan.next(start, backwards=backwards)
        near = found and (found < start if backwards else found > start)
        if near or (found is not None and (scan.reach >= came or time.monotonic() > until)):
            break
        if scan.cancelled or scan.trouble:
            if scan.trouble:
                screen.say(f"The search for '{shown}' stopped: {printable(scan.trouble)}", "error")
            return
        if time.monotonic() - told > AGAIN:
            told = time.monotonic()
            screen.say(
                f"'{shown}': {_searching(scan)}, in {len(scan.found.ids):,} frames so far. esc ends it."
            )
        await asyncio.sleep(scan.pause)
        if not screen.console.is_running:  # its panes are gone
            return
    if not found:
        where = " that match the filter" if feed.matches is not None else " kept"
        screen.say(f"'{shown}' is in none of the frames{where}.", "warning")
        return
    feed.go_to(found)
    round_the_end = ", searched round the end" if not near and start else ""
    await _tell(screen, scan, shown, found, round_the_end)


async def _tell(screen: MainScreen, scan: Scan, shown: str, found: int, more: str) -> None:
    """Say which place it is, of how many, and keep that true until all is searched."""
    record = screen.capture.brief(found)
    if record is None:
        return
    where = number_words(record.number) if record.number else "a loss"
    said = ""
    notice = screen.query_one(Notice)
    told = float("-inf")
    while True:
        over = scan.whole or scan.cancelled or bool(scan.trouble)
        if over or time.monotonic() - told > AGAIN:
            told = time.monotonic()
            if said and (notice.said != said or not notice.about_cursor):
                said = "over"  # somebody else has the row, or the cursor has moved on
            if said != "over" and not (said and scan.cancelled):
                place = bisect_right(scan.found.ids, found)
                count = f", {place:,} of {len(scan.found.ids):,}"
                count += "" if scan.whole else f" ({_searching(scan)})"
                screen.say_here(f"'{shown}' in {where}{count}{more}. n next, N previous.")
                said = notice.said
        if over:
            return
        await asyncio.sleep(scan.pause)
        if not screen.console.is_running:  # its panes are gone
            return
        scan.look()


def _searching(scan: Scan) -> str:
    return f"searching {int(scan.share * 100)} %"
