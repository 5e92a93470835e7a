"""What is said of the embedded broker holds: it is what many see first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stomptui.brokers.demo import WORDS
from stomptui.demo import serve_in_thread
from stomptui.stomp.uri import parse_uri
from tests.brokers.peer import Peer, Raw
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker
from tests.brokers.test_facts_headers import check_abort, check_ids

QUEUE = "/queue/q"


@pytest.fixture
def embedded() -> Iterator[RealBroker]:
    with serve_in_thread(sample=False) as uri:
        endpoint = parse_uri(uri)
        yield RealBroker("demo", endpoint.host, endpoint.port)


def ack_of(message: Raw) -> str:
    return (message.first(b"ack") or b"").decode()


def test_the_ids_of_a_delivery(embedded: RealBroker) -> None:
    check_ids(embedded, QUEUE)


@pytest.mark.parametrize("command", ["ACK", "NACK"])
def test_an_abort_takes_settlings_back(embedded: RealBroker, command: str) -> None:
    check_abort(embedded, QUEUE, command)


def test_a_nack_gives_back_or_discards(embedded: RealBroker) -> None:
    with Peer(embedded) as peer:
        peer.subscribe(QUEUE, ack="client-individual")
        peer.publish(QUEUE, b"again")
        peer.sure("NACK", f"id:{ack_of(peer.receive())}")
        again = peer.receive()
        assert (again.body, again.first(b"redelivered")) == (b"again", b"true")
        peer.sure("NACK", f"id:{ack_of(again)}", "requeue:false")
        peer.publish(QUEUE, b"next")
        assert peer.receive().body == b"next"


def test_an_unsubscribe_gives_back(embedded: RealBroker) -> None:
    assert WORDS.on_unsubscribe == "puts them back as redelivered"
    with Peer(embedded) as peer:
        peer.subscribe(QUEUE, ack="client-individual", subscription="first")
        peer.publish(QUEUE, b"held")
        peer.receive()
        peer.sure("UNSUBSCRIBE", "id:first")
        peer.subscribe(QUEUE, subscription="second")
        again = peer.receive()
        assert (again.body, again.first(b"redelivered")) == (b"held", b"true")


def test_a_prefetch_is_heeded_and_a_selector_is_not(embedded: RealBroker) -> None:
    with Peer(embedded) as peer:
        peer.subscribe(
            QUEUE, "prefetch-count:1", "selector:n = 1", ack="client-individual", subscription="one"
        )
        peer.publish(QUEUE, b"1", "n:0")
        assert peer.receive().first(b"subscription") == b"one"
        peer.subscribe(QUEUE, subscription="other")
        for _ in range(2):
            peer.publish(QUEUE)
            assert peer.receive().first(b"subscription") == b"other"


def test_anybody_is_let_in_but_a_host_is_needed(embedded: RealBroker) -> None:
    for lines, command in ((["host:any"], "CONNECTED"), ([], "ERROR")):
        with Wire(embedded) as wire:
            wire.say("CONNECT", "accept-version:1.2", "login:any", "passcode:any", *lines)
            frame = wire.frame()
            assert frame is not None and frame.command == command
