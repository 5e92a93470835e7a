"""Keys that only look, or ask the broker whether it is there: unsettled, beats, reading, ping, help."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from typing import TYPE_CHECKING

from stomptui.capture.files import CaptureError
from stomptui.capture.holding import holding, in_file
from stomptui.console.dialogs.broker import BrokerScreen
from stomptui.console.dialogs.help import HelpScreen
from stomptui.console.flows import only
from stomptui.console.flows.plan import number_words
from stomptui.render.span import latency
from stomptui.render.text import printable
from stomptui.stomp.errors import StompError

if TYPE_CHECKING:
    from pathlib import Path

    from stomptui.console.screen import MainScreen


async def show_help(screen: MainScreen) -> None:
    """Show every key, those of the pane in focus first."""
    await screen.ask_for(HelpScreen(screen.pane))


async def show_broker(screen: MainScreen) -> None:
    """Show what was agreed with the broker, and what it does."""
    limits = screen.client.endpoint.limits if screen.console.past is None else None
    await screen.ask_for(BrokerScreen(screen.console.view(screen.now()), limits))


def next_unsettled(screen: MainScreen, *, backwards: bool = False) -> None:
    """Put the cursor on the next (or previous) unsettled message; without one, on the oldest (or newest)."""
    feed = screen.feed
    nowhere = screen.capture.last_id + 1 if backwards else 0
    after = feed.cursor if feed.cursor is not None else nowhere
    found = feed.unsettled_near(after, backwards=backwards)
    if found is None:
        screen.say("Nothing is unsettled." if feed.matches is None else "Nothing that matches is unsettled.")
        return
    feed.go_to(found)
    record = screen.capture.brief(found)
    if record is not None:
        past = screen.console.past is not None
        of = "never settled" if past else f"one of {screen.client.state.ledger.open} unsettled"
        screen.say_here(f"{number_words(record.number)}, {of}.")


def go_to(screen: MainScreen, connection: int, number: int) -> bool:
    """Put the feed's cursor on a frame; False, once it was said why, where it has no row."""
    id_ = screen.capture.find_id(connection, number)
    if id_ is None:
        screen.say(f"{number_words(number)} is not kept any more.", "warning")
        return False
    screen.feed.go_to(id_)
    if screen.feed.cursor != id_:
        screen.say(f"{number_words(number)} has no row in the feed: the filter hides it.", "warning")
        return False
    return True


def select(screen: MainScreen) -> None:
    """Select the message under the cursor, or let it go; other frames have nothing to settle."""
    record = screen.record
    if record is None or record.frame is None or record.frame.command != "MESSAGE":
        screen.say("Only messages are selected: this is none.", "warning")
        return
    screen.feed.toggle_selected()


def select_all(screen: MainScreen) -> None:
    """Select every unsettled message that is a row; after a search, those of them that hold its text."""
    if screen.searched:
        screen.flow(_select_holding(screen, screen.searched), name="select")
    else:
        _selected(screen, screen.feed.select(screen.feed.unsettled()))


def _selected(screen: MainScreen, count: int, text: str = "") -> None:
    conditions = [f"hold '{printable(text)}'"] if text else []
    conditions += ["match the filter"] if screen.feed.matches is not None else []
    matching = f" that {' and '.join(conditions)}" if conditions else ""
    screen.say(f"{count} unsettled messages{matching} selected.")


async def _select_holding(screen: MainScreen, text: str) -> None:
    keys, capture, left = screen.console.keys_ahead, screen.capture, list[int]()
    chosen: set[int] = set()
    held = False
    try:
        for id_ in holding(capture, text, list(screen.feed.unsettled()), left):
            if id_ is not None:
                chosen.add(id_)
                continue
            await asyncio.sleep(0)  # keys are let through once a flow has begun
            keys.hold()  # what is typed now is meant for what will be selected
            held = True
        if left and capture.archive is not None:
            screen.say(f"'{printable(text)}': looking in {len(left)} large messages of the recording.")
            await asyncio.sleep(0)
            keys.hold()
            held = True
            chosen.update(await _in_file(capture.archive.recording.path, text, left))
    except (CaptureError, sqlite3.Error) as error:
        screen.say(f"Nothing was selected, as the recording cannot be read: {printable(str(error))}", "error")
        return
    finally:
        if held:
            keys.release()
    _selected(screen, screen.feed.select(chosen), text)


async def _in_file(path: Path, text: str, ids: list[int]) -> list[int]:
    unwanted = threading.Event()
    try:
        return await asyncio.to_thread(in_file, path, text, ids, lambda: not unwanted.is_set())
    finally:
        unwanted.set()


def toggle_beats(screen: MainScreen) -> None:
    """Show heart-beats in the feed, or leave them out."""
    matches = screen.feed.matches
    only.release(screen)
    screen.feed.show_beats(not screen.feed.beats)
    if matches is not None:
        only.apply(screen, matches.filter)
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
