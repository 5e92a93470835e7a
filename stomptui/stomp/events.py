"""What happened on a connection, in the order in which it happened.

Every event names its `connection` (a number, 1 for the first of a run) and its `time` (seconds of the
monotonic clock of whoever drives the session). Those that stand for a frame also carry its `number`:
frames of both directions, and octets that form no frame, are counted together from 1; heart-beats are not.
A connection that was made to replace a lost one counts on from there.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stomptui.stomp.codec import Malformed
    from stomptui.stomp.frame import Frame


class Settlement(IntEnum):
    """What has become of a frame: one octet a frame in whatever remembers it."""

    NONE = 0
    """Nothing to settle: not a MESSAGE, or a SEND outside a transaction."""
    AUTO = 1
    """A MESSAGE of a subscription in mode `auto`: the broker forgot it when it sent it."""
    UNSETTLED = 2
    """A MESSAGE that awaits its ACK or NACK."""
    ACKED = 3
    NACKED = 4
    STAGED = 5
    """A SEND, or a MESSAGE whose ACK or NACK was sent, in a transaction that is still open."""
    LOST = 6
    """A MESSAGE that can be settled no more, or a SEND whose transaction was aborted or lost."""


class FrameSent(NamedTuple):
    """A frame left; the passcode of CONNECT is replaced in `frame`, its raw octets included."""

    connection: int
    number: int
    time: float
    frame: Frame
    transaction: str | None = None


class Connected(NamedTuple):
    """CONNECTED arrived: the broker has let us in. STOMP 1.2, CONNECTED."""

    connection: int
    number: int
    time: float
    frame: Frame


class MessageReceived(NamedTuple):
    """A MESSAGE arrived, the `deliveries`-th time on this connection; `earlier` numbers the one before.

    `subscription` is the id of the subscription it came over, None when nobody made that.
    """

    connection: int
    number: int
    time: float
    frame: Frame
    settlement: Settlement
    deliveries: int = 1
    earlier: int | None = None
    subscription: str | None = None


class ReceiptReceived(NamedTuple):
    """A RECEIPT arrived; `answers` numbers the frame that asked for it, None for an unknown receipt-id."""

    connection: int
    number: int
    time: float
    frame: Frame
    answers: int | None
    latency: float | None


class ErrorReceived(NamedTuple):
    """An ERROR arrived; `answers` numbers the frame it refuses, as the broker says (`sure`) or as a guess.

    `again` numbers the ERROR that it only repeats: that one was told, and nothing more is refused.
    """

    connection: int
    number: int
    time: float
    frame: Frame
    answers: int | None
    sure: bool
    again: int | None = None


class FrameReceived(NamedTuple):
    """Any other frame arrived: an unknown command, or one that only clients send."""

    connection: int
    number: int
    time: float
    frame: Frame


class MalformedReceived(NamedTuple):
    """Octets arrived that form no frame."""

    connection: int
    number: int
    time: float
    item: Malformed


class HeartBeatReceived(NamedTuple):
    """`count` heart-beats of the broker arrived in one read. STOMP 1.2, Heart-beating."""

    connection: int
    time: float
    count: int  # type: ignore[assignment]  # it hides tuple.count, which nobody misses


class HeartBeatSent(NamedTuple):
    """A heart-beat left, as nothing else did in time. STOMP 1.2, Heart-beating."""

    connection: int
    time: float


class HeartBeatMissed(NamedTuple):
    """Nothing was heard from the broker for `silence` seconds, longer than it promised."""

    connection: int
    time: float
    silence: float


class Settled(NamedTuple):
    """The frames `numbers` are now `settlement` (also UNSETTLED again after an ABORT)."""

    connection: int
    time: float
    numbers: tuple[int, ...]
    settlement: Settlement


class Confirmed(NamedTuple):
    """The broker did what frame `number` asked; `latency` is the seconds from sending to its receipt."""

    connection: int
    time: float
    number: int
    command: str
    latency: float


class Rejected(NamedTuple):
    """The broker refused frame `number`, in the ERROR numbered `error`, or is taken to have (not `sure`)."""

    connection: int
    time: float
    number: int
    command: str
    error: int
    sure: bool


class Unconfirmed(NamedTuple):
    """No receipt of frame `number` will come: the connection ended, so that its outcome is unknown, or the
    transaction that it waited in was aborted or lost."""

    connection: int
    time: float
    number: int
    command: str


class TransactionEnded(NamedTuple):
    """A transaction ended: `outcome` is `committed`, `aborted` or `lost` (with its connection)."""

    connection: int
    time: float
    name: str
    outcome: str
    sent: int
    settled: int


class Closed(NamedTuple):
    """The connection ended; `clean` when we had asked for it and the broker agreed."""

    connection: int
    time: float
    reason: str
    clean: bool


class Retrying(NamedTuple):
    """The connection is lost, and the next try, the `attempt`-th in a row, begins after `wait` seconds."""

    connection: int
    time: float
    attempt: int
    wait: float
    reason: str


class GivenUp(NamedTuple):
    """The connection is lost and is not made again by itself; `reason` says why."""

    connection: int
    time: float
    reason: str


class NotSubscribed(NamedTuple):
    """A subscription of the connection before was not made again on this one and will not be: `reason`."""

    connection: int
    time: float
    id: str
    destination: str
    reason: str


Event = (
    FrameSent
    | Connected
    | MessageReceived
    | ReceiptReceived
    | ErrorReceived
    | FrameReceived
    | MalformedReceived
    | HeartBeatReceived
    | HeartBeatSent
    | HeartBeatMissed
    | Settled
    | Confirmed
    | Rejected
    | Unconfirmed
    | TransactionEnded
    | Closed
    | Retrying
    | GivenUp
    | NotSubscribed
)
