"""What became of a replay, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stomptui import brokers
from stomptui.commands.replay_plan import SHOWN, records, span
from stomptui.commands.replay_run import End
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stomptui.commands.replay_flight import Flight, Refusal
    from stomptui.stomp.dialect import Dialect

LATE = 0.05
"""Seconds by which a SEND may be late before it is said."""


class Outcome(NamedTuple):
    """The end of a run: `total` were to be sent; `earlier` are the ids left out as unknown."""

    flight: Flight
    total: int
    seconds: float
    late: float
    earlier: frozenset[int] = frozenset()

    @property
    def good(self) -> bool:
        """Whether everything there was is known to be done."""
        flight = self.flight
        return flight.confirmed == self.total and not (flight.refusals or flight.unknown or self.earlier)

    @property
    def untouched(self) -> int:
        """How many were never sent."""
        sure = sum(refusal.sure and refusal.sent is not None for refusal in self.flight.refusals)
        return self.total - self.flight.confirmed - len(self.flight.unknown) - sure


def summary(outcome: Outcome, dialect: Dialect) -> list[str]:
    """What was confirmed, rejected, unknown and not sent, a line each."""
    flight = outcome.flight
    surely = [refusal for refusal in flight.refusals if refusal.sure and refusal.sent is not None]
    late = f"; the latest left {span(outcome.late)} after its time" if outcome.late >= LATE else ""
    lines = [f"confirmed {flight.confirmed:,} of {outcome.total:,} in {span(outcome.seconds)}{late}"]
    lines += _dropped(sorted(flight.reached), dialect)
    lines.append(f"rejected  {len(surely):,}")
    for refusal in flight.refusals[:SHOWN]:
        lines += told(refusal, dialect)
    if (more := len(flight.refusals) - SHOWN) > 0:
        lines.append(f"  and {more:,} more")
    lines.append(f"unknown   {len(flight.unknown):,}")
    reasons: dict[str, list[int]] = {}
    for sent, why in flight.unknown:
        reasons.setdefault(why, []).append(sent.id)
    lines += [f"  records {records(ids)}: {printable(why)}" for why, ids in reasons.items()]
    if outcome.earlier:
        lines.append(f"  records {records(outcome.earlier)}: of an earlier run, not sent again")
    if outcome.untouched:
        lines.append(f"not sent  {outcome.untouched:,}")
    return lines


def how_to_go_on(outcome: Outcome, end: End, words: str) -> list[str]:
    """Why it ended before everything was confirmed, and what to do then; nothing where it was."""
    if outcome.good:
        return []
    lines = [] if end is End.DONE else [f"stopped: {end.value}"]
    if words:
        lines.append(f"it could not be made again: {printable(words)}")
    if outcome.flight.refusals or outcome.untouched:
        lines.append("the same command with --resume sends what was rejected or not sent")
    if outcome.flight.unknown or outcome.earlier:
        lines.append("with --resume --again-unknown also what is unknown: it may come twice then")
    return lines


def _dropped(destinations: Iterable[str], dialect: Dialect) -> list[str]:
    """How messages may be lost though they are confirmed, and where."""
    words = brokers.words(dialect)
    risks: dict[str, list[str]] = {}
    for destination in destinations:
        if (risk := words.may_drop(destination)) is not None:
            risks.setdefault(risk, []).append(printable(destination))
    return [
        f"  {', '.join(names[:SHOWN])}{' ...' if len(names) > SHOWN else ''}: {risk}"
        for risk, names in risks.items()
    ]


def told(refusal: Refusal, dialect: Dialect) -> list[str]:
    """Which record was refused, the broker's words, what they mean and what to do."""
    words = printable(refusal.words)
    sent = refusal.sent
    if sent is None:
        lines = [f"  ERROR about none of the records: {words}"]
    elif refusal.sure:
        lines = [f"  record {sent.id} to {printable(sent.destination)}: {words}"]
    else:
        lines = [
            f"  ERROR: {words}",
            f"    which record it means is not said; the first it may be is {sent.id} "
            f"to {printable(sent.destination)}",
        ]
    known = None if refusal.error is None else brokers.explained(dialect, refusal.error)
    if known is not None:
        lines += [f"    {known.meaning}", f"    {known.what_to_do}"]
    return lines
