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


def settle(
    state: State, command: str, entry: Unsettled, now: float, *, told: bool
) -> tuple[bytes, list[Event], int] | None:
    """The octets of ACK or NACK of `entry`, taken as sent, with its events if `told`, and its frame's number.

    None where the rules have to be asked, and the long way taken. Short is what STOMP 1.2 allows while no
    transaction is open: there a message is named by its `ack` alone.
    """
    key = entry.key
    if (
        state.version != "1.2"
        or state.phase is not _CONNECTED
        or state.transactions
        or entry.why_not is not None
        or key.__class__ is not str
        or "\0" in key
    ):
        return None
    if "\\" in key or ":" in key or "\n" in key or "\r" in key:
        key = escape(key, "1.2")
    data = f"{command}\nid:{key}\n\n\0".encode("utf-8", "surrogateescape")
    # Fold it in, as `departures.sent` does with every frame.
    state.frames = number = state.frames + 1
    state.last_sent = now
    settlement = SETTLES[command]
    one = entry.mode is not _CLIENT
    entries = [entry] if one else state.ledger.covered(entry.number, command, state.dialect)
    if command == "NACK" and state.dialect.nack_gives_back:
        give_back(state, entries)
    take_out(state, entries, settlement, number)
    state.receipts.fly(number, (command, now, None, entry.number))
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
