"""A message that keeps coming back, in a terminal, at a real RabbitMQ: its deliveries, and the question."""

from __future__ import annotations

from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start


def test_a_message_that_keeps_coming_back(start: Start, rabbitmq: RealBroker, destination: str) -> None:
    terminal = steps.subscribed(start, rabbitmq, destination)
    steps.publish(rabbitmq, destination, "again and again")
    steps.marked(terminal, "*", "again")
    terminal.press("u")
    for delivery in (2, 3):
        steps.wait_cursor(terminal, "again")
        terminal.press("x")
        terminal.wait_for("NACK", "back to queue")
        terminal.press("b")
        terminal.wait_for(f"< *R{delivery}", "again")
        terminal.wait_for("sent back to the queue", "Receipt after")  # said over what is there
        terminal.press("U")
        terminal.wait_until(
            lambda n=delivery: f"*R{n}" in (steps.under_cursor(terminal) or ""), "the new one"
        )
    last = steps.under_cursor(terminal)
    assert last is not None
    terminal.wait_for("Message", last[:5])
    terminal.wait_for("likely")
    terminal.press("[")
    terminal.wait_for("gave back, came again as", last[:5])
    terminal.press("]")
    terminal.wait_for(last[:5], "delivered after")
    steps.wait_cursor(terminal, "again")
    terminal.press("x")
    terminal.wait_for("NACK", "back to queue")
    terminal.press("b")
    terminal.wait_for("came 3 times already")
    terminal.press("n")
    terminal.wait_for("Nothing was sent")
    steps.quit_console(terminal)
    assert steps.emptied(rabbitmq, destination) == ["again and again"]
