"""The shapes of the facts about a broker: destinations, headers, and what an ERROR usually means."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple


class Known(Enum):
    """How a fact is known."""

    SPECIFIED = "the specification says so"
    OBSERVED = "seen on a running broker"
    READ = "read in the broker's manual or source, not seen on a running one"


class Destination(NamedTuple):
    """A form of destination: how it begins, what stands behind that, its kind, and what it means."""

    start: str
    rest: str
    kind: str
    """`queue`, `topic`, `exchange`, `temporary queue`, ...; `destination` where it cannot be told."""
    meaning: str
    known: Known = Known.OBSERVED

    @property
    def form(self) -> str:
        """The whole, with capital letters where a name goes: `/queue/NAME`."""
        return self.start + self.rest


class Header(NamedTuple):
    """A header that frames of these commands may carry, and what it means there."""

    name: str
    frames: tuple[str, ...]
    """With SEND and MESSAGE both: what the publisher sets, and the broker hands on."""
    meaning: str
    values: tuple[str, ...] = ()
    """All the values that it has, where they can be listed."""
    example: str = ""
    required: bool = False
    taken: bool = True
    """Whether the broker heeds it; otherwise it is ignored, or the frame is refused for it."""
    known: Known = Known.OBSERVED
    section: str = ""
    """Where the specification says so."""


class Limit(NamedTuple):
    """How much of something a broker takes, as it is shipped, and what it does with more."""

    what: str
    """`body`, `header`, `headers`, `command`, `frame`."""
    says: str
    known: Known = Known.OBSERVED


class Explanation(NamedTuple):
    """What an ERROR usually means, and what to do about it: a line each, without a full stop."""

    pattern: re.Pattern[str]
    """Sought in the header `message`, a line feed, and the first line of the body."""
    meaning: str
    what_to_do: str
    closes: bool | None
    """Whether the broker then ends the connection; None where that is not the same every time."""
    known: Known = Known.OBSERVED


LINE = re.MULTILINE
"""For patterns that begin with `^`: both lines of an ERROR have a beginning."""


def explanation(
    pattern: str, meaning: str, what_to_do: str, *, closes: bool | None, known: Known = Known.OBSERVED
) -> Explanation:
    """Make an Explanation; in `pattern`, `^` stands for the beginning of either line."""
    return Explanation(re.compile(pattern, LINE), meaning, what_to_do, closes, known)


def starts(destinations: tuple[Destination, ...]) -> dict[str, str]:
    """The kind by how a destination begins, for the forms that have such a beginning."""
    return {each.start: each.kind for each in destinations if each.start}
