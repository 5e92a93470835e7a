"""What becomes of frames that were sent: confirmed, refused, settled, committed, aborted, lost."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from stomptui.stomp.events import (
    Confirmed,
    Event,
    Rejected,
    Settled,
    Settlement,
    TransactionEnded,
    Unconfirmed,
)
from stomptui.stomp.ledger import ABSENT
from stomptui.stomp.phase import TRANSACTED
from stomptui.stomp.redelivery import REMEMBERED, Before

if TYPE_CHECKING:
    from stomptui.stomp.ledger import Unsettled
    from stomptui.stomp.receipts import Pending
    from stomptui.stomp.state import State
    from stomptui.stomp.subscription import Subscription
    from stomptui.stomp.transactions import Transaction

SETTLES = {"ACK": Settlement.ACKED, "NACK": Settlement.NACKED}
_ENDS = {"COMMIT": "committed", "ABORT": "aborted"}


def confirmed(state: State, pending: Pending, now: float) -> list[Event]:
    """The broker is known to have done what a frame asked."""
    receipted_at = now if pending.receipted_at is None else pending.receipted_at
    latency = receipted_at - pending.sent_at
    events: list[Event] = [Confirmed(state.connection, now, pending.number, pending.command, latency)]
    if pending.command == "SUBSCRIBE":
        made = state.subscriptions.get(str(pending.about))
        if made is not None and made.number == pending.number:
            if made.confirmed is None or receipted_at < made.confirmed:  # else a message came first
                made.confirmed = receipted_at
            made.refused = False
    elif pending.command in _ENDS:
        transaction = state.transactions.get(str(pending.about))
        if transaction is not None and transaction.ending == pending.command:
            events += ended(state, transaction, _ENDS[pending.command], pending.number, now)
    return events


def rejected(state: State, pending: Pending, error: int, sure: bool, now: float) -> list[Event]:
    """The broker refused a frame in the ERROR numbered `error`, or (not `sure`) is taken to have."""
    command, number = pending.command, pending.number
    events: list[Event] = [Rejected(state.connection, now, number, command, error, sure)]
    if command == "SUBSCRIBE":
        made = state.subscriptions.get(str(pending.about))
        if made is not None and made.number == number and not made.delivered:
            made.refused = True
    elif command == "BEGIN" or command in _ENDS:
        transaction = state.transactions.get(str(pending.about))
        if transaction is not None and (transaction.number == number or transaction.ending == command):
            if command == "COMMIT" and not sure:
                events += _doubted(state, transaction, now)
            events += ended(state, transaction, "lost", number, now)
    elif sure and command in TRANSACTED and pending.transaction is not None:
        events += _taken_out(state, pending, now)
    elif sure and command in SETTLES and pending.about is not None:
        gone = state.ledger.gone(int(pending.about))
        if gone is not None and gone.by == number:
            events.append(Settled(state.connection, now, (int(pending.about),), Settlement.LOST))
    return events


def ended(state: State, transaction: Transaction, outcome: str, by: int, now: float) -> list[Event]:
    """A transaction is over: what it staged is settled, or unsettled again; `by` numbers what ended it."""
    connection, name = state.connection, transaction.name
    sends, settles = transaction.sends, transaction.settles
    state.transactions.end(name)
    if state.choice == name:
        state.automatic, state.choice = True, None
    events: list[Event] = []
    if outcome == "committed":
        for command, alike in groupby(transaction.staged, lambda staged: staged.command):
            numbers = (number for staged in alike for number in staged.covers)
            entries = [entry for number in numbers if (entry := state.ledger.get(number)) is not None]
            if entries:  # neighbours are told together: there may be thousands
                events.append(settle(state, entries, SETTLES[command], by, now))
        state.receipts.released(name)
    else:
        events += _unstaged(state, settles, now)
        events += [
            Unconfirmed(connection, now, pending.number, pending.command)
            for pending in state.receipts.drop(name)
        ]
    if sends:
        became = Settlement.NONE if outcome == "committed" else Settlement.LOST
        events.append(Settled(connection, now, sends, became))
    events.append(TransactionEnded(connection, now, name, outcome, len(sends), len(settles)))
    return events


def give_back(state: State, entries: list[Unsettled]) -> None:
    """Remember messages that may come again on this connection."""
    for entry in entries[-REMEMBERED:]:
        frame = entry.frame if entry.frame is not ABSENT else state.recall(entry.number)
        if frame is not None:
            state.given_back.remember(frame, Before(entry.number, entry.deliveries), state.dialect)


def settle(state: State, entries: list[Unsettled], settlement: Settlement, by: int, now: float) -> Settled:
    """Take messages out of the ledger, and say so."""
    take_out(state, entries, settlement, by)
    return Settled(state.connection, now, tuple(entry.number for entry in entries), settlement)


def take_out(state: State, entries: list[Unsettled], settlement: Settlement, by: int) -> None:
    """Take messages out of the ledger."""
    for entry in entries:
        if state.ledger.take(entry, settlement, by):
            made = state.subscriptions.get(entry.subscription)
            if made is not None:
                made.unsettled -= 1


def give_up(state: State, made: Subscription, entries: list[Unsettled], now: float) -> Settled:
    """Messages of a closed subscription can be settled no more; some brokers hold them all the same."""
    if not state.dialect.unsubscribe_holds:
        give_back(state, entries)
        return settle(state, entries, Settlement.LOST, 0, now)
    why_not = f"subscription {made.id} is closed: the broker holds it until this connection ends"
    state.ledger.hold(entries, why_not)
    made.unsettled -= len(entries)
    return Settled(state.connection, now, tuple(entry.number for entry in entries), Settlement.LOST)


def _doubted(state: State, transaction: Transaction, now: float) -> list[Event]:
    """Nobody knows whether a COMMIT was done: what it settles may be settled, so it is not offered again."""
    entries = [entry for number in transaction.settles if (entry := state.ledger.get(number)) is not None]
    if not entries:
        return []
    for entry in entries:
        made = state.subscriptions.get(entry.subscription)
        if made is not None:
            made.unsettled -= 1
    state.ledger.hold(
        entries, f"whether {transaction.name}, in which it was staged, was committed is unknown"
    )
    return [Settled(state.connection, now, tuple(entry.number for entry in entries), Settlement.LOST)]


def _taken_out(state: State, pending: Pending, now: float) -> list[Event]:
    """The broker refused a frame that was staged: its transaction goes on without it."""
    transaction = state.transactions.get(pending.transaction or "")
    staged = None if transaction is None else transaction.unstage(pending.number)
    if staged is None:
        return []
    if staged.command == "SEND":
        return [Settled(state.connection, now, (staged.number,), Settlement.LOST)]
    return _unstaged(state, staged.covers, now)


def _unstaged(state: State, numbers: tuple[int, ...], now: float) -> list[Event]:
    """Make staged messages unsettled again; those of a subscription closed meanwhile are lost."""
    back = state.ledger.unstage(numbers)
    if not back:
        return []
    events: list[Event] = [Settled(state.connection, now, tuple(back), Settlement.UNSETTLED)]
    orphans: dict[str, list[Unsettled]] = {}
    for entry in (state.ledger[number] for number in back):
        made = state.subscriptions.get(entry.subscription)
        if made is not None and made.closed:
            orphans.setdefault(made.id, []).append(entry)
    for name, entries in orphans.items():
        events.append(give_up(state, state.subscriptions[name], entries, now))
    return events
