"""A guarded console on a real broker: what it refuses, asks, and sends once it is unlocked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start

SELECTED = re.compile(r"\d{5}\+\d\d:")
"""The number of a message that is selected, in its row."""


def test_read_only_watches_and_touches_nothing_until_it_is_unlocked(
    start: Start, rabbitmq: RealBroker, destination: str, destinations: Callable[..., str]
) -> None:
    topic = destinations("watched", kind="topic")
    terminal = steps.subscribed(start, rabbitmq, topic, "--read-only")
    terminal.wait_for("unsettled", "| read-only")
    steps.publish(rabbitmq, topic, "a copy")
    steps.publish(rabbitmq, destination, "one", "two")
    steps.marked(terminal, ".", "a copy")
    terminal.press("c")
    terminal.wait_for("read-only: nothing is sent; ! unlocks")
    terminal.press("s")
    terminal.wait_field("Destination")
    terminal.type(destination)
    terminal.wait_for("you compete")
    terminal.press("ctrl+r")
    terminal.wait_for("a subscription to a queue takes messages from others")
    terminal.press("escape")
    terminal.wait_until(lambda: terminal.line("[ Subscribe ]") is None, "the form is still there")
    terminal.press("!")
    terminal.wait_for("Unlock", rabbitmq.host)
    terminal.press("y")
    terminal.wait_for("unsettled", "| unlocked")
    terminal.press("s")
    terminal.wait_field("Destination")
    terminal.type(destination)
    terminal.wait_for("you compete")
    terminal.press("ctrl+r")
    steps.marked(terminal, "*", "one")
    steps.marked(terminal, "*", "two")
    terminal.press("u")
    steps.wait_cursor(terminal, "one")
    terminal.press("a")
    steps.marked(terminal, "a", "one")
    terminal.wait_for("sent, receipt after")  # said late, over what is there
    steps.wait_cursor(terminal, "two")
    terminal.press("L")
    terminal.wait_for("1 unsettled", "| read-only")
    terminal.press("a")
    terminal.wait_for("read-only: nothing is settled; ! unlocks")
    steps.quit_console(terminal)
    assert steps.emptied(rabbitmq, destination) == ["two"]


@pytest.mark.parametrize("more", [(), ("--ack", "auto")])
def test_what_read_only_would_not_subscribe_to_is_refused_before_the_screen(
    start: Start, rabbitmq: RealBroker, destination: str, more: tuple[str, ...]
) -> None:
    steps.publish(rabbitmq, destination, "one")
    arguments = ("connect", rabbitmq.uri, "--read-only", "--subscribe", destination, *more)
    terminal = start(*arguments, columns=200)
    assert terminal.exit_code() == 2
    terminal.wait_for(f"--subscribe {destination}: read-only: a subscription to a queue takes messages")
    assert steps.emptied(rabbitmq, destination) == ["one"]


def test_one_that_asks_names_what_it_sends_and_where(
    start: Start, rabbitmq: RealBroker, destination: str
) -> None:
    steps.publish(rabbitmq, destination, "one", "two")
    terminal = steps.subscribed(start, rabbitmq, destination, "--ask", NO_COLOR="1")
    terminal.wait_for("2 unsettled", "| ask")
    terminal.press("*", "a")
    terminal.wait_for("ACK 2 messages")
    terminal.press("enter")
    terminal.wait_for("Nothing was sent.")
    terminal.wait_until(lambda: SELECTED.search(terminal.text), "they are lit up still")
    terminal.press("escape")
    terminal.wait_until(lambda: not SELECTED.search(terminal.text), "they are still selected")
    terminal.press("u")
    steps.wait_cursor(terminal, "one")
    terminal.press("a")
    terminal.wait_for("ACK 1 message", destination)
    terminal.press("y")
    steps.marked(terminal, "a", "one")
    steps.quit_console(terminal)
    assert steps.emptied(rabbitmq, destination) == ["two"]
