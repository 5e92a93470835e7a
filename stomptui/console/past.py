"""A recording in the place of a client: the state of its connections as it was at the cursor."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stomptui import brokers
from stomptui.capture.files import CaptureError
from stomptui.console.counting import Counting
from stomptui.console.recorded import Recorded
from stomptui.console.view import View
from stomptui.render.text import printable
from stomptui.stomp.errors import StompError
from stomptui.stomp.percent import UriError
from stomptui.stomp.state import State
from stomptui.stomp.uri import parse_uri

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stomptui.capture.moment import Moment, Moments, Steps
    from stomptui.capture.store import Capture

GAP = 0.002
"""Seconds left to everything else between two steps of reading state, of which none takes above 8 ms."""


class Past:
    """Follows the cursor through a recording; `touched` is called when there is more to draw."""

    def __init__(self, path: Path, capture: Capture, moments: Moments) -> None:
        self.path = path
        self.capture = capture
        self.touched: Callable[[], object] = lambda: None
        self.state = State(recognise=brokers.recognise)
        assert capture.archive is not None
        self._counting = Counting(path, capture.archive.recording.look, lambda: self.touched())
        self._moments = moments
        self._id = 0
        self._at_end = True
        self._steps: Steps | None = None
        self._unknown = ""
        self._whole = True
        self._later: asyncio.TimerHandle | None = None
        self._addresses: dict[int, str] = {}

    # -- moving --

    def go_to(self, cursor: int | None) -> None:
        """Have the state be as it was after record `cursor`; after the last one without a cursor.

        Returns after a slice at most; the rest follows by itself.
        """
        id_ = self.capture.last_id if cursor is None else cursor
        self._at_end = id_ >= self.capture.last_id
        if id_ == self._id:
            return
        self._id = id_
        self._stop()
        if id_ == 0:  # in an empty recording
            return
        if (record := self.capture.brief(id_)) is not None:
            self._counting.go_to(record)
        self._steps, self._unknown = self._moments.seek(id_), ""
        self._read_on()

    def _read_on(self) -> None:
        self._later = None
        assert self._steps is not None
        try:
            next(self._steps)
        except StopIteration as done:
            moment: Moment = done.value
            self.state, self._whole, self._steps = moment.state, moment.whole, None
        except (CaptureError, StompError) as error:
            self._unknown, self._steps = str(error), None
        else:
            self._later = asyncio.get_running_loop().call_later(GAP, self._read_on)
        self.touched()

    def close(self) -> None:
        """Read no more."""
        self._counting.close()
        self._stop()

    def _stop(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if self._steps is not None:
            self._steps.close()
            self._steps = None

    # -- looking --

    @property
    def shown(self) -> int | None:
        """The record after which `state` is; None while it is read, or where it cannot be known."""
        return None if self._steps is not None or self._unknown else self._id

    def view(self) -> View:
        """What the panes are shown of the moment."""
        record = self.capture.brief(self._id)
        return View(
            now=0.0 if record is None else record.time,
            address=self._address(self.state.connection),
            state=self.state,
            words=brokers.words(self.state.dialect),
            rate=self._counting.counts.rate(0.0 if record is None else record.time),
            counts=self._counting.counts,
            recorded=Recorded(
                self.path.name,
                None if record is None else record.wall,
                self._at_end,
                None if self._steps is None else self._moments.progress,
                self._unknown,
                self._whole,
                self.capture.next_unsettled(0) is not None,
            ),
        )

    def endpoint(self, connection: int) -> str:
        """The URI of the broker of that connection, as a file says, so any text; empty when it does not."""
        query = "SELECT endpoint FROM connection WHERE connection = ?"
        archive = self.capture.archive
        row = archive and archive.recording.look.execute(query, (connection,)).fetchone()
        return str(row[0] or "") if row else ""

    def _address(self, connection: int) -> str:
        """Where that connection went, as a file says; empty when it does not."""
        if connection not in self._addresses:
            text = self.endpoint(connection)
            try:
                address = parse_uri(text).address if text else ""
            except UriError:
                address = text
            self._addresses[connection] = printable(address)
        return self._addresses[connection]
