"""What surprises about a transaction with a broker, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.brokers.words import Words


def in_transaction(words: Words) -> list[str]:
    """Say what to know before one commits or aborts, the most surprising first: "this broker ..."."""
    dialect = words.dialect
    said: list[str] = []
    if not dialect.ack_in_transaction:
        said.append("does an ACK in a transaction at once: no ABORT takes it back")
    if not dialect.nack_in_transaction:
        said.append("takes no NACK in a transaction: a NACK stays outside and is done at once")
    if dialect.transacted_receipts_wait:
        said.append("confirms a SEND in a transaction with its COMMIT only, and never after an ABORT")
    return [*said, f"on ABORT {words.on_abort}"]
