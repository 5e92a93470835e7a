"""The facts in which brokers differ and which the rules of a session need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

SET_BY_BROKER = frozenset({"message-id", "subscription", "ack", "redelivered", "content-length"})
"""The headers of a MESSAGE that by the specification come from the broker, not from the publisher."""


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
    ack_in_transaction: bool = True
    """Whether an ACK with a `transaction` header waits for the COMMIT; otherwise it is done at once."""
    nack_in_transaction: bool = True
    """Whether a NACK may carry a `transaction` header."""
    nack_gives_back: bool = True
    """Whether a message that was nacked may come again."""
    settled_twice: str = "most brokers answer that with ERROR and close the connection"
    """What the broker does when a message is settled that does not await it: half a sentence."""
    unsubscribe_holds: bool = False
    """Whether the broker keeps the unsettled messages of a closed subscription until the connection ends."""
    reply_subscriptions: str | None = None
    """How the ids of subscriptions begin that the broker makes by itself, in mode `auto`."""
    message_id_stable: bool = False
    """Whether a message that is delivered again carries the `message-id` it had before."""
    set_by_broker: frozenset[str] = SET_BY_BROKER
    """Headers of a MESSAGE that are the broker's own, so that they may change from delivery to delivery."""
    prefetch_header: str | None = None
    """The SUBSCRIBE header that bounds how many unsettled messages the broker sends, if it has one."""
    receipt_is_no_proof: frozenset[str] = frozenset()
    """Commands whose RECEIPT may be followed by the ERROR that refuses them."""
    transacted_receipts_wait: bool = False
    """Whether the receipt of a SEND in a transaction comes only after its COMMIT; none after an ABORT."""
    content_length: bool = True
    """Whether SEND carries content-length unless told otherwise."""
    escapes_1_0: bool = False
    """Whether header values are escaped in STOMP 1.0 too."""
    consumer_timeout: float | None = None
    """Seconds after which the broker takes unsettled messages back, where it is known to."""
    unprompted: re.Pattern[str] | None = None
    """What an ERROR says, in its message or the first line of its body, that answers no frame at all.

    A group `waited` in it are the milliseconds for which a message may be unsettled, as the broker has it.
    """
    says_again: re.Pattern[str] | None = None
    """What the message of an ERROR names that only one frame has, where the broker may say it twice."""

    def gives_back(self, requeue: str | None) -> bool:
        """Whether a message may come again after a NACK with that value of the header `requeue`."""
        return self.nack_gives_back and requeue != "false"


SPECIFICATION = Dialect()
