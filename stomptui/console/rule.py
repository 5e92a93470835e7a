"""A rule that settles the messages of one subscription by itself: what it is, decides, and has done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from stomptui.render.text import printable
from stomptui.stomp.dialect import Covers
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stomptui.brokers import NackOutcome
    from stomptui.capture.filter import Filter
    from stomptui.console.view import View
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.state import State
    from stomptui.stomp.subscription import Subscription

USUAL = 100
"""Messages that a rule settles at most, unless another number is asked for."""
MOST = 100_000
"""The most that can be asked for: a rule that nobody has looked at for so long is asked about again."""


class Verdict(Enum):
    """What a rule finds a message to be."""

    MATCH = auto()
    OTHER = auto()
    """The expression is false, or unknown, of it."""
    LARGE = auto()
    """Not wholly in memory, or too large to look through: nobody knows whether it matches."""
    NOT_OURS = auto()
    """Settled meanwhile, collected, staged, or it cannot be settled."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do with the messages of subscription `subscription`; `filter` tells those that match.

    Matches are acked, or left where `acks` is False; the others get `nack`, None leaves them. It ends when
    `most` were settled. With `held` it begins with those that are unsettled now.
    """

    subscription: str
    destination: str
    filter: Filter
    most: int = USUAL
    acks: bool = True
    nack: NackOutcome | None = None
    held: bool = True

    def command(self, verdict: Verdict) -> str | None:
        """ACK, NACK, or None where the message is left as it is."""
        if verdict is Verdict.MATCH:
            return "ACK" if self.acks else None
        return "NACK" if verdict is Verdict.OTHER and self.nack is not None else None

    @property
    def commands(self) -> tuple[str, ...]:
        """What it may send; empty for a rule that does nothing."""
        return (*(("ACK",) if self.acks else ()), *(("NACK",) if self.nack is not None else ()))

    @property
    def words(self) -> str:
        """All of it in one line: `ACK what matches X, NACK all others (discard), at most 10`."""
        acks = "ACK" if self.acks else "leave"
        others = "leave all others" if self.nack is None else f"NACK all others ({self.nack.words})"
        text = printable(self.filter.text)
        return f"{printable(self.destination)}: {acks} what matches {text}, {others}, at most {self.most}"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a rule has done so far; `ended` says why it does no more."""

    acked: int = 0
    nacked: int = 0
    again: int = 0
    """Of the nacked, those that had been delivered before on this connection."""
    left: int = 0
    large: int = 0
    not_ours: int = 0
    ended: str = ""

    @property
    def settled(self) -> int:
        """What counts against the rule's `most`: each ACK and NACK, of a message that came again too."""
        return self.acked + self.nacked

    def sent(self, acked: int, nacked: int, again: int) -> Tally:
        """Count what was sent."""
        return replace(self, acked=self.acked + acked, nacked=self.nacked + nacked, again=self.again + again)

    def words(self, rule: Rule) -> str:
        """Count it: `7 of 10 settled: 4 ACK, 3 NACK (1 had come again); 2 left unsettled`."""
        parts = [f"{self.acked} ACK"] if rule.acks else []
        if rule.nack is not None:
            parts.append(f"{self.nacked} NACK" + (f" ({self.again} had come again)" if self.again else ""))
        more = [f"{self.left} left unsettled"] if self.left else []
        more += [f"{self.large} too large to judge"] if self.large else []
        more += [f"{self.not_ours} settled, collected or staged by hand"] if self.not_ours else []
        told = f"{self.settled} of {rule.most} settled: {', '.join(parts)}"
        return f"{told}; {', '.join(more)}" if more else told


class Decided(NamedTuple):
    """What to send for some messages, and the tally with those that get nothing."""

    acks: tuple[int, ...]
    nacks: tuple[int, ...]
    tally: Tally


def decide(rule: Rule, tally: Tally, judged: Iterable[tuple[int, Verdict]]) -> Decided:
    """Decide on messages in their order, until as many as the rule allows would be settled.

    What comes after that is neither sent nor counted.
    """
    acks: list[int] = []
    nacks: list[int] = []
    left = large = not_ours = 0
    for number, verdict in judged:
        if tally.settled + len(acks) + len(nacks) >= rule.most:
            break
        command = rule.command(verdict)
        if command == "ACK":
            acks.append(number)
        elif command == "NACK":
            nacks.append(number)
        elif verdict is Verdict.LARGE:
            large += 1
        elif verdict is Verdict.NOT_OURS:
            not_ours += 1
        else:
            left += 1
    counted = replace(
        tally, left=tally.left + left, large=tally.large + large, not_ours=tally.not_ours + not_ours
    )
    return Decided(tuple(acks), tuple(nacks), counted)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an expression finds among the unsettled messages, `looked` of which were looked at by now.

    `of` are to be looked at, the oldest; `all` there are.
    """

    of: int = 0
    all: int = 0
    match: int = 0
    other: int = 0
    large: int = 0
    not_ours: int = 0

    @property
    def looked(self) -> int:
        return self.match + self.other + self.large + self.not_ours

    @property
    def whole(self) -> bool:
        """Whether all that are to be looked at were."""
        return self.looked >= self.of

    def seen(self, verdicts: Iterable[Verdict]) -> Preview:
        """Count some more."""
        counts = dict.fromkeys(Verdict, 0)
        for verdict in verdicts:
            counts[verdict] += 1
        return replace(
            self,
            match=self.match + counts[Verdict.MATCH],
            other=self.other + counts[Verdict.OTHER],
            large=self.large + counts[Verdict.LARGE],
            not_ours=self.not_ours + counts[Verdict.NOT_OURS],
        )

    @property
    def words(self) -> str:
        """`12 unsettled now: 5 match, 7 do not.`"""
        if not self.all:
            return "Nothing is unsettled now: nobody has seen yet what it would find."
        parts = [f"{self.match} match", f"{self.other} do not"]
        parts += [f"{self.large} too large to judge: left alone"] if self.large else []
        parts += [f"{self.not_ours} collected or staged: left alone"] if self.not_ours else []
        lead = f"{self.all:,} unsettled now"
        if self.of < self.all:
            lead = f"The oldest {self.of:,} of {lead}"
        if not self.whole:
            lead = f"{lead}, {self.looked:,} looked at"
        return f"{lead}: {', '.join(parts)}."


def foreseen(
    acks: bool, nack: NackOutcome | None, most: int, held: bool, found: Preview, back: bool
) -> list[str]:
    """Say what a rule would do, a line each: to the matches, to the others, at once, and until when."""
    lines = ["Each that matches: ACK." if acks else "Each that matches stays unsettled."]
    lines.append("Each other stays unsettled." if nack is None else f"Each other: NACK, {nack.words}.")
    at_once = (found.match if acks else 0) + (found.other if nack is not None else 0)
    if not found.all or not held:
        lines.append(f"At once: nothing. Then up to {most} as they come.")
    elif at_once >= most:
        lines.append(f"At once: {most} of these, the oldest first; then it ends.")
    else:
        lines.append(f"At once: {at_once} of these. Then up to {most - at_once} more as they come.")
    if back:
        lines.append(f"What comes again after its NACK is judged and counted again, {most} in all.")
    return lines


def why_not_there(subscription: Subscription, dialect: Dialect) -> str | None:
    """Why no rule can settle the messages of a subscription one by one, None when one can."""
    where = printable(subscription.destination)
    if subscription.closed or subscription.refused:
        return f"{where} is not subscribed to any more"
    if subscription.mode is AckMode.AUTO:
        return f"{where} is in mode auto: nothing of it is ever unsettled"
    one = dialect.ack_covers is Covers.ONE and dialect.nack_covers is Covers.ONE
    if subscription.mode is AckMode.CLIENT and not one:
        covers = dialect.ack_covers.value
        return (
            f"{where} is in mode client, where an ACK settles {covers}: a rule needs mode client-individual"
        )
    return None


def meant(view: View) -> str | None:
    """The id of the subscription under the cursor of its pane, or of that of the message under the cursor."""
    if view.pane == "subscriptions" and view.subscription is not None:
        return view.subscription
    current = view.current
    if current is None or current.connection != view.state.connection:
        return None
    entry = view.state.ledger.get(current.number)
    return current.subscription if entry is None else entry.subscription


def chosen(state: State, name: str | None) -> Subscription | str:
    """The subscription `name`, or the only one whose messages await an ACK; else why there is no rule now."""
    joined = state.joined
    if joined is not None:
        return f"frames join {printable(joined)} now, and a rule stages nothing: t ends it, or stays outside"
    live = [one for one in state.subscriptions.values() if not one.closed and not one.refused]
    awaiting = [one for one in live if one.mode is not AckMode.AUTO]
    if name is not None:
        named = state.subscriptions.get(name)
        if named is None:
            return "that is not subscribed now: it has to be before a rule can run there"
        found = named
    elif not awaiting:
        return "no subscription here awaits ACKs: s subscribes, in mode client-individual"
    elif len(awaiting) > 1:
        return f"{len(awaiting)} subscriptions await ACKs: 1 goes to them, up and down choose one"
    else:
        [found] = awaiting
    return why_not_there(found, state.dialect) or found
