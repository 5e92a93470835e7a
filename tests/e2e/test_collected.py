"""Decisions that are collected, reviewed, changed and sent at once, and what real brokers then hold."""

from __future__ import annotations

from itertools import pairwise

from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start
from tests.e2e.terminal import Terminal

BODIES = ("one", "two", "three", "four")


def reviewed(start: Start, broker: RealBroker) -> Terminal:
    """Three ACKs are collected, the last is taken back, and in the review the second is made a NACK."""
    terminal = steps.subscribed(start, broker, broker.dead_lettering)
    steps.publish(broker, broker.dead_lettering, *BODIES, headers=["persistent:true"])
    steps.marked(terminal, "*", "four")
    terminal.press("+")
    terminal.wait_for("Collecting: a, A and x send nothing now")
    terminal.press("u")
    for body, then in pairwise(BODIES):
        steps.wait_cursor(terminal, body)
        terminal.press("a")
        steps.marked(terminal, "c", body)
        steps.wait_cursor(terminal, then)
    terminal.press("-")
    terminal.wait_for("taken back, nothing of it was sent: 2 to send")
    steps.marked(terminal, "*", "three")
    terminal.wait_for("4 unsettled", "collect 2")
    assert terminal.line("> ACK") is None
    terminal.press("=")
    terminal.wait_for("Review  2 collected", "2 ACK  settle 2")
    terminal.press("down")
    terminal.wait_for(">     2  ")
    terminal.press("x")
    terminal.wait_for("NACK", "collected:")
    terminal.press("d")
    terminal.wait_for("Review  2 collected", "1 ACK  1 NACK  settle 2")
    return terminal


def held(terminal: Terminal, broker: RealBroker, *left: str) -> None:
    """The broker has refused the second message, and after the console has left it has these."""
    assert [frame.body for frame in steps.consume(broker, broker.dead_letters, 1)] == [b"two"]
    steps.quit_console(terminal)
    assert steps.emptied(broker, broker.dead_lettering) == list(left)


def test_in_one_transaction_a_nack_too(start: Start, rabbitmq: RealBroker) -> None:
    terminal = reviewed(start, rabbitmq)
    terminal.press("ctrl+t")
    terminal.wait_for("1 ACK and 1 NACK sent and committed after", "2 still unsettled.")
    steps.marked(terminal, "a", "one")
    steps.marked(terminal, "x", "two")
    terminal.wait_for("2 unsettled", "collect 0")
    held(terminal, rabbitmq, "three", "four")


def test_together_where_a_transaction_takes_no_nack_and_acks_in_one(
    start: Start, activemq: RealBroker
) -> None:
    terminal = reviewed(start, activemq)
    terminal.press("ctrl+t")
    terminal.wait_for("not sent: ActiveMQ takes no NACK in a transaction")
    terminal.press("f5")
    terminal.wait_for("1 ACK and 1 NACK sent, receipt after", "2 still unsettled.")
    steps.marked(terminal, "a", "one")
    steps.marked(terminal, "x", "two")
    steps.wait_cursor(terminal, "four")
    terminal.press("A")
    terminal.wait_for("ACK", "collected: 2 to send")
    terminal.press("=")
    terminal.wait_for("Review  2 collected", "2 ACK  settle 2")
    terminal.press("ctrl+t")
    terminal.wait_for("2 ACK sent and committed after", "None unsettled.")
    held(terminal, activemq)
