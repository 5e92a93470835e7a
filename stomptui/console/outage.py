"""A connection that is lost: since when and why, what it cost, and when the next one is tried."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stomptui.render.text import printable
from stomptui.stomp.events import (
    Closed,
    Connected,
    GivenUp,
    Rejected,
    Retrying,
    Settled,
    Settlement,
    TransactionEnded,
    Unconfirmed,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stomptui.stomp.events import Event

DONE_OR_NOT = frozenset({"SEND", "ACK", "NACK", "COMMIT"})
"""Commands of which it matters that nobody knows whether they were done."""


@dataclass(frozen=True, slots=True)
class Outage:
    """There is no connection `since` then (monotonic seconds); `reason` is of the end, or of the last try."""

    since: float
    reason: str
    attempt: int = 0
    """Which try in a row is next, or under way."""
    due: float | None = None
    """When it begins, in the past while it is under way; None when none will by itself."""
    refused: bool = False
    """Whether the broker answered the last CONNECT with an ERROR."""
    cost: str = ""
    """What the end of the connection cost, in words."""

    def trying(self, now: float) -> bool:
        """Whether a connection is being made."""
        return self.due is not None and self.due <= now

    def begun(self, now: float) -> Outage:
        """What it is once the first of new tries begins."""
        return replace(self, attempt=1, due=now, refused=False)

    def words(self, now: float) -> str:
        """What is done about it: `next try in 4 s (3rd)`, `connecting now (3rd try)`, or that nothing is."""
        if self.due is None:
            return "not made again by itself"
        if self.trying(now):
            return f"connecting now ({ordinal(self.attempt)} try)"
        return f"next try in {math.ceil(self.due - now)} s ({ordinal(self.attempt)})"


def after(outage: Outage | None, event: Event) -> Outage | None:
    """The outage after `event`, None while there is a connection."""
    match event:
        case Connected():
            return None
        case Closed(time=time, reason=reason):
            return Outage(time, reason) if outage is None else outage  # else only a try ended
        case Retrying(time=time, attempt=attempt, wait=wait, reason=reason) if outage is not None:
            return replace(outage, reason=reason, attempt=attempt, due=time + wait, refused=False)
        case GivenUp(reason=reason) if outage is not None:
            return replace(outage, reason=reason, due=None)
        case Rejected(command="CONNECT") if outage is not None:
            return replace(outage, refused=True)
    return outage


def cost(events: Sequence[Event], becomes: Sequence[str] = ()) -> str:
    """Say what an end cost, from the events of its slice before its Closed; empty when nothing.

    `becomes` says what the broker does with what was unsettled.
    """
    names: list[str] = []
    staged: set[int] = set()
    unknown: dict[int, str] = {}
    unsettled = 0
    for event in events:
        unsettled = 0  # what is settled last is what was unsettled; before, it is the SENDs of transactions
        match event:
            case Settled(settlement=Settlement.LOST, numbers=numbers):
                unsettled = len(numbers)
                staged.update(numbers)
            case TransactionEnded(outcome="lost", name=name):
                names.append(printable(name))
            case Unconfirmed(command=command, number=number) if command in DONE_OR_NOT:
                unknown[number] = command
    parts = []
    if unsettled:
        parts += [f"{each}." for each in becomes or (f"{unsettled} unsettled",)]
    if names:
        commit = "COMMIT" in unknown.values()
        done = "a COMMIT was under way and may have been done" if commit else "nothing of it was done"
        parts.append(f"Lost with what was staged: {', '.join(names)}; {done}.")
    counts = Counter(command for number, command in unknown.items() if number not in staged)
    if counts:
        frames = ", ".join(f"{count} {command}" for command, count in counts.items())
        parts.append(f"Not confirmed, outcome unknown: {frames}.")
    return " ".join(parts)


def ordinal(number: int) -> str:
    """Write 1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
