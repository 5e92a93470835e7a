"""What was under way when a time limit ran out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum


class Stage(Enum):
    """The steps of connecting, each of which may be the one that takes too long."""

    NAME = "the look-up of the name"
    CONNECT = "the connection attempt"
    PROXY = "the proxy"
    TLS = "the TLS handshake"
    WEBSOCKET = "the WebSocket handshake"


@contextmanager
def stage(which: Stage) -> Iterator[None]:
    """Leave word, should what is inside be cancelled, as a time limit around it does."""
    try:
        yield
    except asyncio.CancelledError as error:
        error.add_note(which.value)
        raise


def stage_of(error: BaseException) -> Stage | None:
    """The stage that the time limit ended which raised `error`, the outermost one; None if it was in none."""
    notes = getattr(error.__cause__, "__notes__", ())
    return Stage(notes[-1]) if notes else None  # a proxy's name look-up is the proxy
