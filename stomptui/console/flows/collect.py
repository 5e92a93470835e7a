"""Collect decisions instead of sending them, and take them back one by one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stomptui.console.collected import Entry
from stomptui.console.collecting import decisions, messages
from stomptui.console.dialogs.nack import NackRow
from stomptui.console.flows.plan import Plan, number_words, plan_up_to
from stomptui.console.flows.settle import lit, live_numbers, shown_by_filter
from stomptui.console.keys import display, in_force
from stomptui.console.steps import AT_ONCE, in_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from stomptui.brokers import NackOutcome
    from stomptui.console.collected import Collected
    from stomptui.console.collecting import Collecting
    from stomptui.console.screen import MainScreen
    from stomptui.stomp.state import State

LOOKS = 64
"""Unsettled messages behind the cursor that are passed over at most, as they are collected already."""


def toggle(screen: MainScreen) -> None:
    """Begin to collect, or end that; what is collected stays so."""
    collecting = screen.collecting
    collecting.on = not collecting.on
    count = len(collecting.collected)
    if collecting.on:
        screen.say(f"Collecting: a, A and x send nothing now; {_keys(screen)}.")
    elif count:
        screen.say(f"Collecting ended; {decisions(count)} to send ({_keys(screen)}).")
    else:
        screen.say("Collecting ended: nothing is collected, a, A and x send again.")


def take_back(screen: MainScreen) -> None:
    """Take out what was collected last."""
    collecting = screen.collecting
    if collecting.sending:
        screen.say("What is collected is being sent: it cannot be taken back now.", "warning")
        return
    collecting.collected, entry = collecting.collected.undone()
    if entry is not None:
        left = len(collecting.collected)
        screen.say(f"{told(entry)} taken back, nothing of it was sent: {left} to send.")


async def ack(screen: MainScreen, ids: Sequence[int], *, out_of_view: int) -> None:
    """Collect an ACK of each of the records `ids`, on the screen or not: the review shows them all."""
    state = screen.client.state
    numbers, stale = await live_numbers(screen, ids)
    await _put(screen, state, "ACK", numbers, stale)


async def ack_up_to(screen: MainScreen, record: int) -> None:
    """Collect what `settle.ack_up_to` would send: one cumulative ACK, or one of each up to the record.

    What was decided on one of them before stays, unless it is the record itself.
    """
    state, collected = screen.client.state, screen.collecting.collected
    numbers, stale = await live_numbers(screen, [record])
    if numbers:
        [here] = numbers
        planned = plan_up_to(state, here, shown_by_filter(screen)).numbers
        numbers = [one for one in planned if one == here or (state.connection, one) not in collected]
        if kept := len(planned) - len(numbers):
            stale = (*stale, f"{kept} about which something was decided before")
    await _put(screen, state, "ACK", numbers, stale)


async def nack(screen: MainScreen, ids: Sequence[int], *, out_of_view: int) -> None:
    """Ask for one of this broker's outcomes, then collect a NACK of each of the records `ids`."""
    state = screen.client.state
    numbers, stale = await live_numbers(screen, ids)
    held = [entry for number in numbers if (entry := state.ledger.get(number)) is not None]
    if not held:
        screen.say("; ".join(stale) or "Nothing to settle.", "warning")
        return
    what = number_words(held[0].number) if len(held) == 1 else f"{len(held)} messages"
    outcomes = screen.words.nack_for(entry.frame for entry in held)
    with lit(screen, Plan("NACK", (), tuple(numbers))):
        understood = screen.words.headers_of("NACK")
        row = NackRow(f"{what}, collected", outcomes, screen.words.give_back, understood)
        outcome = await screen.ask_for(row)
    if outcome is None:
        screen.say("Nothing was collected.")
        return
    if not screen.gone(state):
        await _put(screen, state, "NACK", numbers, stale, outcome)


async def change(
    collecting: Collecting, steps: Callable[[Collected], Generator[None, None, Collected]]
) -> None:
    """Make another collection of what is collected, in slices; anew where that changed meanwhile."""
    while True:
        before = collecting.collected
        made = await in_steps(steps(before))
        if collecting.collected is before:
            collecting.collected = made
            return


async def _put(
    screen: MainScreen,
    state: State,
    command: str,
    numbers: Sequence[int],
    stale: Sequence[str],
    outcome: NackOutcome | None = None,
) -> None:
    """Collect `command` of the messages `numbers`, as far as they can be settled."""
    headers, words = (outcome.headers, outcome.words) if outcome is not None else ((), "")
    collecting = screen.collecting
    entries: list[Entry] = []
    before: list[Entry] = []
    left_out = list(stale)
    for at, number in enumerate(numbers):
        if at % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        held = state.ledger.get(number)
        if held is None:
            left_out.append(f"{number_words(number)} is not unsettled")
        elif held.transaction is not None:
            left_out.append(f"{number_words(number)} is staged in a transaction")
        elif held.why_not is not None:
            left_out.append(f"{number_words(number)}: {held.why_not}")
        else:
            entry = Entry(state.connection, number, command, headers, words)
            entries.append(entry)
            old = collecting.collected.get(entry.key)
            if old is not None and not old.agrees(entry):
                before.append(old)
    if not entries:
        screen.say(f"Nothing was collected: {'; '.join(left_out) or 'nothing to settle'}.", "warning")
        return
    await change(collecting, lambda collected: collected.putting(entries))
    if screen.gone(state):
        collecting.void()
        return
    what = messages(entries)
    how = f" ({words})" if words else ""
    rest = f" {_instead(before)}" if before else ""
    rest += f" Left out: {'; '.join(left_out)}." if left_out else ""
    count = len(collecting.collected)
    screen.say(f"{command} {what}{how} collected: {count} to send ({_keys(screen)}).{rest}")
    _go_on(screen)


def _instead(before: Sequence[Entry]) -> str:
    """Say which decisions were replaced by others."""
    if len(before) == 1:
        return f"Instead of {told(before[0])}."
    return f"{len(before)} of them were decided otherwise before."


def _go_on(screen: MainScreen) -> None:
    """Go on to the next unsettled message about which nothing is decided, and drop the selection."""
    feed, collecting = screen.feed, screen.collecting
    feed.clear_selection()
    at = feed.cursor
    for _ in range(LOOKS if at is not None else 0):
        at = feed.unsettled_near(at or 0)
        if at is None or not collecting.sign(screen.capture, at):
            break
    if at is not None and feed.cursor is not None:
        feed.go_to(at)
    screen.touch()


def told(entry: Entry) -> str:
    """Write a decision: `NACK 00412 (discard)`."""
    return f"{entry.command} {number_words(entry.number)}{f' ({entry.words})' if entry.words else ''}"


def _keys(screen: MainScreen) -> str:
    table = in_force(screen.app)
    review, back = (display(table[name].keys[0]) for name in ("collect.review", "collect.back"))
    return f"{review} reviews, {back} takes back"
