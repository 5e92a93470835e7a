"""From one delivery of a message to the one before it, or after it."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

from stomptui.capture.again import after_in_file
from stomptui.capture.files import CaptureError
from stomptui.console.flows.look import go_to
from stomptui.console.flows.plan import number_words
from stomptui.render.text import printable

if TYPE_CHECKING:
    from stomptui.capture.store import Record
    from stomptui.console.screen import MainScreen


def earlier(screen: MainScreen) -> None:
    """Go to the delivery before this one, and say what sent it back."""
    record = screen.record
    if record is None:
        return
    here = number_words(record.number)
    if record.earlier is None:
        known = record.deliveries > 1 or _redelivered(record)
        why = "it came before, but not here" if known else "it came once, as far as is known"
        screen.say(f"{here} has no earlier delivery here: {why}.", "warning")
        return
    gone = screen.state.ledger.gone(record.earlier) if record.connection == screen.state.connection else None
    by = f", which frame {number_words(gone.by)} gave back" if gone is not None and gone.by else ""
    _go(screen, record, record.earlier, f"{number_words(record.earlier)}{by}, came again as {here}.")


async def later(screen: MainScreen) -> None:
    """Go to the delivery after this one."""
    record = screen.record
    if record is None:
        return
    here, past = number_words(record.number), screen.console.past
    number = screen.capture.again.after(record.connection, record.number)
    archive = screen.capture.archive
    if number is None and past is not None and archive is not None:
        path = archive.recording.path
        try:
            number = await asyncio.to_thread(after_in_file, path, record.connection, record.number)
        except (CaptureError, sqlite3.Error) as error:
            screen.say(f"The recording cannot be read: {printable(str(error))}", "error")
            return
    if number is None:
        screen.say(f"{here} has not come again on this connection.", "warning")
        return
    _go(screen, record, number, f"{number_words(number)}, delivered after {here}.")


def _go(screen: MainScreen, record: Record, number: int, words: str) -> None:
    if go_to(screen, record.connection, number):
        screen.say_here(words)


def _redelivered(record: Record) -> bool:
    return record.frame is not None and record.frame.first("redelivered") == "true"
