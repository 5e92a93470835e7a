"""Whether decisions are collected now, what was collected, and what leaves it by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console.collected import Collected
from stomptui.stomp.events import Closed, Rejected, Settled, Settlement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stomptui.capture.store import Capture
    from stomptui.console.collected import Entry, Key
    from stomptui.stomp.events import Event

SIGNS = {"ACK": "c", "NACK": "n"}
"""How the feed marks a message whose ACK or NACK is collected."""
TOAST = 5.0
"""Seconds between two toasts: what leaves meanwhile is told in the next."""
NAMED = 3
"""Messages that are named one by one; more of them are counted."""


class Collecting:
    """What a console has collected; `take` is told all that happens on its connection."""

    def __init__(self) -> None:
        self.on = False
        """Whether ACK and NACK are collected instead of sent."""
        self.collected = Collected()
        self.sending = False
        """Whether it is being sent: what is settled now is settled by that."""
        self.refused_by_broker: set[int] | None = None
        """The frames that the broker refused since it was sent, by number; None when nobody asks."""
        self._settled: list[Entry] = []
        self._void = 0
        self._told_at = float("-inf")

    def take(self, events: Iterable[Event]) -> None:
        """Take out what was settled otherwise, and all of a connection that ended."""
        if not self.collected and self.refused_by_broker is None:
            return
        gone: dict[Key, Entry] = {}
        for event in events:
            if type(event) is Settled:
                if not self.sending and event.settlement is not Settlement.UNSETTLED:
                    keys = ((event.connection, number) for number in event.numbers)
                    gone |= {key: entry for key in keys if (entry := self.collected.get(key)) is not None}
            elif type(event) is Rejected:
                if self.refused_by_broker is not None:
                    self.refused_by_broker.add(event.number)
            elif type(event) is Closed:
                first = next(iter(self.collected), None)
                if first is not None and first.connection == event.connection:  # as all of them are
                    self.void()
        if gone:
            self._settled += gone.values()
            self.collected = self.collected.without(gone)

    def void(self) -> None:
        """Take out all, as their connection ended; what is being sent then is told of by whoever sends it."""
        self._void += 0 if self.sending else len(self.collected)
        self.collected = Collected()

    def told(self, now: float) -> tuple[str, bool] | None:
        """Say what left since it was last said, and whether that was for the connection's end."""
        if self._void:
            void, self._void = self._void, 0
            self._settled.clear()
            return ended(void), True
        if not self._settled or now - self._told_at < TOAST:
            return None
        self._told_at = now
        gone, self._settled = self._settled, []
        words = f"{messages(gone)} left the collection: settled otherwise. {len(self.collected)} to send."
        return words, False

    def sign(self, capture: Capture, id_: int) -> str:
        """How the feed marks record `id_`; nothing for one that is not collected."""
        if not self.collected:
            return ""
        key = next(capture.named((id_,)), None)
        entry = self.collected.get(key) if key is not None else None
        return "" if entry is None else SIGNS[entry.command]

    @property
    def losses(self) -> str | None:
        """What quitting would lose of it, None when nothing is collected."""
        count = len(self.collected)
        return f"{decisions(count)} {'is' if count == 1 else 'are'} not sent" if count else None


def decisions(count: int) -> str:
    """Count collected decisions, in words."""
    return "1 collected decision" if count == 1 else f"{count} collected decisions"


def ended(count: int) -> str:
    """Say that so many are void, as their connection ended."""
    is_, them = ("is", "that message") if count == 1 else ("are", "those")
    return f"The connection ended: {decisions(count)} {is_} void; the broker delivers {them} again."


def messages(entries: Sequence[Entry]) -> str:
    """Name the messages of some entries, or count them."""
    if len(entries) > NAMED:
        return f"{len(entries)} messages"
    return ", ".join(f"{entry.number:05d}" for entry in entries)
