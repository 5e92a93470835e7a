"""The facts in which brokers differ and which the rules of a session need."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Covers(Enum):
    """Which unsettled messages one cumulative ACK or NACK settles."""

    ONE = "the message it names"
    SUBSCRIPTION = "the message it names and every earlier one of its subscription"
    CONNECTION = "the message it names and every earlier one of the connection"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one broker differs from the specification; the defaults are the specification."""

    name: str = "STOMP broker"
    ack_covers: Covers = Covers.SUBSCRIPTION
    """What an ACK covers on a subscription in mode `client`."""
    nack_covers: Covers = Covers.SUBSCRIPTION
    """What a NACK covers on a subscription in mode `client`."""
    nack_in_transaction: bool = True
    """Whether a NACK may carry a `transaction` header."""
    prefetch_header: str | None = None
    """The SUBSCRIBE header that bounds how many unsettled messages the broker sends, if it has one."""
    receipt_is_no_proof: frozenset[str] = frozenset()
    """Commands whose RECEIPT may be followed by the ERROR that refuses them."""
    transacted_receipts_wait: bool = False
    """Whether the receipt of a frame in a transaction comes only after its COMMIT."""
    content_length: bool = True
    """Whether SEND carries content-length unless told otherwise."""
    escapes_1_0: bool = False
    """Whether header values are escaped in STOMP 1.0 too."""
    consumer_timeout: float | None = None
    """Seconds after which the broker takes unsettled messages back, where it is known to."""


SPECIFICATION = Dialect()
