"""What the console relies on at both brokers, checked on the wire."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.brokers.peer import Peer
from tests.brokers.real import RealBroker


def prefetch(broker: RealBroker, count: int) -> str:
    """The header line that limits how many unsettled messages the broker sends."""
    return f"{'prefetch-count' if broker.name == 'rabbitmq' else 'activemq.prefetchSize'}:{count}"


def test_the_header_for_prefetch_leaves_messages_to_others(broker: RealBroker, destination: str) -> None:
    with Peer(broker) as first, Peer(broker) as second:
        first.subscribe(destination, prefetch(broker, 1), ack="client-individual")
        for number in range(3):
            first.publish(destination, b"%d" % number)
        assert first.receive().body == b"0"
        second.subscribe(destination)
        assert [second.receive().body, second.receive().body] == [b"1", b"2"]


def test_what_was_not_settled_comes_again_marked(broker: RealBroker, destination: str) -> None:
    with Peer(broker) as first, Peer(broker) as second:
        first.subscribe(destination, ack="client-individual")
        first.publish(destination, b"once more")
        assert first.receive().first(b"redelivered") in (None, b"false")
        second.subscribe(destination)
        first.sure("DISCONNECT")
        again = second.receive()
        assert again.body == b"once more" and again.first(b"redelivered") == b"true"


def test_the_first_of_repeated_headers_is_kept(broker: RealBroker, destination: str) -> None:
    with Peer(broker) as peer:
        peer.subscribe(destination)
        peer.publish(destination, b"", "x-repeated:one", "x-repeated:two")
        assert peer.receive().all(b"x-repeated") == [b"one"]


def test_a_transaction_is_sent_when_it_commits(broker: RealBroker, destination: str) -> None:
    with Peer(broker) as peer:
        peer.subscribe(destination)
        for name, body in (("kept", b"committed"), ("dropped", b"aborted")):
            peer.sure("BEGIN", f"transaction:{name}")
            peer.send("SEND", f"destination:{destination}", f"transaction:{name}", body=body)
        peer.publish(destination, b"outside")
        peer.sure("ABORT", "transaction:dropped")
        peer.sure("COMMIT", "transaction:kept")
        assert [peer.receive().body, peer.receive().body] == [b"outside", b"committed"]


def test_heart_beats_of_a_second_are_honoured(broker: RealBroker) -> None:
    with Peer(broker, headers=["heart-beat:0,1000"]) as peer:
        offered, _ = (peer.connected.first(b"heart-beat") or b"").split(b",")
        assert int(offered) == 1000


def test_what_a_cumulative_ack_covers(broker: RealBroker, destinations: Callable[..., str]) -> None:
    """RabbitMQ: every earlier message of the connection. ActiveMQ: those of the subscription only."""
    one, other = destinations("one"), destinations("other")
    with Peer(broker) as peer:
        peer.subscribe(one, ack="client-individual", subscription="one")
        peer.subscribe(other, ack="client", subscription="other")
        peer.publish(one, b"one")
        earlier = peer.receive()
        peer.publish(other, b"other")
        later = peer.receive()
        assert (earlier.body, later.body) == (b"one", b"other")
        peer.sure("ACK", f"id:{(later.first(b'ack') or b'').decode()}")
        peer.sure("DISCONNECT")
    with Peer(broker) as peer:
        peer.publish(one, b"sentinel")
        peer.subscribe(one)
        expected = b"sentinel" if broker.name == "rabbitmq" else b"one"
        assert peer.receive().body == expected


@pytest.mark.parametrize("requeue", [None, "true"])
def test_nack_on_rabbitmq_brings_the_message_back(
    rabbitmq: RealBroker, destination: str, requeue: str | None
) -> None:
    with Peer(rabbitmq) as peer:
        peer.subscribe(destination, ack="client-individual")
        peer.publish(destination, b"again")
        identifier = (peer.receive().first(b"ack") or b"").decode()
        peer.sure("NACK", f"id:{identifier}", *([f"requeue:{requeue}"] if requeue else []))
        again = peer.receive()
        assert (again.body, again.first(b"redelivered")) == (b"again", b"true")


def test_nack_on_rabbitmq_can_dead_letter(rabbitmq: RealBroker) -> None:
    with Peer(rabbitmq) as peer:
        peer.subscribe(rabbitmq.dead_lettering, ack="client-individual")
        peer.subscribe(rabbitmq.dead_letters, subscription="dead")
        peer.publish(rabbitmq.dead_lettering, b"no good")
        peer.sure("NACK", f"id:{(peer.receive().first(b'ack') or b'').decode()}", "requeue:false")
        dead = peer.receive()
        assert (dead.body, dead.first(b"subscription")) == (b"no good", b"dead")
        assert (dead.first(b"x-first-death-queue") or b"").decode() in rabbitmq.dead_lettering


def test_nack_on_activemq_dead_letters_what_is_persistent(activemq: RealBroker) -> None:
    with Peer(activemq) as peer:
        peer.subscribe(activemq.dead_lettering, ack="client-individual")
        peer.subscribe(activemq.dead_letters, subscription="dead")
        for body, lines in ((b"lost", []), (b"kept", ["persistent:true"])):
            peer.publish(activemq.dead_lettering, body, *lines)
            message = peer.receive()
            assert message.first(b"persistent") == (b"true" if body == b"kept" else None)
            peer.sure("NACK", f"id:{(message.first(b'ack') or b'').decode()}")
        dead = peer.receive()
        assert (dead.body, dead.first(b"subscription")) == (b"kept", b"dead")
        assert (dead.first(b"original-destination") or b"").decode() == activemq.dead_lettering
