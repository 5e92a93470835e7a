"""What an ACK or NACK by hand will settle, known before it is sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from stomptui.console.steps import AT_ONCE, whole
from stomptui.render.text import printable
from stomptui.stomp.dialect import Covers
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from stomptui.stomp.ledger import Unsettled
    from stomptui.stomp.state import State

NAMED = 4
"""Messages of other subscriptions that a question names one by one; beyond that they are counted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The frames to send, by the `numbers` of the messages they name, and all they settle (`covered`).

    `question` is what must be asked first, None when nothing can surprise. `refused` says, a line each,
    which messages are left out and why.
    """

    command: str
    numbers: tuple[int, ...]
    covered: tuple[int, ...]
    question: str | None = None
    refused: tuple[str, ...] = ()

    def leaving_out(self, why: tuple[str, ...]) -> Plan:
        """The plan with more that is left out."""
        return replace(self, refused=(*self.refused, *why))


def number_words(number: int) -> str:
    """Write a frame's number as the feed does."""
    return f"{number:05d}"


def plan_settling(state: State, command: str, numbers: Iterable[int], *, out_of_view: int = 0) -> Plan:
    """Plan to settle exactly `numbers`, asking when the broker's rule makes it more than those.

    `out_of_view` of them are not on the screen, which is asked about too.
    """
    return whole(planning(state, command, numbers, out_of_view=out_of_view))


def planning(
    state: State, command: str, numbers: Iterable[int], *, out_of_view: int = 0
) -> Generator[None, None, Plan]:
    """Do what `plan_settling` does, some milliseconds a step."""
    chosen = set(numbers)
    wanted = sorted(chosen)
    named: list[int] = []
    covered: dict[int, Unsettled] = {}
    refused: list[str] = []
    for at, number in enumerate(reversed(wanted), 1):
        if at % AT_ONCE == 0:
            yield
        if number in covered:
            continue
        entry = state.ledger.get(number)
        if entry is None:
            refused.append(f"{number_words(number)} is not unsettled")
            continue
        if entry.why_not is not None:
            refused.append(f"{number_words(number)}: {entry.why_not}")
            continue
        named.append(number)
        covered.update((one.number, one) for one in state.ledger.covered(number, command, state.dialect))
    more = [one for number, one in sorted(covered.items()) if number not in chosen]
    question = None
    if more:
        question = _cumulative_question(state, command, sorted(covered.values(), key=_by_number), more)
    elif out_of_view:
        count = len(covered)
        question = f"{command} {_messages(count)}: {out_of_view} of them not on the screen. Send?"
    return Plan(command, tuple(reversed(named)), tuple(sorted(covered)), question, tuple(refused))


def plan_up_to(state: State, number: int, shown: Callable[[int], bool] = lambda number: True) -> Plan:
    """Plan to ACK every unsettled message of one subscription up to `number`, by its mode; always asked.

    In mode `client` one cumulative ACK does it; in `client-individual` each that is `shown` has its own.
    """
    entry = state.ledger.get(number)
    if entry is None or entry.mode is AckMode.CLIENT:
        plan = plan_settling(state, "ACK", [number])
    else:
        earlier = [
            one.number
            for one in takewhile(lambda one: one.number <= number, state.ledger.values())
            if one.subscription == entry.subscription and one.transaction is None and shown(one.number)
        ]
        plan = plan_settling(state, "ACK", earlier)
    if plan.question is None and plan.numbers:
        first, last = number_words(plan.covered[0]), number_words(plan.covered[-1])
        span = f"{first} to {last}" if len(plan.covered) > 1 else first
        question = f"ACK {_messages(len(plan.covered))} up to here ({span}), each on its own. Send?"
        plan = Plan(plan.command, plan.numbers, plan.covered, question, plan.refused)
    return plan


def _cumulative_question(
    state: State, command: str, covered: Sequence[Unsettled], more: Sequence[Unsettled]
) -> str:
    dialect = state.dialect
    rule = dialect.ack_covers if command == "ACK" else dialect.nack_covers
    first, last = number_words(covered[0].number), number_words(covered[-1].number)
    words = f"This {command} covers {_messages(len(covered))}, {first} to {last}"
    if rule is Covers.CONNECTION:
        words += ", on all subscriptions of this connection"
    named_from = covered[-1].subscription
    others = [one for one in more if one.subscription != named_from]
    if others:
        words += ": also " + _others(others)
    return words + ". Send?"


def _others(others: Sequence[Unsettled]) -> str:
    if len(others) <= NAMED:
        return ", ".join(f"{number_words(one.number)} of {printable(one.destination)}" for one in others)
    counts = Counter(one.destination for one in others)
    return ", ".join(f"{count} of {printable(destination)}" for destination, count in counts.items())


def _by_number(entry: Unsettled) -> int:
    return entry.number


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
