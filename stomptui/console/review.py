"""What collected decisions would do once they are sent, by this broker's rules: known before they are."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from stomptui.console.steps import AT_ONCE
from stomptui.stomp.dialect import Covers
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stomptui.console.collected import Collected, Entry, Key
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.ledger import Unsettled
    from stomptui.stomp.state import State

Scope = str | None
"""What one cumulative frame reaches over: a subscription, or (None) the whole connection."""


class Check(NamedTuple):
    """What is known of one entry that does not simply settle its one message.

    `by` is the number of the collected message whose cumulative frame, sent before, settles this one too;
    `clash` says that it decides otherwise. `why` says why the entry cannot be sent at all.
    """

    settles: int = 1
    by: int = 0
    clash: bool = False
    why: str = ""


PLAIN = Check()


class Group(NamedTuple):
    """Neighbours that are sent with one command and the same headers."""

    command: str
    headers: tuple[tuple[str, str], ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What `groups` to send, in order, how many messages they settle, and how many of these nobody collected.

    `checks` has the entries about which there is more to say; a `clash` among them must be changed first.
    `left_out` counts those that an earlier cumulative frame settles as they want it.
    """

    groups: tuple[Group, ...] = ()
    settles: int = 0
    beyond: int = 0
    left_out: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    checks: Mapping[Key, Check] = field(default_factory=dict)
    clashes: tuple[Key, ...] = ()
    refused: tuple[Key, ...] = ()

    def check(self, key: Key) -> Check:
        """What is known of an entry."""
        return self.checks.get(key, PLAIN)

    @property
    def commands(self) -> tuple[str, ...]:
        """ACK and NACK, as far as there are any to send."""
        return tuple(dict.fromkeys(group.command for group in self.groups))


class _Reach:
    """The cumulative frames of one scope, in the order of sending; only those that reach further count."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.entries: list[tuple[int, Entry]] = []

    def covering(self, number: int) -> tuple[int, Entry] | None:
        """The first that settles message `number`, with its place."""
        at = bisect_left(self.numbers, number)
        return self.entries[at] if at < len(self.entries) else None

    def add(self, place: int, entry: Entry) -> None:
        if not self.numbers or entry.number > self.numbers[-1]:
            self.numbers.append(entry.number)
            self.entries.append((place, entry))


async def reviewed(state: State, collected: Collected) -> Review:
    """Look through `collected`, in slices; as the ledger of `state` is now."""
    ledger = state.ledger
    rules = {"ACK": state.dialect.ack_covers, "NACK": state.dialect.nack_covers}
    reaches: dict[Scope, _Reach] = {}
    checks: dict[Key, Check] = {}
    counts: Counter[str] = Counter()
    runs: list[tuple[Entry, list[int]]] = []  # neighbours that decide the same
    alone: list[tuple[str, int]] = []  # what settles one message, left out ones too: subscription, number
    clashes: list[Key] = []
    refused: list[Key] = []
    left_out = 0
    cumulative: list[tuple[Entry, Scope]] = []
    for place, entry in enumerate(collected):
        if place % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        held = ledger.get(entry.number) if entry.connection == state.connection else None
        why = _why_not(held)
        if held is None or why:
            checks[entry.key] = Check(0, why=why)
            refused.append(entry.key)
            continue
        alone.append((held.subscription, entry.number))
        before = _first(reaches, held) if reaches else None
        if before is not None:
            clash = not before.agrees(entry)
            checks[entry.key] = Check(0, by=before.number, clash=clash)
            left_out += not clash
            if clash:
                clashes.append(entry.key)
            continue
        counts[entry.command] += 1
        if not runs or not runs[-1][0].agrees(entry):
            runs.append((entry, []))
        runs[-1][1].append(entry.number)
        covers = rules[entry.command]
        if held.mode is AckMode.CLIENT and covers is not Covers.ONE:
            scope = None if covers is Covers.CONNECTION else held.subscription
            reaches.setdefault(scope, _Reach()).add(place, entry)
            cumulative.append((entry, scope))
    numbers = await _unsettled(state, reaches)
    for at, (entry, scope) in enumerate(cumulative):
        if at % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        checks[entry.key] = Check(bisect_right(numbers[scope], entry.number))
    settles = len(alone)
    if reaches:
        furthest = {scope: reach.numbers[-1] for scope, reach in reaches.items()}
        settles = sum(bisect_right(numbers[scope], last) for scope, last in furthest.items())
        everywhere = furthest.get(None, 0)
        for start in range(0, len(alone), AT_ONCE):
            await asyncio.sleep(0)
            settles += sum(
                number > everywhere and number > furthest.get(scope, 0)
                for scope, number in alone[start : start + AT_ONCE]
            )
    return Review(
        tuple(Group(first.command, first.headers, tuple(run)) for first, run in runs),
        settles,
        settles - len(alone),
        left_out,
        counts,
        checks,
        tuple(clashes),
        tuple(refused),
    )


def _why_not(held: Unsettled | None) -> str:
    if held is None:
        return "it is not unsettled any more"
    if held.transaction is not None:
        return f"it is staged in {held.transaction} already"
    return held.why_not or ""


def _first(reaches: Mapping[Scope, _Reach], held: Unsettled) -> Entry | None:
    """The earliest frame that settles a message before its own is sent."""
    found = [
        covering
        for scope in (None, held.subscription)
        if scope in reaches and (covering := reaches[scope].covering(held.number)) is not None
    ]
    return min(found)[1] if found else None


async def _unsettled(state: State, scopes: Mapping[Scope, object]) -> dict[Scope, list[int]]:
    """The numbers of what may be settled in each of the `scopes`, ascending."""
    numbers: dict[Scope, list[int]] = {scope: [] for scope in scopes}
    if not scopes:
        return numbers
    held = list(state.ledger.all.values())
    for start in range(0, len(held), AT_ONCE):
        if start:
            await asyncio.sleep(0)
        for one in held[start : start + AT_ONCE]:
            if one.transaction is not None:
                continue
            if None in numbers:
                numbers[None].append(one.number)
            if one.subscription in numbers:
                numbers[one.subscription].append(one.number)
    if None in numbers and state.ledger.held:  # of closed subscriptions: settled under the same rule
        numbers[None] = sorted([*numbers[None], *state.ledger.held])
    return numbers


def why_no_transaction(dialect: Dialect, review: Review) -> str | None:
    """Why this broker cannot do it all in one transaction, None when it can."""
    acks, nacks = review.counts.get("ACK", 0), review.counts.get("NACK", 0)
    if acks and not dialect.ack_in_transaction:
        return f"{dialect.name} acks at once also in a transaction: nothing could be taken back"
    if nacks and not dialect.nack_in_transaction:
        return f"{dialect.name} takes no NACK in a transaction: take {_those(nacks)} out, or send together"
    if review.refused:
        return f"{len(review.refused)} cannot be sent: take {_those(len(review.refused))} out first"
    return None


def _those(count: int) -> str:
    return "the one" if count == 1 else f"the {count}"
