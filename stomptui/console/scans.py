"""What goes through the capture just now: a search, a filter, each its own scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.capture.scan import Scan


@dataclass
class Scans:
    """The scan of the last search, and that of the filter of the feed, if there are any."""

    search: Scan | None = None
    filter: Scan | None = None

    def let_go(self) -> None:
        """Look no further, and let go of the file."""
        scans = [scan for scan in (self.search, self.filter) if scan is not None]
        for scan in scans:
            scan.cancel()
        for scan in scans:
            scan.wait(1.0)
