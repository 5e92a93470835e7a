"""One thing that happened on a connection, as it is remembered."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stomptui.stomp.events import Settlement
    from stomptui.stomp.frame import Frame


class Kind(IntEnum):
    """What a record stands for; three bits where it is kept."""

    FRAME = 0
    MALFORMED = 1
    """Octets that form no frame; `words` says why."""
    HEART_BEAT = 2
    """One heart-beat, or `beats` of them that arrived together."""
    MISSED = 3
    """The broker was silent for longer than it promised; `words` says how long."""
    CLOSED = 4
    """The connection ended; `words` says why."""
    GIVEN_UP = 5
    """It is not made again by itself; `words` says why."""


class About(NamedTuple):
    """The frames that an ACK, NACK, RECEIPT or ERROR speaks of: how many, and the first and last number."""

    first: int
    last: int
    frames: int


class Origin(NamedTuple):
    """Where a connection goes to, as a URI without passcode, and the connection that it replaced."""

    endpoint: str | None = None
    predecessor: int | None = None


class Record(NamedTuple):
    """What is known of one frame (or heart-beat, or loss); a picture of now that does not change.

    `id` counts everything that was ever kept, from 1, and is never used again; `number` is the frame's
    own on its `connection`, 0 for whatever is no frame. `time` is in seconds of the session's monotonic
    clock, `wall` in seconds since the epoch. `outcome` is what became of what we sent, in words. `left`
    counts the octets of the body that were left in the file: `raw` and `frame` have all but those.
    """

    id: int
    connection: int
    number: int
    time: float
    wall: float
    to_broker: bool
    frame: Frame | None
    raw: bytes
    settlement: Settlement
    deliveries: int = 1
    earlier: int | None = None
    outcome: str = ""
    kind: Kind = Kind.FRAME
    words: str = ""
    beats: int = 1
    about: About | None = None
    left: int = 0
    note: str = ""
    """What the user wrote down of it."""


def elapsed(seconds: float) -> str:
    """A latency in words: `3 ms`, `1.2 s`, `5 min`."""
    if seconds < 0.9995:
        return f"{max(1, round(seconds * 1000))} ms"
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
