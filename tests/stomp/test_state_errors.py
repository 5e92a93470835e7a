"""ERRORs that answer nothing, and ERRORs that are said again: neither is blamed on a frame by a guess."""

from __future__ import annotations

from stomptui.stomp.events import ErrorReceived
from stomptui.stomp.frame import Frame
from tests.stomp.playbook import ACTIVEMQ, RABBITMQ, Play, error, frames, message, play, receipt

POISON = "Poison ack cannot be transacted: MessageAck {commandId = 6, responseRequired = false}"
TIMED_OUT = b"PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out."


def refused(words: str, *headers: tuple[str, str]) -> Frame:
    return Frame("ERROR", [("content-type", "text/plain"), *headers, ("message", words)], b"at org.apache")


def nacked(server: str = ACTIVEMQ) -> Play:
    """A NACK in a transaction, and a SEND behind it, neither with a receipt."""
    script = play().connects(server).subscribes("/queue/q").gets(message("1")).sends(frames.begin("t"))
    script.sends(frames.settle("NACK", [("id", "a-1"), ("transaction", "t")]), force=True)
    script.sends(frames.send("/queue/q"), join=False)
    script.events.clear()
    return script


def test_what_activemq_says_again_refuses_nothing_more() -> None:
    script = nacked()
    script.gets(refused(POISON)).tells("< 8 ERROR about 7", "7 SEND refused by 8")
    script.gets(refused(POISON)).tells("< 9 ERROR again 8 about 7")
    script.gets(refused(POISON)).tells("< 10 ERROR again 8 about 7")


def test_one_that_is_too_long_to_be_kept_is_not_known_again() -> None:
    script = nacked()
    long = Frame("ERROR", [("message", POISON)], b"x" * 70_000)
    script.gets(long, long).tells(
        *("< 8 ERROR about 7", "7 SEND refused by 8"),
        *("< 9 ERROR about 6", "6 NACK refused by 9"),
    )
    assert script.state.refusal is None


def test_another_command_in_the_same_words_is_another_refusal() -> None:
    script = nacked()
    script.gets(refused(POISON), refused(POISON.replace("= 6", "= 7")))
    script.tells("< 8 ERROR about 7", "7 SEND refused by 8", "< 9 ERROR about 6", "6 NACK refused by 9")


def test_words_that_name_no_command_are_a_refusal_each_time() -> None:
    script = play().connects(ACTIVEMQ).sends(frames.send("/queue/a")).sends(frames.send("/queue/b"))
    script.events.clear()
    unknown = refused("Unexpected ACK received for message-id [null]")
    script.gets(unknown, unknown)
    script.tells("< 5 ERROR about 4", "4 SEND refused by 5", "< 6 ERROR about 3", "3 SEND refused by 6")


def test_only_activemq_says_again() -> None:
    script = nacked(RABBITMQ)
    script.gets(refused(POISON), refused(POISON))
    script.tells("< 8 ERROR about 7", "7 SEND refused by 8", "< 9 ERROR about 6", "6 NACK refused by 9")


def test_a_new_connection_has_said_nothing_yet() -> None:
    script = nacked().gets(refused(POISON)).closes()
    assert script.state.refusal is not None
    later = play(connection=2)
    later.state.succeed(script.state)
    assert later.state.refusal is None


def test_what_rabbitmq_takes_back_in_time_answers_no_frame() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1"), message("2"))
    script.settles("ACK", 4).sends(frames.send("/queue/q", receipt="r")).events.clear()
    script.gets(Frame("ERROR", [("message", "precondition_failed")], TIMED_OUT))
    script.tells("< 8 ERROR about None")
    script.gets(receipt("r")).tells("< 9 RECEIPT of 7", "7 SEND confirmed")


def test_it_takes_the_proof_from_a_receipt_in_its_grace() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1"), message("2"))
    script.settles("ACK", 4, receipt="r").gets(receipt("r")).events.clear()
    script.gets(Frame("ERROR", [("message", "precondition_failed")], TIMED_OUT)).closes()
    told = [event for event in script.events if isinstance(event, ErrorReceived)]
    assert [event.answers for event in told] == [None]
    script.tells("< 8 ERROR about None", "6 ACK refused by 8", "5 LOST", "closed uncleanly")


def test_on_another_broker_those_words_may_answer_a_frame() -> None:
    script = play().connects(ACTIVEMQ).sends(frames.send("/queue/a")).gets(error())
    script.tells("> 3 SEND /queue/a", "< 4 ERROR about 3", "3 SEND refused by 4")
