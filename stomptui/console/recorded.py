"""A moment in a recording, as panes and keys need to know it."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where in a recording the engineer looks; `wall` in seconds since 1970, None in an empty one."""

    name: str
    """Of the file."""
    wall: float | None = None
    at_end: bool = True
    """Whether it is the newest record there is."""
    reading: float | None = None
    """How much of the state then has been read, 0 to 1; None once it can be shown."""
    unknown: str = ""
    """Why nothing is known of the state then; empty when something is."""
    whole: bool = True
    """Whether all of the state is known, and not only what came of it since the oldest record."""
    unsettled: bool = False
    """Whether a message was left unsettled at the end."""

    @property
    def when(self) -> str:
        """Date and time, local."""
        if self.wall is None:
            return "-"
        try:
            return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.wall))
        except (OSError, OverflowError, ValueError):  # a file may say anything
            return "-"

    @property
    def instead(self) -> str:
        """What stands where the state would; empty once it is there."""
        return self.unknown or ("" if self.reading is None else f"reading state ... {self.reading:.0%}")
