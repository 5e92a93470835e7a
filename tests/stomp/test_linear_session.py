"""Four times the frames make four times the work for a session, counted in steps of its code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from stomptui.stomp import frame as frames
from stomptui.stomp import subscriptions
from stomptui.stomp.frame import AckMode, Frame
from tests.stomp.playbook import ACTIVEMQ, RABBITMQ, Play, error, message, play, receipt

N = 100
CLIENT = AckMode.CLIENT


def steps(run: Callable[[], object]) -> int:
    """How many instructions of stomptui's Python are done; what C does of them is not seen."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if event == "call":
            if "/stomptui/" not in frame.f_code.co_filename:
                return None
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(None)
    return count


def subscribed(n: int, server: str = RABBITMQ, mode: AckMode = AckMode.CLIENT_INDIVIDUAL) -> Play:
    """`n` subscriptions, each with a message that is unsettled."""
    script = play().connects(server)
    for number in range(n):
        script.subscribes(f"/queue/{number}", mode, id=f"s{number}")
    for number in range(n):
        script.gets(message(str(number), subscription=f"s{number}"))
    return script


def unsettled(n: int, mode: AckMode, server: str = RABBITMQ) -> tuple[Play, list[int]]:
    """One subscription with `n` unsettled messages, and their numbers."""
    script = play().connects(server).subscribes("/queue/q", mode, id="1")
    for number in range(n):
        script.gets(message(str(number)))
    return script, list(script.state.ledger)


def receipted(n: int) -> Play:
    """`n` frames whose RECEIPT is no proof yet."""
    script = play().connects(RABBITMQ)
    for number in range(n):
        script.subscribes("/queue/q", id=f"s{number}", receipt=f"r{number}").gets(receipt(f"r{number}"))
    assert script.state.receipts.unproven == n
    return script


def errors_while_receipts_are_awaited(n: int) -> None:
    script = play().connects(RABBITMQ)
    for number in range(n):
        script.sends(frames.send("/queue/q", receipt=f"r{number}"))
    for number in range(n):
        script.gets(error(("n", str(number))))
    for number in range(n):
        script.gets(receipt(f"r{number}"))
    script.ticks(1.0)


def errors_within_the_grace(n: int) -> None:
    script = receipted(n)
    for number in range(n):
        script.gets(error(("n", str(number))))


def errors_that_name_a_frame_within_its_grace(n: int) -> None:
    script = receipted(n)
    for number in reversed(range(n)):
        script.gets(error(("receipt-id", f"r{number}")))


def graces_that_end(n: int) -> None:
    script = receipted(n)
    for number in range(n):
        script.ticks(number / 10)
    assert not script.state.receipts.unproven


def subscriptions_come_and_go(n: int) -> None:
    script = subscribed(n)
    for number in range(n):
        script.sends(script.session.unsubscribe_frame(f"s{number}"))
    for number in range(n):
        script.subscribes("/queue/q", id=f"t{number}")
        script.sends(script.session.unsubscribe_frame(f"t{number}"))


def subscriptions_with_much_unsettled(n: int) -> None:
    script, _ = unsettled(n, CLIENT)
    for number in range(n):
        script.subscribes("/queue/q", id=f"t{number}")
        script.sends(script.session.unsubscribe_frame(f"t{number}"))


def messages_that_name_no_subscription(n: int) -> None:
    script = subscribed(n)
    for number in range(n):
        script.gets(message(str(number), ("destination", f"/queue/{number}"), subscription=None))
        script.gets(Frame("MESSAGE", [("destination", "/queue/other"), ("message-id", "m"), ("ack", "a")]))


def transactions_side_by_side(n: int) -> None:
    script = play().connects(RABBITMQ)
    for number in range(n):
        script.sends(frames.begin(f"t{number}"), automatic=False)
    for number in range(n):
        script.sends(frames.send("/queue/q", transaction=f"t{number}", receipt=f"r{number}"))
        script.sends(frames.send("/queue/q"))
    for number in range(n):
        end = frames.abort if number % 2 else frames.commit
        script.sends(end(f"t{number}", receipt=f"e{number}")).gets(receipt(f"e{number}"))
    script.ticks(1.0)
    assert not script.state.transactions


def refusals_of_what_is_staged(n: int) -> None:
    script = play().connects(RABBITMQ).sends(frames.begin("t"))
    for number in range(n):
        script.sends(frames.send("/queue/q", transaction="t", receipt=f"r{number}"))
    for number in range(n):
        script.gets(error(("receipt-id", f"r{number}")))
    assert not script.state.transactions["t"].staged


def settled_from_the_newest_on(n: int) -> None:
    script, numbers = unsettled(n, AckMode.CLIENT_INDIVIDUAL)
    for number in reversed(numbers):
        script.settles("ACK", number)


def settled_by_acks_of_several(n: int) -> None:
    script, numbers = unsettled(n, CLIENT, ACTIVEMQ)
    for number in numbers[::2]:
        script.settles("ACK", number)


def settled_by_names_that_repeat(n: int) -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q", id="1")
    for number in range(n):
        script.gets(message(str(number // 2)))
    for number in reversed(list(script.state.ledger)):  # a name means the newest that has it
        script.settles("ACK", number, receipt=f"r{number}")
    assert not script.state.ledger


def settled_by_message_ids_that_repeat(n: int) -> None:
    script = play().connects(RABBITMQ, "1.1").subscribes("/queue/q", id="1").subscribes("/queue/p", id="2")
    for number in range(n):
        script.gets(message(str(number // 2), subscription=str(number % 2 + 1)))
    for number in range(n):
        script.sends(Frame("ACK", [("message-id", f"m-{number // 2}")]), force=True)
    assert not script.state.ledger


def staged_and_aborted(n: int) -> None:
    script, numbers = unsettled(n, AckMode.CLIENT_INDIVIDUAL, ACTIVEMQ)
    for number in numbers:
        script.sends(frames.begin("t")).settles("ACK", number, transaction="t")
        script.sends(frames.abort("t"))


def staged_by_acks_of_several(n: int) -> None:
    script, numbers = unsettled(n, CLIENT)
    script.sends(frames.begin("t"))
    for number in numbers:
        script.settles("ACK", number, transaction="t")
    assert not script.state.ledger.open


def staged_and_aborted_behind_much_that_is_staged(n: int) -> None:
    script, numbers = unsettled(n, CLIENT, ACTIVEMQ)
    script.sends(frames.begin("t")).settles("ACK", numbers[n // 2], transaction="t")
    following = script.state.ledger[numbers[n // 2 + 1]].key
    for _ in range(n):
        script.sends(frames.begin("u"))
        script.sends(Frame("ACK", [("id", str(following)), ("transaction", "u")]), force=True)
        assert script.state.ledger.open == n - n // 2 - 2
        script.sends(frames.abort("u"))


def connected_again_and_again(n: int) -> None:
    script = subscribed(n)
    for _ in range(n):
        script.gets(Frame("CONNECTED", [("version", "1.1")]))


SCRIPTS = [
    errors_while_receipts_are_awaited,
    errors_within_the_grace,
    errors_that_name_a_frame_within_its_grace,
    graces_that_end,
    subscriptions_come_and_go,
    subscriptions_with_much_unsettled,
    messages_that_name_no_subscription,
    transactions_side_by_side,
    refusals_of_what_is_staged,
    settled_from_the_newest_on,
    settled_by_acks_of_several,
    settled_by_names_that_repeat,
    settled_by_message_ids_that_repeat,
    staged_and_aborted,
    staged_by_acks_of_several,
    staged_and_aborted_behind_much_that_is_staged,
    connected_again_and_again,
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_session_is_linear(script: Callable[[int], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "CLOSED_KEPT", 20)
    assert steps(lambda: script(4 * N)) <= 4.1 * steps(lambda: script(N))
