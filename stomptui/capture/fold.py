"""What events other than an arriving MESSAGE do to what is kept."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from stomptui.capture.batch import Link
from stomptui.capture.record import About, Kind, elapsed
from stomptui.capture.segment import Extra
from stomptui.stomp import events as ev
from stomptui.stomp.events import Event, Settlement
from stomptui.stomp.frame import SECRETS

if TYPE_CHECKING:
    from stomptui.capture.store import Capture

IN_TRANSACTION = frozenset({"SEND", "ACK", "NACK"})
SETTLING = frozenset({"ACK", "NACK"})
OPENING = frozenset({"CONNECT", "STOMP"})
NEVER_KEPT = (*SECRETS, "login", "authorization", "token", "access-token", "access_token")
"""Headers of CONNECT whose values are replaced before anything is kept: a file outlives its owner's care."""
IN = "in "
AGAIN = "says again"
"""How the outcome of an ERROR begins that only repeats the one it names then."""
COMMAND = 20
"""Characters kept of the command that an ERROR answers; STOMP's own have at most eleven."""
ENDED = {"committed": Settlement.NONE, "aborted": Settlement.LOST, "lost": Settlement.LOST}


class Fold:
    """Applies events to a capture; remembers which records an open transaction has staged.

    What single messages became by their own ACK or NACK waits for `end`, or for an event of another kind.
    """

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._staged: dict[tuple[int, str], array[int]] = {}
        self._settling: dict[int, tuple[int, int]] = {}
        self._ids: list[int] = []
        self._walls: list[float] = []
        self._by: list[int] = []
        self._became = Settlement.NONE
        self.rules: dict[type, Callable[[Any], None]] = {
            ev.MessageReceived: self._message,
            ev.FrameSent: self._sent,
            ev.Connected: self._connected,
            ev.ReceiptReceived: self._receipt,
            ev.ErrorReceived: self._error,
            ev.FrameReceived: self._received,
            ev.MalformedReceived: self._malformed,
            ev.HeartBeatReceived: self._beat_received,
            ev.HeartBeatSent: self._beat_sent,
            ev.HeartBeatMissed: self._missed,
            ev.Settled: self._settled,
            ev.Confirmed: self._confirmed,
            ev.Rejected: self._rejected,
            ev.Unconfirmed: self._unconfirmed,
            ev.TransactionEnded: self._ended,
            ev.Closed: self._closed,
            ev.Retrying: self._passed,
            ev.GivenUp: self._given_up,
            ev.NotSubscribed: self._passed,  # the refusal is recorded
        }

    def begin(self) -> None:
        """A new batch: a Settled in it belongs to an ACK or NACK of the same batch, or to none."""
        self._settling.clear()

    def apply(self, event: Event) -> None:
        if self._ids:
            self.end()
        self.rules[type(event)](event)

    def end(self) -> None:
        """All that happened is applied."""
        if self._ids:
            self._capture.tiers.settle_many(self._ids, self._became, self._walls, self._by)
            self._ids, self._walls, self._by = [], [], []

    def settles(self, event: ev.FrameSent, id_: int) -> None:
        """Record `id_` is that of an ACK or NACK in no transaction."""
        self._settling[event.connection] = id_, event.number

    def settled_alone(self, event: ev.Settled, offset: float) -> bool:
        """Do what the rule does where one message is settled by the newest record; whether that is so."""
        connection, time, numbers, settlement = event
        settling = self._settling.get(connection)
        tiers = self._capture.tiers
        if len(numbers) != 1 or settling is None or settling[0] != tiers.columns.last_id:
            return False
        del self._settling[connection]
        if settlement is not self._became:
            self.end()
            self._became = settlement
        id_ = tiers.noted_id(connection, numbers[0])
        if id_ is not None:
            self._ids.append(id_)
            self._walls.append(time + offset)
            self._by.append(settling[1])
        tiers.columns.set_about(settling[0], numbers[0])
        return True

    def _message(self, event: ev.MessageReceived) -> None:
        extra = Extra(event.deliveries, event.earlier) if event.deliveries > 1 else None
        if event.earlier is not None:
            self._capture.again.note(event.connection, event.earlier, event.number)
        self._capture.add(event, event.frame.raw, event.settlement, extra=extra)

    def _sent(self, event: ev.FrameSent) -> None:
        command = event.frame.command
        if command in OPENING:
            event = event._replace(frame=event.frame.redacted(NEVER_KEPT))
            endpoint, predecessor = self._capture.origin(event.connection)
            self._capture.link(Link(event.connection, endpoint, predecessor, opened=event.time))
        staged = event.transaction is not None and command in IN_TRANSACTION
        settlement = Settlement.STAGED if staged and command == "SEND" else Settlement.NONE
        id_ = self._capture.add(event, event.frame.raw, settlement, to_broker=True)
        if staged and event.transaction is not None:
            key = (event.connection, event.transaction)
            self._staged.setdefault(key, array("Q")).append(id_)
            self._capture.set_outcome(id_, f"{IN}{event.transaction}")
        if command in SETTLING:
            self._settling[event.connection] = id_, event.number

    def _connected(self, event: ev.Connected) -> None:
        self._capture.add(event, event.frame.raw)
        dialect = self._capture.versions.connected(event.connection, event.frame)
        version, server = event.frame.first("version") or "1.0", event.frame.first("server")
        self._capture.link(
            Link(
                event.connection,
                version=printed(version),
                server=server and printed(server),
                dialect=dialect.name,
            )
        )

    def _receipt(self, event: ev.ReceiptReceived) -> None:
        id_ = self._capture.add(event, event.frame.raw, extra=_about(event.answers))
        latency = event.latency
        self._capture.set_outcome(id_, "answers nothing sent" if latency is None else elapsed(latency))

    def _error(self, event: ev.ErrorReceived) -> None:
        id_ = self._capture.add(event, event.frame.raw, extra=_about(event.answers))
        if event.again is not None:
            self._capture.set_outcome(id_, f"{AGAIN} {event.again:05d}")
        elif event.answers is not None:
            sure = "refuses" if event.sure else "may refuse"
            self._capture.set_outcome(id_, f"{sure} {event.answers:05d} {self._command(event)}".rstrip())

    def _command(self, event: ev.ErrorReceived) -> str:
        """The command of the frame that an ERROR answers, nothing where that is not kept any more."""
        id_ = self._capture.find_id(event.connection, event.answers or 0)
        record = None if id_ is None else self._capture.brief(id_)
        return "" if record is None or record.frame is None else printed(record.frame.command)[:COMMAND]

    def _received(self, event: ev.FrameReceived) -> None:
        self._capture.add(event, event.frame.raw)

    def _malformed(self, event: ev.MalformedReceived) -> None:
        words = event.item.words
        self._capture.add(event, event.item.raw, kind=Kind.MALFORMED, extra=Extra(words=words))

    def _beat_received(self, event: ev.HeartBeatReceived) -> None:
        extra = Extra(beats=event.count) if event.count > 1 else None
        self._capture.add(event, b"", kind=Kind.HEART_BEAT, extra=extra)

    def _beat_sent(self, event: ev.HeartBeatSent) -> None:
        self._capture.add(event, b"", kind=Kind.HEART_BEAT, to_broker=True)

    def _missed(self, event: ev.HeartBeatMissed) -> None:
        words = f"nothing heard for {elapsed(event.silence)}"
        self._capture.add(event, b"", kind=Kind.MISSED, extra=Extra(words=words))

    def _closed(self, event: ev.Closed) -> None:
        words = event.reason or ("closed" if event.clean else "lost")
        self._capture.add(event, b"", kind=Kind.CLOSED, extra=Extra(words=words))
        self._capture.link(Link(event.connection, closed=event.time, reason=printed(words)))
        for key in [key for key in self._staged if key[0] == event.connection]:
            del self._staged[key]

    def _given_up(self, event: ev.GivenUp) -> None:
        self._capture.add(event, b"", kind=Kind.GIVEN_UP, extra=Extra(words=event.reason))

    def _passed(self, event: Event) -> None:
        """Keep nothing: a broker that is away for hours is tried thousands of times."""

    def _settled(self, event: ev.Settled) -> None:
        capture, find = self._capture, self._capture.noted_id  # only what arrived is settled
        settling, by = self._settling.pop(event.connection, (None, None))
        for number in event.numbers:
            if (id_ := find(event.connection, number)) is not None:
                capture.settle(id_, event.settlement, event.time, by)
        if settling is not None and event.numbers:
            numbers = event.numbers
            capture.set_about(settling, About(min(numbers), max(numbers), len(numbers)))

    def _confirmed(self, event: ev.Confirmed) -> None:
        self._result(event, f"receipted {elapsed(event.latency)}")

    def _rejected(self, event: ev.Rejected) -> None:
        sure = "refused" if event.sure else "perhaps refused"
        if (id_ := self._capture.find_id(event.connection, event.number)) is not None:
            self._capture.set_outcome(id_, f"{sure}: see {event.error:05d}")

    def _unconfirmed(self, event: ev.Unconfirmed) -> None:
        self._result(event, "outcome unknown")

    def _result(self, event: ev.Confirmed | ev.Unconfirmed, words: str) -> None:
        """What came of a frame, behind the transaction that it is in."""
        if (id_ := self._capture.find_id(event.connection, event.number)) is not None:
            before = self._capture.outcome(id_)
            staged = before.startswith(IN)
            self._capture.set_outcome(id_, f"{before}, {words}" if staged else words)

    def _ended(self, event: ev.TransactionEnded) -> None:
        """All that is still staged shares the outcome; what the broker refused before does not."""
        capture = self._capture
        settlement = ENDED.get(event.outcome, Settlement.LOST)
        for id_ in self._staged.pop((event.connection, event.name), ()):
            if capture.settlement(id_) is Settlement.STAGED:
                capture.settle(id_, settlement, event.time)
            if capture.outcome(id_).startswith(IN):
                capture.set_outcome(id_, f"{event.outcome} ({event.name})")


def printed(text: str) -> str:
    """What SQLite can keep of a text: octets that are no UTF-8 become U+FFFD."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _about(number: int | None) -> Extra | None:
    return None if number is None else Extra(about=About(number, number, 1))
