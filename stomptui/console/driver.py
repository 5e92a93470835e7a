"""The terminal's driver: a terminal that is gone, or takes nothing, must not hold up the connection.

Textual's writer thread dies at the first write that fails, and its queue of 30 frames then blocks the event
loop for good, heart-beats and signals included; a terminal that only stalls blocks it as long as it stalls.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import Full
from typing import IO, TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

if TYPE_CHECKING:
    from textual.app import App

LAST = 1.0
"""Seconds that the terminal has for what was written last, when the console ends or lends it."""


class TerminalLost(Message):
    """The terminal is gone: nothing that is written reaches anybody."""


class TerminalFile:
    """A terminal to write to; once it is gone, `lost` is called and what is written goes nowhere."""

    def __init__(self, file: IO[str], lost: Callable[[], object]) -> None:
        self._file = file
        self._lost = lost
        self._gone = False

    def write(self, text: str) -> None:
        """Write `text`; raises nothing."""
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        """Flush what was written; raises nothing."""
        self._try(self._file.flush)

    def fileno(self) -> int:
        return self._file.fileno()

    def _try(self, act: Callable[[], object]) -> None:
        if self._gone:
            return
        try:
            act()
        except (OSError, ValueError):  # ValueError: it was closed
            self._gone = True
            self._lost()


class ConsoleDriver(LinuxDriver):
    """Textual's driver, but it drops frames that a stalled terminal does not take instead of waiting."""

    behind = False
    """Whether frames were dropped, so that the screen has to be painted anew."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if self._file is not None:
            self._file = TerminalFile(self._file, self._lost)  # type: ignore[assignment]  # all that is used

    def _lost(self) -> None:
        """Tell the app, from the writer's thread; when its loop has ended there is nobody to tell."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._app.post_message, TerminalLost())

    @property
    def backlog(self) -> int:
        """How many writes the terminal has not taken yet."""
        writer = self._writer_thread
        return 0 if writer is None else writer._queue.qsize()

    def write(self, data: str) -> None:
        """Write, or drop what a terminal that stalls has no room for."""
        writer = self._writer_thread
        if writer is not None and writer._queue.full():
            self.behind = True
            return
        super().write(data)

    def close(self) -> None:
        """End the writer thread, but wait for no terminal that does not take what is written."""
        writer = self._writer_thread
        if writer is None:
            return
        try:
            writer._queue.put(None, timeout=LAST)
        except Full:
            return
        writer.join(LAST)
