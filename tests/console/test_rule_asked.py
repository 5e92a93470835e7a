"""The form for a rule: what it wants before one starts, whom it means, and where its count is seen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from stomptui.capture import truth
from stomptui.capture.files import CaptureError
from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.dialogs.fields import Choice
from stomptui.console.dialogs.rule import Expression, RuleScreen, StopRow
from stomptui.console.guard import Kind, Lock
from stomptui.console.panes.status import status_row
from stomptui.console.widgets.subscription_rows import subscription_rows
from tests.console.opened import opened
from tests.console.ruled import (
    DISCARD,
    QUEUE,
    REFUND,
    advice,
    counted,
    held,
    open_form,
    over,
    publish,
    settlings,
    start,
)
from tests.console.views import session, view


async def test_nothing_starts_before_an_expression_was_counted() -> None:
    async with opened() as console:
        await held(console, "refund", "order")
        made = await open_form(console)
        assert "messages that you have not looked at" in str(made.query_one("#plain").render())
        await console.press("enter")
        await console.press("f5")
        assert console.app.screen is made
        made.query_one(Expression).value = "type = "
        await console.press("f5")
        await console.until(lambda: "^" in str(made.query_one("#hint").render()))
        made.query_one(Expression).value = REFUND
        await console.press("f5")
        await console.until(lambda: "1 match, 1 do not" in advice(made))
        assert console.app.screen is made, "it counted, and did not start"
        made.query_one("#matches", Choice).choose("leave")
        await console.press("f5")
        await console.pilot.pause()
        assert console.app.screen is made, "a rule that does nothing"
        made.query_one("#matches", Choice).choose("ACK")
        for wrong in ("", "0", "100001", "9999999999999"):
            made.query_one("#most").value = wrong  # type: ignore[attr-defined]
            await console.press("f5")
            await console.pilot.pause()
            assert console.app.screen is made, wrong
        made.query_one("#most").value = "5"  # type: ignore[attr-defined]
        made.query_one(Expression).value = "type = 'order'"
        await console.press("f5")
        await console.until(lambda: made._found is not None)
        assert console.app.screen is made, "what was counted was about another expression"
        assert settlings(console) == {}
        await console.press("escape")
        await console.until_said("Nothing was started.")


@pytest.mark.parametrize(("answer", "sent"), [("n", {}), ("y", {"ACK": 1, "NACK": 1})])
async def test_a_console_that_asks_asks_once_with_the_whole_rule(answer: str, sent: dict[str, int]) -> None:
    lock = Lock(Kind.ASK)
    async with opened(lock=lock) as console:
        await held(console, "order", "refund")
        await start(console, others=DISCARD, most=2)
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        question = console.app.screen
        assert isinstance(question, ConfirmDialog)
        for words in (QUEUE, f"ACK what matches {REFUND}", "NACK all others (discard)", "at most 2"):
            assert words in question.question
        await console.press(answer)
        await console.until_said("Nothing was started." if answer == "n" else "2 of 2 settled")
        assert settlings(console) == sent


@pytest.mark.parametrize(("acks", "said"), [(["client"], "mode client"), (["auto"], "no subscription here")])
async def test_where_there_can_be_no_rule_it_says_why(acks: Sequence[str], said: str) -> None:
    async with opened() as console:
        for ack in acks:
            await console.subscribe(QUEUE, ack=ack)
        await console.press("S")
        await console.until_said(said)
        assert console.app.screen is console.main


async def test_of_two_subscriptions_the_one_under_the_cursor_is_meant() -> None:
    async with opened() as console:
        await console.subscribe(QUEUE)
        await console.subscribe("/queue/other")
        await console.press("S")
        await console.until_said("2 subscriptions await ACKs")
        await console.press("1", "down")
        made = await counted(console)
        assert made.subscription.destination == "/queue/other"
        await console.press("f5")
        await console.until(lambda: console.main.ruling.running)
        publish(console, "refund")
        publish(console, "refund", queue="/queue/other")
        await console.until(lambda: settlings(console) == {"ACK": 1})
        [entry] = console.client.state.ledger.values()
        assert entry.destination == QUEUE
        await console.press("up", "S")
        await console.until(lambda: isinstance(console.app.screen, RuleScreen), "a rule of its own")
        await console.press("escape")
        await console.until(lambda: console.app.screen is console.main)
        await console.press("2", "S")
        await console.until(
            lambda: isinstance(console.app.screen, StopRow), "the switch of the one that runs"
        )


@pytest.mark.parametrize("running", [False, True])
async def test_what_cannot_be_judged_ends_it_or_keeps_it_from_starting(
    running: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> frozenset[int]:
        raise CaptureError("the memory is damaged")

    async with opened() as console:
        await held(console, "order")
        if running:
            await start(console)
            await console.until(lambda: console.main.ruling.running)
            monkeypatch.setattr(truth, "true_of", broken)
            publish(console, "refund")
            await over(console)
            await console.until_said(
                "ended: (its expression cannot be judged: the memory is damaged) 0 of 100"
            )
        else:
            monkeypatch.setattr(truth, "true_of", broken)
            made = await open_form(console)
            made.query_one(Expression).value = REFUND
            await console.press("enter")
            await console.until(lambda: "the memory is damaged" in str(made.query_one("#said").render()))
            await console.press("f5")
            await console.pilot.pause()
            assert console.app.screen is made
        assert settlings(console) == {}


@pytest.mark.parametrize("width", [66, 80, 120, 200])
def test_that_a_rule_runs_is_never_left_out(width: int) -> None:
    rules = {"sub-1": (99_999, 100_000)}
    row = status_row(view(session(3), rules=rules, rate=1000.0, now=4.0), width).plain
    assert len(row) <= width
    assert "RULE 99999/100000" in row and "3 unsettled" in row
    two = status_row(view(session(3), rules={**rules, "other": (1, 5)}), width).plain
    assert "2 RULES 100000/100005" in two


@pytest.mark.parametrize("width", [34, 46])
def test_its_count_stands_with_its_subscription(width: int) -> None:
    [subscription] = session(3).state.subscriptions.values()
    rows = subscription_rows(subscription, None, 0.0, width, under_cursor=False, blocks=True, rule=(7, 10))
    assert rows[1].plain.startswith("   rule 7/10  3/10 held")
    assert rows[1].cell_length <= width
