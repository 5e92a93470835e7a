"""When what was recorded is sent again: as it was, faster or slower, so many a second, or at once."""

from __future__ import annotations

from typing import NamedTuple


class Pace(NamedTuple):
    """Seconds between two SENDs: those of the recording divided by `speed`, else 1 / `rate`, else none."""

    speed: float | None = 1.0
    rate: float | None = None

    def delay(self, before: float | None, wall: float) -> float:
        """Seconds to wait after the SEND recorded at `before` (None: it is the first) for that at `wall`.

        Never less than none: a clock that was set back while it recorded makes no SEND come early.
        """
        if before is None:
            return 0.0
        if self.speed is not None:
            return max(0.0, wall - before) / self.speed
        return 0.0 if self.rate is None else 1.0 / self.rate


ORIGINAL = Pace()
FAST = Pace(None)
