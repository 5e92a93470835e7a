"""What goes wrong with the recording, in words for a toast."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.capture.store import Capture
    from stomptui.console.unasked import Toast

TITLE = "Recording"


class Trouble:
    """Says once what stops a recording, that it goes on again, or that it has ended for good."""

    def __init__(self) -> None:
        self._told = ""
        self._path = ""

    @property
    def lasting(self) -> str:
        """What stops the recording now, in a few words; nothing while it is written."""
        return self._told

    def told(self, capture: Capture) -> Toast | None:
        """The toast that is due; None when nothing has changed."""
        archive = capture.archive
        if archive is not None:
            self._path = str(archive.recording.path)
        elif not self._path:
            return None
        now = "it has ended" if archive is None else archive.trouble
        if now == self._told:
            return None
        before, self._told = self._told, now
        if archive is None:
            words = (
                f"Nothing more is written to {self._path}, which keeps what it has ({before}). "
                "The feed goes on with what memory holds."
            )
            return words, TITLE, "error"
        if now and not archive.recording.writes:
            return f"{self._path} cannot be read: {now}. What is shown may lack something.", TITLE, "error"
        if now:
            words = (
                f"{self._path} cannot be written: {now}. What arrives waits in memory; nothing is lost yet."
            )
            return words, TITLE, "error"
        if not archive.recording.writes:
            return f"{self._path} is read again.", TITLE, "information"
        return f"{self._path} is written again, and lacks nothing.", TITLE, "information"
