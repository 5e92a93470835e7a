"""Review what is collected, then send it: together, or in one transaction."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from stomptui.console import guard
from stomptui.console.collecting import decisions
from stomptui.console.dialogs.review import How, ReviewScreen
from stomptui.console.flows.agree import agree
from stomptui.console.flows.collect import change
from stomptui.console.flows.loops import coming_back, loop_words
from stomptui.console.flows.outcome import outcome
from stomptui.console.flows.plan import number_words
from stomptui.console.review import Review, reviewed, why_no_transaction
from stomptui.console.steps import AT_ONCE, in_steps
from stomptui.render.span import latency
from stomptui.render.text import printable
from stomptui.stomp.errors import ConnectionLost, LocalProtocolError, StompError, TimedOut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from stomptui.console.collected import Collected, Entry, Key
    from stomptui.console.collecting import Collecting
    from stomptui.console.screen import MainScreen
    from stomptui.net.outcome import Confirmation
    from stomptui.stomp.ledger import Unsettled
    from stomptui.stomp.state import State


class Sent(NamedTuple):
    """The first and the last frame, None when none was, and what was refused here: the message and why.

    `took` is the seconds that a transaction took, its COMMIT's receipt included.
    """

    first: Confirmation | None
    last: Confirmation | None
    refused: tuple[tuple[int, str], ...]
    took: float = 0.0

    def among(self, numbers: Iterable[int]) -> int:
        """How many of these frames were sent from the first to the last."""
        if self.first is None or self.last is None:
            return 0
        return sum(self.first.number <= number <= self.last.number for number in numbers)


async def review(screen: MainScreen) -> None:
    """Show what is collected; what is changed there holds at once, and it is sent when that is asked for."""
    collecting = screen.collecting
    if collecting.sending:
        screen.say("What is collected is being sent.", "warning")
        return
    how = await screen.ask_for(ReviewScreen(collecting, lambda: screen.client.state, lambda: screen.words))
    count = len(collecting.collected)
    if how is None or not count:
        left = f"{decisions(count)} to send" if count else "nothing is collected"
        screen.say(f"Nothing was sent: {left}.")
        return
    await _send(screen, how)


async def _send(screen: MainScreen, how: How) -> None:
    collecting, state = screen.collecting, screen.client.state
    collected = collecting.collected
    plan = await reviewed(state, collected)
    together = how is How.TOGETHER
    commands = plan.commands if together else (*plan.commands, "COMMIT")
    locked = screen.console.lock.guard
    refusals = [guard.why_not(locked, command) for command in commands]
    refusals += [None if together else why_no_transaction(state.dialect, plan), _why_not(plan)]
    if (why := next(filter(None, refusals), None)) is not None:
        screen.say(f"Nothing was sent: {why}.", "warning")
        return
    where = "" if together else " in one transaction"
    asked = await _question(state, plan)
    if not await agree(screen, commands, lambda: f"{_counted(plan)}{where}", asked):
        screen.say("Nothing was sent; it is still collected.")
        return
    if screen.gone(state):
        return
    if collecting.collected is not collected or collecting.sending:
        screen.say("Nothing was sent: what is collected changed meanwhile. Review it again.", "warning")
        return
    others = frozenset(state.transactions)
    done = Sent(None, None, ())
    collecting.sending, collecting.refused_by_broker = True, set()
    try:
        try:
            done = await (_together(screen, plan) if together else _in_one_transaction(screen, plan))
        finally:
            await _leave(collecting, state, collected, dict(done.refused), staged=together)
            collecting.sending = False
            screen.touch()
        if together:
            await _say_sent(screen, state, plan, done)
        else:
            took = latency(done.took)
            screen.say(f"{_counted(plan)} sent and committed after {took}. {_unsettled(state)}.")
    except StompError as error:
        screen.say(_failed(screen, error, state.transactions.keys() - others), "error")
    finally:
        collecting.refused_by_broker = None


async def _question(state: State, plan: Review) -> str | None:
    """What is to be asked before it is sent, None when nothing can surprise."""
    found: list[Unsettled] = []
    for group in plan.groups:
        if group.command == "NACK":
            found += await in_steps(coming_back(state, group.numbers, group.headers))
    words = [loop_words(found)] if found else []
    if plan.beyond:
        words.append(f"That settles {plan.settles} messages, {plan.beyond} of them not collected.")
    return " ".join([*words, "Send?"]) if words else None


def _why_not(plan: Review) -> str | None:
    """Why it is not to be sent as it is, None when it may be."""
    if plan.clashes:
        return f"{len(plan.clashes)} would be settled twice, and not the same way; = shows which"
    return None if plan.groups else "nothing of it can be sent any more; = says why"


async def _together(screen: MainScreen, plan: Review) -> Sent:
    """Send the groups in order; the last frame asks for the receipt, as the broker takes them in order."""
    client = screen.client
    refused: list[tuple[int, str]] = []
    ends: list[Confirmation] = []
    *most, end = plan.groups
    for group in (*most, end._replace(numbers=end.numbers[:-1])):
        done = await client.settle_many(group.command, group.numbers, headers=group.headers)
        refused += done.refused
        ends += (*done.sent[:1], *done.sent[-1:])
    done = await client.settle_many(end.command, end.numbers[-1:], headers=end.headers, receipt=True)
    ends += done.sent
    return Sent(ends[0] if ends else None, ends[-1] if ends else None, (*refused, *done.refused))


async def _say_sent(screen: MainScreen, state: State, plan: Review, done: Sent) -> None:
    """Say what was sent, at once and again with its receipt."""
    refused = "".join(f" Refused: {number_words(number)}: {why}." for number, why in done.refused[:1])
    if len(done.refused) > 1:
        refused = f" {len(done.refused)} refused, still collected:{refused.partition(':')[2]}"
    if len(done.refused) == sum(plan.counts.values()):
        screen.say(f"Nothing was sent.{refused}", "warning")
        return
    left_out = f" {plan.left_out} left out: settled by one before." if plan.left_out else ""
    left_out += f" {len(plan.refused)} cannot be sent: = says why." if plan.refused else ""
    what = _counted(plan, {number for number, _ in done.refused})
    assert done.last is not None
    if done.last.transaction is not None:
        screen.say(f"{what} staged in {printable(done.last.transaction)}.{left_out}{refused}")
        return
    screen.say(f"{what} sent.{left_out}{refused}")
    answer = await outcome(done.last)
    broken = done.among(screen.collecting.refused_by_broker or ())
    words = f" The broker refused {broken} of them." if broken else ""
    screen.say(
        f"{what} sent, {answer.words}. {_unsettled(state)}.{words}{left_out}{refused}",
        "warning" if answer.good and (broken or done.refused) else answer.severity,
    )


async def _in_one_transaction(screen: MainScreen, plan: Review) -> Sent:
    """BEGIN, the groups in order, COMMIT, each with a receipt; raises StompError, after an ABORT."""
    client, collecting = screen.client, screen.collecting
    clock = asyncio.get_running_loop().time
    begun = clock()
    ends: list[Confirmation] = []
    async with client.transaction() as transaction:
        for group in plan.groups:
            done = await transaction.settle_many(
                group.command, group.numbers, headers=group.headers, receipt=True
            )
            if done.refused:
                number, why = done.refused[0]
                raise LocalProtocolError(f"{number_words(number)}: {why}")
            ends += (done.sent[0], done.sent[-1])
        await ends[-1]
        if Sent(ends[0], ends[-1], ()).among(collecting.refused_by_broker or ()):
            raise LocalProtocolError("the broker refused one of them, as its ERROR says")
    return Sent(ends[0], ends[-1], (), clock() - begun)


def _failed(screen: MainScreen, error: StompError, left: Collection[str]) -> str:
    """Say what a failure means for what is collected; `left` are the transactions that it left open."""
    words = str(error).removesuffix(".")
    if isinstance(error, ConnectionLost):
        return f"{words}. Nothing is collected any more; what was not done is delivered again."
    if left:
        return f"{words}. {printable(', '.join(left))} is still open: t commits or aborts it."
    if isinstance(error, TimedOut):
        return f"{words}. {decisions(len(screen.collecting.collected))} to send."
    count = len(screen.collecting.collected)
    return f"Nothing was settled: {words}. The transaction was aborted: {decisions(count)}, all unsettled."


async def _leave(
    collecting: Collecting, state: State, collected: Collected, refused: Mapping[int, str], *, staged: bool
) -> None:
    """Take out those whose message awaits no more settling, and note why others were not sent.

    `staged` says whether those that are in a transaction go too: one of ours is over, or of no use.
    """
    gone: list[Key] = []
    stay: list[Entry] = []
    for at, entry in enumerate(collected):
        if at % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        held = state.ledger.get(entry.number)
        if held is None or (staged and held.transaction is not None):
            gone.append(entry.key)
        elif entry.number in refused:
            stay.append(entry._replace(why=refused[entry.number]))
    collecting.collected = collecting.collected.change(stay)
    await change(collecting, lambda now: now.leaving(gone))


def _counted(plan: Review, without: Collection[int] = ()) -> str:
    """Count what is sent: `12 ACK and 3 NACK`."""
    counts = Counter(plan.counts)
    for group in plan.groups if without else ():
        counts[group.command] -= sum(1 for number in group.numbers if number in without)
    return " and ".join(f"{count} {command}" for command, count in sorted(counts.items()) if count)


def _unsettled(state: State) -> str:
    return f"{state.ledger.open} still unsettled" if state.ledger.open else "None unsettled"
