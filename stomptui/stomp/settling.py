"""ACK and NACK of one message and nothing more: the short way for what a client sends most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.stomp.escapes import ESCAPED, SIMPLE, escape
from stomptui.stomp.events import Event, FrameSent, Settled
from stomptui.stomp.frame import AckMode, received
from stomptui.stomp.outcomes import SETTLES, give_back, take_out
from stomptui.stomp.phase import Phase

if TYPE_CHECKING:
    from stomptui.stomp.ledger import Unsettled
    from stomptui.stomp.state import State

# Looked up here, since each look into an Enum shows in the time that an ACK takes.
_CONNECTED, _CLIENT = Phase.CONNECTED, AckMode.CLIENT

_BEGIN = {"ACK": b"ACK\nid:", "NACK": b"NACK\nid:"}


def settle(
    state: State, command: str, entry: Unsettled, now: float, *, told: bool
) -> tuple[bytes, list[Event], int] | None:
    """The octets of ACK or NACK of `entry`, taken as sent, with its events if `told`, and its frame's number.

    None where the rules have to be asked, and the long way taken. Short is what STOMP 1.2 allows while no
    transaction is open: there a message is named by its `ack` alone.
    """
    if (
        state.phase is not _CONNECTED
        or state.version != "1.2"
        or state.transactions
        or entry.why_not is not None
    ):
        return None
    at = entry.at
    if at:
        raw = entry.frame.raw
        data = _BEGIN[command] + raw[at : raw.index(b"\n", at)] + b"\n\n\0"
    else:
        key = entry.key
        if key.__class__ is not str or "\0" in key:
            return None
        data = f"{command}\nid:{escape(key, '1.2')}\n\n\0".encode("utf-8", "surrogateescape")
    # Fold it in, as `departures.sent` does with every frame.
    state.frames = number = state.frames + 1
    state.last_sent = now
    settlement = SETTLES[command]
    if entry.mode is _CLIENT or command == "NACK":
        entries = state.ledger.covered(entry.number, command, state.dialect)
        if command == "NACK" and state.dialect.gives_back(None):
            give_back(state, entries)
        take_out(state, entries, settlement, number)
    else:
        entries = [entry]
        if state.ledger.take(entry, settlement, number):
            made = state.subscriptions.get(entry.subscription)
            if made is not None:
                made.unsettled -= 1
    state.receipts.settlings.append((None, number, command, now, None, entry.number))
    if not told:
        return data, [], number
    frame = received(data, len(data) - 1, command, ESCAPED | SIMPLE)
    numbers = tuple([entry.number for entry in entries])
    return (
        data,
        [
            FrameSent(state.connection, number, now, frame),
            Settled(state.connection, now, numbers, settlement),
        ],
        number,
    )
