"""What becomes of unsettled messages when their subscription or connection ends, as it is said beforehand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from stomptui.brokers import activemq as said_of_activemq
from stomptui.brokers import demo as said_of_demo
from stomptui.brokers import rabbitmq as said_of_rabbitmq
from stomptui.brokers.words import Words
from stomptui.demo import serve_in_thread
from stomptui.stomp.frame import Frame
from stomptui.stomp.subscription import from_frame
from stomptui.stomp.uri import parse_uri
from tests.brokers.peer import PATIENCE, Peer
from tests.brokers.real import RealBroker

Destinations = Callable[..., str]
ENDS = pytest.mark.parametrize("end", ["DISCONNECT", "lost", "UNSUBSCRIBE"])
NAMED = "activemq.subscriptionName:n"


@pytest.fixture
def embedded() -> Iterator[RealBroker]:
    with serve_in_thread(sample=False) as uri:
        endpoint = parse_uri(uri)
        yield RealBroker("demo", endpoint.host, endpoint.port)


def subscribed(broker: RealBroker, destination: str, lines: tuple[str, ...], client: str, mode: str) -> Peer:
    """A connection with a subscription; tried until the broker has seen the end of the one before."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            peer = Peer(broker, headers=[f"client-id:{client}"] if client else [])
            peer.subscribe(destination, *lines, ack=mode, subscription=destination.rpartition("/")[2])
            return peer
        except AssertionError as refused:
            if "ERROR" not in str(refused) or time.monotonic() > deadline:
                raise


def check(
    words: Words, broker: RealBroker, destination: str, lines: tuple[str, ...], end: str, client: str = ""
) -> None:
    """Hold a message, end its subscription or connection: it comes again exactly where that is said."""
    with subscribed(broker, destination, lines, client, "client-individual") as peer:
        peer.publish(destination, b"held")
        assert peer.receive().body == b"held"
        if end != "lost":
            peer.sure(end, f"id:{destination.rpartition('/')[2]}")
    pairs = [(line.partition(":")[0], line.partition(":")[2]) for line in lines]
    made = from_frame(Frame("SUBSCRIBE", [("id", "1"), ("destination", destination), *pairs]), 3, 0.0, None)
    with subscribed(broker, destination, lines, client, "auto") as peer:
        if words.stays(made):
            message = peer.receive()
            marked = NAMED not in lines  # ActiveMQ does not mark what a durable subscription had
            assert message.body == b"held"
            assert message.first(b"redelivered") == (b"true" if marked else None)
            return
        peer.publish(destination, b"next")
        assert peer.receive().body == b"next"


@ENDS
@pytest.mark.parametrize(
    ("start", "lines"),
    [
        ("/queue/", ()),
        ("/queue/", ("auto-delete:true",)),
        ("/queue/", ("exclusive:true",)),
        ("/topic/", ()),
        ("/topic/", ("durable:true", "auto-delete:false")),
        ("/exchange/amq.direct/", ()),
    ],
)
def test_what_rabbitmq_does(
    rabbitmq: RealBroker, destination: str, start: str, lines: tuple[str, ...], end: str
) -> None:
    words = said_of_rabbitmq.WORDS
    assert words.on_close == "puts them back as redelivered" and words.on_gone.startswith("drops them")
    destination = start + destination.rpartition("/")[2]
    check(words, rabbitmq, destination, lines, end)


@ENDS
@pytest.mark.parametrize(
    ("kind", "lines"), [("queue", ()), ("topic", ()), ("topic", (NAMED,)), ("temp-queue", ())]
)
def test_what_activemq_does(
    activemq: RealBroker, destinations: Destinations, kind: str, lines: tuple[str, ...], end: str
) -> None:
    words = said_of_activemq.WORDS
    assert words.on_close == "puts them back as redelivered" and words.on_gone.startswith("drops them")
    destination = destinations(kind=kind)
    client = destination if lines else ""
    check(words, activemq, destination, lines, end, client)


@ENDS
@pytest.mark.parametrize("kind", ["queue", "topic"])
def test_what_the_embedded_broker_does(
    embedded: RealBroker, destinations: Destinations, kind: str, end: str
) -> None:
    words = said_of_demo.WORDS
    assert words.on_close == words.on_unsubscribe == "puts them back as redelivered"
    destination = destinations(kind=kind)
    check(words, embedded, destination, (), end)


def test_rabbitmq_holds_what_was_unsubscribed_until_the_connection_ends(
    rabbitmq: RealBroker, destination: str
) -> None:
    assert said_of_rabbitmq.WORDS.on_unsubscribe == "holds them until this connection closes"
    with Peer(rabbitmq) as holder, Peer(rabbitmq) as other:
        holder.subscribe(destination, ack="client-individual", subscription="1")
        holder.publish(destination, b"held")
        holder.receive()
        holder.sure("UNSUBSCRIBE", "id:1")
        other.subscribe(destination)
        other.publish(destination, b"next")
        assert other.receive().body == b"next"
        holder.sure("DISCONNECT")
        again = other.receive()
        assert (again.body, again.first(b"redelivered")) == (b"held", b"true")


def test_activemq_gives_what_was_unsubscribed_to_the_next_at_once(
    activemq: RealBroker, destination: str
) -> None:
    assert said_of_activemq.WORDS.on_unsubscribe.startswith("gives them at once to the next subscriber")
    with Peer(activemq) as holder, Peer(activemq) as other:
        holder.subscribe(destination, ack="client-individual", subscription="1")
        holder.publish(destination, b"held")
        holder.receive()
        other.subscribe(destination)
        holder.sure("UNSUBSCRIBE", "id:1")
        again = other.receive()
        assert (again.body, again.first(b"redelivered")) == (b"held", b"true")
