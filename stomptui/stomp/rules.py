"""What may be sent now: each rule says what is wrong, what it would do, and what to do instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import AckMode
from stomptui.stomp.phase import CLIENT_FRAMES, SENDABLE, TRANSACTED, Phase

if TYPE_CHECKING:
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.state import State

_BECAME = {
    Settlement.ACKED: "acked",
    Settlement.NACKED: "nacked",
    Settlement.LOST: "lost with its subscription or connection",
}
_PHASES = {
    Phase.DISCONNECTED: "there is no connection yet",
    Phase.CONNECTING: "the broker has not answered CONNECT yet",
    Phase.CONNECTED: "this connection is open already",
    Phase.DISCONNECTING: "DISCONNECT was sent",
    Phase.CLOSED: "the connection is closed",
    Phase.FAILED: "the connection has failed",
}


def refusal(state: State, frame: Frame) -> str | None:
    """Why `frame` is not to be sent now, in one line; None when it may be."""
    command = frame.command
    if command not in SENDABLE[state.phase]:
        if command not in CLIENT_FRAMES and command not in ("CONNECT", "STOMP"):
            return f"{command!r} is no STOMP client frame: most brokers close the connection"
        return f"{command} cannot be sent: {_PHASES[state.phase]}"
    receipt = frame.first("receipt")
    if receipt is not None and receipt in state.receipts:
        other = _frame(state.receipts[receipt].number)
        return f"{command}: receipt {receipt} is awaited already by {other}; choose another"
    if (rule := _RULES.get(command)) is not None and (why_not := rule(state, frame)) is not None:
        return why_not
    return _transaction(state, frame) if command in TRANSACTED else None


def unsettleable(state: State, command: str, number: int, transaction: str | None = None) -> str | None:
    """Why message `number` cannot be settled with `command` in `transaction`, None when it can be."""
    entry = state.ledger.get(number)
    name = _frame(number)
    if state.phase is not Phase.CONNECTED:
        return f"{command} of {name} cannot be sent: {_PHASES[state.phase]}; the broker may deliver it again"
    if command == "NACK" and state.version == "1.0":
        return f"{command} of {name}: STOMP 1.0 has no NACK; connect with 1.1 or later, or unsubscribe"
    if entry is None:
        return f"{command} of {name}: {_gone(state, number)}"
    if entry.transaction is not None:
        return f"{command} of {name}: it is staged in {entry.transaction}; abort that to take it back"
    if entry.why_not is not None:
        return f"{command} of {name}: {entry.why_not}"
    other = state.ledger.staged_elsewhere(number, command, state.dialect, transaction)
    if other is None:
        return None
    return (
        f"{command} of {name} would also settle {_frame(other.number)}, staged in {other.transaction}; "
        f"commit or abort {other.transaction} first"
    )


def _gone(state: State, number: int) -> str:
    if number <= state.first:
        return "it came on a connection that has ended; a queue delivers it again"
    held = state.ledger.held.get(number)
    if held is not None and held.why_not is not None:
        return held.why_not
    gone = state.ledger.gone(number)
    if gone is None:
        return "it does not await a settling (mode auto, no MESSAGE, or settled long ago)"
    by = f" by {_frame(gone.by)}" if gone.by else ""
    twice = "" if gone.settlement is Settlement.LOST else f"; {state.dialect.settled_twice}"
    return f"it was {_BECAME[gone.settlement]}{by}{twice}"


def _settle(state: State, frame: Frame) -> str | None:
    command = frame.command
    if command == "NACK" and state.version == "1.0":
        return "NACK: STOMP 1.0 has no NACK; connect with 1.1 or later, or unsubscribe"
    entry = state.ledger.named(frame)
    if entry is not None:
        transaction = frame.first("transaction")
        return _in_transaction(state, command, transaction) or unsettleable(
            state, command, entry.number, transaction
        )
    return f"{command}: {_unknown(state, frame)}; {state.dialect.settled_twice}"


def _unknown(state: State, frame: Frame) -> str:
    name = frame.first("id", frame.first("message-id"))
    if name is None:
        return "it names no message"
    made = state.subscriptions.get(frame.first("subscription") or "")
    if made is not None and made.closed:
        return f"subscription {made.id} is closed"
    if made is not None and made.mode is AckMode.AUTO:
        return f"subscription {made.id} is in mode auto, where nothing is settled"
    return f"no message with the id {name} awaits a settling: settled already, auto, or never delivered here"


def _in_transaction(state: State, command: str, transaction: str | None) -> str | None:
    dialect = state.dialect
    if transaction is None:
        return None
    if command == "ACK" and not dialect.ack_in_transaction:
        return f"ACK in {transaction}: {dialect.name} acks at once all the same; send it outside"
    if command == "NACK" and not dialect.nack_in_transaction:
        return f"NACK in {transaction}: {dialect.name} takes no NACK in a transaction; send it outside"
    return None


def _transaction(state: State, frame: Frame) -> str | None:
    name = frame.first("transaction")
    if name is None:
        return None
    transaction = state.transactions.get(name)
    if transaction is None:
        return f"{frame.command}: transaction {name} is not open; begin it first"
    if transaction.ending is not None:
        return f"{frame.command}: transaction {name} has its {transaction.ending} sent; begin another"
    return None


def _send(state: State, frame: Frame) -> str | None:
    return None if frame.first("destination") else "SEND: the destination is missing"


def _subscribe(state: State, frame: Frame) -> str | None:
    if not frame.first("destination"):
        return "SUBSCRIBE: the destination is missing"
    name, mode = frame.first("id"), frame.first("ack", "auto")
    if name is None and state.version != "1.0":
        return f"SUBSCRIBE: STOMP {state.version} needs an id"
    made = state.subscriptions.get(name if name is not None else frame.first("destination") or "")
    if made is not None and not made.closed and not made.refused:
        return f"SUBSCRIBE: subscription {made.id} is open; a second may end the connection"
    if mode not in {str(known) for known in AckMode}:
        return f"SUBSCRIBE: ack mode {mode!r} is not auto, client or client-individual"
    if mode == AckMode.CLIENT_INDIVIDUAL and state.version == "1.0":
        return "SUBSCRIBE: STOMP 1.0 has no client-individual; use client, or connect with 1.1 or later"
    return None


def _unsubscribe(state: State, frame: Frame) -> str | None:
    name = frame.first("id")
    if name is None and state.version != "1.0":
        return f"UNSUBSCRIBE: STOMP {state.version} needs the subscription's id"
    made = state.subscriptions.get(name if name is not None else frame.first("destination") or "")
    if made is None or made.refused:
        return f"UNSUBSCRIBE: there is no subscription {name if name is not None else '(none named)'}"
    return f"UNSUBSCRIBE: subscription {made.id} is closed already" if made.closed else None


def _begin(state: State, frame: Frame) -> str | None:
    name = frame.first("transaction")
    if not name:
        return "BEGIN: the transaction's name is missing"
    return (
        f"BEGIN: transaction {name} is open already; choose another name"
        if name in state.transactions
        else None
    )


def _end(state: State, frame: Frame) -> str | None:
    name = frame.first("transaction")
    if not name:
        return f"{frame.command}: the transaction's name is missing"
    return _transaction(state, frame)


_RULES: dict[str, Callable[[State, Frame], str | None]] = {
    "SEND": _send,
    "SUBSCRIBE": _subscribe,
    "UNSUBSCRIBE": _unsubscribe,
    "ACK": _settle,
    "NACK": _settle,
    "BEGIN": _begin,
    "COMMIT": _end,
    "ABORT": _end,
}


def _frame(number: int) -> str:
    return f"{number:05d}"
