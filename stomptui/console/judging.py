"""Messages that are looked at for a rule: in slices, the expression in a thread, so that keys stay quick."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stomptui.capture import truth
from stomptui.console.rule import Preview, Verdict
from stomptui.console.steps import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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


async def judge(
    capture: Capture, connection: int, wanted: Filter, numbers: Sequence[int]
) -> list[tuple[int, Verdict]]:
    """Say of each message of one slice whether a filter is true of it.

    Raises TookTooLong, CaptureError and sqlite3.Error where that cannot be told.
    """
    rows: dict[int, Row] = {}
    for number in numbers:
        id_ = capture.find_id(connection, number)
        row = truth.row(capture, id_) if id_ is not None else None
        if row is not None:
            rows[number] = row
    true = await asyncio.to_thread(truth.true_of, wanted, list(rows.values()))
    return [(number, _verdict(rows.get(number), true)) for number in numbers]


def _verdict(row: Row | None, true: frozenset[int]) -> Verdict:
    if row is None:
        return Verdict.LARGE
    return Verdict.MATCH if row.id in true else Verdict.OTHER


def sliced(capture: Capture, connection: int, numbers: Sequence[int]) -> list[Sequence[int]]:
    """Part messages into slices, by their number and by the octets that memory has of them."""
    slices: list[Sequence[int]] = []
    start = octets = 0
    for at, number in enumerate(numbers):
        id_ = capture.find_id(connection, number)
        line = capture.tiers.line(id_) if id_ is not None else None
        size = len(line.raw) if line is not None else 0
        if at > start and (octets + size > OCTETS or at - start >= SLICE):
            slices.append(numbers[start:at])
            start, octets = at, 0
        octets += size
    return [*slices, numbers[start:]] if numbers else []


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
        for some in sliced(capture, state.connection, looked_at[start : start + SLICE]):
            ours = [one for one in some if is_ours(state, collecting, subscription, one)]
            judged = await judge(capture, state.connection, wanted, ours)
            found = found.seen(_all(judged, len(some) - len(ours)))
            told(found)
    return found


def _all(judged: Iterable[tuple[int, Verdict]], not_ours: int) -> list[Verdict]:
    return [*(verdict for _, verdict in judged), *([Verdict.NOT_OURS] * not_ours)]
