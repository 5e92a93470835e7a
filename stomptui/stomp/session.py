"""One connection without its wire: what arrives becomes events, what is to be sent becomes octets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from stomptui.stomp import frame as frames
from stomptui.stomp import settling
from stomptui.stomp.arrivals import message
from stomptui.stomp.codec import Decoder, HeartBeat, Limits, Malformed, encode
from stomptui.stomp.dialect import SPECIFICATION, Dialect
from stomptui.stomp.errors import LocalProtocolError, RemoteProtocolError
from stomptui.stomp.events import Connected, Event
from stomptui.stomp.frame import AckMode, Frame, Headers, hidden
from stomptui.stomp.heartbeat import MARGIN, receive_overdue_at, send_due
from stomptui.stomp.ledger import Unsettled
from stomptui.stomp.phase import TRANSACTED, Phase
from stomptui.stomp.rules import refusal, unsettleable
from stomptui.stomp.state import State
from stomptui.stomp.unruly import Broken, Unruly, put_off, unruly

if TYPE_CHECKING:
    from stomptui.stomp.subscription import Subscription

_ALIVE = (Phase.CONNECTED, Phase.DISCONNECTING)

SECRET_LENGTH = 4
"""Characters from which on a value is looked for in what the broker answers."""


class Sent(NamedTuple):
    """The octets to write now, the events of it, and the number of the frame (0 when it is none)."""

    data: bytes
    events: list[Event]
    number: int = 0

    def __repr__(self) -> str:  # The octets of CONNECT hold the passcode.
        return f"Sent({len(self.data)} octets, {self.events!r}, {self.number})"


class Session:
    """Decoder and State of one connection, and the rules of what may be sent.

    Times are seconds of the driver's monotonic clock, `heart_beat` a pair of milliseconds, `grace` the
    seconds beyond two heart-beat periods after which a silent broker is late. `redact` names the headers
    whose values are replaced in the FrameSent of CONNECT.
    """

    def __init__(
        self,
        host: str = "/",
        *,
        login: str | None = None,
        passcode: str | None = None,
        heart_beat: tuple[int, int] = (10_000, 10_000),
        versions: Iterable[str] = ("1.0", "1.1", "1.2"),
        headers: Headers = (),
        escape_connect: bool = False,
        connection: int = 1,
        recognise: Callable[[Frame], Dialect] = lambda _: SPECIFICATION,
        limits: Limits | None = None,
        strict: bool = False,
        grace: float = MARGIN,
        redact: Iterable[str] = ("passcode",),
    ) -> None:
        self.state = State(connection, recognise, redact)
        self.decoder = Decoder(limits=limits if limits is not None else Limits(), strict=strict)
        self.grace = grace
        self.escape_connect = escape_connect
        self._connect = frames.connect(
            host, versions=versions, login=login, passcode=passcode, heart_beat=heart_beat, headers=headers
        )
        self._secrets = secrets(self._connect, self.state.redact)
        self._agreed: str | None = None
        self._fresh = False
        self._judged_from = 0.0
        self._paused = False
        self._missed = False
        self.unruly: Unruly | None = None
        """How our heart-beats are sent otherwise than promised; may be over by now."""
        self._broken = Broken()
        self._last_receipt = self._last_subscription = self._last_transaction = 0

    def succeed(self, predecessor: Session) -> None:
        """Go on counting where `predecessor` ended, so that no number and no name comes a second time."""
        self.state.succeed(predecessor.state)
        self._last_receipt = predecessor._last_receipt
        self._last_subscription = predecessor._last_subscription
        self._last_transaction = predecessor._last_transaction

    def connect(self, now: float) -> Sent:
        """CONNECT with what the session was made with."""
        return self.transmit(self._connect, now)

    def receive(self, data: bytes | bytearray | memoryview) -> None:
        """Take octets from the broker; only buffers them."""
        self._fresh = True
        self.decoder.receive(data)

    def next_events(self, now: float, items: int = 1) -> list[Event]:
        """The events of the next `items`, empty when more octets are needed.

        Raises RemoteProtocolError where the broker's octets can be read no more.
        """
        self._heard(now)
        state = self.state
        events: list[Event] = []
        try:
            for item in self.decoder:
                if item.__class__ is Frame:
                    if item.command == "MESSAGE":
                        events.append(message(state, item, now))
                    else:
                        if item.command == "ERROR" and self._secrets:
                            item = item.without(self._secrets)
                        told = state.observe("to_client", item, now)
                        if item.command == "CONNECTED":
                            self._agree(first=type(told[0]) is Connected)
                        events += told
                elif isinstance(item, HeartBeat):
                    events += state.observe_beat("to_client", now, item.count)
                else:
                    assert isinstance(item, Malformed)
                    item = item._replace(raw=hidden(item.raw, self._secrets))
                    events += state.observe_malformed(item, now)
                items -= 1
                if not items:
                    break
        except RemoteProtocolError:
            if not events:  # else it is raised again by the next call
                state.observe_failed()
                raise
        return events

    def _agree(self, *, first: bool) -> None:
        """Read on as the first CONNECTED has it; the decoder takes the version of every one."""
        if first:
            self.decoder.escapes_1_0 = self.state.dialect.escapes_1_0
            self._agreed = self.decoder.version
        else:
            self.decoder.version = self._agreed

    def transmit(
        self, frame: Frame, now: float, *, force: bool = False, join: bool = True, automatic: bool = True
    ) -> Sent:
        """The octets of `frame`, which is taken as sent.

        With `join` SEND, ACK and NACK join the open transaction (`state.joined`) unless they name one;
        `automatic` says whether later frames join the one that a BEGIN opens. Raises LocalProtocolError for
        what would harm, unless `force`, and for what cannot be written.
        """
        state = self.state
        if join:
            frame = self._joining(frame)
        if not force and (why_not := refusal(state, frame)) is not None:
            raise LocalProtocolError(why_not)
        data = encode(
            frame,
            state.version,
            escapes_1_0=state.dialect.escapes_1_0,
            escape_connect=self.escape_connect,
        )
        events = state.observe("to_broker", frame.with_raw(data), now)
        if frame.command == "BEGIN" and (begun := state.transactions.get(frame.first("transaction") or "")):
            begun.automatic = automatic
            state.transactions.take(begun)
        return Sent(data, events, state.frames)

    def settle(self, command: str, number: int, now: float, *, told: bool = True) -> Sent:
        """ACK or NACK message `number`: what `transmit` of its `settle_frame` does, mostly in less time.

        Unless `told`, when nobody wants them, there need not be any events.
        """
        state = self.state
        entry = state.ledger.all.get(number)
        sent = None if entry is None else settling.settle(state, command, entry, now, told=told)
        if sent is None:
            return self.transmit(self.settle_frame(command, number), now)
        return tuple.__new__(Sent, sent)  # half the time that Sent() takes

    def why_not(self, frame: Frame, *, join: bool = True) -> str | None:
        """Why `transmit` would refuse `frame` now, None when it would not."""
        return refusal(self.state, self._joining(frame) if join else frame)

    def why_not_settle(self, command: str, number: int) -> str | None:
        """Why message `number` cannot be settled with ACK or NACK now, None when it can be."""
        return unsettleable(self.state, command, number, self._joined(command))

    def settle_frame(
        self,
        command: str,
        number: int,
        *,
        headers: Headers = (),
        receipt: str | None = None,
        transaction: str | None = None,
        force: bool = False,
    ) -> Frame:
        """ACK or NACK of message `number`, with the id that the version needs.

        Raises LocalProtocolError with the reason when it cannot be settled; with `force` only when there
        is nothing to name it by.
        """
        joined = self._joined(command) if transaction is None else transaction
        why_not = unsettleable(self.state, command, number, joined)
        entry = self.state.ledger.get(number) or self.state.ledger.held.get(number)
        if entry is None or (why_not is not None and not force) or str(entry.key).startswith("\0"):
            raise LocalProtocolError(why_not or f"{command} of {number:05d}: nothing names it")
        named = _named(entry, self.state.version, self.state.subscriptions.get(entry.subscription))
        return frames.settle(command, named, transaction=transaction, receipt=receipt, headers=headers)

    def subscribe_frame(
        self,
        destination: str,
        *,
        mode: AckMode = AckMode.CLIENT_INDIVIDUAL,
        prefetch: int | None = None,
        id: str | None = None,
        headers: Headers = (),
        receipt: str | None = None,
    ) -> Frame:
        """SUBSCRIBE, with the prefetch in the broker's own header if it has one, else without."""
        own = frames.pairs(headers)
        name = self.state.dialect.prefetch_header
        if prefetch is not None and name is not None and all(header != name for header, _ in own):
            own = ((name, str(prefetch)), *own)
        id = self.next_subscription_id() if id is None else id
        return frames.subscribe(destination, id, ack=mode, headers=own, receipt=receipt)

    def unsubscribe_frame(
        self,
        id: str,
        *,
        headers: Headers = (),
        receipt: str | None = None,
    ) -> Frame:
        """UNSUBSCRIBE; in STOMP 1.0 with the destination, which is all there is where SUBSCRIBE had no id."""
        made = self.state.subscriptions.get(id)
        if self.state.version != "1.0" or made is None:
            return frames.unsubscribe(id, headers=headers, receipt=receipt)
        frame = frames.unsubscribe(id, destination=made.destination, headers=headers, receipt=receipt)
        return frame if made.named else Frame(frame.command, frame.headers[1:])

    def next_receipt(self) -> str:
        """A receipt-id that was not used on this connection: r-1, r-2, ..."""
        self._last_receipt += 1
        return f"r-{self._last_receipt}"

    def next_subscription_id(self) -> str:
        """A subscription id that was not used on this connection: 1, 2, ..."""
        self._last_subscription += 1
        while str(self._last_subscription) in self.state.subscriptions:
            self._last_subscription += 1
        return str(self._last_subscription)

    def next_transaction(self) -> str:
        """A transaction name that was not used on this connection: tx-1, tx-2, ..."""
        self._last_transaction += 1
        while f"tx-{self._last_transaction}" in self.state.transactions:
            self._last_transaction += 1
        return f"tx-{self._last_transaction}"

    def join(self, name: str | None) -> None:
        """Let new frames join transaction `name`, or none (outside), until `join_automatically`.

        Raises LocalProtocolError when that transaction is not open.
        """
        if name is not None and name not in self.state.transactions:
            raise LocalProtocolError(f"transaction {name} is not open; begin it first")
        self.state.automatic, self.state.choice = False, name

    def join_automatically(self) -> None:
        """Let new frames join the one open transaction again."""
        self.state.automatic, self.state.choice = True, None

    def tick(self, now: float) -> Sent:
        """What is due at `now`: our heart-beat, the broker's that is missing, graces that end."""
        self._heard(now)
        state = self.state
        events = state.advance(now)
        if self.unruly is not None and not self.unruly.left(now):
            self.unruly = None
        if state.phase in _ALIVE:
            state.beats_omitted += self._broken.more(state.beats, state.last_sent, now)
        due = self._send_due()
        if due is not None and due <= now:
            events += state.observe_beat("to_broker", now)
        overdue = self._overdue_at()
        if overdue is not None and overdue <= now:
            self._missed = True
            events += state.observe_missed(now)
        return Sent(b"\n" if due is not None and due <= now else b"", events)

    def deadline(self) -> float | None:
        """When `tick` is to be called next, None when nothing is due by itself."""
        times = (self._send_due(), self._breaks_at(), self._overdue_at(), self.state.receipts.grace_ends())
        return min((time for time in times if time is not None), default=None)

    def misbehave(self, by: float, seconds: float, now: float) -> None:
        """Send our heart-beats `by` seconds later, or not at all (`unruly.WITHHELD`), for `seconds` from now.

        Raises LocalProtocolError when none are in effect, ValueError for what is no time or too long.
        """
        if self.state.phase is not Phase.CONNECTED or self.state.beats.send is None:
            raise LocalProtocolError("no heart-beats from here are in effect: there are none to withhold")
        self.unruly = unruly(by, seconds, now)

    def paused(self, now: float) -> None:
        """Nobody reads the wire from now on: no heart-beat is judged missed."""
        self._paused = True

    def resumed(self, now: float) -> None:
        """The wire is read again: the broker's silence counts from now."""
        self._paused = False
        self._judged_from = now

    def closed(self, reason: str, now: float, clean: bool) -> list[Event]:
        """The transport ended; whatever was open is lost and whatever was awaited stays unknown."""
        self.unruly = None
        return self.state.advance(now) + self.state.observe_closed(reason, now, clean)

    def _heard(self, now: float) -> None:
        if self._fresh:
            self._fresh = self._missed = False
            self.state.heard(now, self._judged_from)

    def _send_due(self) -> float | None:
        state = self.state
        if state.phase not in _ALIVE or state.last_sent is None:
            return None
        due = send_due(state.beats, state.last_sent)
        return None if due is None else put_off(due, self.unruly)

    def _breaks_at(self) -> float | None:
        """When our promise is broken once more: only on purpose is that to be expected."""
        state = self.state
        if self.unruly is None or state.phase not in _ALIVE:
            return None
        return self._broken.next_at(state.beats, state.last_sent)

    def _overdue_at(self) -> float | None:
        state = self.state
        if self._paused or self._missed or state.phase not in _ALIVE or state.last_received is None:
            return None
        return receive_overdue_at(state.beats, max(state.last_received, self._judged_from), self.grace)

    def _joining(self, frame: Frame) -> Frame:
        name = self._joined(frame.command) if frame.command in TRANSACTED else None
        if name is None or frame.first("transaction") is not None:
            return frame
        return Frame(frame.command, (*frame.headers, ("transaction", name)), frame.body)

    def _joined(self, command: str) -> str | None:
        dialect = self.state.dialect
        allowed = {"ACK": dialect.ack_in_transaction, "NACK": dialect.nack_in_transaction}
        return self.state.joined if allowed.get(command, True) else None


def _named(entry: Unsettled, version: str | None, made: Subscription | None) -> tuple[tuple[str, str], ...]:
    """The headers that name a message in an ACK of `version`."""
    key = entry.key
    if isinstance(key, str):
        return (("id", key),)
    if version == "1.0" and made is not None and not made.named:
        return (("message-id", key[1]),)
    return (("subscription", key[0]), ("message-id", key[1]))


def secrets(connect: Frame, names: Iterable[str]) -> tuple[bytes, ...]:
    """What of a CONNECT no answer may show again: values of the headers `names`, plain and as escaped.

    A value of three characters, or the login itself, would hide more than it keeps.
    """
    secret = {name.lower() for name in names}
    login = connect.first("login")
    values = [value for name, value in connect.headers if name.strip().lower() in secret and value != login]
    # Values that UTF-8 cannot write are refused when CONNECT is encoded: no ERROR can quote them.
    plain = [octets for value in values if (octets := _octets(value)) and len(value) >= SECRET_LENGTH]
    escaped = [value.replace(b"\\", b"\\\\").replace(b":", b"\\c") for value in plain]
    return tuple(sorted({*plain, *escaped}, key=len, reverse=True))


def _octets(value: str) -> bytes:
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return b""
