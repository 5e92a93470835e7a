"""Export records to a file: asked for in a form, written beside everything else, given up by escape."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stomptui.console.dialogs.export import ExportScreen, Typed
from stomptui.console.widgets.notice import Notice
from stomptui.render.text import printable

if TYPE_CHECKING:
    from stomptui.capture.transfer.alongside import Exporting, Order
    from stomptui.console.screen import MainScreen

LOOK = 0.1
"""Seconds between two looks at how far an export is."""
AGAIN = "One at a time: "
ENDING = 10.0
"""Seconds that one which is given up as the console ends has to remove what it wrote."""


@dataclass
class Exports:
    """The export that is on its way, if one is, and what was typed for the last one."""

    typed: Typed = field(default_factory=Typed)
    running: bool = False
    share: float = 0.0
    cancelled: bool = False

    @property
    def words(self) -> str:
        """How far it is."""
        return f"exporting {self.share:.0%}"

    def cancel(self) -> bool:
        """Give up what is on its way; whether something is."""
        self.cancelled = self.running
        return self.running


async def export(screen: MainScreen) -> None:
    """Open the form and export as it says; one at a time."""
    exports = screen.exports
    if exports.running:
        screen.say(f"{AGAIN}{exports.words}, escape cancels.")
        return
    selected = tuple(sorted(screen.feed.selection))
    sources = _sources(screen, len(selected))
    if not sources:
        screen.say("Nothing to export: nothing came or went yet.", "warning")
        return
    form = ExportScreen(sources, _name(screen), exports.typed)
    request = await screen.ask_for(form)
    exports.typed = form.typed._replace(what="")
    if request is None:
        screen.say("Nothing was exported.")
        return
    from stomptui.capture.transfer.alongside import Order  # late: what it needs takes a while to load

    matches = screen.feed.matches if request.what == "filter" else None
    order = Order(
        *(request.path, request.form, request.beats, request.rules, request.force),
        ids=selected if request.what == "selection" else None,
        wanted=None if matches is None else matches.wanted,
    )
    if request.what == "filter" and matches is None:
        screen.say("Nothing was exported: the filter is gone.", "warning")
        return
    await _carry_out(screen, order)


def _sources(screen: MainScreen, selected: int) -> dict[str, str]:
    """What can be exported, the most likely first, with words on how much that is."""
    capture, matches = screen.capture, screen.feed.matches
    found: dict[str, str] = {}
    if selected:
        found["selection"] = f"{_many(selected)} selected"
    if matches is not None:
        more = "" if matches.scan.whole else f" so far, {matches.scan.share:.0%} looked at"
        found["filter"] = f"{_many(len(matches))}{more}: {printable(matches.filter.text)}"
    if capture.count:
        where = "" if capture.archive is not None else ", from memory: there is no recording"
        beats = len(capture.beats.ids)
        counted = f", {beats:,} of them heart-beats" if beats else ""
        found["all"] = f"{_many(capture.count)} by now{counted}{where}"
    return found


def _many(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"


def _name(screen: MainScreen) -> str:
    """What a file is called unless another name is given: as the recording is, or by the time."""
    archive = screen.capture.archive
    name = archive.recording.path.stem if archive is not None and archive.recording.kept else ""
    return name if name and printable(name) == name else time.strftime("stomptui-%Y%m%d-%H%M%S")


async def _carry_out(screen: MainScreen, order: Order) -> None:
    from stomptui.capture.transfer.target import TransferError

    exports = screen.exports
    exports.running, exports.cancelled, exports.share = True, False, 0.0
    exporting: Exporting | None = None
    try:
        exporting = await _begun(screen, order)
        while exporting is not None and not exporting.ended:
            exports.share = exporting.share
            _tell(screen, order)
            if exports.cancelled:
                exporting.cancel()
            await asyncio.sleep(LOOK)
        _say_what_came(screen, order, exporting)
    except TransferError as error:
        screen.say(f"{error}.", "error")
    finally:
        exports.running = False
        if exporting is not None and not exporting.ended:  # the console ends
            exporting.cancel()
            exporting.wait(ENDING)


async def _begun(screen: MainScreen, order: Order) -> Exporting | None:
    """What runs in a thread; from memory there is a copy to make first. None when given up by then."""
    from stomptui.capture.transfer import alongside

    if screen.capture.archive is not None:
        return alongside.from_file(screen.capture, order)
    steps = alongside.from_memory(screen.capture, order)
    try:
        while not screen.exports.cancelled:
            try:
                next(steps)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            _tell(screen, order)
            await asyncio.sleep(0)
    finally:
        steps.close()
    return None


def _tell(screen: MainScreen, order: Order) -> None:
    """Say how far it is, unless the row has been given to something else."""
    exports, said = screen.exports, screen.query_one(Notice).said
    again = AGAIN if said.startswith(AGAIN) else ""
    if not said or again or said.startswith("exporting ") or exports.share == 0.0:
        screen.say(f"{again}{exports.words}, escape cancels: {order.path.absolute()}")


def _say_what_came(screen: MainScreen, order: Order, exporting: Exporting | None) -> None:
    exports = screen.exports
    exported = None if exporting is None else exporting.result()
    if exported is None or exporting is None:
        screen.say(f"Given up at {exports.share:.0%}: nothing was written to {order.path.absolute()}.")
        return
    exports.typed = exports.typed._replace(path="")
    bodies = order.form == "bodies"
    count = exported.records
    what = f"{count:,} bod{'y' if count == 1 else 'ies'}" if bodies else _many(count)
    words = f"{what} to {order.path.absolute()} ({'0700' if bodies else '0600'})"
    if exported.removed:
        words += f"; removed: {', '.join(exported.removed)}"
    elif order.rules:
        words += "; removed: nothing, for there was nothing to remove"
    if exporting.missing:
        words += f"; {exporting.missing:,} of the newest are not in it, as they could not be recorded yet"
    screen.say(f"{words}.", "result")
