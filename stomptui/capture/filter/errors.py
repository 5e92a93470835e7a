"""What can be wrong with a filter, and where."""

from __future__ import annotations

from typing import NamedTuple


class FilterError(Exception):
    """An expression cannot be used: `words` for people, about `start` to `stop`, offsets into its text.

    The words hold what was typed and names of headers, so a terminal needs them made printable.
    """

    def __init__(self, words: str, start: int, stop: int) -> None:
        super().__init__(words)
        self.words = words
        self.start = start
        self.stop = stop


class TookTooLong(FilterError):
    """A slice ran into its limit of time; it speaks of the whole expression."""


class Stopped(Exception):
    """Another thread called `interrupt()` on the connection."""


class Hint(NamedTuple):
    """Something in an expression that can be used, but is hardly what was meant; offsets as above."""

    words: str
    start: int
    stop: int
