"""Receipts that are awaited, and frames that an ERROR may be about, as values of JSON and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from stomptui.stomp.checked import (
    flag,
    maybe,
    numbers,
    one_of,
    rows,
    runs,
    seconds,
    text,
    unpack,
    whole,
    wrong,
)
from stomptui.stomp.events import Settlement
from stomptui.stomp.receipts import IN_FLIGHT, SETTLING, Pending, Receipts

if TYPE_CHECKING:
    from stomptui.stomp.ledger import Ledger

WHAT = "what is awaited"
SUSPECTED = 7
"""Where a pending frame's row says which ERROR makes its RECEIPT prove nothing."""


def receipts(state: Receipts, ledger: Ledger) -> list[Any]:
    """Every pending frame once, then where it is awaited by its place, the latest latency, and what became
    of the messages that an ACK or NACK among them was about."""
    kept = (state._pending, state._graces, state._in_flight, state._answered)
    every = {id(one): one for some in kept for one in some.values()}
    place = {key: at for at, key in enumerate(every)}

    def places(some: Iterable[Pending]) -> list[int]:
        return runs(place[id(one)] for one in some)

    about = {one.about for one in every.values() if one.command in SETTLING}
    about |= {settling[5] for settling in state.settlings}
    gone = [(one, ledger.gone(one)) for one in sorted(one for one in about if isinstance(one, int))]
    return [
        [_pending(one, state.suspected(one)) for one in every.values()],
        places(state._pending.values()),
        places(state._graces.values()),
        places(state._in_flight.values()),
        places(state._answered.values()),
        [[number, command, at, one] for _, number, command, at, _, one in state.settlings],
        state.last_latency,
        [[number, int(one.settlement), one.by] for number, one in gone if one is not None],
    ]


def _pending(one: Pending, suspected: int | None) -> list[Any]:
    return [
        *(one.receipt_id, one.number, one.command, one.sent_at, one.transaction, one.about),
        *(one.receipted_at, suspected, one.refused, one.waits),
    ]


def keep_receipts(state: Receipts, ledger: Ledger, value: object) -> None:
    """Read what `receipts` wrote; raises SnapshotError."""
    every, pending, graces, in_flight, answered, settlings, latency, gone = unpack(value, 8, WHAT)
    fields = rows(every, 10, WHAT)
    made = [_made(one) for one in fields]

    def at(places: object, *, named: bool = False) -> list[Pending]:
        found = numbers(places, len(made), WHAT)
        if len(set(found)) < len(found) or (found and not 0 <= min(found) <= max(found) < len(made)):
            wrong(WHAT)
        some = [made[place] for place in found]
        return wrong(WHAT) if named and any(one.receipt_id is None for one in some) else some

    for one in at(pending, named=True):
        state.await_receipt(one)
    for one in at(graces, named=True):
        state.unproved(one)
    errors = [maybe(whole, one[SUSPECTED], WHAT) for one in fields]
    suspected = [(error, one.command) for error, one in zip(errors, made, strict=True) if error is not None]
    if suspected:
        state.suspect(max(suspected)[0], frozenset(command for _, command in suspected))
    state._in_flight.update({one.number: one for one in at(in_flight)})
    state._answered.update({one.receipt_id or "": one for one in at(answered, named=True)})
    state.last_latency = maybe(seconds, latency, WHAT)
    for number, command, sent_at, about in rows(settlings, 4, WHAT)[-IN_FLIGHT:]:
        how = one_of(SETTLING, command, WHAT)
        settling = (None, whole(number, WHAT), how, seconds(sent_at, WHAT), None, whole(about, WHAT))
        state.settlings.append(settling)
    for number, settlement, by in rows(gone, 3, WHAT):
        became = one_of(Settlement, settlement, WHAT)
        ledger._gone[whole(number, WHAT)] = became, whole(by, WHAT)


def _made(fields: list[Any]) -> Pending:
    receipt_id, number, command, sent_at, transaction, about, receipted_at, _, refused, waits = fields
    if command in SETTLING and about is not None:
        whole(about, WHAT)
    return Pending(
        maybe(text, receipt_id, WHAT),
        whole(number, WHAT),
        text(command, WHAT),
        seconds(sent_at, WHAT),
        maybe(text, transaction, WHAT),
        maybe(text, about, WHAT) if type(about) is not int else whole(about, WHAT),
        maybe(seconds, receipted_at, WHAT),
        flag(refused, WHAT),
        flag(waits, WHAT),
    )
