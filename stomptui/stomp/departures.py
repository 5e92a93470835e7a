"""What a frame on its way to the broker does to the state; whoever sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.stomp import subscription
from stomptui.stomp.events import Event, FrameSent, Settled, Settlement
from stomptui.stomp.heartbeat import parse
from stomptui.stomp.outcomes import SETTLES, ended, give_back, give_up, settle
from stomptui.stomp.phase import CLIENT_FRAMES, TRANSACTED
from stomptui.stomp.receipts import Pending
from stomptui.stomp.transactions import Staged, Transaction

if TYPE_CHECKING:
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.state import State


def sent(state: State, frame: Frame, number: int, now: float) -> list[Event]:
    """Fold in one frame to the broker: FrameSent first, then what it settles, stages or ends."""
    command = frame.command
    if command in ("CONNECT", "STOMP"):
        return _connect(state, frame, number, now)
    if command not in CLIENT_FRAMES:  # by force; a CONNECT that is misspelt holds a passcode all the same
        frame = frame.redacted(state.redact)
    transaction = _transaction(state, frame) if command in TRANSACTED else None
    name = None if transaction is None else transaction.name
    events: list[Event] = [FrameSent(state.connection, number, now, frame, name)]
    about: str | int | None = None
    if command == "SEND":
        about = frame.first("destination")
        if transaction is not None:
            transaction.staged.append(Staged(number, command, about or ""))
            events.append(Settled(state.connection, now, (number,), Settlement.STAGED))
    elif command in SETTLES:
        entry = state.ledger.named(frame)
        if entry is not None:
            about = entry.number
            events += _settle(state, frame, about, transaction, number, now)
    elif command == "SUBSCRIBE":
        made = subscription.from_frame(frame, number, now, state.dialect.prefetch_header)
        about = made.id
        state.subscribed(made)
    elif command == "UNSUBSCRIBE":
        about = frame.first("id", frame.first("destination"))
        events += _unsubscribe(state, about or "", now)
    elif command in ("BEGIN", "COMMIT", "ABORT"):
        about = frame.first("transaction")
        events += _bounds(state, frame, about or "", number, now)
    waits = name is not None and command == "SEND" and state.dialect.transacted_receipts_wait
    state.receipts.sent(Pending(frame.first("receipt"), number, command, now, name, about, waits=waits))
    return events


def _connect(state: State, frame: Frame, number: int, now: float) -> list[Event]:
    try:
        state.asked = parse(frame.first("heart-beat"))
    except ValueError:
        state.asked = (0, 0)
    versions = (frame.first("accept-version") or "1.0").split(",")
    state.asked_versions = tuple(version.strip() for version in versions)
    state.host = frame.first("host")
    state.login = frame.first("login")
    state.connect_number = number
    return [FrameSent(state.connection, number, now, frame.redacted(state.redact))]


def _transaction(state: State, frame: Frame) -> Transaction | None:
    """The open transaction in which a SEND, ACK or NACK will wait, None when it is done at once."""
    name = frame.first("transaction")
    if name is None or (frame.command != "SEND" and not state.dialect.ack_in_transaction):
        return None
    return state.transactions.get(name)


def _settle(
    state: State, frame: Frame, about: int, transaction: Transaction | None, number: int, now: float
) -> list[Event]:
    command, dialect = frame.command, state.dialect
    named = frame.first("transaction") is not None and dialect.ack_in_transaction
    if named and (transaction is None or (command == "NACK" and not dialect.nack_in_transaction)):
        return []  # The broker refuses it: no such transaction, or none that takes a NACK.
    entries = state.ledger.covered(about, command, dialect)
    if not entries:
        return []
    again = command == "NACK" and dialect.gives_back(frame.first("requeue"))
    if transaction is None:
        if again:
            give_back(state, entries)
        return [settle(state, entries, SETTLES[command], number, now)]
    numbers = tuple(entry.number for entry in entries)
    state.ledger.stage(entries, transaction.name)
    transaction.staged.append(Staged(number, command, about, numbers, again))
    return [Settled(state.connection, now, numbers, Settlement.STAGED)]


def _unsubscribe(state: State, name: str, now: float) -> list[Event]:
    made = state.subscriptions.get(name)
    if made is None or made.closed:
        return []
    state.subscriptions.close(made)
    entries = [entry for entry in state.ledger.of(made.id) if entry.transaction is None]
    return [give_up(state, made, entries, now)] if entries else []


def _bounds(state: State, frame: Frame, name: str, number: int, now: float) -> list[Event]:
    transaction = state.transactions.get(name)
    if frame.command == "BEGIN":
        events = [] if transaction is None else ended(state, transaction, "lost", number, now)
        state.transactions.take(Transaction(name, number, now))
        return events
    if transaction is None:
        return []
    transaction.ending = frame.command
    state.transactions.take(transaction)
    if frame.command == "COMMIT":  # They may come again before its receipt, or before that is proof.
        numbers = (number for staged in transaction.staged if staged.again for number in staged.covers)
        give_back(state, [state.ledger[number] for number in numbers if number in state.ledger])
    if frame.first("receipt") is not None:
        return []
    return ended(state, transaction, "committed" if frame.command == "COMMIT" else "aborted", number, now)
