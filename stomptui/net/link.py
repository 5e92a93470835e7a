"""One connection: transport, session, heart-beat timer and back-pressure; out of it come events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stomptui.net.cork import Cork
from stomptui.net.parting import Parting
from stomptui.net.slot import Slot
from stomptui.stomp import settling
from stomptui.stomp.errors import LocalProtocolError, Offline, RemoteProtocolError
from stomptui.stomp.events import Closed, Event, FrameSent, HeartBeatMissed, MessageReceived, Settled
from stomptui.stomp.phase import UNREADABLE

if TYPE_CHECKING:
    from stomptui.net.transport import Transport
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.session import Sent, Session

AT_ONCE = 32
"""Items of a slice between two looks at the clock: some tenths of a millisecond."""

BACKLOG_LIMIT = 64 * 1024 * 1024
"""Octets written that the broker has not read, above which a frame is refused instead of kept in memory."""

CLOSE_LIMIT = 1.0
"""Seconds that what was written last may take to leave when a connection is closed."""

FIRST = 64
"""Octets kept of the very first ones received: they tell an HTTP server or a TLS port from a broker."""

Take = Callable[[list[Event]], None]


def _nobody(events: list[Event]) -> None:
    pass


class Link:
    """A connection under way; made first, then given its transport with `begin`.

    Calls `take(events)` once a slice, and once for all that is sent, always in order. `closed` is
    a future with the Closed event; it never holds an exception.
    """

    def __init__(self, session: Session, *, close_on_missed: bool = True) -> None:
        self.session = session
        self.connection = session.state.connection
        self.take: Take = _nobody
        self.first = b""
        """The first octets that came."""
        self.received_octets = 0
        self.doubt: Callable[[bytes], str | None] | None = None
        """Says what is wrong with the first octets, None while they may be STOMP; asked while it is set."""
        self.error: Exception | None = None
        """The exception that ended the connection, if one did: the system's, or RemoteProtocolError."""
        self._close_on_missed = close_on_missed
        self._loop = asyncio.get_running_loop()
        self.closed: asyncio.Future[Closed] = self._loop.create_future()
        self._transport: Transport | None = None
        self.held = False  # too much is undelivered
        self._stopped = False  # the user stopped reading
        self._resting = False  # the budget of this slot is used
        self._unread = False  # the decoder holds items
        self._ended = False  # the transport has
        self._reading = True
        self.slot = Slot()
        self._clock = self._loop.time
        self._now = 0.0
        self.must_give_way = False
        """Whether others have not run for long by the time of what was sent last."""
        self._give_way_at = 0.0
        self._next: asyncio.Handle | None = None
        self._beat: asyncio.TimerHandle | None = None
        self.has_room = True
        """Whether what waits to be written is below the high-water mark."""
        self._writable = asyncio.Event()
        self._writable.set()
        self._delivering = False
        self._waiting: list[Event] = []
        self._cork = Cork(self._loop)
        self.watched = True
        """Whether somebody wants every event; else those that only tell what was sent may be left out."""
        self._parting = Parting()

    def begin(self, transport: Transport) -> None:
        """Start the session on an open transport: send CONNECT, then look at what had come before."""
        self._transport = self._cork.transport = transport
        self._send(self.session.connect(self._loop.time()))
        if self._unread:
            self._look()
        if self._ended:
            self._next_slice()

    # Writing.

    def transmit(
        self, frame: Frame, *, force: bool = False, join: bool = True, automatic: bool = True
    ) -> FrameSent:
        """Send one frame at once; raises LocalProtocolError when it is refused."""
        self._may_write()
        now = self._sending_at()
        sent = self.session.transmit(frame, now, force=force, join=join, automatic=automatic)
        self._send(sent)
        return next(event for event in sent.events if type(event) is FrameSent)

    def settle(self, command: str, number: int) -> tuple[int, str | None]:
        """Send ACK or NACK of message `number` as `transmit` would its frame, mostly in less time.

        Gives the number of the frame and the transaction in which it waits.
        """
        if not self.has_room:
            self._may_write()
        now = self._sending_at()
        state = self.session.state
        entry = state.ledger.all.get(number)
        done = None if entry is None else settling.settle(state, command, entry, now, told=self.watched)
        if done is None:
            self._may_write()  # an ended connection always comes this way
            sent = self.transmit(self.session.settle_frame(command, number))
            return sent.number, sent.transaction
        data, events, sent_as = done
        self._cork.write(data)
        # No deadline is nearer than before: it need not be looked at, and the timer finds out by itself.
        if events:
            self._deliver(events)
        return sent_as, None

    @contextmanager
    def one_write(self) -> Iterator[None]:
        """What is sent inside leaves in one write and is told in one list, at the end."""
        self._cork.push()
        delivering, self._delivering = self._delivering, True
        try:
            yield
        finally:
            self._delivering = delivering
            self._cork.pull()
            self._deliver([])

    async def writable(self) -> None:
        """Wait while more is written than the broker reads; raises Offline when it has ended."""
        while not self.has_room and not self.closed.done():
            waiting = asyncio.ensure_future(self._writable.wait())
            try:
                await asyncio.wait((waiting, self.closed), return_when=asyncio.FIRST_COMPLETED)
            finally:
                waiting.cancel()
        self.must_be_open()

    async def give_way(self) -> None:
        """Let others run once in a while: a loop that only sends would never wait by itself."""
        if self.must_give_way:
            self.must_give_way = False
            self._give_way_at = self._now + self.slot.budget
            await asyncio.sleep(0)

    @property
    def ended_why(self) -> str | None:
        """Why the connection has ended, None while it has not."""
        return self.closed.result().reason if self.closed.done() else None

    def must_be_open(self) -> None:
        if self.ended_why is not None:
            raise Offline(f"the connection has ended: {self.ended_why}")

    def _sending_at(self) -> float:
        self._now = now = self._clock()
        if now > self._give_way_at:
            self.must_give_way = True
        return now

    def _may_write(self) -> None:
        if self.closed.done():
            self.must_be_open()
        if not self.has_room and self._transport and self._transport.backlog() > BACKLOG_LIMIT:
            raise LocalProtocolError(
                f"the broker has not read the last {BACKLOG_LIMIT >> 20} MiB that were sent; wait for it"
            )

    def _send(self, sent: Sent) -> None:
        self._cork.write(sent.data)
        self._deliver(sent.events)
        self._arm()

    def write_ready(self, ready: bool) -> None:
        self.has_room = ready
        if ready:
            self._writable.set()
        else:
            self._writable.clear()

    # Reading.

    def stop(self, stopped: bool) -> None:
        """Stop reading, or read again: the broker holds what is beyond."""
        self._stopped = stopped
        self._resume()

    def hold(self, held: bool) -> None:
        """Read no further because too much is undelivered, or go on; cheap when nothing changes."""
        if held is not self.held:
            self.held = held
            self._resume()

    def _resume(self) -> None:
        if self._unread and self._next is None and not (self._stopped or self.held):
            self._next = self._loop.call_soon(self._next_slice)
        self._steer()

    def received(self, data: memoryview) -> None:
        if len(self.first) < FIRST:
            self.first += bytes(data[: FIRST - len(self.first)])
        self.received_octets += len(data)
        self.session.receive(data)
        self._unread = True
        if self._transport is not None:  # else a peer speaks while the way to it is still being opened
            when = self.slot.too_early(len(data), self._clock())
            if when is None or self._resting or self.doubt is not None:
                self._look()
            elif self._next is None:
                self._rest(when)

    def _rest(self, until: float) -> None:
        self._resting = True
        self._next = self._loop.call_at(until, self._next_slice)
        self._steer()

    def _look(self) -> None:
        if self.doubt is not None and (words := self.doubt(self.first)) is not None:
            self._break(RemoteProtocolError(words))
        elif not self._resting and not self._ended:
            self._slice()

    def ended(self, error: Exception | None) -> None:
        """What was read before the end is delivered first, also when reading was paused."""
        self.error = error
        self._ended = True
        if self._next is None and self._transport is not None:
            self._next_slice()

    def _next_slice(self) -> None:
        self._next = None
        self._resting = False
        self._slice()

    def _slice(self) -> None:
        if self.closed.done():
            return
        clock = self._loop.time
        now = clock()
        stop = self.slot.begin(now)
        session = self.session
        events: list[Event] = []
        broken: RemoteProtocolError | None = None
        try:
            while (now < stop and not (self.held or self._stopped)) or self._ended:
                found = session.next_events(now, AT_ONCE)
                if not found:
                    self._unread = False
                    break
                events += found
                now = clock()
                if now >= stop:
                    break
        except RemoteProtocolError as error:
            broken = error
            self._unread = False
        if events:
            self._deliver(events)
            self._cork.push()  # the ACKs that iterations send for these leave together
        used = self.slot.end(clock())
        if self.closed.done():
            return
        if broken is not None:
            self._break(broken)
        elif self._ended and not self._unread:
            self._finish()
        else:
            if used is not None and self._next is None:
                self._rest(used)
            else:
                self._steer()
            self._arm()

    def _steer(self) -> None:
        # Reading goes on only once the decoder is empty, so that it never holds more than one read.
        wanted = not (self.held or self._stopped or self._resting or self._unread or self._ended)
        if wanted is self._reading or self.closed.done() or self._transport is None:
            return
        self._reading = wanted
        if wanted:
            self._transport.resume_reading()
            self.session.resumed(self._loop.time())
        else:
            self._transport.pause_reading()
            self.session.paused(self._loop.time())
        self._arm()

    def _deliver(self, events: list[Event]) -> None:
        self._waiting += events
        if self._delivering:
            return  # somebody sends from within `take`: it gets those events when it is back
        self._delivering = True
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                self._watch(batch)
                self.take(batch)
        finally:
            self._delivering = False

    def _watch(self, events: list[Event]) -> None:
        for event in events:
            if type(event) is MessageReceived or type(event) is Settled:
                continue
            self._parting.see(event)
            if isinstance(event, HeartBeatMissed) and self._close_on_missed:
                self._loop.call_soon(self._missed, event.silence)

    # Heart-beats.

    def _arm(self) -> None:
        due = None if self.closed.done() else self.session.deadline()
        if due is None:
            return
        # A timer that fires too early arms itself again: cheaper than a new one for every frame.
        if self._beat is None or due < self._beat.when():
            if self._beat is not None:
                self._beat.cancel()
            # Never in the past: a session that is late is asked again in a moment, not in a tight circle.
            self._beat = self._loop.call_at(max(due, self._loop.time() + 0.001), self._tick)

    def misbehave(self, by: float, seconds: float) -> None:
        self.must_be_open()
        self.session.misbehave(by, seconds, self._loop.time())
        self._arm()

    def behave(self) -> None:
        self.session.unruly = None
        self._arm()

    def _tick(self) -> None:
        self._beat = None
        if not self.closed.done():
            self._send(self.session.tick(self._loop.time()))

    def _missed(self, silence: float) -> None:
        self.abort(f"the broker was silent for {silence:.0f} s though it had promised heart-beats")

    # The end.

    async def close(self, reason: str, *, clean: bool) -> None:
        """End the connection from this side: what was written leaves first, within a bounded time."""
        transport = self._transport
        self._report(reason, clean)
        if transport is not None:
            transport.close()
            try:
                async with asyncio.timeout(CLOSE_LIMIT):
                    await transport.gone()
            except TimeoutError:
                pass
            finally:  # cancelled too: a peer that does not read would hold it open for ever
                transport.abort()

    def abort(self, reason: str) -> None:
        """End the connection from this side at once; does nothing when it has ended."""
        self._report(reason, clean=False)
        if self._transport is not None:
            self._transport.abort()

    def _break(self, error: RemoteProtocolError) -> None:
        self.error = error
        self.abort(f"{UNREADABLE}: {error}")

    def _finish(self) -> None:
        unread = len(self.session.decoder.unread)
        said = "" if self._transport is None else self._transport.said
        self._report(*self._parting.reason(self.error, unread=unread, said=said))
        if self._transport is not None:
            self._transport.abort()

    def _report(self, reason: str, clean: bool) -> None:
        if self.closed.done():
            return
        self._cork.pull()
        now = self._loop.time()
        events = self.session.closed(reason, now, clean)
        last = next((event for event in reversed(events) if type(event) is Closed), None)
        self.closed.set_result(last or Closed(self.session.state.connection, now, reason, clean))
        for handle in (self._next, self._beat):
            if handle is not None:
                handle.cancel()
        self.write_ready(True)
        self._deliver(events)
