"""What a settling will cover is known, and asked about, before it is sent."""

from __future__ import annotations

import pytest

from stomptui import brokers
from stomptui.console.flows.leave import what_quitting_loses
from stomptui.console.flows.plan import plan_settling, plan_up_to
from stomptui.stomp.frame import AckMode
from tests.stomp.playbook import ACTIVEMQ, RABBITMQ, Play, frames, message, play

CLIENT, EACH = AckMode.CLIENT, AckMode.CLIENT_INDIVIDUAL


def two_subscriptions(server: str, first: AckMode, second: AckMode) -> Play:
    """Messages 5 and 7 of /queue/a (subscription 1), 6 and 8 of /queue/b (subscription 2)."""
    script = play().connects(server).subscribes("/queue/a", first).subscribes("/queue/b", second)
    return script.gets(
        message("1"), message("2", subscription="2"), message("3"), message("4", subscription="2")
    )


def test_one_message_on_its_own_is_not_asked_about() -> None:
    plan = plan_settling(two_subscriptions(RABBITMQ, EACH, EACH).state, "ACK", [7])
    assert (plan.numbers, plan.covered, plan.question) == ((7,), (7,), None)


def test_on_rabbitmq_a_cumulative_ack_names_the_other_subscriptions_messages() -> None:
    state = two_subscriptions(RABBITMQ, EACH, CLIENT).state
    plan = plan_settling(state, "ACK", [8])
    assert (plan.numbers, plan.covered) == ((8,), (5, 6, 7, 8))
    assert plan.question is not None
    assert "covers 4 messages, 00005 to 00008, on all subscriptions of this connection" in plan.question
    assert "also 00005 of /queue/a, 00007 of /queue/a" in plan.question


def test_many_of_other_subscriptions_are_counted() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/a", EACH).subscribes("/queue/b", CLIENT)
    script.gets(*(message(str(n)) for n in range(6)), message("9", subscription="2"))
    plan = plan_settling(script.state, "NACK", [11])
    assert plan.question is not None
    assert "This NACK covers 7 messages" in plan.question
    assert "also 6 of /queue/a" in plan.question


def test_on_activemq_it_stays_within_its_subscription_and_a_nack_covers_one() -> None:
    state = two_subscriptions(ACTIVEMQ, CLIENT, CLIENT).state
    plan = plan_settling(state, "ACK", [8])
    assert plan.covered == (6, 8)
    assert plan.question is not None
    assert "on all subscriptions" not in plan.question
    assert plan_settling(state, "NACK", [8]).covered == (8,)
    assert plan_settling(state, "NACK", [8]).question is None


def test_the_oldest_in_mode_client_is_not_asked_about() -> None:
    state = two_subscriptions(ACTIVEMQ, CLIENT, CLIENT).state
    assert plan_settling(state, "ACK", [6]).question is None


def test_a_selection_in_mode_client_is_sent_as_few_frames_as_settle_it() -> None:
    state = two_subscriptions(RABBITMQ, CLIENT, CLIENT).state
    plan = plan_settling(state, "ACK", [5, 6, 7, 8])
    assert (plan.numbers, plan.covered, plan.question) == ((8,), (5, 6, 7, 8), None)


def test_what_is_selected_out_of_view_is_asked_about() -> None:
    plan = plan_settling(two_subscriptions(RABBITMQ, EACH, EACH).state, "ACK", [5, 7], out_of_view=1)
    assert plan.question == "ACK 2 messages: 1 of them not on the screen. Send?"


def test_what_is_gone_is_left_out_with_the_reason() -> None:
    script = two_subscriptions(RABBITMQ, EACH, EACH).settles("ACK", 5)
    plan = plan_settling(script.state, "ACK", [5, 7])
    assert plan.numbers == (7,)
    assert plan.refused == ("00005 is not unsettled",)


@pytest.mark.parametrize("mode", [CLIENT, EACH])
def test_up_to_here_is_always_asked_about(mode: AckMode) -> None:
    state = two_subscriptions(ACTIVEMQ, mode, EACH).state
    plan = plan_up_to(state, 7)
    assert plan.numbers == ((7,) if mode is CLIENT else (5, 7))
    assert plan.covered == (5, 7)
    assert plan.question is not None
    assert "00005 to 00007" in plan.question
    assert plan_up_to(state, 5).question is not None


def test_up_to_here_leaves_staged_messages_to_their_transaction() -> None:
    script = two_subscriptions(ACTIVEMQ, EACH, EACH).sends(frames.begin("tx-1"))
    script.settles("ACK", 5)
    assert plan_up_to(script.state, 7).numbers == (7,)


def test_what_quitting_loses_is_said_and_nothing_where_nothing_is_lost() -> None:
    script = play().connects(RABBITMQ)
    words = two_subscriptions(RABBITMQ, EACH, EACH)
    told = brokers.words(words.state.dialect)
    assert what_quitting_loses(script.state, told, 0.0) is None
    assert (
        what_quitting_loses(words.state, told, 0.0)
        == "4 unsettled: this broker puts them back as redelivered"
    )
    words.sends(frames.begin("tx-1")).sends(frames.send("/queue/x", b"", receipt="r"))
    said = what_quitting_loses(words.state, told, 100.0) or ""
    assert "tx-1 is open with 1 staged" in said
    words.sends(frames.send("/queue/x", b"", receipt="s"), join=False)
    assert "1 receipts overdue" in (what_quitting_loses(words.state, told, 100.0) or "")
