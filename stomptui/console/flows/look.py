"""Keys that only look, or ask the broker whether it is there: find, unsettled, beats, reading, ping, help."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from stomptui.console.dialogs.find import FindRow
from stomptui.console.dialogs.help import HelpScreen
from stomptui.console.flows.plan import number_words
from stomptui.render.span import latency
from stomptui.render.text import printable
from stomptui.stomp.errors import StompError

if TYPE_CHECKING:
    from stomptui.console.screen import MainScreen


ESCAPED = re.compile(r"[\\:\r\n]")
"""What does not stand in a head as it is meant. STOMP 1.2, Value Encoding."""


async def show_help(screen: MainScreen) -> None:
    """Show every key, those of the pane in focus first."""
    await screen.ask_for(HelpScreen(screen.pane))


def next_unsettled(screen: MainScreen, *, backwards: bool = False) -> None:
    """Put the cursor on the next (or previous) unsettled message; without one, on the oldest (or newest)."""
    feed = screen.feed
    nowhere = screen.capture.last_id + 1 if backwards else 0
    after = feed.cursor if feed.cursor is not None else nowhere
    found = screen.capture.next_unsettled(after, backwards=backwards)
    if found is None:
        screen.say("Nothing is unsettled.")
        return
    feed.go_to(found)
    record = screen.capture.brief(found)
    if record is not None:
        past = screen.console.past is not None
        of = "never settled" if past else f"one of {screen.client.state.ledger.open} unsettled"
        screen.say_here(f"{number_words(record.number)}, {of}.")


async def find(screen: MainScreen) -> None:
    """Ask for a text and go to its next place; the feed goes on while older frames are searched."""
    text = await screen.ask_for(FindRow(screen.searched))
    if not text:
        return
    screen.searched = text
    screen.feed.set_off(text)
    screen.message.set_off(text)
    find_next(screen)


def find_next(screen: MainScreen, *, backwards: bool = False) -> None:
    """Go to the next (or previous) frame that holds the text last searched, round the end if need be."""
    screen.flow(_search(screen, backwards=backwards), name="find")


async def _search(screen: MainScreen, *, backwards: bool) -> None:
    text, feed = screen.searched, screen.feed
    shown = printable(text)
    start = feed.cursor if feed.cursor is not None else 0
    for found in screen.capture.search(text, after=start, backwards=backwards):
        if found is None:
            await asyncio.sleep(0)
            continue
        record = screen.capture.brief(found)
        wrapped = found <= start if not backwards else found >= start > 0
        round_the_end = ", searched round the end" if wrapped else ""
        feed.go_to(found)
        if record is not None:
            words = f"'{shown}' in {number_words(record.number)}{round_the_end}. n next, N previous."
            screen.say_here(words)
        return
    screen.say(f"'{shown}' is in none of the frames kept.", "warning")


def frames_of(screen: MainScreen, destination: str) -> None:
    """Show the frames of a destination: the feed goes to the newest."""
    screen.focus_pane("feed")
    screen.flow(_newest_of(screen, destination), name="find")


async def _newest_of(screen: MainScreen, destination: str) -> None:
    capture = screen.capture
    plain = max(ESCAPED.split(destination), key=len)
    for found in capture.search(plain, after=capture.last_id + 1, backwards=True):
        record = capture.brief(found) if found is not None else None
        if found is None or record is None or record.frame is None:
            await asyncio.sleep(0)
        elif record.frame.first("destination") == destination:
            screen.feed.go_to(found)
            words = f"{number_words(record.number)} is the newest frame of {printable(destination)}."
            screen.say_here(words)
            return
    screen.say(f"No frame of {printable(destination)} is kept.", "warning")


def select(screen: MainScreen) -> None:
    """Select the message under the cursor, or let it go; other frames have nothing to settle."""
    record = screen.record
    if record is None or record.frame is None or record.frame.command != "MESSAGE":
        screen.say("Only messages are selected: this is none.", "warning")
        return
    screen.feed.toggle_selected()


def select_all(screen: MainScreen) -> None:
    """Select every unsettled message; after a search, those of them that hold its text."""
    count = screen.feed.select_unsettled(screen.searched)
    matching = f" that hold '{printable(screen.searched)}'" if screen.searched else ""
    screen.say(f"{count} unsettled messages{matching} selected.")


def toggle_beats(screen: MainScreen) -> None:
    """Show heart-beats in the feed, or leave them out."""
    screen.feed.show_beats(not screen.feed.beats)
    screen.say(
        "Heart-beats are in the feed." if screen.feed.beats else "Heart-beats are left out of the feed."
    )
    screen.touch()


def toggle_reading(screen: MainScreen) -> None:
    """Stop reading the socket, or go on: what is not read stays at the broker."""
    client = screen.client
    if client.reading:
        client.stop_reading()
        screen.say("Reading stopped: what comes now waits at the broker. P reads on.", "warning")
    else:
        client.resume_reading()
        screen.say("Reading again.")
    screen.touch()


async def ping(screen: MainScreen) -> None:
    """Ask the broker for two receipts, by BEGIN and ABORT, which touch no queue."""
    screen.say("ping ...")
    try:
        begin, abort = await screen.client.ping()
    except StompError as error:
        screen.say(f"ping: {error}", "error")
        return
    screen.say(f"ping {latency(begin)} (BEGIN), {latency(abort)} (ABORT). The broker answers.")
