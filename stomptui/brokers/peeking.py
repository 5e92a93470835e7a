"""How one looks at a queue and leaves it as it is, as far as a broker has a way for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stomptui.brokers.facts import Known
from stomptui.brokers.words import is_copy
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from stomptui.brokers.words import Words
    from stomptui.stomp.frame import Frame

GIVEN_BACK = "takes messages without ACK and disconnects: they go back to their places as redelivered"
OVERTAKEN = "meanwhile its consumers do not get them, and later ones may overtake them"


class Peek(NamedTuple):
    """The SUBSCRIBE that disturbs least, after which nothing is settled and the connection ends."""

    changes: tuple[str, ...]
    """What it changes all the same: redelivered, order, delivery count; a line each."""
    mode: AckMode = AckMode.CLIENT_INDIVIDUAL
    headers: tuple[tuple[str, str], ...] = ()
    end: tuple[tuple[str, str], ...] = ()
    """The headers by which one knows the MESSAGE that says that there are no more; empty where none does."""
    several: str = ""
    """Letters with which a destination names more than one queue."""
    renamed: tuple[str, str] | None = None
    """How a destination begins, and how it begins where one may not make the queue by naming it."""
    known: Known = Known.OBSERVED

    def place(self, destination: str) -> str:
        """The destination to subscribe to, which makes no queue if the broker has such a form."""
        if self.renamed is None:
            return destination
        start, other = self.renamed
        if destination.startswith(start):
            return other + destination[len(start) :]
        return destination if "/" in destination else other + destination

    def is_end(self, frame: Frame) -> bool:
        """Whether this MESSAGE is none, but says that there are no more."""
        return bool(self.end) and all(frame.first(name) == value for name, value in self.end)


def no_peek(words: Words, destination: str) -> str | None:
    """Why there is nothing to look at in a destination, None where there may be."""
    kind = words.destination_kind(destination)
    if is_copy(kind):
        article = "an" if kind == "exchange" else "a"
        return f"{article} {kind} keeps nothing to look at: each subscriber gets a copy of what comes later"
    if kind not in ("queue", "destination"):
        return f"a {kind} is read by the connection that made it alone"
    name = destination.partition("?")[0]
    if any(letter in name for letter in words.peek.several):
        return "it names several queues at once: look at one"
    return None
