"""ACK and NACK: of one message, of many, and never of one that came on another connection."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from stomptui.net.confirmations import Confirmations
from stomptui.stomp.errors import LocalProtocolError, StaleMessage

if TYPE_CHECKING:
    from stomptui.net.client import Client
    from stomptui.net.line import Line
    from stomptui.net.outcome import Confirmation
    from stomptui.net.subscription import Message
    from stomptui.stomp.frame import Frame, Headers

SETTLE_SECONDS = 0.008
"""Seconds of a slice of `settle_many`, half a slot of the event loop that a screen shares."""
FIRST = 32
"""Frames of the first slice of `settle_many`, and the least of any: so many take less than a millisecond."""


class Settlements(NamedTuple):
    """What `settle_many` did: frames sent for messages, in order, and messages refused with the reason."""

    sent: Sequence[Confirmation]
    refused: tuple[tuple[int, str], ...]


async def settle(
    client: Client,
    command: str,
    message: Message | int,
    *,
    headers: Headers = (),
    transaction: str | None = None,
    join: bool = True,
    receipt: bool = False,
) -> Confirmation:
    """Send ACK or NACK as `Client.ack` says."""
    line = client._line
    link = line.link
    if isinstance(message, int):
        number = message
    else:
        number = message.number
        if message.client is not client:  # the number means another message here
            raise LocalProtocolError(f"{command} of {number:05d}: it came to another client; settle it there")
        if link.closed.done() or message.connection != link.connection:
            raise _stale(command, message)
    if not link.has_room or line.delivery.unowned is not None:
        await line.ready()
    if join and not receipt and transaction is None and not headers:  # a coroutine less for what is usual
        sent = line.settle(command, number)
        if link.must_give_way:
            await link.give_way()
        return sent
    frame = _frame(line, command, number, headers=headers, transaction=transaction, receipt=receipt)
    return await line.outcome(line.transmit(frame, join=join), receipt)


async def settle_alone(command: str, message: Message) -> Confirmation:
    """Send ACK or NACK of a message and nothing more, as `settle` does in more steps."""
    line = message.client._line
    link = line.link
    if link.closed.done() or message.connection != link.connection:
        raise _stale(command, message)
    if not link.has_room or line.delivery.unowned is not None:
        await line.ready()
    sent = line.settle(command, message.number)
    if link.must_give_way:
        await link.give_way()
    return sent


async def settle_outside(
    client: Client, command: str, numbers: Iterable[int], *, headers: Headers = (), receipt: bool = False
) -> Settlements:
    """Do as `Client.settle_many` does, but never join a transaction, though one is begun meanwhile."""
    return await settle_many(client._line, command, numbers, headers=headers, receipt=receipt, join=False)


async def settle_many(
    line: Line,
    command: str,
    numbers: Iterable[int],
    *,
    headers: Headers,
    receipt: bool,
    transaction: str | None = None,
    join: bool = True,
) -> Settlements:
    """Send ACK or NACK as `Client.settle_many` says; `transaction` names the one that they join."""
    pending = deque(numbers)
    clock = asyncio.get_running_loop().time
    sent = Confirmations(line)
    refused: list[tuple[int, str]] = []
    link = line.link  # the numbers are those of this connection, and of no later one
    most = FIRST
    while pending:
        await link.writable()
        begun = clock()
        with link.one_write():
            for _ in range(min(most, len(pending))):
                number = pending.popleft()
                try:
                    if join and not receipt and not headers and transaction is None:
                        sent.add(*line.settle_as(command, number))
                        continue
                    frame = _frame(
                        line, command, number, headers=headers, transaction=transaction, receipt=receipt
                    )
                    one = line.transmit(frame, join=join)
                    sent.add(one.number, one.transaction)
                except LocalProtocolError as error:
                    refused.append((number, str(error)))
        # What is told of them at the end of the slice takes longer than to send them.
        most = max(FIRST, int(most * min(SETTLE_SECONDS / max(clock() - begun, 1e-6), 2)))
        await asyncio.sleep(0)
    return Settlements(sent, tuple(refused))


def _frame(
    line: Line, command: str, number: int, *, headers: Headers, transaction: str | None, receipt: bool
) -> Frame:
    session = line.session
    receipt_id = session.next_receipt() if receipt else None
    return session.settle_frame(command, number, headers=headers, transaction=transaction, receipt=receipt_id)


def _stale(command: str, message: Message) -> StaleMessage:
    return StaleMessage(
        f"{command} of {message.number:05d}: it came on connection {message.connection}, which has ended; "
        "a queue delivers it again"
    )
