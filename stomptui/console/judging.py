"""Messages that are looked at for a rule: in slices, the expression in a thread, so that keys stay quick."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stomptui.capture import truth
from stomptui.console.rule import Preview, Verdict
from stomptui.console.steps import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from stomptui.capture.filter import Filter
    from stomptui.capture.store import Capture
    from stomptui.capture.stored import Row
    from stomptui.console.collecting import Collecting
    from stomptui.stomp.state import State

SLICE = 64
"""Messages of one slice: a millisecond or two of this thread."""
OCTETS = 1 << 18
"""Octets after which a slice has enough messages."""
PREVIEWED = 10_000
"""Messages of a preview: some seconds; what the others are is found out by the rule."""


def is_ours(state: State, collecting: Collecting, subscription: str, number: int) -> bool:
    """Whether a rule on that subscription may settle a message now."""
    entry = state.ledger.get(number)
    return (
        entry is not None
        and entry.subscription == subscription
        and entry.transaction is None
        and entry.why_not is None
        and (state.connection, number) not in collecting.collected
    )


async def judged(
    capture: Capture, connection: int, wanted: Filter, numbers: Sequence[int]
) -> AsyncIterator[list[tuple[int, Verdict]]]:
    """Say of messages, in their order and some at a time, whether a filter is true of them.

    Raises TookTooLong, CaptureError and sqlite3.Error where that cannot be told.
    """
    some: dict[int, Row | None] = {}
    octets = 0
    for number in numbers:
        id_ = capture.find_id(connection, number)
        row = truth.row(capture, id_) if id_ is not None else None
        some[number] = row
        octets += len(row.body or b"") if row is not None else 0
        if len(some) >= SLICE or octets >= OCTETS:
            yield await _told(wanted, some)
            some, octets = {}, 0
    if some:
        yield await _told(wanted, some)


async def _told(wanted: Filter, some: Mapping[int, Row | None]) -> list[tuple[int, Verdict]]:
    rows = [row for row in some.values() if row is not None]
    true = await asyncio.to_thread(truth.true_of, wanted, rows)
    return [(number, _verdict(row, true)) for number, row in some.items()]


def _verdict(row: Row | None, true: frozenset[int]) -> Verdict:
    if row is None:
        return Verdict.LARGE
    return Verdict.MATCH if row.id in true else Verdict.OTHER


async def preview(
    capture: Capture,
    state: State,
    collecting: Collecting,
    subscription: str,
    wanted: Filter,
    told: Callable[[Preview], None],
) -> Preview:
    """Look at what a subscription holds unsettled, the oldest first; `told` hears of it on the way."""
    held: list[int] = []
    for at, number in enumerate(list(state.ledger), 1):
        entry = state.ledger.get(number)
        if entry is not None and entry.subscription == subscription:
            held.append(number)
        if at % AT_ONCE == 0:
            await asyncio.sleep(0)
    looked_at = held[:PREVIEWED]
    found = Preview(len(looked_at), len(held))
    for start in range(0, len(looked_at), SLICE):
        some = looked_at[start : start + SLICE]
        ours = [one for one in some if is_ours(state, collecting, subscription, one)]
        found = found.seen([Verdict.NOT_OURS] * (len(some) - len(ours)))
        async for verdicts in judged(capture, state.connection, wanted, ours):
            found = found.seen(verdict for _, verdict in verdicts)
            told(found)
    return found
