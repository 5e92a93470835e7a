"""A message that we gave back is recognised when it comes again."""

from __future__ import annotations

import pytest

from stomptui.stomp.dialect import SPECIFICATION, Dialect
from stomptui.stomp.frame import Frame
from stomptui.stomp.redelivery import REMEMBERED, Before, GivenBack
from tests.stomp.playbook import ACTIVEMQ, RABBITMQ, frames, message, play

AGAIN = ("redelivered", "true")


def test_a_nack_comes_back_with_a_new_id_on_rabbitmq() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1", ("redelivered", "false")))
    script.settles("NACK", 4).gets(message("2", AGAIN)).settles("NACK", 6).gets(message("3", AGAIN))
    script.tells(
        "< 4 MESSAGE UNSETTLED",
        *("> 5 NACK", "4 NACKED", "< 6 MESSAGE UNSETTLED R2 of 4"),
        *("> 7 NACK", "6 NACKED", "< 8 MESSAGE UNSETTLED R3 of 6"),
    )
    entry = script.state.ledger[8]
    assert (entry.deliveries, entry.earlier) == (3, 6)


@pytest.mark.parametrize("other", [{"body": b"other"}, {"headers": ("x", "other")}])
def test_another_message_is_not_taken_for_it(other: dict[str, object]) -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1", ("x", "1")))
    script.settles("NACK", 4).events.clear()
    body = other.get("body", b"hello")
    assert isinstance(body, bytes)
    header = other.get("headers", ("x", "1"))
    script.gets(message("2", AGAIN, header, body=body)).tells("< 6 MESSAGE UNSETTLED")  # type: ignore[arg-type]


def test_redelivered_from_somebody_else_has_no_earlier_one() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1", AGAIN))
    script.tells("< 4 MESSAGE UNSETTLED")


def test_without_the_mark_it_is_another_message() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1"))
    script.settles("NACK", 4).events.clear()
    script.gets(message("2", ("redelivered", "false"))).tells("< 6 MESSAGE UNSETTLED")


def test_the_mark_in_a_body_is_none() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q")
    script.gets(message("1", body=b"\nredelivered:true\n")).tells("< 4 MESSAGE UNSETTLED")


def test_a_discarded_message_is_forgotten() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1"))
    script.settles("NACK", 4, headers={"requeue": "false"}).events.clear()
    script.gets(message("2", AGAIN)).tells("< 6 MESSAGE UNSETTLED")


def test_two_that_look_alike_come_again_in_the_order_in_which_they_went() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1"), message("2"))
    script.settles("NACK", 4).settles("NACK", 5).events.clear()
    script.gets(message("3", AGAIN), message("4", AGAIN))
    script.tells("< 8 MESSAGE UNSETTLED R2 of 4", "< 9 MESSAGE UNSETTLED R2 of 5")


def test_a_stable_id_tells_two_that_look_alike_apart() -> None:
    script = play().connects("stomptui-demo/1.0").subscribes("/queue/q").gets(message("1"), message("2"))
    script.settles("NACK", 4).settles("NACK", 5).events.clear()
    script.gets(message("2", AGAIN), message("1", AGAIN))
    script.tells("< 8 MESSAGE UNSETTLED R2 of 5", "< 9 MESSAGE UNSETTLED R2 of 4")


def test_unsubscribing_on_activemq_gives_messages_to_the_next_subscription() -> None:
    script = play().connects(ACTIVEMQ).subscribes("/queue/q").gets(message("1"))
    script.sends(script.session.unsubscribe_frame("1")).subscribes("/queue/q")
    script.gets(message("1", AGAIN, subscription="2")).tells("< 7 MESSAGE UNSETTLED R2 of 4")


def test_a_staged_nack_gives_back_only_at_its_commit() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1"))
    script.sends(frames.begin("t")).settles("NACK", 4).events.clear()
    script.gets(message("2", AGAIN)).tells("< 7 MESSAGE UNSETTLED")
    script.sends(frames.commit("t")).events.clear()
    script.gets(message("3", AGAIN)).tells("< 9 MESSAGE UNSETTLED R2 of 4")


@pytest.mark.parametrize("server", [RABBITMQ, "stomptui-demo/1.0"])
def test_what_a_commit_gives_back_may_come_before_the_commit_is_confirmed(server: str) -> None:
    script = play().connects(server).subscribes("/queue/q").gets(message("1"))
    script.sends(frames.begin("t")).settles("NACK", 4).sends(frames.commit("t", receipt="c")).events.clear()
    script.gets(message("1", AGAIN)).tells("< 8 MESSAGE UNSETTLED R2 of 4")


def test_memory_is_bounded() -> None:
    memory = GivenBack()
    given = [Frame("MESSAGE", (), str(i).encode()) for i in range(REMEMBERED + 1)]
    for number, frame in enumerate(given):
        memory.remember(frame, Before(number, 1), SPECIFICATION)
    assert memory.recognise(given[0], SPECIFICATION) is None
    assert memory.recognise(given[1], SPECIFICATION) == Before(1, 1)
    assert memory.recognise(given[1], SPECIFICATION) is None


def test_memory_is_bounded_for_one_and_the_same_message_too() -> None:
    memory, stable = GivenBack(), Dialect(message_id_stable=True)
    frame = Frame("MESSAGE", [("message-id", "1")])
    for number in range(REMEMBERED + 10):
        memory.remember(frame, Before(number, 1), stable)
    assert memory.recognise(frame, stable) == Before(10, 1)
