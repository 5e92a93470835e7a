"""What is written in one turn of the event loop leaves in few writes; one costs more than making a frame."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.net.transport import Transport

FULL = 64 * 1024
"""Octets that are kept back at most: what a transport lets wait before it says that it is full."""


class Cork:
    """Writes to `transport`: the first frames of a turn at once, those after them together when it ends."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.transport: Transport | None = None
        self._loop = loop
        self._kept: list[bytes] = []
        self._octets = 0
        self._in = False

    def push(self) -> None:
        """Keep back what is written from now on, until the turn ends."""
        if not self._in:
            self._in = True
            self._loop.call_soon(self.pull)

    def write(self, data: bytes) -> None:
        """Write the octets of one frame."""
        if not data or self.transport is None:
            return
        if not self._in:
            self.transport.write(data)
            self.push()
            return
        self._kept.append(data)
        self._octets += len(data)
        if self._octets >= FULL:
            self._empty(self.transport)

    def pull(self) -> None:
        """Write at once what was kept back."""
        self._in = False
        if self._kept and self.transport is not None:
            self._empty(self.transport)

    def _empty(self, transport: Transport) -> None:
        kept, self._kept = self._kept, []
        self._octets = 0
        transport.write(*kept)
