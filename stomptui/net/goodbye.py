"""DISCONNECT, and the end of a connection from this side."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stomptui.net.explain import broker_words
from stomptui.stomp import frame as frames
from stomptui.stomp.errors import BrokerError, StompError

if TYPE_CHECKING:
    from stomptui.net.line import Line

UNANSWERED = "closed here, the broker did not answer DISCONNECT in time"


async def disconnect(line: Line, seconds: float) -> None:
    """Leave as `Client.disconnect` says."""
    if line.leaving:
        await asyncio.wait((line.over,), timeout=seconds)
    elif not line.over.done():
        line.leaving = True
        if line.keeper is not None:
            line.keeper.stop()
        if line.open:
            await _leave(line, seconds)
        else:
            line.finish(line.link.closed.result())
    line.delivery.raise_unowned()


async def _leave(line: Line, seconds: float) -> None:
    try:
        clean = await _say_goodbye(line, seconds)
    except BaseException:  # cancelled: nobody else would close it
        line.link.abort("closed here, DISCONNECT was given up")
        raise
    await line.link.close("disconnected" if clean else UNANSWERED, clean=clean)


async def _say_goodbye(line: Line, seconds: float) -> bool:
    until = asyncio.get_running_loop().time() + seconds
    line.stop_reading(False)
    try:
        sent = line.transmit(frames.disconnect(receipt=line.session.next_receipt()))
    except StompError:  # it has ended, or the broker has not read for long
        return False
    while True:
        try:
            await sent.within(until - asyncio.get_running_loop().time())
            return True
        except BrokerError as error:
            # Brokers that name no frame mean an earlier one: the receipt still comes, unless they close.
            line.delivery.refused(BrokerError(broker_words(error.frame), error.frame))
            if not line.open:  # as in the same read
                return False
            line.outcomes.ask(sent.number, "DISCONNECT")
        except StompError:
            return False


def abort(line: Line, reason: str) -> None:
    """Close at once, and make nothing again."""
    line.leaving = True
    if line.open:
        line.link.abort(reason)
    else:
        line.finish(line.link.closed.result())
