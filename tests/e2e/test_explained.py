"""What a broker will do, said before it does it, and its ERRORs explained: seen from a terminal."""

from __future__ import annotations

from collections.abc import Callable

from tests.brokers.peer import Peer
from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start


def test_an_error_says_what_it_answers_what_it_means_and_that_the_connection_lives(
    start: Start, broker: RealBroker, destination: str
) -> None:
    """ActiveMQ names the receipt of what it refuses, RabbitMQ leaves it to a guess."""
    named = broker.name == "activemq"
    terminal = steps.connected(start, broker)
    terminal.press("s")
    terminal.wait_field("Destination")
    terminal.type(destination if named else "/nope/x")
    terminal.wait_for("you compete" if named else "RabbitMQ refuses this")
    if named:
        terminal.tab_to("Headers", times=4)
        terminal.type("selector:n = = 1")
        terminal.wait_for("selector:n = = 1")
    terminal.press("ctrl+r")
    terminal.wait_for("< ERROR", "refuse")
    terminal.press("/")
    terminal.wait_for("Find")
    terminal.type("content-type:text/plain")
    terminal.press("enter")
    terminal.wait_gone("enter finds")  # the row has ended: what is typed now is for the panes
    terminal.wait_for("== ERROR")
    terminal.press("3", "z")
    terminal.wait_for("answers:", "SUBSCRIBE", "(sure: it names its receipt" if named else "(a guess:")
    terminal.wait_for("usually:", "the selector cannot be read" if named else "begins like none")
    terminal.wait_for("to do:")
    terminal.wait_for("then:", "the connection stays open (seen); it is open now")
    steps.quit_console(terminal)


def test_the_quit_question_says_what_then_happens(
    start: Start, broker: RealBroker, destination: str, destinations: Callable[..., str]
) -> None:
    topic = destinations("copies", kind="topic")
    terminal = steps.subscribed(
        start,
        broker,
        destination,
        *("--subscribe", topic, "--ack", "client-individual"),
        columns=120,
        rows=40,
    )
    terminal.wait_for(topic, "receipted")
    steps.publish(broker, destination, "of the queue")
    steps.publish(broker, topic, "a copy")
    steps.marked(terminal, "*", "of the queue")
    steps.marked(terminal, "*", "a copy")
    terminal.press("ctrl+q")
    terminal.wait_for("1 unsettled: this broker puts them back as redelivered.")
    terminal.wait_for("of topics or own queues: this broker drops them")
    terminal.press("y")
    assert terminal.exit_code() == 0
    with Peer(broker) as peer:
        peer.subscribe(destination)
        again = peer.receive()
        assert (again.body, again.first(b"redelivered")) == (b"of the queue", b"true")
        peer.subscribe(topic, subscription="copies")
        peer.publish(topic, b"the next")
        assert peer.receive().body == b"the next"
