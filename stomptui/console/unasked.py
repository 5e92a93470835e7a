"""What happens without a key pressed and must be said: which events make a toast, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.render.span import span
from stomptui.stomp.events import (
    Closed,
    ErrorReceived,
    HeartBeatMissed,
    MalformedReceived,
    TransactionEnded,
    Unconfirmed,
)

if TYPE_CHECKING:
    from stomptui.stomp.events import Event

Toast = tuple[str, str, str]
"""Its words, its title (one toast a cause: the same title replaces the last), its severity."""


def unasked(event: Event) -> Toast | None:
    """Say what `event` means for the engineer, or None where a mark in the feed is enough."""
    match event:
        case ErrorReceived(number=number, frame=frame):
            words = frame.first("message") or "no message header"
            return f"{number:05d} {words}", "ERROR from the broker", "error"
        case Closed(clean=False, reason=reason):
            return f"{reason}. Nothing more can be sent or settled here.", "Connection lost", "error"
        case HeartBeatMissed(silence=silence):
            return (
                f"Nothing heard for {span(silence)}: the broker may be gone.",
                "Heart-beat missed",
                "warning",
            )
        case TransactionEnded(name=name, outcome="lost", sent=sent, settled=settled):
            words = f"{name} is lost with its {sent} sends and {settled} settlings: nothing of it was done."
            return words, "Transaction lost", "error"
        case Unconfirmed(number=number, command=command):
            return f"{command} {number:05d} was not confirmed: its outcome is unknown.", "Unknown", "warning"
        case MalformedReceived(number=number, item=item):
            return f"{number:05d} {item.words}", "Not a frame", "warning"
    return None
