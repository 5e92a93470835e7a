"""Take a message out of the console: to the terminal's clipboard, to a file, to the pager."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
import time
from typing import TYPE_CHECKING

from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.dialogs.editor import CannotRun, run_in_terminal
from stomptui.console.dialogs.path import PathRow
from stomptui.console.flows.plan import number_words
from stomptui.render.body import size
from stomptui.render.text import printable, printable_pieces

if TYPE_CHECKING:
    from stomptui.capture.store import Record
    from stomptui.console.screen import MainScreen

CLIPBOARD = 1 << 20
"""Octets that are offered to a terminal's clipboard: few take more than some thousand, none as much."""
AT_ONCE = 1 << 20
"""Octets up to which nothing is said of a file being written for the pager."""


async def copy(screen: MainScreen, record: Record) -> None:
    """Hand the body to the terminal as OSC 52."""
    _copy(screen, record, "The body", _body(record))


async def copy_frame(screen: MainScreen, record: Record) -> None:
    """Hand the frame as it was on the wire to the terminal."""
    _copy(screen, record, "The frame", memoryview(record.raw))


def _copy(screen: MainScreen, record: Record, what: str, view: memoryview) -> None:
    if len(view) > CLIPBOARD:
        screen.say(
            f"{what} of {number_words(record.number)} was not copied: {size(len(view))} are more than "
            "terminals take. w writes a file.",
            "warning",
        )
        return
    octets = bytes(view)
    text = octets.decode("utf-8", "replace")
    screen.app.copy_to_clipboard(text)
    lossy = "" if text.encode() == octets else ", not exact"
    screen.say(
        f"{what} of {number_words(record.number)}, {len(octets)} B, offered to the terminal's clipboard"
        f"{lossy}. w writes a file."
    )


async def save(screen: MainScreen, record: Record) -> None:
    """Write the body to a file the engineer names, byte-exact; an existing one is asked about."""
    answer = await screen.ask_for(
        PathRow(f"Write {len(_body(record))} B of {number_words(record.number)} to")
    )
    if not answer:
        screen.say("Nothing was written.")
        return
    shown = printable(answer)
    try:
        try:
            await asyncio.to_thread(_write, answer, "xb", _body(record))
        except FileExistsError:
            if not await screen.ask_for(ConfirmDialog(f"{shown} exists. Overwrite it?")):
                screen.say("Nothing was written.")
                return
            await asyncio.to_thread(_write, answer, "wb", _body(record))
    except OSError as error:
        screen.say(f"{shown} was not written whole: {error.strerror or error}.", "error")
        return
    screen.say(f"{len(_body(record))} B written to {shown}.")


def _write(path: str, mode: str, octets: memoryview) -> None:
    with open(path, mode) as file:
        file.write(octets)


async def page(screen: MainScreen, record: Record) -> None:
    """Show the body in $PAGER, from a file only this user can read; the connection goes on meanwhile."""
    pager = shlex.split(os.environ.get("PAGER") or "less")
    descriptor, name = tempfile.mkstemp(prefix="stomptui-", suffix=".txt")
    try:
        body = _body(record)
        if len(body) > AT_ONCE:
            screen.say(f"Writing {size(len(body))} for {printable(pager[0])} ...")
        await asyncio.to_thread(_write_readable, descriptor, body)
        status = await run_in_terminal(screen.app, [*pager, name])
    except (CannotRun, OSError) as error:
        screen.say(f"{error}. PAGER names the pager, w writes a file.", "error")
        return
    finally:
        os.unlink(name)
    screen.say(f"{printable(pager[0])} ended{'.' if status == 0 else f' with status {status}.'}")


def _write_readable(descriptor: int, octets: memoryview) -> None:
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        for piece in printable_pieces(octets):
            file.write(piece)
            time.sleep(0)  # the loop goes on between two pieces


def _body(record: Record) -> memoryview:
    return record.frame.view if record.frame is not None else memoryview(record.raw)
