"""What a look at a large stored message left in the file, read by a thread while the console goes on."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

from stomptui.capture.files import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable

    from stomptui.capture.store import Capture, Record
    from stomptui.stomp.frame import Frame

LARGE = 1 << 20
"""Octets of a body from which on it is not copied at one go."""
PIECE = 1 << 18

TOLD = 0.05
"""Seconds between two words of how far it is."""


class CannotRead(Exception):
    """The octets of a record cannot be had any more; the words say why."""


async def body_of(frame: Frame) -> bytes:
    """The body of `frame` as octets of its own; those of a large one are copied by a thread, in pieces."""
    return frame.body if frame.size < LARGE else await asyncio.to_thread(_copied, frame.view)


def _copied(octets: memoryview) -> bytes:
    copy = BytesIO()
    for start in range(0, len(octets), PIECE):
        copy.write(octets[start : start + PIECE])
        time.sleep(0)  # the loop goes on between two pieces
    return copy.getvalue()


async def whole(
    capture: Capture, record: Record, told: Callable[[float], object] = lambda share: None
) -> Record:
    """Return `record` with all its octets; `told` hears how much has been read, 0 to 1.

    Cancelled, it ends the thread after the next piece. Raises CannotRead.
    """
    if not record.left:
        return record
    loop = asyncio.get_running_loop()
    unwanted = threading.Event()
    next_at = time.monotonic() + TOLD

    def tell(share: float) -> bool:
        nonlocal next_at
        if time.monotonic() >= next_at and not unwanted.is_set():
            next_at = time.monotonic() + TOLD
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(told, share)
        return not unwanted.is_set()

    try:
        found = await asyncio.to_thread(capture.reader(record), tell)
    except (CaptureError, sqlite3.Error) as error:
        raise CannotRead(f"the recording cannot be read: {error}") from None
    finally:
        unwanted.set()
    if found is None:
        raise CannotRead("the recording has let go of it")
    return found
