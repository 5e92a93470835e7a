"""Watching a queue and settling its messages by hand, at real brokers."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.brokers.peer import Peer
from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start


def test_subscribing_by_hand_leaves_the_rest_to_others(
    start: Start, broker: RealBroker, destination: str
) -> None:
    steps.publish(broker, destination, "one", "two", "three", "four")
    terminal = steps.connected(start, broker)
    terminal.wait_for("Nothing is subscribed")
    terminal.press("s")
    terminal.wait_field("Destination")
    terminal.type(destination)
    terminal.wait_for("you compete")
    terminal.tab_to("Prefetch", times=2)
    terminal.press("backspace", "backspace")
    terminal.wait_for("Prefetch", "no limit")
    terminal.type("2")
    terminal.wait_for("Prefetch", " 2 ")
    terminal.press("ctrl+r")
    steps.marked(terminal, "*", "one")
    steps.marked(terminal, "*", "two")
    assert [frame.body for frame in steps.consume(broker, destination, 2)] == [b"three", b"four"]
    terminal.wait_for("2 unsettled")


def test_ack_and_nack(start: Start, broker: RealBroker, destination: str) -> None:
    """Three messages come from another client: one is acked, one refused, one left."""
    terminal = steps.subscribed(start, broker, destination)
    steps.publish(broker, destination, "first", "second", "third")
    for body in ("first", "second", "third"):
        steps.marked(terminal, "*", body)
    terminal.press("u")
    steps.wait_cursor(terminal, "first")
    terminal.press("a")
    steps.marked(terminal, "a", "first")
    terminal.wait_for("ACK", "receipt after")
    steps.wait_cursor(terminal, "second")
    terminal.press("x")
    terminal.wait_for("NACK", "lost: not persistent" if broker.name == "activemq" else "dead-letter")
    terminal.press("d")
    steps.marked(terminal, "x", "second")
    terminal.wait_for("NACK", "receipted")
    terminal.wait_for("1 unsettled")
    steps.quit_console(terminal)
    assert steps.emptied(broker, destination) == ["third"]


def test_nack_brings_the_message_back_marked(start: Start, rabbitmq: RealBroker, destination: str) -> None:
    terminal = steps.subscribed(start, rabbitmq, destination)
    steps.publish(rabbitmq, destination, "again")
    steps.marked(terminal, "*", "again")
    terminal.press("u")
    steps.wait_cursor(terminal, "again")
    terminal.press("x")
    terminal.wait_for("back to queue")
    terminal.press("b")
    steps.marked(terminal, "x", "again")
    steps.marked(terminal, "*R2", "again")


def test_nack_can_dead_letter(start: Start, broker: RealBroker) -> None:
    terminal = steps.subscribed(start, broker, broker.dead_lettering)
    steps.publish(broker, broker.dead_lettering, "refused", headers=["persistent:true"])
    steps.marked(terminal, "*", "refused")
    terminal.press("u")
    steps.wait_cursor(terminal, "refused")
    terminal.press("x")
    terminal.wait_for("NACK", "dead-letter")
    terminal.press("d")
    steps.marked(terminal, "x", "refused")
    assert [frame.body for frame in steps.consume(broker, broker.dead_letters, 1)] == [b"refused"]


def test_a_key_settles_what_was_looked_at_while_messages_pour_in(
    start: Start, broker: RealBroker, destination: str, destinations: Callable[..., str]
) -> None:
    """A topic pours into the feed while the messages of a queue are settled one by one."""
    topic = destinations("pour", kind="topic")
    bodies = [f"kept-{number}" for number in range(6)]
    steps.publish(broker, destination, *bodies)
    terminal = steps.subscribed(start, broker, destination, "--subscribe", topic, columns=120, rows=40)
    over = threading.Event()

    def pour() -> None:
        with Peer(broker) as peer:
            number = 0
            while not over.is_set():
                peer.publish(topic, b"poured-%d" % number)  # confirmed, so it never runs ahead
                number += 1

    pouring = threading.Thread(target=pour)
    pouring.start()
    try:
        terminal.wait_for("poured-")
        terminal.press("u")
        for body in bodies[:4]:
            steps.wait_cursor(terminal, body)
            terminal.press("a")
            steps.marked(terminal, "a", body)
    finally:
        over.set()
        pouring.join()
    steps.quit_console(terminal)
    assert steps.emptied(broker, destination) == bodies[4:]


def test_settling_while_following_sends_nothing(start: Start, broker: RealBroker, destination: str) -> None:
    terminal = steps.subscribed(start, broker, destination)
    steps.publish(broker, destination, "seen", "newer")
    steps.marked(terminal, "*", "newer")
    terminal.press("a")
    steps.wait_cursor(terminal, "seen")
    terminal.wait_for("press the key again")
    steps.marked(terminal, "*", "seen")
    terminal.press("a")
    steps.marked(terminal, "a", "seen")
    steps.quit_console(terminal)
    assert steps.emptied(broker, destination) == ["newer"]


@pytest.mark.parametrize("answer", ["y", "n"])
def test_the_preview_names_what_a_cumulative_ack_covers(
    start: Start, rabbitmq: RealBroker, destinations: Callable[..., str], answer: str
) -> None:
    """On RabbitMQ an ACK in mode `client` settles earlier messages of other subscriptions too."""
    single, cumulative = destinations("single"), destinations("cumulative")
    terminal = steps.subscribed(
        start, rabbitmq, single, "--subscribe", cumulative, "--ack", "client", columns=120, rows=40
    )
    steps.publish(rabbitmq, single, "of the other")
    steps.marked(terminal, "*", "of the other")
    steps.publish(rabbitmq, cumulative, "of this one")
    steps.marked(terminal, "*", "of this one")
    terminal.press("u", "u")
    steps.wait_cursor(terminal, "of this one")
    terminal.press("a")
    terminal.wait_for("covers 2 messages")

    def named() -> bool:
        text = terminal.text
        below = text[text.index("covers 2 messages") :]
        return f"of {single}" in " ".join(line.strip() for line in below.splitlines())

    terminal.wait_until(named, "the other subscription is not named")
    terminal.press(answer)
    if answer == "y":
        steps.marked(terminal, "a", "of the other")
        steps.marked(terminal, "a", "of this one")
    else:
        terminal.wait_for("Nothing was sent")
    steps.quit_console(terminal)
    left = ["of the other"] if answer == "n" else []
    assert steps.emptied(rabbitmq, single) == left


def test_a_selection_is_settled_whole(start: Start, broker: RealBroker, destination: str) -> None:
    terminal = steps.subscribed(start, broker, destination)
    steps.publish(broker, destination, "one", "two", "three")
    steps.marked(terminal, "*", "three")
    terminal.press("u")
    steps.wait_cursor(terminal, "one")
    terminal.press("space", "down", "down")
    steps.wait_cursor(terminal, "three")
    terminal.press("space")
    terminal.wait_for("Ack 2")
    terminal.press("a")
    steps.marked(terminal, "a", "one")
    steps.marked(terminal, "a", "three")
    steps.marked(terminal, "*", "two")
    steps.quit_console(terminal)
    assert steps.emptied(broker, destination) == ["two"]
