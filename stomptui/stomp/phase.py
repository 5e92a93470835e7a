"""The protocol's states as a table: what may be sent, what is expected, what leads where."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

Direction = Literal["to_broker", "to_client"]


class Phase(StrEnum):
    """Where a connection stands."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTING = "disconnecting"
    CLOSED = "closed"
    FAILED = "failed"


CLIENT_FRAMES = frozenset(
    {"SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT", "DISCONNECT"}
)
TRANSACTED = frozenset({"SEND", "ACK", "NACK"})
"""The frames that may carry a `transaction` header and then wait for the COMMIT."""
_SERVER_FRAMES = frozenset({"MESSAGE", "RECEIPT", "ERROR"})
_NONE: frozenset[str] = frozenset()

SENDABLE: dict[Phase, frozenset[str]] = {
    Phase.DISCONNECTED: frozenset({"CONNECT", "STOMP"}),
    Phase.CONNECTING: _NONE,
    Phase.CONNECTED: CLIENT_FRAMES,
    Phase.DISCONNECTING: _NONE,
    Phase.CLOSED: _NONE,
    Phase.FAILED: _NONE,
}
"""What the client may send in each phase; all else is the user's mistake."""

EXPECTED: dict[Phase, frozenset[str]] = {
    Phase.DISCONNECTED: _NONE,
    Phase.CONNECTING: frozenset({"CONNECTED", "ERROR"}),
    Phase.CONNECTED: _SERVER_FRAMES,
    Phase.DISCONNECTING: _SERVER_FRAMES,
    Phase.CLOSED: _NONE,
    Phase.FAILED: _NONE,
}
"""What the broker may send in each phase; all else is shown with a mark."""

NEXT: dict[tuple[Phase, Direction, str], Phase] = {
    (Phase.DISCONNECTED, "to_broker", "CONNECT"): Phase.CONNECTING,
    (Phase.DISCONNECTED, "to_broker", "STOMP"): Phase.CONNECTING,
    (Phase.CONNECTING, "to_client", "CONNECTED"): Phase.CONNECTED,
    (Phase.CONNECTING, "to_client", "ERROR"): Phase.FAILED,
    (Phase.CONNECTED, "to_broker", "DISCONNECT"): Phase.DISCONNECTING,
}
"""The frames that lead to another phase; every other frame leaves the phase as it is."""

AFTER_CLOSE: dict[Phase, Phase] = {
    Phase.DISCONNECTED: Phase.CLOSED,
    Phase.CONNECTING: Phase.FAILED,
    Phase.CONNECTED: Phase.CLOSED,
    Phase.DISCONNECTING: Phase.CLOSED,
    Phase.CLOSED: Phase.CLOSED,
    Phase.FAILED: Phase.FAILED,
}
"""Where the end of the transport leads: a connection that never came to be has failed."""


UNREADABLE = "closed here, the broker's octets cannot be read on"
"""How the reason of the end begins when the connection had FAILED before: a recording has only that."""


def after(phase: Phase, direction: Direction, command: str) -> Phase:
    """The phase after a frame has passed in `direction`."""
    return NEXT.get((phase, direction, command), phase)
