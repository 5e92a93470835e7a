"""SENDs that await their receipts, and what became of them; no clock, no wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from stomptui.net.explain import broker_words
from stomptui.stomp.events import Closed, Confirmed, ErrorReceived

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stomptui.stomp.events import Event
    from stomptui.stomp.frame import Frame

WINDOW = 256
"""SENDs that may await their receipts at once."""
WINDOW_OCTETS = 8 * 1024 * 1024
"""The same in octets of their bodies, unless it is one alone."""

_QUOTED = re.compile(r"'([^']+)'")


class Sent(NamedTuple):
    """A SEND in flight: made of record `id`, sent at `at` (seconds of the caller's clock)."""

    id: int
    destination: str
    octets: int
    at: float


class Refusal(NamedTuple):
    """A SEND that was refused: in an ERROR, or without one before it left (`words` of ours then).

    Where the broker closed and it cannot be told which frame it meant, `sure` is False and `sent`, which is
    unknown then, the likeliest. Without `sent` the ERROR was about none of them.
    """

    sent: Sent | None
    words: str
    error: Frame | None = None
    sure: bool = True


class Notes(Protocol):
    """Where progress is kept."""

    def confirmed(self, ids: Iterable[int], /) -> None: ...

    def rejected(self, id_: int, /) -> None: ...


class Flight:
    """What is in flight, by the numbers of its frames, and what became of the rest."""

    def __init__(self, notes: Notes, window: int = WINDOW) -> None:
        self._notes = notes
        self._window = window
        self.waiting: dict[int, Sent] = {}
        self.octets = 0
        self.confirmed = 0
        self.reached: set[str] = set()
        """Destinations of those that were confirmed."""
        self.refusals: list[Refusal] = []
        self.unknown: list[tuple[Sent, str]] = []
        """Those of which nobody knows whether they were done, and why not."""
        self.doubts: list[Frame] = []
        """ERRORs that name no frame: those that stay without a receipt are the refused ones."""
        self.closed: str | None = None
        """Why the connection ended, if it has."""

    @property
    def full(self) -> bool:
        return len(self.waiting) >= self._window or self.octets >= WINDOW_OCTETS

    @property
    def resolvable(self) -> bool:
        """Whether all but as many as there are ERRORs that name none have their receipts."""
        return bool(self.doubts) and len(self.waiting) <= len(self.doubts)

    def resolve(self) -> None:
        """Take those left for the refused, in order: once it is `resolvable` and the connection lives on."""
        left, self.doubts = self.doubts, []
        for number in list(self.waiting):
            sent = self._arrive(number)
            if sent is not None:
                self._refused(sent, left.pop(0))
        self.refusals += [Refusal(None, broker_words(frame), frame) for frame in left]

    def depart(self, number: int, sent: Sent) -> None:
        """Frame `number` was sent."""
        self.waiting[number] = sent
        self.octets += sent.octets

    def refuse(self, sent: Sent, words: str) -> None:
        """A SEND was refused here, nothing left."""
        self._notes.rejected(sent.id)
        self.refusals.append(Refusal(sent, words))

    def begin(self) -> None:
        """Go on with a new connection."""
        self.closed = None

    def learn(self, events: Sequence[Event]) -> None:
        """Take in what happened; raises OSError when it cannot be noted down."""
        confirmed = []
        for event in events:
            if isinstance(event, Confirmed):
                if (sent := self._arrive(event.number)) is not None:
                    confirmed.append(sent.id)
                    self.reached.add(sent.destination)
            elif isinstance(event, ErrorReceived):
                self._error(event)
            elif isinstance(event, Closed):
                self.closed = event.reason
        if confirmed:
            self.confirmed += len(confirmed)
            self._notes.confirmed(confirmed)

    def over(self, why: str) -> None:
        """Nothing more will be heard of what is in flight: it is unknown, but for what an ERROR names."""
        doubts, self.doubts = self.doubts, []
        left: dict[str, Frame] = {}
        for frame in doubts:
            named = _named(self.waiting, frame)
            if named is not None and (sent := self._arrive(named)) is not None:
                self._refused(sent, frame)
            else:
                left.setdefault(broker_words(frame), frame)  # RabbitMQ refuses all behind the culprit alike
        first = next(iter(self.waiting.values()), None)
        self.refusals += [Refusal(first, words, frame, first is None) for words, frame in left.items()]
        self.unknown += [(sent, why) for sent in self.waiting.values()]
        self.waiting.clear()
        self.octets = 0

    def _error(self, event: ErrorReceived) -> None:
        sent = self._arrive(event.answers) if event.sure and event.answers is not None else None
        if sent is None:
            self.doubts.append(event.frame)
        else:
            self._refused(sent, event.frame)

    def _refused(self, sent: Sent, frame: Frame) -> None:
        self._notes.rejected(sent.id)
        self.refusals.append(Refusal(sent, broker_words(frame), frame))

    def _arrive(self, number: int) -> Sent | None:
        sent = self.waiting.pop(number, None)
        if sent is not None:
            self.octets -= sent.octets
        return sent


def _named(waiting: dict[int, Sent], frame: Frame) -> int | None:
    """The first frame whose destination is, or ends in, a name that the ERROR quotes: it was not done."""
    names = set(_QUOTED.findall(broker_words(frame)))
    for number, sent in waiting.items():
        parts = sent.destination.split("/")[2:] or [sent.destination]
        if names & {sent.destination, *parts}:
            return number
    return None
