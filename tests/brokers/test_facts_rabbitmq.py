"""What is said of RabbitMQ's destinations and headers holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stomptui.brokers.headers.rabbitmq import ARGUMENTS
from stomptui.brokers.rabbitmq import DESTINATIONS, WORDS
from tests.brokers.peer import Peer
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker
from tests.brokers.test_errors_rabbitmq import LOCKING, OTHERS

Destinations = Callable[..., str]


def name_of(destination: str) -> str:
    return destination.rpartition("/")[2]


@pytest.mark.parametrize(
    ("form", "subscribed", "sent", "comes_from"),
    [
        ("/queue/NAME", "/queue/N", "/queue/N", "/queue/N"),
        ("/queue/NAME", "/queue/a%2FN", "/queue/a%2FN", "/queue/a%2FN"),
        ("/amq/queue/NAME", "/amq/queue/MADE", "/amq/queue/MADE", "/queue/MADE"),
        ("/topic/KEY", "/topic/N.*.c", "/topic/N.b.c", "/topic/N.b.c"),
        ("/topic/KEY", "/topic/N.#", "/topic/N.b.c", "/topic/N.b.c"),
        ("/exchange/EX/KEY", "/exchange/amq.direct/N", "/exchange/amq.direct/N", "/exchange/amq.direct/N"),
        ("/exchange/EX/KEY", "/exchange/amq.topic/N.#", "/topic/N.b", "/topic/N.b"),
        ("/exchange/EX", "/exchange/amq.fanout", "/exchange/amq.fanout", "/exchange/amq.fanout"),
        ("/reply-queue/NAME", "/reply-queue/MADE", "/reply-queue/MADE", "/queue/MADE"),
        ("NAME", "N", "N", "/queue/N"),
    ],
)
def test_a_destination_is_what_it_is_said_to_be(
    rabbitmq: RealBroker, destinations: Destinations, form: str, subscribed: str, sent: str, comes_from: str
) -> None:
    assert form in [destination.form for destination in DESTINATIONS]
    made, name = destinations("made"), name_of(destinations())

    def real(destination: str) -> str:
        return destination.replace("MADE", name_of(made)).replace("N", name)

    with Peer(rabbitmq) as peer:
        peer.subscribe(made, subscription="makes-it")
        peer.sure("UNSUBSCRIBE", "id:makes-it")
        peer.subscribe(real(subscribed))
        peer.publish(real(sent), name.encode())
        while (message := peer.receive()).body != name.encode():  # a fanout brings what others send
            assert subscribed == "/exchange/amq.fanout"
        assert (message.first(b"destination") or b"").decode() == real(comes_from)


@pytest.mark.parametrize("start", ["/queue/", "", "/amq/queue/", "/reply-queue/", "/exchange/amq.direct/"])
def test_what_send_makes_and_what_it_drops(rabbitmq: RealBroker, destination: str, start: str) -> None:
    """Confirmed it is in any case."""
    sent = start + name_of(destination)
    with Peer(rabbitmq) as peer:
        peer.publish(sent, b"first")
        peer.subscribe(destination)
        peer.publish(destination, b"second")
        assert peer.receive().body == (b"first" if WORDS.may_drop(sent) is None else b"second")


def test_login_may_be_left_out(rabbitmq: RealBroker) -> None:
    with Wire(rabbitmq) as wire:
        wire.say("CONNECT", "accept-version:1.2")
        wire.until("CONNECTED")
        wire.say("SEND", "destination:/queue/q", "user-id:guest", "receipt:r")
        assert wire.until("RECEIPT").first("receipt-id") == "r"


def test_beats_are_of_a_second_at_least(rabbitmq: RealBroker) -> None:
    for asked, agreed in (("100,100", b"1000,1000"), ("5000,0", b"0,5000")):
        with Peer(rabbitmq, headers=[f"heart-beat:{asked}"]) as peer:
            assert peer.connected.first(b"heart-beat") == agreed


def test_every_argument_was_seen_to_declare_a_queue() -> None:
    seen = {argument.partition(":")[0] for argument in (*OTHERS, *LOCKING)}
    assert seen == {header.name for header in ARGUMENTS}


@pytest.mark.parametrize(
    ("arguments", "first", "second", "comes"),
    [
        ("x-max-priority:5", "priority:1", "priority:5", b"second"),
        ("x-max-length:1", "x-any:1", "x-any:2", b"second"),
        ("x-max-length-bytes:6", "x-any:1", "x-any:2", b"second"),
        ("x-any:none", "expiration:0", "x-any:2", b"second"),
        ("x-message-ttl:60000", "expiration:60000", "x-any:2", b"first"),
    ],
)
def test_which_message_waits(
    rabbitmq: RealBroker, destination: str, arguments: str, first: str, second: str, comes: bytes
) -> None:
    with Peer(rabbitmq) as peer:
        peer.publish(destination, b"first", first, arguments)
        peer.publish(destination, b"second", second, arguments)
        peer.subscribe(destination, arguments)
        assert peer.receive().body == comes


def test_the_arguments_of_dead_lettering(rabbitmq: RealBroker, destinations: Destinations) -> None:
    living, dead = destinations("living"), destinations("dead")
    arguments = ("x-dead-letter-exchange:amq.direct", f"x-dead-letter-routing-key:{name_of(dead)}")
    with Peer(rabbitmq) as peer:
        peer.subscribe(f"/exchange/amq.direct/{name_of(dead)}", subscription="dead")
        peer.subscribe(living, *arguments, ack="client-individual", subscription="living")
        peer.publish(living, b"no good", *arguments)
        peer.sure("NACK", f"id:{(peer.receive().first(b'ack') or b'').decode()}", "requeue:false")
        message = peer.receive()
        assert (message.body, message.first(b"subscription")) == (b"no good", b"dead")
        assert message.first(b"x-first-death-queue") == name_of(living).encode()
        assert message.first(b"x-first-death-exchange") == b""
        assert message.first(b"x-first-death-reason") == b"rejected"


def test_auto_delete(rabbitmq: RealBroker, destination: str) -> None:
    with Wire(rabbitmq) as wire:
        wire.connect()
        wire.say("SUBSCRIBE", "id:1", f"destination:{destination}", "auto-delete:true")
        wire.say("UNSUBSCRIBE", "id:1", "receipt:ended")
        wire.until("RECEIPT")
        wire.say("SUBSCRIBE", "id:2", f"destination:/amq/queue/{name_of(destination)}")
        assert "NOT_FOUND - no queue" in wire.until("ERROR").body.decode()


def test_a_quorum_queue_counts_deliveries(rabbitmq: RealBroker, destination: str) -> None:
    arguments = ("x-queue-type:quorum", "durable:true", "auto-delete:false")
    with Peer(rabbitmq) as peer:
        peer.subscribe(destination, *arguments, ack="client-individual")
        peer.publish(destination, b"again", *arguments)
        peer.sure("NACK", f"id:{(peer.receive().first(b'ack') or b'').decode()}")
        assert peer.receive().first(b"x-delivery-count") == b"1"
    assert WORDS.header("MESSAGE", "x-delivery-count")


@pytest.mark.parametrize(("offset", "expected"), [("first", b"0"), ("offset=1", b"1"), ("last", b"1")])
def test_a_stream_is_read_from_where_one_asks(
    rabbitmq: RealBroker, destination: str, offset: str, expected: bytes
) -> None:
    """`last` is the last chunk: two messages that were confirmed one by one are two."""
    arguments = ("x-queue-type:stream", "durable:true", "auto-delete:false")
    with Peer(rabbitmq) as peer:
        for body in (b"0", b"1"):
            peer.publish(destination, body, *arguments)
        peer.subscribe(destination, *arguments, "prefetch-count:1", f"x-stream-offset:{offset}", ack="client")
        message = peer.receive()
        assert message.first(b"x-stream-offset") == message.body == expected
    assert WORDS.header("MESSAGE", "x-stream-offset")


@pytest.mark.parametrize("way", ["id:ID", "x-queue-name:ID"])
def test_a_durable_subscription_gets_what_came_meanwhile(
    rabbitmq: RealBroker, destinations: Destinations, way: str
) -> None:
    """And with `durable` in its UNSUBSCRIBE nothing any more."""
    topic = destinations(kind="topic")
    name = name_of(topic)
    durable = ("durable:true", "auto-delete:false", way.replace("ID", name))
    identifier = name if way == "id:ID" else "0"
    with Peer(rabbitmq) as peer:
        peer.subscribe(topic, *durable, subscription=identifier)
        peer.sure("UNSUBSCRIBE", f"id:{identifier}")
        peer.publish(topic, b"meanwhile")
        peer.subscribe(topic, *durable, subscription=identifier)
        assert peer.receive().body == b"meanwhile"
        if way == "id:ID":
            peer.sure("UNSUBSCRIBE", f"id:{identifier}", "durable:true")
            peer.publish(topic, b"dropped")
            peer.subscribe(topic, *durable, subscription=identifier)
            peer.publish(topic, b"the next")
            assert peer.receive().body == b"the next"


@pytest.mark.parametrize("line", ["selector:n = 1", "no-local:true", "browser:true"])
def test_what_a_subscribe_ignores(rabbitmq: RealBroker, destination: str, line: str) -> None:
    header = WORDS.header("SUBSCRIBE", line.partition(":")[0])
    assert header is not None and not header.taken
    with Peer(rabbitmq) as peer:
        peer.subscribe(destination, line, ack="client-individual")
        peer.publish(destination, b"all the same")
        message = peer.receive()
        assert message.body == b"all the same"
        peer.sure("ACK", f"id:{(message.first(b'ack') or b'').decode()}")
        peer.subscribe(destination, subscription="afterwards")
        peer.sure("UNSUBSCRIBE", "id:0")
        peer.publish(destination, b"the next")
        assert peer.receive().body == b"the next"


def test_x_priority_is_ignored(rabbitmq: RealBroker, destination: str) -> None:
    with Peer(rabbitmq) as peer:
        peer.subscribe(destination, subscription="low")
        peer.subscribe(destination, "x-priority:10", subscription="high")
        for _ in range(4):
            peer.publish(destination)
        assert {peer.receive().first(b"subscription") for _ in range(4)} == {b"low", b"high"}


def test_what_a_publisher_asked_for_is_seen_in_the_message(rabbitmq: RealBroker, destination: str) -> None:
    with Peer(rabbitmq) as peer:
        peer.subscribe(destination)
        peer.sure("BEGIN", "transaction:t")
        peer.send("SEND", f"destination:{destination}", "transaction:t", "receipt:r")
        peer.sure("COMMIT", "transaction:t")
        message = peer.receive()
        assert (message.command, message.first(b"transaction")) == (b"MESSAGE", b"t")
        assert message.first(b"receipt") == b"r"
