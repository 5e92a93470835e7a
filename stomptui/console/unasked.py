"""What happens without a key pressed and must be said: which events make a toast, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stomptui.render.span import span
from stomptui.stomp.events import (
    Closed,
    ErrorReceived,
    HeartBeatMissed,
    MalformedReceived,
    TransactionEnded,
)

if TYPE_CHECKING:
    from stomptui.stomp.events import Event

Toast = tuple[str, str, str]
"""Its words, its title (which names the cause), its severity."""

UNASKED = frozenset({ErrorReceived, Closed, HeartBeatMissed, TransactionEnded, MalformedReceived})
"""The types of event that may make a toast; all others are passed over at no cost."""


@dataclass(slots=True)
class Cause:
    """What happened of one kind since it was last told: the newest words, and how often."""

    words: str = ""
    severity: str = "information"
    count: int = 0
    told_at: float = float("-inf")


def count_in(causes: dict[str, Cause], event: Event) -> None:
    """Add `event` to the `causes` to be told, by title; those of one kind are counted, not repeated."""
    toast = unasked(event)
    if toast is None:
        return
    words, title, severity = toast
    cause = causes.setdefault(title, Cause())
    cause.count += 1
    cause.words = words if cause.count == 1 else f"{words} ({cause.count} in all)"
    cause.severity = severity


def unasked(event: Event) -> Toast | None:
    """Say what `event` means for the engineer, or None where a mark in the feed is enough."""
    match event:
        case ErrorReceived(answers=None, number=number, frame=frame):
            words = frame.first("message") or "no message header"
            return f"{number:05d} {words}", "ERROR from the broker", "error"
        case Closed(clean=False, reason=reason):
            return (
                f"{reason}. Nothing can be sent or settled here: quit, and connect again.",
                "Connection lost",
                "error",
            )
        case HeartBeatMissed(silence=silence):
            return (
                f"Nothing heard for {span(silence)}: the broker may be gone.",
                "Heart-beat missed",
                "warning",
            )
        case TransactionEnded(name=name, outcome="lost", sent=sent, settled=settled):
            words = (
                f"{name} ended with {sent} SENDs and {settled} settlings: what was not committed is dropped."
            )
            return words, "Transaction lost", "error"
        case MalformedReceived(number=number, item=item):
            return f"{number:05d} {item.words}", "Not a frame", "warning"
    return None
