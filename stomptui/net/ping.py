"""Asking whether a broker answers, without touching a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stomptui.stomp import frame as frames

if TYPE_CHECKING:
    from stomptui.net.line import Line


class Ping(NamedTuple):
    """Seconds from BEGIN to its receipt, and from ABORT to its."""

    begin: float
    abort: float


async def ping(line: Line) -> Ping:
    """Send BEGIN and ABORT of an empty transaction, and wait for both receipts."""
    name = line.session.next_transaction()
    await line.ready()
    begin = line.transmit(frames.begin(name, receipt=line.session.next_receipt()), automatic=False)
    abort = line.transmit(frames.abort(name, receipt=line.session.next_receipt()))
    first = await begin
    return Ping(first, await abort)
