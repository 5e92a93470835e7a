"""Settle by hand: plan, ask where more is covered than what is looked at, send, say how it ended."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from stomptui.console.dialogs.nack import NackRow
from stomptui.console.flows.agree import agree
from stomptui.console.flows.loops import coming_back, loop_words
from stomptui.console.flows.outcome import outcome as outcome_of
from stomptui.console.flows.plan import Plan, number_words, plan_up_to, planning
from stomptui.console.reasons import stale
from stomptui.console.steps import AT_ONCE, in_steps
from stomptui.render.text import printable
from stomptui.stomp.errors import StompError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stomptui.brokers import NackOutcome
    from stomptui.console.screen import MainScreen
    from stomptui.stomp.state import State


NAMED = 3
"""Messages that are named one by one; more of them are counted."""


async def ack(screen: MainScreen, ids: Sequence[int], *, out_of_view: int) -> None:
    """ACK the records `ids`; `out_of_view` of them are not on the screen."""
    state = screen.client.state
    plan = await _planned(screen, "ACK", ids, out_of_view)
    if not screen.gone(state):
        await _carry_out(screen, plan)


async def ack_up_to(screen: MainScreen, record: int) -> None:
    """ACK every unsettled message of the record's subscription up to it."""
    numbers, stale = await live_numbers(screen, [record])
    plan = (
        plan_up_to(screen.client.state, numbers[0], shown_by_filter(screen))
        if numbers
        else Plan("ACK", (), ())
    )
    await _carry_out(screen, plan.leaving_out(stale))


async def nack(screen: MainScreen, ids: Sequence[int], *, out_of_view: int) -> None:
    """Ask for one of this broker's outcomes, then NACK the records `ids`."""
    state = screen.client.state
    plan = await _planned(screen, "NACK", ids, out_of_view)
    if screen.gone(state):
        return
    if not plan.numbers:
        screen.say("; ".join(plan.refused) or "Nothing to settle.", "warning")
        return
    what = number_words(plan.numbers[0]) if len(plan.numbers) == 1 else f"{len(plan.numbers)} messages"
    if state.joined is not None and not state.dialect.nack_in_transaction:
        what += f" at once, outside {printable(state.joined)}"
    outcomes = screen.words.nack_for(state.ledger[number].frame for number in plan.covered)
    with lit(screen, plan):
        understood = screen.words.headers_of("NACK")
        outcome = await screen.ask_for(NackRow(what, outcomes, screen.words.give_back, understood))
    if outcome is None:
        screen.say("Nothing was sent.")
        return
    if screen.gone(state):
        return
    await _carry_out(screen, await _asking_of_loops(state, plan, outcome), outcome)


async def _asking_of_loops(state: State, plan: Plan, outcome: NackOutcome) -> Plan:
    """Have a NACK that brings a message back at once asked about, where that went on for a while."""
    words = loop_words(await in_steps(coming_back(state, plan.covered, outcome.headers)))
    return replace(plan, question=f"{words} {plan.question or 'NACK all the same?'}") if words else plan


async def _carry_out(screen: MainScreen, plan: Plan, outcome: NackOutcome | None = None) -> None:
    if not plan.numbers:
        screen.say("; ".join(plan.refused) or "Nothing to settle.", "warning")
        return
    state = screen.client.state
    question = plan.question and _with_hidden(screen, plan, plan.question)
    with lit(screen, plan):
        agreed = await agree(screen, (plan.command,), lambda: _whole(state, plan, outcome), question or None)
    if not agreed:
        screen.say("Nothing was sent.")
        return
    if screen.gone(state):
        return
    headers = outcome.headers if outcome is not None else ()
    done = f": {outcome.done}" if outcome is not None else " sent"
    try:
        # One receipt for all: the broker takes frames in order, and a refusal in between is an ERROR.
        first = await screen.client.settle_many(plan.command, plan.numbers[:-1], headers=headers)
        rest = await screen.client.settle_many(plan.command, plan.numbers[-1:], headers=headers, receipt=True)
    except StompError as error:
        screen.say(str(error), "error")
        return
    screen.settled()
    refused = (
        *plan.refused,
        *(f"{number_words(number)}: {why}" for number, why in (*first.refused, *rest.refused)),
    )
    left_out = f" Left out: {'; '.join(refused)}." if refused else ""
    sent = rest.sent or first.sent
    if not sent:
        screen.say(f"Nothing was sent.{left_out}", "warning")
        return
    last = sent[-1]
    what = _what(plan)
    if last.transaction is not None:
        screen.say(f"{plan.command} {what} staged in {printable(last.transaction)}.{left_out}")
        return
    screen.say(f"{plan.command} {what}{done}.{left_out}")
    answer = await outcome_of(last)
    unsettled = screen.client.state.ledger.open
    left = f"{unsettled} still unsettled" if unsettled else "None unsettled"
    if outcome is not None and answer.good:
        # What became of it fills half the row: how long that took comes last, where it may be cut.
        screen.say(f"{plan.command} {what}{done}. {left}.{left_out} {answer.words.capitalize()}.")
        return
    screen.say(f"{plan.command} {what}{done}, {answer.words}. {left}.{left_out}", answer.severity)


@contextmanager
def lit(screen: MainScreen, plan: Plan) -> Iterator[None]:
    """While something is asked, light up in the feed what the plan covers."""
    capture, connection, covered = screen.capture, screen.client.state.connection, set(plan.covered)

    def covers(id_: int) -> bool:
        record = capture.brief(id_)
        return record is not None and record.connection == connection and record.number in covered

    feed = screen.feed  # at the end of the console there is no way to it any more
    feed.light(covers)
    screen.touch()
    try:
        yield
    finally:
        feed.light(None)
        screen.touch()


def shown_by_filter(screen: MainScreen) -> Callable[[int], bool]:
    """Says of a message of this connection, by its number, whether the filter shows it."""
    matches, connection = screen.feed.matches, screen.client.state.connection
    return lambda number: matches is None or screen.capture.find_id(connection, number) in matches


def _with_hidden(screen: MainScreen, plan: Plan, question: str) -> str:
    """A question that also says how many of the messages the filter hides, if it does."""
    if screen.feed.matches is None:
        return question
    shown = shown_by_filter(screen)
    hidden = sum(1 for number in plan.covered if not shown(number))
    if not hidden:
        return question
    return f"{question.removesuffix(' Send?')} The filter hides {hidden} of them. Send?"


async def _planned(screen: MainScreen, command: str, ids: Sequence[int], out_of_view: int) -> Plan:
    """Plan to settle the records `ids` while the screen goes on, however many they are."""
    keys = screen.console.keys_ahead
    if len(ids) > AT_ONCE:
        await asyncio.sleep(0)  # keys are let through once a flow has begun
        keys.hold()  # what is typed now is meant for what this leads to
    try:
        numbers, stale = await live_numbers(screen, ids)
        state = screen.client.state
        plan = await in_steps(planning(state, command, numbers, out_of_view=out_of_view))
    finally:
        if len(ids) > AT_ONCE:
            keys.release()
    return plan.leaving_out(stale)


async def live_numbers(screen: MainScreen, ids: Sequence[int]) -> tuple[list[int], tuple[str, ...]]:
    """The numbers of those messages that came on this connection, and why the others are left out."""
    live = screen.client.state.connection
    numbers: list[int] = []
    earlier: Counter[int] = Counter()
    for start in range(0, len(ids), AT_ONCE):
        if start:
            await asyncio.sleep(0)
        for connection, number in screen.capture.named(ids[start : start + AT_ONCE]):
            if connection == live:
                numbers.append(number)
            else:
                earlier[connection] += 1
    words = tuple(f"{_messages(count)} {stale(connection)}" for connection, count in earlier.items())
    return numbers, words


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _whole(state: State, plan: Plan, outcome: NackOutcome | None) -> str:
    """What will be sent, with how many messages of which destination that settles."""
    count = len(plan.covered)
    which = number_words(plan.covered[0])
    if count > 1:
        which += f" to {number_words(plan.covered[-1])}"
    entries = map(state.ledger.get, plan.covered)  # some may have ended while the outcome was asked for
    places = {entry.destination for entry in entries if entry is not None}
    of = printable(places.pop()) if len(places) == 1 else f"{len(places)} destinations"
    how = f", {outcome.words}," if outcome is not None else ""
    return f"{plan.command} {_messages(count)} ({which}) of {of}{how}"


def _what(plan: Plan) -> str:
    if len(plan.covered) <= NAMED:
        return ", ".join(map(number_words, plan.covered))
    return f"{len(plan.covered)} messages from {number_words(plan.covered[0])} on"
