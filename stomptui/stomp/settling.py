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


def octets(state: State, command: str, entry: Unsettled) -> bytes | None:
    """The octets of ACK or NACK of `entry`; None where the rules have to be asked, and the long way taken.

    Short is what STOMP 1.2 allows while no transaction is open: there a message is named by its `ack` alone.
    """
    key = entry.key
    if (
        state.version != "1.2"
        or state.phase is not Phase.CONNECTED
        or state.transactions
        or entry.why_not is not None
        or not isinstance(key, str)
        or "\0" in key
    ):
        return None
    return f"{command}\nid:{escape(key, '1.2')}\n\n\0".encode("utf-8", "surrogateescape")


def sent(state: State, data: bytes, command: str, entry: Unsettled, now: float, *, told: bool) -> list[Event]:
    """Fold in those octets, as `departures.sent` does with every frame; no events unless they are `told`."""
    state.frames = number = state.frames + 1
    state.last_sent = now
    one = entry.mode is not AckMode.CLIENT
    entries = [entry] if one else state.ledger.covered(entry.number, command, state.dialect)
    if command == "NACK" and state.dialect.nack_gives_back:
        give_back(state, entries)
    take_out(state, entries, SETTLES[command], number)
    state.receipts.fly(number, (command, now, None, entry.number))
    if not told:
        return []
    frame = received(data, len(data) - 1, command, ESCAPED | SIMPLE)
    numbers = tuple(entry.number for entry in entries)
    return [
        FrameSent(state.connection, number, now, frame),
        Settled(state.connection, now, numbers, SETTLES[command]),
    ]
