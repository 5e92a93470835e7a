"""What collected decisions would settle, by each broker's rule, held against what sending them does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stomptui import brokers
from stomptui.console.collected import Collected, Entry
from stomptui.console.review import Group, reviewed, why_no_transaction
from stomptui.console.steps import AT_ONCE
from stomptui.stomp.frame import AckMode
from tests.stomp.playbook import ACTIVEMQ, RABBITMQ, Play, frames, message, play

CLIENT, EACH = AckMode.CLIENT, AckMode.CLIENT_INDIVIDUAL
DISCARD = (("requeue", "false"),)


def two(server: str, first: AckMode, second: AckMode, count: int = 4) -> Play:
    """Messages 5, 7, ... of /queue/a (subscription 1), 6, 8, ... of /queue/b (subscription 2)."""
    script = play().connects(server).subscribes("/queue/a", first).subscribes("/queue/b", second)
    return script.gets(*(message(str(at), subscription="12"[at % 2]) for at in range(count)))


def collected(*decisions: tuple[str, int] | Entry) -> Collected:
    return Collected().put(one if isinstance(one, Entry) else Entry(1, one[1], one[0]) for one in decisions)


async def test_neighbours_of_one_decision_are_one_group_and_the_order_is_kept() -> None:
    review = await reviewed(
        two(RABBITMQ, EACH, EACH).state,
        collected(("ACK", 7), ("ACK", 5), Entry(1, 6, "NACK", DISCARD), Entry(1, 8, "NACK")),
    )
    assert review.groups == (Group("ACK", (), (7, 5)), Group("NACK", DISCARD, (6,)), Group("NACK", (), (8,)))
    assert (review.settles, review.beyond, review.counts) == (4, 0, {"ACK": 2, "NACK": 2})
    assert review.commands == ("ACK", "NACK")
    assert not review.checks


async def test_on_rabbitmq_a_cumulative_ack_reaches_over_the_connection() -> None:
    review = await reviewed(two(RABBITMQ, EACH, CLIENT).state, collected(("ACK", 8)))
    assert review.check((1, 8)).settles == 4
    assert (review.settles, review.beyond) == (4, 3)


async def test_on_activemq_it_stays_in_its_subscription_and_a_nack_is_for_one() -> None:
    state = two(ACTIVEMQ, CLIENT, CLIENT).state
    review = await reviewed(state, collected(("ACK", 8), ("NACK", 7)))
    assert (review.check((1, 8)).settles, review.check((1, 7)).settles) == (2, 1)
    assert (review.settles, review.beyond) == (3, 1)


async def test_what_an_earlier_cumulative_ack_settles_is_left_out_where_it_wants_the_same() -> None:
    review = await reviewed(two(RABBITMQ, EACH, CLIENT).state, collected(("ACK", 8), ("ACK", 5)))
    assert review.check((1, 5)).by == 8 and not review.check((1, 5)).clash
    assert review.groups == (Group("ACK", (), (8,)),)
    assert (review.left_out, review.clashes, review.settles, review.beyond) == (1, (), 4, 2)


@pytest.mark.parametrize("other", [Entry(1, 5, "NACK"), Entry(1, 5, "NACK", DISCARD)])
async def test_where_it_wants_something_else_it_would_be_settled_twice(other: Entry) -> None:
    review = await reviewed(two(RABBITMQ, EACH, CLIENT).state, collected(("ACK", 8), other))
    assert review.clashes == ((1, 5),)
    assert review.check((1, 5)).by == 8
    before = await reviewed(two(RABBITMQ, EACH, CLIENT).state, collected(other, ("ACK", 8)))
    assert before.clashes == (), "sent first it is settled as it says"


async def test_what_is_gone_or_staged_cannot_be_sent_and_says_why() -> None:
    script = two(RABBITMQ, EACH, EACH).settles("ACK", 5).sends(frames.begin("tx-1")).settles("ACK", 7)
    review = await reviewed(script.state, collected(("ACK", 5), ("ACK", 7), ("ACK", 6)))
    assert review.refused == ((1, 5), (1, 7))
    assert review.check((1, 5)).why == "it is not unsettled any more"
    assert review.check((1, 7)).why == "it is staged in tx-1 already"
    assert review.groups == (Group("ACK", (), (6,)),)
    assert why_no_transaction(script.state.dialect, review) == "2 cannot be sent: take the 2 out first"


async def test_which_brokers_take_it_in_one_transaction() -> None:
    state = two(RABBITMQ, EACH, EACH).state
    acks = await reviewed(state, collected(("ACK", 5)))
    nacks = await reviewed(state, collected(("ACK", 5), ("NACK", 6)))
    rabbitmq, activemq, artemis = (
        one.WORDS.dialect for one in (brokers.rabbitmq, brokers.activemq, brokers.artemis)
    )
    assert why_no_transaction(rabbitmq, nacks) is None
    assert why_no_transaction(activemq, acks) is None
    assert "ActiveMQ takes no NACK in a transaction" in str(why_no_transaction(activemq, nacks))
    assert "Artemis acks at once" in str(why_no_transaction(artemis, acks))


async def test_many_are_looked_through_in_slices() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/a", CLIENT)
    script.gets(*(message(str(at)) for at in range(2 * AT_ONCE + 10)))
    numbers = list(script.state.ledger)
    review = await reviewed(script.state, collected(*(("ACK", number) for number in numbers)))
    assert review.groups == (Group("ACK", (), tuple(numbers)),)
    assert [review.check((1, number)).settles for number in (numbers[0], numbers[-1])] == [1, len(numbers)]
    assert review.beyond == 0


DECISIONS = st.lists(
    st.tuples(st.sampled_from(["ACK", "NACK"]), st.integers(5, 14)), max_size=8, unique_by=lambda one: one[1]
)


@given(
    st.sampled_from([RABBITMQ, ACTIVEMQ]),
    st.sampled_from([CLIENT, EACH]),
    st.sampled_from([CLIENT, EACH]),
    DECISIONS,
)
async def test_sent_as_reviewed_nothing_is_refused_and_as_much_is_settled_as_was_said(
    server: str, first: AckMode, second: AckMode, decisions: list[tuple[str, int]]
) -> None:
    script = two(server, first, second, count=10)
    review = await reviewed(script.state, collected(*decisions))
    for group in review.groups:
        for number in group.numbers:
            assert script.session.why_not_settle(group.command, number) is None
            script.settles(group.command, number)
    if not review.clashes:
        assert 10 - len(script.state.ledger) == review.settles
        assert not {number for _, number in decisions} & set(script.state.ledger)
    else:
        assert all(key[1] not in script.state.ledger for key in review.clashes)
