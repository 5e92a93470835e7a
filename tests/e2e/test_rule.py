"""A rule that settles by itself, in a terminal at real brokers: its count, its end, what became of each."""

from __future__ import annotations

import pytest

from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start
from tests.e2e.terminal import Terminal

OTHERS = {"leave": 0, "NACK back to queue": 1, "NACK discard": 2, "NACK dead-letter": 1}
"""How often right is pressed for each, on the broker that offers it."""


def publish(broker: RealBroker, destination: str, kind: str, *bodies: str) -> None:
    steps.publish(broker, destination, *bodies, headers=["persistent:true", f"kind:{kind}"])


def begin(terminal: Terminal, others: str, most: int, *said: str) -> None:
    """Fill in the form, see what it says beforehand, and start."""
    terminal.press("S")
    terminal.wait_for("Settle by rule")
    terminal.wait_for("settles messages that you have not looked at")
    terminal.press("f5")
    terminal.wait_for("an expression is needed")
    terminal.type("kind = 'refund'")
    terminal.press("enter")
    terminal.wait_for("4 match, 4 do not")
    terminal.press("tab", "tab")
    terminal.press(*["right"] * OTHERS[others])
    terminal.wait_for("All others", f"(o) {others}")
    terminal.tab_to("At most")
    terminal.press("ctrl+u")
    terminal.wait_for("at most is a number of messages")
    terminal.type(str(most))
    for words in said:
        terminal.wait_for(words)
    terminal.press("f5")


@pytest.mark.parametrize(("name", "others"), [("rabbitmq", "NACK discard"), ("activemq", "NACK dead-letter")])
def test_it_settles_ten_of_twelve_and_leaves_two(
    start: Start, request: pytest.FixtureRequest, name: str, others: str
) -> None:
    broker: RealBroker = request.getfixturevalue(name)
    where = broker.dead_lettering
    terminal = steps.subscribed(start, broker, where, columns=120, rows=40)
    publish(broker, where, "refund", "r1", "r2", "r3", "r4")
    publish(broker, where, "order", "o1", "o2", "o3", "o4")
    terminal.wait_for("8 unsettled")
    begin(terminal, others, 10, "At once: 8 of these. Then up to 2 more as they come.")
    terminal.wait_for("RULE 8/10")
    terminal.wait_for("rule 8/10")
    steps.marked(terminal, "a", "r4")
    steps.marked(terminal, "x", "o4")
    publish(broker, where, "refund", "r5", "r6")
    publish(broker, where, "order", "o5", "o6")
    terminal.wait_for("10 of 10 settled: 6 ACK, 4 NACK")
    terminal.wait_for("2 unsettled")
    terminal.wait_gone("RULE")
    assert sorted(frame.body for frame in steps.consume(broker, broker.dead_letters, 4)) == [
        b"o1",
        b"o2",
        b"o3",
        b"o4",
    ]
    steps.quit_console(terminal)
    assert steps.emptied(broker, where) == ["o5", "o6"]


def test_what_rabbitmq_sends_again_at_once_counts_until_it_ends(
    start: Start, rabbitmq: RealBroker, destination: str
) -> None:
    terminal = steps.subscribed(start, rabbitmq, destination)
    publish(rabbitmq, destination, "refund", "r1", "r2", "r3", "r4")
    publish(rabbitmq, destination, "order", "o1", "o2", "o3", "o4")
    terminal.wait_for("8 unsettled")
    begin(terminal, "NACK back to queue", 30, "judged and counted again, 30 in all")
    terminal.wait_for("30 of 30 settled: 4 ACK, 26 NACK")
    terminal.wait_for("had come again)")
    terminal.wait_for("4 unsettled")
    steps.quit_console(terminal)
    assert sorted(steps.emptied(rabbitmq, destination)) == ["o1", "o2", "o3", "o4"]


def test_the_key_that_began_it_stops_it(start: Start, activemq: RealBroker, destination: str) -> None:
    terminal = steps.subscribed(start, activemq, destination)
    publish(activemq, destination, "refund", "r1", "r2", "r3", "r4")
    publish(activemq, destination, "order", "o1", "o2", "o3", "o4")
    terminal.wait_for("8 unsettled")
    begin(terminal, "leave", 20, "Each other stays unsettled.")
    terminal.wait_for("RULE 4/20")
    terminal.wait_for("4 unsettled")
    terminal.press("S")
    terminal.wait_for("4 of 20 settled:", "s stop")
    terminal.press("s")
    terminal.wait_for("(stopped by hand) 4 of 20 settled: 4 ACK; 4 left")
    terminal.wait_gone("RULE")
    publish(activemq, destination, "refund", "r5")
    terminal.wait_for("5 unsettled")
    steps.quit_console(terminal)
    assert steps.emptied(activemq, destination) == ["o1", "o2", "o3", "o4", "r5"]
