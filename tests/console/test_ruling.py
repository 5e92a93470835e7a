"""Rules that settle by themselves, on the embedded broker: what they do, when they end, what they leave."""

from __future__ import annotations

import pytest

from stomptui.console.dialogs.confirm import QuitQuestion
from stomptui.console.dialogs.fields import Choice
from stomptui.console.dialogs.rule import StopRow
from stomptui.console.guard import Kind, Lock
from stomptui.console.panes.status import StatusRow, status_row
from stomptui.stomp.backoff import Backoff
from stomptui.stomp.errors import StompError
from stomptui.stomp.frame import Frame
from tests.console.opened import opened
from tests.console.ruled import (
    BACK,
    DISCARD,
    QUEUE,
    advice,
    counted,
    held,
    over,
    publish,
    settlings,
    start,
)


async def test_matches_are_acked_others_refused_and_it_ends_at_its_most() -> None:
    async with opened() as console:
        await held(console, *["refund", "order"] * 6)
        await start(console, others=DISCARD, most=10)
        await over(console)
        await console.until_said("10 of 10 settled: 5 ACK, 5 NACK. Receipt after")
        assert settlings(console) == {"ACK": 5, "NACK": 5}
        queue = console.broker.queue(QUEUE)
        assert (queue.settled, queue.discarded) == (5, 5)
        assert console.client.state.ledger.open == 2
        assert console.main.feed.following, "nothing moved the cursor"


async def test_what_arrives_is_settled_too_and_the_count_is_seen() -> None:
    async with opened() as console:
        await held(console, "refund", "order")
        await start(console, most=3)
        await console.until(lambda: settlings(console) == {"ACK": 1})
        row = status_row(console.app.view(console.main.now()), 120).plain
        assert "RULE 1/3" in row
        console.app.touch()
        await console.until(lambda: "rule 1/3" in console.main.subscriptions.render().plain)
        await console.until(lambda: "RULE 1/3" in str(console.main.query_one(StatusRow).render()))
        publish(console, "order", "refund", "refund", "refund")
        await over(console)
        assert settlings(console) == {"ACK": 3}
        await console.until_said("3 of 3 settled: 3 ACK; 2 left unsettled.")
        assert sorted(
            console.client.state.ledger[n].frame.first("type") for n in console.client.state.ledger
        ) == [
            "order",
            "order",
            "refund",
        ]


async def test_new_ones_only_leaves_what_is_there() -> None:
    async with opened() as console:
        before = await held(console, "refund", "refund")
        await start(console, most=1, begin="new ones only")
        await console.until(lambda: console.main.ruling.running)
        publish(console, "refund")
        await over(console)
        assert list(console.client.state.ledger) == before


async def test_a_nack_that_gives_back_goes_round_until_the_most_and_no_longer() -> None:
    async with opened() as console:
        await held(console, "order", "order", "refund")
        made = await counted(console)
        made.query_one("#others", Choice).choose(BACK)
        await console.pilot.pause()
        assert "judged and counted again, 100 in all" in advice(made)
        made.query_one("#most").value = "7"  # type: ignore[attr-defined]
        await console.press("f5")
        await over(console)
        assert settlings(console) == {"ACK": 1, "NACK": 6}
        await console.until_said("had come again)")
        await console.until(lambda: console.client.state.ledger.open == 2)


async def test_the_same_key_offers_to_stop_it() -> None:
    async with opened() as console:
        await held(console, "order")
        await start(console)
        await console.until(lambda: console.main.ruling.running)
        await console.press("S")
        await console.until(lambda: isinstance(console.app.screen, StopRow))
        await console.press("escape")
        await console.until(lambda: console.app.screen is console.main)
        assert console.main.ruling.running
        await console.press("S")
        await console.until(lambda: isinstance(console.app.screen, StopRow))
        await console.press("s")
        await over(console)
        await console.until_said("ended: (stopped by hand) 0 of 100 settled")
        publish(console, "refund")
        await console.until(lambda: console.client.state.ledger.open == 2)
        assert settlings(console) == {}


async def test_quitting_says_that_it_stops() -> None:
    async with opened() as console:
        await console.subscribe(QUEUE)
        await start(console)
        await console.until(lambda: console.main.ruling.running)
        await console.press("ctrl+q")
        await console.until(lambda: isinstance(console.app.screen, QuitQuestion))
        question = console.app.screen
        assert isinstance(question, QuitQuestion)
        assert "The rule stops: /queue/q at 0 of 100" in question.question
        await console.press("n")


async def test_what_is_collected_or_staged_is_left_alone() -> None:
    async with opened() as console:
        first, second, third = await held(console, "refund", "refund", "refund")
        await console.press("+", "u", "a")
        await console.until(lambda: console.main.collecting.collected)
        name = await console.client.begin(automatic=False)
        await console.client.ack(second, transaction=name)
        made = await counted(console)
        assert "1 match, 0 do not, 2 collected or staged: left alone" in advice(made)
        await console.press("f5")
        await console.until(lambda: console.client.state.ledger.open == 1)
        assert list(console.client.state.ledger) == [first, second]
        assert third not in console.client.state.ledger
        assert (1, first) in console.main.collecting.collected
        console.main.ruling.stop("the test is over")
        await over(console)


async def test_a_transaction_that_frames_join_ends_it_and_keeps_it_from_starting() -> None:
    async with opened() as console:
        await held(console, "order")
        await start(console)
        await console.until(lambda: console.main.ruling.running)
        await console.client.ping()
        await console.pilot.pause()
        assert console.main.ruling.running, "a ping is no transaction that anything joins"
        name = await console.client.begin()
        await over(console)
        await console.until_said(f"ended: ({name} was begun, and frames would join it")
        publish(console, "refund")
        await console.until(lambda: console.client.state.ledger.open == 2)
        await console.press("S")
        await console.until_said(f"frames join {name} now, and a rule stages nothing")
        assert settlings(console) == {}


async def test_a_connection_that_ends_ends_it_and_the_next_one_has_no_rule() -> None:
    async with opened(reconnect=Backoff(0.01, 0.05)) as console:
        await held(console, "order")
        await start(console)
        await console.until(lambda: console.main.ruling.running)
        console.broker.drop_connections()
        await over(console)
        await console.until_said("ended: (the connection ended")
        await console.until(lambda: console.client.state.connection == 2 and console.client.connected)
        publish(console, "refund")
        await console.until(lambda: console.client.state.ledger.open == 2)
        assert settlings(console) == {}


async def test_the_end_of_its_subscription_ends_it() -> None:
    async with opened() as console:
        await held(console, "order")
        await start(console)
        await console.until(lambda: console.main.ruling.running)
        [name] = console.client.state.subscriptions
        await console.client.unsubscribe(name)
        await over(console)
        await console.until_said("/queue/q is not subscribed to any more")


async def test_a_read_only_console_starts_none_and_the_lock_ends_one() -> None:
    lock = Lock(Kind.READ_ONLY)
    lock.open(True)
    async with opened(lock=lock) as console:
        await held(console, "order")
        await start(console)
        await console.until(lambda: console.main.ruling.running)
        await console.press("L")
        await over(console)
        await console.until_said("ended: (the console was locked")
        await console.press("S")
        await console.until_said("read-only: nothing is settled")
        publish(console, "refund")
        await console.until(lambda: console.client.state.ledger.open == 2)
        assert settlings(console) == {}


async def test_what_is_too_large_to_judge_is_left_and_counted() -> None:
    async with opened() as console:
        console.broker.publish(QUEUE, b"x" * (1 << 20), [("type", "refund")])
        publish(console, "refund")
        await console.subscribe(QUEUE)
        await console.until(lambda: console.client.state.ledger.open == 2)
        made = await counted(console)
        assert "1 match, 0 do not, 1 too large to judge: left alone" in advice(made)
        await console.press("f5")
        await console.until(lambda: console.client.state.ledger.open == 1)
        console.main.ruling.stop("the test is over")
        await console.until_said("1 too large to judge")
        [entry] = console.client.state.ledger.values()
        assert len(entry.frame.body) == 1 << 20


async def test_bodies_are_judged_and_what_cannot_be_compared_does_not_match() -> None:
    async with opened() as console:
        for body in (b'{"total": 5}', b'{"total": 500}', b"no JSON"):
            console.broker.publish(QUEUE, body)
        await console.subscribe(QUEUE)
        await console.until(lambda: console.client.state.ledger.open == 3)
        await start(console, most=1, text="body.total > 100")
        await over(console)
        assert [one.frame.body for one in console.client.state.ledger.values()] == [
            b'{"total": 5}',
            b"no JSON",
        ]


async def test_an_error_about_something_else_does_not_end_it() -> None:
    async with opened() as console:
        await held(console, "refund", "order")
        await start(console)
        await console.until(lambda: settlings(console) == {"ACK": 1})
        stranger = console.client.transmit(Frame("ACK", [("id", "nobody's"), ("receipt", "x")]), force=True)
        with pytest.raises(StompError):
            await stranger
        publish(console, "refund")
        await console.until(lambda: settlings(console) == {"ACK": 3})
        assert console.main.ruling.running, "the ERROR was about another frame"
