"""Transactions of one client: what is staged in them, and what commit and abort make of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from stomptui.demo.destinations import Destinations
from stomptui.demo.refusals import Refused, required
from stomptui.demo.subscriptions import Delivery, settle
from stomptui.stomp.frame import Frame

TRANSACTIONS_LIMIT = 1_000
"""Open transactions of one client."""
STAGED_LIMIT = 10_000
"""Frames staged in one transaction: they wait in memory until it ends."""


@dataclass(frozen=True, slots=True)
class Settling:
    """A staged ACK (`requeue` None) or NACK and the deliveries it covers."""

    deliveries: list[Delivery]
    requeue: bool | None


@dataclass(slots=True)
class Transactions:
    """The open transactions of one client, by name, each with what is staged in it, in order."""

    destinations: Destinations
    staged: dict[str, list[Frame | Settling]] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        if name in self.staged:
            raise Refused(
                "transaction already begun", f"The transaction '{name}' is open: COMMIT or ABORT it first."
            )
        if len(self.staged) >= TRANSACTIONS_LIMIT:
            raise Refused(
                "too many transactions", f"This broker keeps {TRANSACTIONS_LIMIT:,} open a connection."
            )
        self.staged[name] = []

    def stage(self, name: str, item: Frame | Settling, command: str) -> None:
        """Keep a SEND, or the settling of deliveries, for the end of the transaction."""
        staged = self.opened(name, command)
        if len(staged) >= STAGED_LIMIT:
            raise Refused(
                "transaction too large", f"This broker stages {STAGED_LIMIT:,} frames a transaction."
            )
        if isinstance(item, Frame):
            self.destinations.admit(required(item, "destination"))
        else:
            for delivery in item.deliveries:
                delivery.transaction = name
        staged.append(item)

    def commit(self, name: str) -> None:
        """Do everything that is staged, in order."""
        for item in self._end(name, "COMMIT"):
            if isinstance(item, Frame):
                self.destinations.publish(required(item, "destination"), item.headers, item.body)
            else:
                self.destinations.changed(*settle(item.deliveries, requeue=item.requeue))

    def abort(self, name: str) -> None:
        """Forget what is staged: sends are gone, deliveries are unsettled again and not sent again.

        Those of a subscription that has ended meanwhile go back to their queue.
        """
        for item in self._end(name, "ABORT"):
            if isinstance(item, Settling):
                for delivery in item.deliveries:
                    delivery.transaction = None
                orphans = [delivery for delivery in item.deliveries if delivery.subscription.closed]
                self.destinations.changed(*settle(orphans, requeue=True))

    def opened(self, name: str, command: str) -> list[Frame | Settling]:
        """What is staged in an open transaction; raises `Refused` for a name that is not open."""
        if name not in self.staged:
            raise Refused(
                "unknown transaction", f"{command}: the transaction '{name}' is not open on this connection."
            )
        return self.staged[name]

    def _end(self, name: str, command: str) -> list[Frame | Settling]:
        staged = self.opened(name, command)
        del self.staged[name]
        return staged
