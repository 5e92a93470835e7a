"""One client's socket: octets to frames and back, heart-beats, limits, and switched-on faults."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from stomptui.demo.destinations import Destinations
from stomptui.demo.faults import Faults
from stomptui.demo.peer import Peer
from stomptui.demo.refusals import Refused
from stomptui.stomp.codec import Decoder, Limits, Malformed, encode, escape
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.frame import Frame

BEAT_MARGIN = 0.2
"""Seconds beyond twice the agreed period before a silent client is cut: the loop may be late itself."""
FRAME_END = b"\n"
"""Written after each frame's NUL, as RabbitMQ and ActiveMQ do: the next EOL is surely a heart-beat then."""
OWED_LIMIT = 1 << 20
"""Octets of answers kept for a client that does not read; MESSAGEs do not count, they stop before it."""


class Connection(asyncio.Protocol):
    """A `Peer` on a socket. `changed` is called after whatever it did, `received` with every frame."""

    def __init__(
        self,
        number: int,
        destinations: Destinations,
        faults: Faults,
        limits: Limits,
        login_time: float,
        received: Callable[[Frame], None],
        changed: Callable[[Connection], None],
    ) -> None:
        self.peer = Peer(number, destinations, faults, self._write, self._writable)
        self.faults = faults
        self.login_time = login_time
        self.received = received
        self.changed = changed
        self.open = True
        self.frames = 0
        """Frames written, faults included."""
        self.beats = 0
        """Heart-beats written."""
        self._decoder = Decoder(limits=limits, strict=True)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._full = False
        self._owed = 0
        self._last_received = self._loop.time()
        self._delayed: deque[Frame | None] = deque()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    # what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._later("login", self.login_time, self._end)
        if self.peer.closing:  # the broker ended while this client was being accepted
            self._end()
        self.changed(self)

    def data_received(self, data: bytes) -> None:
        self._last_received = self._loop.time()
        self._decoder.receive(data)
        try:
            for item in self._decoder:
                if self.peer.closing:
                    break
                if isinstance(item, Frame):
                    self.received(item)
                    self._frame(item)
                elif isinstance(item, Malformed):
                    raise RemoteProtocolError(item.words, item.offset)
        except RemoteProtocolError as error:
            refusal = Refused(
                "malformed frame", f"No frame can be read from octet {error.offset} on: {error}."
            )
            self._write(refusal.error(None))
            self.peer.closing = True
        if self.peer.closing:
            self._end()
        self.changed(self)

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        self._owed = 0
        self._resume()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        for timer in self._timers.values():
            timer.cancel()
        self._delayed.clear()
        self.peer.gone()
        self.changed(self)

    # what the broker calls

    def close(self, *, reset: bool = False) -> None:
        """End the connection now, without ERROR; `reset` drops what is not written yet."""
        self.peer.closing = True
        if self._transport is not None:
            if reset or self._transport.get_write_buffer_size():
                self._transport.abort()
            else:
                self._transport.close()

    # reading

    def _frame(self, frame: Frame) -> None:
        was = self.peer.greeting
        self.peer.receive(frame)
        greeting = self.peer.greeting
        if greeting is None or was is not None:
            return
        self._timers.pop("login").cancel()
        self._decoder.version = greeting.version
        if greeting.beats.send:
            self._beat(greeting.beats.send / 2)
        if greeting.beats.receive:
            self._listen(2 * greeting.beats.receive + BEAT_MARGIN)

    def _listen(self, patience: float) -> None:
        """End the connection when nothing came for so many seconds, as brokers do: without ERROR."""
        left = self._last_received + patience - self._loop.time()
        if left <= 0:
            self._end()
        else:
            self._later("listen", left, lambda: self._listen(patience))

    # writing

    def _beat(self, period: float) -> None:
        """A heart-beat every `period` seconds: half of what was promised, so that none is late."""
        self._later("beat", period, lambda: self._beat(period))
        if not self._delayed and not self._silent() and not self.faults.no_heart_beats and not self._full:
            self._transmit(b"\n")
            self.beats += 1

    def _writable(self) -> bool:
        return self.open and not self._full and not self._delayed

    def _write(self, frame: Frame) -> None:
        if self.faults.slow or self._delayed:
            self._delay(frame)
        else:
            self._write_now(frame)

    def _delay(self, frame: Frame | None) -> None:
        """Queue a frame, or the end of the connection (None), behind those that wait already."""
        self._delayed.append(frame)
        if len(self._delayed) == 1:
            self._later("slow", self.faults.slow, self._next_delayed)

    def _next_delayed(self) -> None:
        frame = self._delayed.popleft()
        if frame is None:
            self._end()
            return
        self._write_now(frame)
        if self._delayed:
            self._later("slow", self.faults.slow, self._next_delayed)
        else:
            self._resume()

    def _write_now(self, frame: Frame) -> None:
        if self._silent():
            return
        version = self.peer.version
        data = encode(writable(frame, version), version) + FRAME_END
        if self.faults.close_after is not None and self.frames >= self.faults.close_after:
            self._transmit(data[: len(data) // 2])
            self._end()
            return
        self.frames += 1
        self._transmit(data)
        if self._full and frame.command != "MESSAGE":
            self._owed += len(data)
            if self._owed > OWED_LIMIT:
                self.close(reset=True)

    def _transmit(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _resume(self) -> None:
        """Deliver what waited for room in this connection."""
        for subscription in self.peer.subscriptions.values():
            self.peer.destinations.changed(subscription.queue)
        self.peer.destinations.dispatch()
        self.changed(self)

    def _silent(self) -> bool:
        return self.faults.silent_after is not None and self.frames >= self.faults.silent_after

    def _end(self) -> None:
        """Close once everything is written."""
        self.peer.closing = True
        if self._delayed:
            self._delay(None)
        elif self._transport is not None:
            self._transport.close()

    def _later(self, name: str, seconds: float, call: Callable[[], None]) -> None:
        if self.open:
            self._timers[name] = self._loop.call_later(seconds, call)


def writable(frame: Frame, version: str | None) -> Frame:
    r"""The frame as `version` can write it: what it has no escape for becomes the text of STOMP 1.2's escape.

    That is a carriage return in 1.1; CR, LF and a colon in a name in 1.0, where that text is escaped whole.
    """
    if version == "1.1":
        headers = [(name.replace("\r", "\\r"), value.replace("\r", "\\r")) for name, value in frame.headers]
    elif version == "1.0":
        headers = [(_flat(name, "\r\n:"), _flat(value, "\r\n")) for name, value in frame.headers]
    else:
        return frame
    return Frame(frame.command, headers, frame.body)


def _flat(text: str, forbidden: str) -> str:
    return escape(text, "1.2") if any(character in text for character in forbidden) else text
