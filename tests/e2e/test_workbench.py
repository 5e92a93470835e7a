"""Two transactions at once, in a terminal, at a real broker: staged apart, ended apart, confirmed."""

from __future__ import annotations

from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start


def test_two_transactions(start: Start, broker: RealBroker, destination: str) -> None:
    terminal = steps.subscribed(start, broker, destination, columns=120, rows=40)
    steps.publish(broker, destination, "goes", "stays")
    steps.marked(terminal, "*", "stays")
    terminal.press("t")
    terminal.wait_for("Transaction:")
    terminal.press("b")
    terminal.wait_for("tx-1 begun: what you send and ack joins it.", "T says what may surprise.")
    terminal.press("u")
    steps.wait_cursor(terminal, "goes")
    terminal.press("a")
    terminal.wait_for("staged in tx-1")
    terminal.press("t")
    terminal.wait_for("Transaction:")
    terminal.press("b")
    terminal.wait_for("tx-2 begun beside 1 more")
    terminal.press("J")
    terminal.wait_for("New frames join tx-1")
    terminal.press("J")
    terminal.wait_for("New frames join tx-2")
    steps.wait_cursor(terminal, "stays")
    terminal.press("a")
    terminal.wait_for("staged in tx-2")
    terminal.press("T")
    terminal.wait_for("Transactions 2", "J: tx-2")
    terminal.wait_for("tx-2, joined", "1 ACK")
    terminal.press("t")
    terminal.wait_for("abort tx-2")
    terminal.press("x")
    terminal.wait_for("tx-2 aborted, confirmed by receipt")
    terminal.wait_for("tx-2 aborted, ", "ago")
    terminal.press("t")
    terminal.wait_for("commit tx-1")
    terminal.press("c")
    terminal.wait_for("tx-1 committed, confirmed by receipt")
    terminal.wait_for("tx-1 committed, ", "ago")
    terminal.press("T")
    terminal.wait_for("== Session")
    terminal.wait_for("1 unsettled")
    steps.quit_console(terminal)
    assert steps.emptied(broker, destination) == ["stays"]


def test_activemq_takes_a_nack_outside_the_transaction_that_is_joined(
    start: Start, activemq: RealBroker, destination: str
) -> None:
    terminal = steps.subscribed(start, activemq, destination, columns=80, rows=24)
    steps.publish(activemq, destination, "dead", "stays")
    steps.marked(terminal, "*", "stays")
    terminal.press("t")
    terminal.wait_for("Transaction:")
    terminal.press("b")
    terminal.wait_for("tx-1 begun: what you send and ack joins it. T says what may surprise.")
    terminal.press("T")
    terminal.wait_for("this broker takes no NACK in a")
    terminal.press("T")
    terminal.wait_gone("this broker takes no NACK in a")
    terminal.press("u")
    steps.wait_cursor(terminal, "dead")
    terminal.press("x")
    terminal.wait_for("at once, outside tx-1")
    terminal.press("d")
    terminal.wait_for("1 unsettled")
    steps.marked(terminal, "x", "dead")
    terminal.press("t")
    terminal.wait_for("abort")
    terminal.press("x")
    terminal.wait_for("tx-1 aborted, confirmed by receipt, 0 messages")
    steps.quit_console(terminal)
    assert steps.emptied(activemq, destination) == ["stays"]
