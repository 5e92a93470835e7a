"""What is known of one connection: a fold over the frames of both directions, which never refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from stomptui.stomp.arrivals import message, received
from stomptui.stomp.departures import sent
from stomptui.stomp.dialect import SPECIFICATION, Dialect
from stomptui.stomp.events import (
    Closed,
    Event,
    HeartBeatMissed,
    HeartBeatReceived,
    HeartBeatSent,
    MalformedReceived,
    Settlement,
    Unconfirmed,
)
from stomptui.stomp.heartbeat import Beats, negotiate
from stomptui.stomp.jitter import Jitter
from stomptui.stomp.ledger import Ledger
from stomptui.stomp.outcomes import confirmed, ended, rejected, settle
from stomptui.stomp.phase import AFTER_CLOSE, Direction, Phase, after
from stomptui.stomp.receipts import OVERDUE, Pending, Receipts
from stomptui.stomp.redelivery import GivenBack
from stomptui.stomp.subscriptions import Subscriptions
from stomptui.stomp.transactions import Transactions

if TYPE_CHECKING:
    from stomptui.stomp.codec import Malformed
    from stomptui.stomp.events import ErrorReceived
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.subscription import Subscription

__all__ = ["Direction", "Phase", "State"]


class State:
    """One connection as its frames show it, whether they were sent by us, recorded or proxied.

    Attributes are read only for everybody but the functions that fold. Times are seconds of whoever
    observes; heart-beats (`asked`, `offered`) are pairs of milliseconds as in the headers.
    """

    def __init__(
        self,
        connection: int = 1,
        recognise: Callable[[Frame], Dialect] = lambda _: SPECIFICATION,
        redact: Iterable[str] = ("passcode",),
    ) -> None:
        self.connection = connection
        self.predecessor: int | None = None
        """The connection that this one was made to replace; its frames are numbered up to `first`."""
        self.first = 0
        self.recognise = recognise
        self.redact = tuple(redact)
        self.phase = Phase.DISCONNECTED
        self.version: str | None = None
        self.dialect = SPECIFICATION
        self.server: str | None = None
        self.session_id: str | None = None
        self.host: str | None = None
        self.login: str | None = None
        self.connect_number = 0
        self.asked_versions: tuple[str, ...] = ("1.0",)
        self.connected_at: float | None = None
        self.asked = (0, 0)
        self.offered = (0, 0)
        self.beats: Beats = negotiate((0, 0), (0, 0))
        self.beats_mark: str | None = None
        self.beats_received = 0
        self.beats_sent = 0
        self.beats_missed = 0
        self.beats_omitted = 0
        """Periods that ended with nothing sent from here, though it was promised."""
        self.jitter = Jitter()
        """How regularly heart-beats came, while somebody read the wire."""
        self._heard_before: float | None = None
        self._beat_at: float | None = None
        self._frames_before = 0
        self.last_received: float | None = None
        self.last_sent: float | None = None
        self.frames = 0
        self.subscriptions = Subscriptions()
        self.latest: Subscription | None = None
        """The one of the last MESSAGE, to which the next belongs most likely."""
        self.ledger = Ledger()
        self.given_back = GivenBack()
        self.transactions = Transactions()
        self.receipts = Receipts()
        self.automatic = True
        """Whether new frames join the one open transaction; otherwise they join `choice`."""
        self.choice: str | None = None
        self.joined_at_end: str | None = None
        """The transaction that frames would still join, had the connection not ended."""
        self.refusal: ErrorReceived | None = None
        """The last ERROR of those that this broker may say twice; a snapshot leaves it out."""
        self.recall: Callable[[int], Frame | None] = lambda _: None
        """Gives the frame of a message that was unsettled in the snapshot that this was read from."""
        self.patience: float | None = None
        """Seconds that this broker said it waits for an ACK, on this connection or on one before; a snapshot
        leaves it out."""
        self.left_behind: dict[str, int] | None = None
        """How many messages of each subscription were unsettled at the end, once it has come; a snapshot
        leaves it out."""
        self._ended = False

    def succeed(self, predecessor: State) -> None:
        """Follow a connection that was lost: its numbers are not used again."""
        self.predecessor = predecessor.connection
        self.first = self.frames = predecessor.frames
        self.patience = predecessor.patience
        if predecessor.choice is None:  # else the transaction that was chosen is gone with it
            self.automatic = predecessor.automatic

    @property
    def joined(self) -> str | None:
        """The transaction that new frames join unless told otherwise."""
        if self.automatic:
            return self.transactions.joined
        chosen = self.transactions.get(self.choice or "")
        return None if chosen is None or chosen.ending is not None else chosen.name

    @property
    def consumer_timeout(self) -> float | None:
        """Seconds after which the broker takes unsettled messages back, as it said or else is shipped."""
        return self.dialect.consumer_timeout if self.patience is None else self.patience

    @property
    def last_latency(self) -> float | None:
        return self.receipts.last_latency

    def overdue(self, now: float, limit: float = OVERDUE) -> list[Pending]:
        """The frames whose receipt has been awaited longer than `limit` seconds."""
        return self.receipts.overdue(now, limit)

    def observe(self, direction: Direction, frame: Frame, now: float) -> list[Event]:
        """Fold in one frame; never raises, whatever it is."""
        if direction == "to_client" and frame.command == "MESSAGE":
            return [message(self, frame, now)]
        self.frames = number = self.frames + 1
        phase = self.phase
        self.phase = after(phase, direction, frame.command)
        if direction == "to_broker":
            self.last_sent = now
            return sent(self, frame, number, now)
        self.last_received = now
        return received(self, frame, number, now, phase)

    def heard(self, now: float, since: float) -> None:
        """Octets came; how long after those before them counts if the wire was read from `since` on."""
        last, self.last_received, self._frames_before = self.last_received, now, self.frames
        self._heard_before = last if last is not None and last >= since else None

    def observe_beat(self, direction: Direction, now: float, count: int = 1) -> list[Event]:
        """Fold in heart-beats."""
        if direction == "to_broker":
            self.last_sent = now
            self.beats_sent += count
            return [HeartBeatSent(self.connection, now)]
        self.last_received = now
        self.beats_received += count
        before, self._heard_before = self._heard_before, None
        # From one to the next alone: some brokers put them off for a frame, and others do not.
        alone = count == 1 and self.frames == self._frames_before
        if alone and before is not None and before == self._beat_at and self.beats.receive:
            self.jitter.take(now - before)
        self._beat_at = now
        return [HeartBeatReceived(self.connection, now, count)]

    def observe_malformed(self, item: Malformed, now: float) -> list[Event]:
        """Fold in octets from the broker that form no frame."""
        self.frames += 1
        self.last_received = now
        return [MalformedReceived(self.connection, self.frames, now, item)]

    def observe_missed(self, now: float) -> list[Event]:
        """Fold in that the broker was silent for longer than it promised."""
        self.beats_missed += 1
        silence = now - (self.last_received if self.last_received is not None else now)
        return [HeartBeatMissed(self.connection, now, silence)]

    def observe_failed(self) -> None:
        """What the broker sends can be read no more."""
        self.phase = Phase.FAILED

    def observe_closed(self, reason: str, now: float, clean: bool) -> list[Event]:
        """The transport ended: what was open is lost, what was awaited stays unknown."""
        if self._ended:
            return []
        self._ended = True
        self.joined_at_end = self.joined
        self.phase = AFTER_CLOSE[self.phase]
        events: list[Event] = []
        for pending in self.receipts.lost():
            error = self.receipts.suspected(pending)
            if pending.receipted_at is not None and error is not None:
                events += rejected(self, pending, error, False, now)
            else:
                events.append(Unconfirmed(self.connection, now, pending.number, pending.command))
        for transaction in list(self.transactions.values()):
            events += ended(self, transaction, "lost", 0, now)
        self.left_behind = {made.id: made.unsettled for made in self.subscriptions.values() if made.unsettled}
        if self.ledger:
            events.append(settle(self, list(self.ledger.values()), Settlement.LOST, 0, now))
        events.append(Closed(self.connection, now, reason, clean))
        return events

    def advance(self, now: float) -> list[Event]:
        """Let time pass: receipts whose grace is over without an ERROR are confirmed."""
        events: list[Event] = []
        for pending in self.receipts.proven(now):
            error = self.receipts.suspected(pending)
            if error is None:
                events += confirmed(self, pending, now)
            else:
                events += rejected(self, pending, error, False, now)
        return events

    def subscribed(self, made: Subscription) -> None:
        """Take in a subscription that was asked for; one of the same id is replaced."""
        self.latest = None
        before = self.subscriptions.get(made.id)
        made.unsettled = 0 if before is None else before.unsettled
        self.subscriptions.take(made)

    def find_subscription(self, name: str | None, frame: Frame) -> Subscription | None:
        """The subscription of a MESSAGE that names none that is known, None if it cannot be told.

        STOMP 1.0 pads header values, and its subscriptions may have no id: then the destination tells,
        or that there is only one.
        """
        if name is not None:
            return self.subscriptions.get(name.strip()) if self.version == "1.0" else None
        return self.subscriptions.of(frame.first("destination"))
