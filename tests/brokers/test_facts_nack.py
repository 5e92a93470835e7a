"""Each outcome of a NACK, as the row offers it, is what the broker does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from stomptui.brokers import activemq as said_of_activemq
from stomptui.brokers import rabbitmq as said_of_rabbitmq
from stomptui.brokers.words import NackOutcome
from stomptui.stomp.frame import Frame
from tests.brokers.peer import Peer, Raw
from tests.brokers.real import RealBroker

BACK, DEAD = said_of_rabbitmq.WORDS.nack


def nack(peer: Peer, message: Raw, outcome: NackOutcome) -> None:
    """NACK as the console does for that outcome."""
    ack = (message.first(b"ack") or b"").decode()
    peer.sure("NACK", f"id:{ack}", *(f"{name}:{value}" for name, value in outcome.headers))


def offered(message: Raw) -> tuple[NackOutcome, ...]:
    """What the row says of this message on ActiveMQ."""
    headers = [(name.decode(), value.decode()) for name, value in message.headers]
    return said_of_activemq.WORDS.nack_for([Frame("MESSAGE", headers, message.body)])


def left(broker: RealBroker, destination: str) -> list[bytes]:
    """What is left in a queue, up to a message that is sent now."""
    with Peer(broker) as peer:
        peer.publish(destination, b"the last")
        peer.subscribe(destination)
        return list(iter(lambda: peer.receive().body, b"the last"))


def test_back_is_to_the_queue_and_again_to_you_at_once(rabbitmq: RealBroker, destination: str) -> None:
    assert BACK.words == "back to queue (comes again at once)" and not BACK.headers
    with Peer(rabbitmq) as peer:
        peer.subscribe(destination, "prefetch-count:1", ack="client-individual")
        for body in (b"first", b"second"):
            peer.publish(destination, body)
        for _ in range(3):  # ahead of what waits behind it, each time
            message = peer.receive()
            assert message.body == b"first"
            nack(peer, message, BACK)
        assert peer.receive().first(b"redelivered") == b"true"


def test_without_a_dead_letter_exchange_it_is_dropped(rabbitmq: RealBroker, destination: str) -> None:
    assert DEAD.words == "discard or dead-letter (requeue:false)"
    with Peer(rabbitmq) as peer:
        peer.subscribe(destination, ack="client-individual")
        peer.publish(destination, b"no good")
        nack(peer, peer.receive(), DEAD)
    assert left(rabbitmq, destination) == []


def test_with_a_dead_letter_exchange_it_goes_there(rabbitmq: RealBroker) -> None:
    with Peer(rabbitmq) as peer:
        peer.subscribe(rabbitmq.dead_lettering, ack="client-individual")
        peer.subscribe(rabbitmq.dead_letters, subscription="dead")
        peer.publish(rabbitmq.dead_lettering, b"no good")
        nack(peer, peer.receive(), DEAD)
        dead = peer.receive()
        assert (dead.body, dead.first(b"subscription")) == (b"no good", b"dead")
        assert dead.first(b"x-first-death-reason") == b"rejected"
    assert left(rabbitmq, rabbitmq.dead_lettering) == []


@pytest.mark.parametrize("lines", [["requeue:true"], ["x-why:spoilt"], ["x-why:spoilt", "requeue:false"]])
def test_own_headers_do_no_harm(rabbitmq: RealBroker, destination: str, lines: Iterable[str]) -> None:
    """What RabbitMQ does not know it passes over; its own decides."""
    with Peer(rabbitmq) as peer:
        peer.subscribe(destination, ack="client-individual")
        peer.publish(destination, b"first")
        peer.sure("NACK", f"id:{(peer.receive().first(b'ack') or b'').decode()}", *lines)
        peer.publish(destination, b"next")
        assert peer.receive().body == (b"next" if "requeue:false" in lines else b"first")


@pytest.mark.parametrize(
    ("lines", "words"), [(["persistent:true"], "dead-letter"), ([], "lost: not persistent")]
)
def test_on_activemq_persistence_decides(activemq: RealBroker, lines: list[str], words: str) -> None:
    with Peer(activemq) as peer:
        peer.subscribe(activemq.dead_lettering, ack="client-individual")
        peer.subscribe(activemq.dead_letters, subscription="dead")
        peer.publish(activemq.dead_lettering, b"no good", *lines)
        message = peer.receive()
        [outcome] = offered(message)
        assert outcome.words == words
        nack(peer, message, outcome)
        peer.publish(activemq.dead_letters, b"behind it")
        came = peer.receive()
        assert came.first(b"subscription") == b"dead"
        assert came.body == (b"no good" if lines else b"behind it")
    assert left(activemq, activemq.dead_lettering) == []


def test_on_activemq_it_is_not_sent_again_before(
    activemq: RealBroker, destinations: Callable[..., str]
) -> None:
    """A JMS client tries as often as its redelivery policy says; for a STOMP client one NACK is the end."""
    destination = destinations()
    with Peer(activemq) as peer:
        peer.subscribe(destination, ack="client-individual")
        peer.publish(destination, b"no good", "persistent:true")
        message = peer.receive()
        nack(peer, message, offered(message)[0])
        peer.publish(destination, b"next")
        assert peer.receive().body == b"next"
