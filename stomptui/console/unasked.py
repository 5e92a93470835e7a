"""What happens without a key pressed and must be said: which events make a toast, and in which words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stomptui import brokers
from stomptui.console.outage import after, cost
from stomptui.render.span import span
from stomptui.stomp.events import (
    Closed,
    Connected,
    ErrorReceived,
    GivenUp,
    HeartBeatMissed,
    MalformedReceived,
    NotSubscribed,
    Rejected,
    Retrying,
    TransactionEnded,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stomptui.console.outage import Outage
    from stomptui.stomp.events import Event
    from stomptui.stomp.state import State

Toast = tuple[str, str, str]
"""Its words, its title (which names the cause), its severity."""

UNASKED = frozenset(
    {
        *(Closed, Connected, GivenUp, NotSubscribed, Rejected, Retrying),
        *(ErrorReceived, HeartBeatMissed, TransactionEnded, MalformedReceived),
    }
)
"""The types of event that may make a toast or an outage; all others are passed over at no cost."""

TOAST = 5.0
"""Seconds between two toasts of one cause; what comes between is counted in the next."""

MISSED, TRANSACTION = "Heart-beat missed", "Transaction lost"


@dataclass(slots=True)
class Cause:
    """What happened of one kind since it was last told: the newest words, and how often."""

    words: str = ""
    severity: str = "information"
    count: int = 0
    told_at: float = float("-inf")


class Unasked:
    """What is to be told, by cause, and the outage there is; those of one kind are counted, not repeated."""

    def __init__(self) -> None:
        self.outage: Outage | None = None
        """None while there is a connection."""
        self._causes: dict[str, Cause] = {}
        self._connected = False
        """Whether there ever was a connection: brokers that were tried before the first are no loss."""

    def take(self, event: Event, before: Sequence[Event], where: str, state: State | None = None) -> None:
        """Take in what happened, with the events of its slice before it; `where` is the broker's address.

        `state` tells what was unsettled at the end of its connection, and of which broker.
        """
        self._connected |= type(event) is Connected
        if not self._connected:
            return
        outage, self.outage = self.outage, after(self.outage, event)
        becomes: list[str] = []
        if type(event) is Closed:
            self._told_with_the_end(before)
            becomes = [] if state is None else brokers.at_the_end(brokers.words(state.dialect), state)
            if outage is None and self.outage is not None:
                self.outage = replace(self.outage, cost=cost(before, becomes))
        toast = unasked(event, outage, before, where, becomes)
        if toast is not None:
            self.add(toast)

    def _told_with_the_end(self, before: Sequence[Event]) -> None:
        """Take back what the toast of an end says by itself: its reason and its cost."""
        if (missed := self._causes.get(MISSED)) is not None:
            missed.count = 0
        if (lost := self._causes.get(TRANSACTION)) is not None:
            lost.count -= sum(1 for one in before if type(one) is TransactionEnded and one.outcome == "lost")

    def add(self, toast: Toast) -> None:
        """Have `toast` told."""
        words, title, severity = toast
        cause = self._causes.setdefault(title, Cause())
        cause.count += 1
        cause.words = words if cause.count == 1 else f"{words} ({cause.count} in all)"
        cause.severity = severity

    def due(self, now: float) -> Iterator[Toast]:
        """Give what is to be told at `now`, each once."""
        for title, cause in self._causes.items():
            if cause.count > 0 and now - cause.told_at >= TOAST:
                yield cause.words, title, cause.severity
                cause.told_at, cause.count = now, 0


def unasked(
    event: Event,
    outage: Outage | None = None,
    before: Sequence[Event] = (),
    where: str = "",
    becomes: Sequence[str] = (),
) -> Toast | None:
    """Say what `event` means for the engineer, or None where a mark in the feed is enough.

    `outage` is the one there was, `before` what came in the same slice, `where` the broker's address,
    `becomes` what the broker does with what was unsettled.
    """
    match event:
        case ErrorReceived(answers=None, again=None, number=number, frame=frame):
            words = frame.first("message") or "no message header"
            return f"{number:05d} {words}", "ERROR from the broker", "error"
        case Closed(clean=False, reason=reason) if outage is None:  # else only a try ended
            return f"{reason}. {cost(before, becomes)}".rstrip(), "Connection lost", "error"
        case Connected(connection=number, time=time) if outage is not None:
            words = f"{where}, connection {number}, {span(time - outage.since)} after the last one was lost."
            return words, "Connected again", "information"
        case GivenUp(reason=reason):
            return reason, "Not connected", "error"
        case NotSubscribed(destination=destination, reason=reason):
            words = f"{destination} was not made again: {reason.removesuffix('.')}; s subscribes anew"
            return words, "Subscription refused", "error"
        case HeartBeatMissed(silence=silence):
            return f"Nothing heard for {span(silence)}: the broker may be gone.", MISSED, "warning"
        case TransactionEnded(name=name, outcome="lost", sent=sent, settled=settled):
            words = (
                f"{name} ended with {sent} SENDs and {settled} settlings: what was not committed is dropped."
            )
            return words, TRANSACTION, "error"
        case MalformedReceived(number=number, item=item):
            return f"{number:05d} {item.words}", "Not a frame", "warning"
    return None
