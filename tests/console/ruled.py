"""A console in which a rule is asked for and started, for the tests of rules."""

from __future__ import annotations

from collections import Counter

from stomptui.console.dialogs.fields import Choice
from stomptui.console.dialogs.rule import Expression, RuleScreen
from tests.console.opened import Opened

QUEUE = "/queue/q"
DISCARD, BACK = "NACK discard", "NACK back to queue"
REFUND = "type = 'refund'"


def publish(console: Opened, *kinds: str, queue: str = QUEUE) -> None:
    for kind in kinds:
        console.broker.publish(queue, kind.encode(), [("type", kind)])


async def held(console: Opened, *kinds: str, prefetch: int = 50) -> list[int]:
    """Subscribe, and have a message of each type unsettled; their numbers."""
    publish(console, *kinds)
    await console.subscribe(QUEUE, prefetch=prefetch)
    await console.until(lambda: console.client.state.ledger.open == min(len(kinds), prefetch))
    return list(console.client.state.ledger)


def form(console: Opened) -> RuleScreen:
    screen = console.app.screen
    assert isinstance(screen, RuleScreen)
    return screen


async def open_form(console: Opened) -> RuleScreen:
    await console.press("S")
    await console.until(lambda: isinstance(console.app.screen, RuleScreen))
    return form(console)


async def counted(console: Opened, text: str = REFUND) -> RuleScreen:
    """The form, with what the expression finds counted."""
    made = await open_form(console)
    made.query_one(Expression).value = text
    await console.press("enter")
    await console.until(lambda: made._found is not None and made._found.whole, "the preview")
    return made


async def start(
    console: Opened, *, others: str = "leave", most: int = 100, begin: str = "", text: str = REFUND
) -> None:
    made = await counted(console, text)
    made.query_one("#others", Choice).choose(others)
    made.query_one("#most").value = str(most)  # type: ignore[attr-defined]
    if begin:
        made.query_one("#begin", Choice).choose(begin)
    await console.press("f5")
    await console.until(lambda: console.app.screen is not made, "the rule")


async def over(console: Opened) -> None:
    await console.until(lambda: not console.main.ruling.running, "the end of the rule")


def settlings(console: Opened) -> Counter[str]:
    return Counter(f.command for f in console.broker.received if f.command in ("ACK", "NACK"))


def advice(made: RuleScreen) -> str:
    return str(made.query_one("#advice").render())
