"""Replays steps into a broker: on time, a window of SENDs in flight, stopping where it has to."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING

from stomptui.commands.replay_flight import WINDOW, Flight, Sent
from stomptui.stomp.dialect import SPECIFICATION
from stomptui.stomp.errors import LocalProtocolError, Offline, StompError
from stomptui.stomp.frame import Frame
from stomptui.stomp.receipts import GRACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stomptui.capture.replay import Step
    from stomptui.commands.replay_journal import Journal
    from stomptui.net.client import Client
    from stomptui.net.connect import Connecting
    from stomptui.stomp.events import Event

PATIENCE = 30.0
"""Seconds that a receipt may take: brokers short of memory hold them back for long."""
BRIEF = 2.0
"""Seconds that what is in flight has once the user wants an end, and DISCONNECT."""
TURN = 0.004
"""Seconds of sending after which what has arrived is read."""


class End(Enum):
    """Why no more is sent."""

    DONE = "everything was sent"
    REJECTED = "a SEND was refused"
    CLOSED = "the connection was lost"
    LATE = "a receipt did not come in time"
    SIGNAL = "it was told to end"
    JOURNAL = "the journal cannot be written"
    CAPTURE = "the capture cannot be read"


class Replay:
    """One run: `connect` opens a connection with the callback it is given, `steps` says what to send on it.

    Records in `alone` are in flight alone, so that whatever is refused then is known to be that one.

    `run` raises StompError when no connection can be made; all else is in `flight`, `end`, `sent`, `seconds`,
    `late` (the most seconds by which a SEND left after its time), `signal` (its number, if one ended it),
    `words` (why the connection could not be made again) and `dialect`.
    """

    def __init__(
        self,
        connect: Callable[[Callable[[list[Event]], None]], Connecting],
        steps: Callable[[Client], Iterator[Step]],
        journal: Journal,
        *,
        keep_going: bool = False,
        window: int = WINDOW,
        alone: Container[int] = (),
        patience: float = PATIENCE,
        tell: Callable[[int], None] = lambda finished: None,
    ) -> None:
        self.flight = Flight(journal, window)
        self.end = End.DONE
        self.late = self.seconds = 0.0
        self.sent = 0
        self.signal = 0
        self.words = ""
        self.dialect = SPECIFICATION
        self._signals = 0
        self._connect = connect
        self._make = steps
        self._steps: Iterator[Step] | None = None
        self._journal = journal
        self._keep_going = keep_going
        self._alone = alone
        self._patience = patience
        self._tell = tell
        self._next: Step | None = None
        self._origin = 0.0
        self._due = 0.0
        self._changed = asyncio.Event()
        self._broken: tuple[End, str] | None = None

    async def run(self) -> None:
        """Send all there is, or until something ends it; returns when nothing more is to be waited for."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._interrupt, number)
        while True:
            try:
                client = await self._open()
            except StompError as error:
                if self._steps is None:
                    raise
                self.words = str(error)  # the end stays what it was: there is something to tell
                return
            if client is None:
                return
            self.dialect = client.state.dialect
            refused = len(self.flight.refusals)
            try:
                await self._drive(client)
            finally:
                with suppress(StompError):
                    await client.disconnect(BRIEF)
            # Only a broker that closed because of a refusal is come back to.
            if not (self._keep_going and self.end is End.CLOSED and len(self.flight.refusals) > refused):
                return
            self.flight.begin()

    async def _open(self) -> Client | None:
        """Connect, None when a signal comes first; raises StompError."""
        opening = asyncio.ensure_future(_awaited(self._connect(self._take)))
        while not opening.done() and not self.signal:
            changed = asyncio.ensure_future(self._changed.wait())
            await asyncio.wait((opening, changed), return_when=asyncio.FIRST_COMPLETED)
            changed.cancel()
            self._changed.clear()
        if self.signal:
            self.end = End.SIGNAL
            opening.cancel()
            await asyncio.wait((opening,))
            if not opening.cancelled() and opening.exception() is None:
                await opening.result().disconnect(BRIEF)
            return None
        return opening.result()

    async def _drive(self, client: Client) -> None:
        """Send on one connection, then wait for what is in flight."""
        flight = self.flight
        begun = asyncio.get_running_loop().time()
        if self._steps is None:
            self._steps = self._make(client)
            self._origin = begun
        while True:
            self.end = await self._send(client)
            await self._drain()
            if flight.closed is not None:
                self.end = End.SIGNAL if self.signal else End.CLOSED
            elif self.end is End.REJECTED and self._keep_going and not (flight.waiting or flight.doubts):
                continue
            break
        # What was refused while it was waited for ends it as well.
        if self.end is End.DONE and flight.refusals and not self._keep_going:
            self.end = End.REJECTED
        flight.over(self._why())
        self.seconds = asyncio.get_running_loop().time() - self._origin
        self._tell(self._finished)

    async def _send(self, client: Client) -> End:
        loop = asyncio.get_running_loop()
        refused = len(self.flight.refusals)
        turn = loop.time()
        while (step := self._take_step()) is not None:
            while (end := self._stops(refused)) is None:
                now = loop.time()
                wait = self._origin + self._due - now
                if self.flight.full or self._must_wait(step.id):
                    wait = self._patience
                elif wait <= 0:
                    break
                await self._wait(min(wait, max(0.0, self._deadline() - now)))
                turn = loop.time()
            if end is not None:
                return end
            self.late = max(self.late, now - self._origin - self._due)
            if (broken := self._send_one(client, step, now)) is not None:
                return broken
            self._next = None
            if now - turn > TURN:
                await asyncio.sleep(0)
                turn = loop.time()
        return self._stops(refused) or End.DONE

    def _take_step(self) -> Step | None:
        if self._next is None and self._steps is not None:
            try:
                self._next = next(self._steps, None)
            except sqlite3.Error as error:
                self._broken = End.CAPTURE, str(error)
            if self._next is not None:
                self._due += self._next.delay
        return self._next

    def _must_wait(self, id_: int) -> bool:
        """Whether what is in flight, or this one, is to be alone there."""
        oldest = next(iter(self.flight.waiting.values()), None)
        return oldest is not None and (id_ in self._alone or oldest.id in self._alone)

    def _send_one(self, client: Client, step: Step, now: float) -> End | None:
        frame = step.frame
        receipt = ("receipt", client.session.next_receipt())
        sent = Sent(step.id, frame.first("destination") or "", len(frame.body), now)
        try:
            self._journal.sending(step.id)
        except OSError as error:
            self._broken = End.JOURNAL, str(error.strerror or error)
            return End.JOURNAL
        try:
            confirmation = client.transmit(Frame("SEND", (*frame.headers, receipt), frame.body), join=False)
        except Offline:
            self._noted(lambda: self._journal.rejected(step.id))  # it never left
            return End.CLOSED
        except LocalProtocolError as error:
            words = str(error)
            self._noted(lambda: self.flight.refuse(sent, words))
            return None
        self.flight.depart(confirmation.number, sent)
        self.sent += 1
        return None

    async def _drain(self) -> None:
        """Wait for what is in flight, as long as it may take."""
        flight = self.flight
        loop = asyncio.get_running_loop()
        until = float("inf")
        while (flight.waiting or flight.doubts) and flight.closed is None and self._broken is None:
            if flight.resolvable:
                await self._wait(GRACE)
                if flight.closed is None and flight.resolvable:
                    flight.resolve()
                continue
            if self._signals > 1:
                break
            if self.signal:
                until = min(until, loop.time() + BRIEF)
            newest = max(sent.at for sent in flight.waiting.values())
            left = min(until, newest + self._patience) - loop.time()
            if left <= 0:
                break
            await self._wait(left)

    def _stops(self, refused: int) -> End | None:
        flight = self.flight
        if self.signal:
            return End.SIGNAL
        if self._broken is not None:
            return self._broken[0]
        if flight.closed is not None:
            return End.CLOSED
        if flight.doubts or (len(flight.refusals) > refused and not self._keep_going):
            return End.REJECTED
        if self._deadline() <= asyncio.get_running_loop().time():
            return End.LATE
        return None

    def _deadline(self) -> float:
        """When the oldest receipt is given up."""
        oldest = next(iter(self.flight.waiting.values()), None)
        return float("inf") if oldest is None else oldest.at + self._patience

    def _why(self) -> str:
        """Why nothing more will be heard of what is in flight."""
        if self.flight.closed is not None:
            return self.flight.closed
        if self._broken is not None:
            return f"{self._broken[0].value}: {self._broken[1]}"
        if self.signal:
            return "stopped before its receipt came"
        return f"no receipt within {self._patience:g} s"

    @property
    def _finished(self) -> int:
        flight = self.flight
        return flight.confirmed + len(flight.refusals) + len(flight.unknown)

    def _take(self, events: Sequence[Event]) -> None:
        self._noted(lambda: self.flight.learn(events))
        self._tell(self._finished)
        self._changed.set()

    def _noted(self, note: Callable[[], None]) -> None:
        try:
            note()
        except OSError as error:
            self._broken = End.JOURNAL, str(error.strerror or error)

    def _interrupt(self, number: int) -> None:
        self.signal = number
        self._signals += 1
        self._changed.set()

    async def _wait(self, seconds: float) -> None:
        """Wait until something happens, at most that long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        self._changed.clear()


async def _awaited(connecting: Connecting) -> Client:
    return await connecting
