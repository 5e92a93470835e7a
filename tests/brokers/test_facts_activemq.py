"""What is said of ActiveMQ's destinations and headers holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stomptui.brokers.activemq import DESTINATIONS, WORDS
from tests.brokers.peer import Peer, Raw
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker

Destinations = Callable[..., str]


def ack_of(message: Raw) -> str:
    return (message.first(b"ack") or b"").decode()


def name_of(destination: str) -> str:
    return destination.rpartition("/")[2]


@pytest.mark.parametrize(
    ("form", "subscribed", "sent", "comes_from"),
    [
        ("/queue/NAME", "/queue/N", "/queue/N", "/queue/N"),
        ("/topic/NAME", "/topic/N", "/topic/N", "/topic/N"),
        ("/queue/NAME.>", "/queue/N.>", "/queue/N.a.b", "/queue/N.a.b"),
        ("/queue/NAME.>", "/queue/N.*.b", "/queue/N.a.b", "/queue/N.a.b"),
        ("/topic/NAME.>", "/topic/N.>", "/topic/N.a.b", "/topic/N.a.b"),
        ("/queue/A,/topic/B", "/queue/N.2", "/topic/N.1,/queue/N.2", "/queue/N.2"),
        ("/queue/A,/topic/B", "/topic/N.1", "/topic/N.1,/queue/N.2", "/topic/N.1"),
        ("/temp-queue/NAME", "/temp-queue/N", "/temp-queue/N", "/temp-queue/N"),
        ("/temp-topic/NAME", "/temp-topic/N", "/temp-topic/N", "/temp-topic/N"),
        ("NAME", "N", "/queue/N", "/queue/N"),
        ("NAME", "/none/N", "/none/N", "/queue//none/N"),
        ("NAME", "queue://N", "queue://N", "/queue/queue\\c//N"),
    ],
)
def test_a_destination_is_what_it_is_said_to_be(
    activemq: RealBroker, destination: str, form: str, subscribed: str, sent: str, comes_from: str
) -> None:
    assert form in [each.form for each in DESTINATIONS]
    name = name_of(destination)
    with Peer(activemq) as peer:
        peer.subscribe(subscribed.replace("N", name))
        peer.publish(sent.replace("N", name), b"x")
        assert (peer.receive().first(b"destination") or b"").decode() == comes_from.replace("N", name)


def test_a_prefetch_in_the_destination_is_ignored(activemq: RealBroker, destination: str) -> None:
    with Peer(activemq) as peer:
        peer.subscribe(destination + "?consumer.prefetchSize=1", ack="client-individual")
        for body in (b"1", b"2"):
            peer.publish(destination, body)
        assert [peer.receive().body, peer.receive().body] == [b"1", b"2"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("activemq.exclusive:true", {b"asks"}),
        ("activemq.priority:10", {b"asks"}),
        ("activemq.any:1", {b"asks", b"plain"}),
    ],
)
def test_who_gets_the_messages_of_a_queue(
    activemq: RealBroker, destination: str, line: str, expected: set[bytes]
) -> None:
    with Peer(activemq) as peer:
        peer.subscribe(destination, line, subscription="asks")
        peer.subscribe(destination, subscription="plain")
        for _ in range(4):
            peer.publish(destination)
        assert {peer.receive().first(b"subscription") for _ in range(4)} == expected


def test_a_group_goes_to_one_consumer(activemq: RealBroker, destination: str) -> None:
    with Peer(activemq) as peer:
        for subscription in ("one", "other"):
            peer.subscribe(destination, subscription=subscription)
        for number in range(1, 5):
            peer.publish(destination, b"", "JMSXGroupID:g", f"JMSXGroupSeq:{number}")
        messages = [peer.receive() for _ in range(4)]
        assert len({message.first(b"subscription") for message in messages}) == 1
        assert not any(message.first(b"JMSXGroupID") for message in messages)
        assert not any(message.first(b"JMSXGroupSeq") for message in messages)


@pytest.mark.parametrize(("line", "own"), [("activemq.noLocal:true", False), ("no-local:true", True)])
def test_what_one_sends_oneself(
    activemq: RealBroker, destinations: Destinations, line: str, own: bool
) -> None:
    header = WORDS.header("SUBSCRIBE", line.partition(":")[0])
    assert header is not None and header.taken is not own
    topic = destinations(kind="topic")
    with Peer(activemq) as peer, Peer(activemq) as other:
        peer.subscribe(topic, line)
        peer.publish(topic, b"own")
        other.publish(topic, b"another's")
        assert peer.receive().body == (b"own" if own else b"another's")


def test_a_selector(activemq: RealBroker, destination: str) -> None:
    with Peer(activemq) as peer:
        peer.subscribe(destination, "selector:n > 5 AND t = 'x'")
        for number in (3, 7):
            peer.publish(destination, b"%d" % number, f"n:{number}", "t:x")
        assert peer.receive().body == b"7"


def test_a_browser_takes_nothing_and_ends(activemq: RealBroker, destination: str) -> None:
    with Peer(activemq) as peer:
        peer.publish(destination, b"stays")
        peer.subscribe(destination, "browser:true", subscription="looks")
        assert peer.receive().body == b"stays"
        assert peer.receive().first(b"browser") == b"end"
        peer.subscribe(destination, subscription="takes")
        message = peer.receive()
        assert (message.first(b"subscription"), message.body) == (b"takes", b"stays")


@pytest.mark.parametrize("ended", [False, True])
def test_a_durable_subscription(activemq: RealBroker, destinations: Destinations, ended: bool) -> None:
    """It gets what came meanwhile, until an UNSUBSCRIBE names it."""
    topic = destinations(kind="topic")
    name = "activemq.subscriptionName:n"
    with Peer(activemq, headers=[f"client-id:{topic}"]) as peer:
        peer.subscribe(topic, name)
        peer.sure("UNSUBSCRIBE", "id:0")
        if ended:
            peer.sure("UNSUBSCRIBE", "id:0", name)
        peer.publish(topic, b"meanwhile")
        peer.subscribe(topic, name)
        peer.publish(topic, b"afterwards")
        assert peer.receive().body == (b"afterwards" if ended else b"meanwhile")


def test_what_has_expired_is_confirmed_and_dropped(activemq: RealBroker, destination: str) -> None:
    with Peer(activemq) as peer:
        peer.publish(destination, b"expired", "expires:1")
        peer.publish(destination, b"never", "expires:0")
        peer.subscribe(destination)
        assert peer.receive().body == b"never"


@pytest.mark.parametrize("line", ["priority:high", "expires:soon", "transformation:jms-map-json"])
def test_what_cannot_be_read_closes_without_a_word(activemq: RealBroker, destination: str, line: str) -> None:
    with Wire(activemq) as wire:
        wire.connect()
        wire.say("SEND", f"destination:{destination}", line, body="x")
        assert wire.ends()
        assert [frame.command for frame in wire.came] == ["CONNECTED"]


def test_what_activemq_sets_itself(activemq: RealBroker, destination: str) -> None:
    header = WORDS.header("SEND", "message-id")
    assert header is not None and not header.taken
    with Peer(activemq) as peer:
        peer.subscribe(destination)
        peer.publish(destination, b"", "message-id:mine")
        message = peer.receive()
        assert message.first(b"message-id") not in (None, b"mine")
        assert message.first(b"priority") == b"4"
        assert message.first(b"expires") == b"0"
        assert (message.first(b"timestamp") or b"").isdigit()


def test_amq_msg_type_bytes_brings_a_content_length(activemq: RealBroker, destination: str) -> None:
    with Peer(activemq) as peer:
        peer.subscribe(destination)
        peer.sure("SEND", f"destination:{destination}", "amq-msg-type:bytes", body=b"hi")
        assert peer.receive().first(b"content-length") == b"2"


def test_beats_are_as_one_asks(activemq: RealBroker) -> None:
    for asked, agreed in (("100,100", b"100,100"), ("5000,0", b"0,5000")):
        with Peer(activemq, headers=[f"heart-beat:{asked}"]) as peer:
            assert peer.connected.first(b"heart-beat") == agreed


def test_an_unknown_ack_mode_is_auto(activemq: RealBroker, destination: str) -> None:
    with Peer(activemq) as peer:
        peer.subscribe(destination, ack="none-such")
        peer.publish(destination)
        assert ack_of(peer.receive()) == ""
