"""What is said of the headers holds on both brokers, and where it is shared, on the embedded one."""

from __future__ import annotations

import pytest

from stomptui.brokers import activemq, demo, rabbitmq
from stomptui.brokers.facts import Known
from stomptui.brokers.words import Words
from tests.brokers.peer import Peer, Raw
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker

WORDS: dict[str, Words] = {"rabbitmq": rabbitmq.WORDS, "activemq": activemq.WORDS, "demo": demo.WORDS}

VALUES = {"user-id": "guest", "reply-to": "/queue/replies", "expires": "0", "timestamp": "1700000000"}
"""Where any text will not do."""


def ack_of(message: Raw) -> str:
    return (message.first(b"ack") or b"").decode()


def test_what_is_handed_on_is_handed_on(broker: RealBroker, destination: str) -> None:
    """All that SEND and MESSAGE share; but not what a plug-in of the broker would have to do."""
    plugged = ("transformation", "AMQ_SCHEDULED")
    words = WORDS[broker.name]
    shared = [header for header in words.headers_of("SEND") if {"SEND", "MESSAGE"} <= set(header.frames)]
    names = [header.name for header in shared if not header.name.startswith(plugged)]
    lines = {
        name: VALUES.get(name) or next(iter(header.values), header.example or "x")
        for name in names
        if (header := words.header("SEND", name)) is not None
    }
    lines["content-length"] = "5"
    with Peer(broker) as peer:
        peer.subscribe(destination)
        peer.sure(
            "SEND",
            f"destination:{destination}",
            *(f"{name}:{value}" for name, value in lines.items()),
            body=b"hello",
        )
        message = peer.receive()
    assert {name: message.first(name.encode()) for name in lines} == {
        name: value.encode() for name, value in lines.items()
    }
    assert len(lines) > 8


def test_what_the_broker_sets_is_known(broker: RealBroker, destination: str) -> None:
    """Every header of a plain MESSAGE, of CONNECTED, RECEIPT and ERROR has a meaning."""
    words = WORDS[broker.name]
    with Wire(broker) as wire:
        wire.connect()
        wire.say("SUBSCRIBE", "id:1", f"destination:{destination}", "ack:client")
        wire.say("SEND", f"destination:{destination}", "receipt:r", body="hello")
        wire.until("MESSAGE")
        wire.say("COMMIT", "transaction:none-such", "receipt:e")
        wire.until("ERROR")
        if "RECEIPT" not in {frame.command for frame in wire.came}:
            wire.until("RECEIPT")
    assert {frame.command for frame in wire.came} == {"CONNECTED", "RECEIPT", "MESSAGE", "ERROR"}
    for frame in wire.came:
        for name, _ in frame.headers:
            assert words.header(frame.command, name) is not None, (frame.command, name)


def check_ids(broker: RealBroker, destination: str) -> None:
    """`message-id` is the message's own where it is said to be, `ack` is of one delivery."""
    deliveries = []
    with Peer(broker) as publisher:
        publisher.publish(destination, b"again")
    for _ in range(2):
        with Peer(broker) as peer:
            peer.subscribe(destination, ack="client-individual")
            deliveries.append(peer.receive())
            peer.sure("DISCONNECT")
    first, second = deliveries
    stable = first.first(b"message-id") == second.first(b"message-id")
    assert stable is WORDS[broker.name].dialect.message_id_stable
    assert ack_of(first) != ack_of(second)
    assert first.first(b"redelivered") == (None if broker.name == "activemq" else b"false")
    assert second.first(b"redelivered") == b"true"


def test_a_dead_letter_is_known_by_its_headers(broker: RealBroker) -> None:
    """Those that tell of its death have a meaning, and are left out when it is sent again."""
    words = WORDS[broker.name]
    with Peer(broker) as peer:
        peer.subscribe(broker.dead_lettering, ack="client-individual")
        peer.subscribe(broker.dead_letters, subscription="dead")
        peer.publish(broker.dead_lettering, b"no good", "persistent:true")
        message = peer.receive()
        peer.sure("NACK", f"id:{ack_of(message)}", "requeue:false")
        dead = peer.receive()
    before = {name for name, _ in message.headers}
    told = {name.decode() for name, _ in dead.headers if name not in before}
    assert len(told) >= 2
    assert told <= words.not_resent
    assert all(words.header("MESSAGE", name) for name in told)


def test_the_ids_of_a_delivery(broker: RealBroker, destination: str) -> None:
    check_ids(broker, destination)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("body", [b"hello", b""])
def test_content_length_comes_back(broker: RealBroker, destination: str, told: bool, body: bytes) -> None:
    """On ActiveMQ only a bytes message has one, and only a SEND with one makes that."""
    with Peer(broker) as peer:
        peer.subscribe(destination)
        lines = [f"content-length:{len(body)}"] if told else []
        peer.sure("SEND", f"destination:{destination}", *lines, body=body)
        message = peer.receive()
    expected = bool(body) if broker.name == "rabbitmq" else told
    assert (message.first(b"content-length") is not None) is expected
    assert message.body == body


def test_host(broker: RealBroker) -> None:
    """RabbitMQ needs the right one or none, ActiveMQ does not look."""
    host = WORDS[broker.name].header("CONNECT", "host")
    assert host is not None
    login = (f"login:{broker.login}", f"passcode:{broker.passcode}")
    for lines, refused in (([], False), (["host:none-such"], host.taken)):
        with Wire(broker) as wire:
            wire.say("CONNECT", "accept-version:1.2", *lines, *login)
            frame = wire.frame()
            assert frame is not None
            assert (frame.command == "ERROR") is refused


def test_the_client_id(broker: RealBroker, destination: str) -> None:
    client = WORDS[broker.name].header("CONNECT", "client-id")
    assert client is not None
    with Peer(broker, headers=[f"client-id:{destination}"]) as peer:
        assert (peer.connected.first(b"session") == destination.encode()) is client.taken


def test_what_is_ignored_in_a_nack(broker: RealBroker, destination: str) -> None:
    requeue = WORDS[broker.name].header("NACK", "requeue")
    assert requeue is not None
    with Peer(broker) as peer:
        peer.subscribe(destination, ack="client-individual")
        peer.publish(destination, b"refused")
        peer.sure("NACK", f"id:{ack_of(peer.receive())}", "requeue:true")
        peer.publish(destination, b"next")
        assert peer.receive().body == (b"refused" if requeue.taken else b"next")


def check_abort(broker: RealBroker, destination: str, command: str) -> None:
    """What was staged is unsettled again, its id can be settled; and it is not sent again of itself."""
    assert WORDS[broker.name].on_abort.startswith("takes its settlings back")
    with Peer(broker) as peer:
        peer.subscribe(destination, ack="client-individual")
        peer.publish(destination, b"staged")
        identifier = ack_of(peer.receive())
        peer.sure("BEGIN", "transaction:t")
        peer.sure(command, f"id:{identifier}", "transaction:t")
        peer.sure("ABORT", "transaction:t")
        peer.publish(destination, b"next")
        assert peer.receive().body == b"next"
        peer.sure("ACK", f"id:{identifier}")
        peer.sure("DISCONNECT")
    with Peer(broker) as peer:
        peer.subscribe(destination)
        assert peer.receive().body == b"next"


def test_an_abort_takes_acks_back(broker: RealBroker, destination: str) -> None:
    check_abort(broker, destination, "ACK")


def test_an_abort_takes_nacks_back(rabbitmq: RealBroker, destination: str) -> None:
    check_abort(rabbitmq, destination, "NACK")


def test_what_was_read_only_is_told_as_such() -> None:
    """Beside what needs a restart, a plug-in, a JMS consumer or a slow one, all was seen."""
    read = {
        name: {header.name for header in words.headers if header.known is Known.READ}
        for name, words in WORDS.items()
    }
    assert read == {
        "rabbitmq": {"durable", "persistent"},
        "activemq": {
            *("amq-msg-type", "transformation", "dlqDeliveryFailureCause"),
            *(f"AMQ_SCHEDULED_{name}" for name in ("DELAY", "PERIOD", "REPEAT", "CRON")),
            *(f"activemq.{name}" for name in ("retroactive", "dispatchAsync", "maximumPendingMessageLimit")),
        },
        "demo": set(),
    }
