"""Every ERROR of RabbitMQ that is explained is provoked: its text fits, the connection ends or lives."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stomptui import brokers
from stomptui.brokers.errors.rabbitmq import RABBITMQ as EXPLANATIONS
from stomptui.brokers.facts import Known
from stomptui.brokers.rabbitmq import RABBITMQ, WORDS
from stomptui.stomp.frame import AckMode
from tests.brokers.peer import Peer
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker

Spoken = tuple[str, ...]

PROVOKED: dict[str, list[Spoken]] = {
    r"^PRECONDITION_FAILED - invalid arg '": [
        ("SUBSCRIBE", "id:1", "destination:QUEUE", "x-message-ttl:-5"),
        ("SUBSCRIBE", "id:1", "destination:QUEUE", "x-queue-type:none-such"),
        ("SUBSCRIBE", "id:1", "destination:QUEUE", "x-stream-offset:first", "ack:client"),
    ],
    r"^PRECONDITION_FAILED - user_id property": [("SEND", "destination:QUEUE", "user-id:another")],
    r"^PRECONDITION_FAILED - consumer prefetch count is not set": [
        ("SUBSCRIBE", "id:1", "destination:QUEUE", "ack:client", "x-queue-type:stream"),
    ],
    r"^NOT_FOUND - no queue ": [
        ("SUBSCRIBE", "id:1", "destination:/amq/queue/none-such", "receipt:no-proof"),
        ("SUBSCRIBE", "id:1", "destination:/reply-queue/none-such"),
    ],
    r"^NOT_FOUND - no exchange ": [
        ("SEND", "destination:/exchange/none-such/key"),
        ("SUBSCRIBE", "id:1", "destination:/exchange/none-such/key"),
    ],
    r"^ACCESS_REFUSED - queue name '.*' contains reserved prefix": [
        ("SUBSCRIBE", "id:1", "destination:/queue/amq.mine"),
    ],
    r"^AMQP channel died$": [
        ("SUBSCRIBE", "id:1", "destination:QUEUE", "ack:auto", "prefetch-count:5", "x-queue-type:stream"),
    ],
    r"^Processing error$": [
        ("SEND", "destination:QUEUE", "priority:high"),
        ("SEND", "destination:QUEUE", "reply-to:/none/such"),
        ("SUBSCRIBE", "id:1", "destination:QUEUE", "ack:none-such"),
        ("SUBSCRIBE", "id:1", "destination:QUEUE", "ack:client", "prefetch-count:many"),
        ("SUBSCRIBE", "id:1", "destination:QUEUE", "x-message-ttl:long"),
    ],
    r"^Bad command$": [("FROB",), ("send", "destination:QUEUE")],
    r"^Unknown destination$": [
        ("SEND", "destination:/none/such"),
        ("SUBSCRIBE", "id:1", "destination:/temp-topic/name"),
    ],
    r"^'/temp-queue/.*' is not a valid destination for '": [
        ("SUBSCRIBE", "id:1", "destination:/temp-queue/name"),
        ("SEND", "destination:/temp-queue/name"),
    ],
    r"^'.*' is not a valid \w+ destination$|^Destination cannot be blank$": [
        ("SEND", "destination:"),
        ("SEND", "destination:/queue/"),
        ("SEND", "destination:/queue/a/b"),
        ("SEND", "destination:/topic/a/b"),
        ("SEND", "destination:/exchange/e/a/b"),
    ],
    r"^Missing destination or id$": [("UNSUBSCRIBE", "nothing:here")],
    r"^Missing destination$": [("SEND", "nothing:here"), ("SUBSCRIBE", "id:1")],
    r"^No subscription found$": [("UNSUBSCRIBE", "id:none-such")],
    r"^UNSUBSCRIBE 'id' may not start with ": [("UNSUBSCRIBE", "id:/temp-queue/name")],
    r"^Header 'id' is required for durable subscriptions": [
        ("SUBSCRIBE", "destination:/topic/durable", "durable:true", "auto-delete:false"),
    ],
    r"^\"N?ACK\" must include the ": [("ACK", "nothing:here"), ("NACK", "nothing:here")],
    r"^\"N?ACK\" must include a valid ": [("ACK", "id:none-such"), ("NACK", "id:none-such")],
    r"^'message-id' is not allowed on 'SEND'": [("SEND", "destination:QUEUE", "message-id:mine")],
    r"^Subscription not found$": [("ACK", "id:T_none@@session-x@@1")],
    r"^Missing transaction$": [("BEGIN", "nothing:here"), ("COMMIT", "nothing:here"), ("ABORT", "a:b")],
    r"^Bad transaction$": [
        ("COMMIT", "transaction:none-such"),
        ("SEND", "destination:QUEUE", "transaction:x"),
    ],
}
"""By the pattern of the explanation, frames that provoke it; QUEUE is a queue that nobody has."""

WITH_MORE = {
    r"^PRECONDITION_FAILED - unknown delivery tag",
    r"^PRECONDITION_FAILED - inequivalent arg '",
    r"^RESOURCE_LOCKED - ",
    r"^ACCESS_REFUSED - access to ",
    r"^Duplicated subscription identifier$",
    r"^PRECONDITION_FAILED - delivery acknowledgement on channel .* timed out",
    r"^Server cancelled subscription$",
}
"""Those that one frame does not provoke: each has a test of its own below, the time-out in `test_ages`."""

OTHERS = (
    "auto-delete:true",
    "x-message-ttl:60000",
    "x-expires:60000",
    "x-max-length:5",
    "x-max-length-bytes:5",
    "x-max-priority:5",
    "x-dead-letter-exchange:amq.direct",
    "x-dead-letter-routing-key:dead",
    "x-queue-type:quorum",
)
"""Arguments that a queue made without them does not have."""
LOCKING = ("exclusive:false", "exclusive:true", "durable:false")
"""Arguments that lock out who asks for a queue that has another one."""


def expect(wire: Wire, pattern: str) -> None:
    """The next ERROR of that pattern is explained by it, and the connection ends or lives as it says."""
    explanation = next(one for one in EXPLANATIONS if one.pattern.pattern == pattern)
    while brokers.explained(RABBITMQ, frame := wire.until("ERROR")) is not explanation:
        assert frame.first("message") == "Processing error", frame  # the first of two, where a channel dies
    if explanation.closes is not None:
        assert wire.ends() == explanation.closes


def test_what_is_refused_was_foretold() -> None:
    """The advice on a SUBSCRIBE refuses exactly the destinations that the broker refuses here."""
    refusing = {
        pattern for pattern in PROVOKED if "destination" in pattern and not pattern.startswith("^Missing")
    }
    frames = [(pattern, frame) for pattern, frames in PROVOKED.items() for frame in frames]
    for pattern, frame in frames:
        destination = dict(line.split(":", 1) for line in frame[1:]).get("destination", "")
        if frame[0] in ("SEND", "SUBSCRIBE") and destination.startswith("/"):
            (*_, advice) = WORDS.subscribe_advice(destination, AckMode.AUTO, None)
            assert advice.startswith("RabbitMQ refuses this") == (pattern in refusing), destination


def test_every_explanation_is_provoked() -> None:
    seen = {one.pattern.pattern for one in EXPLANATIONS if one.known is Known.OBSERVED}
    assert seen == PROVOKED.keys() | WITH_MORE


@pytest.mark.parametrize(
    ("pattern", "frame"), [(pattern, frame) for pattern, frames in PROVOKED.items() for frame in frames]
)
def test_an_error_is_explained(rabbitmq: RealBroker, destination: str, pattern: str, frame: Spoken) -> None:
    with Wire(rabbitmq) as wire:
        wire.connect()
        wire.say(*(line.replace("QUEUE", destination) for line in frame))
        expect(wire, pattern)


def test_a_second_settling_is_explained(rabbitmq: RealBroker, destination: str) -> None:
    with Wire(rabbitmq) as wire:
        wire.connect()
        wire.say("SUBSCRIBE", "id:1", f"destination:{destination}", "ack:client-individual")
        wire.say("SEND", f"destination:{destination}")
        ack = wire.until("MESSAGE").first("ack")
        wire.say("ACK", f"id:{ack}")
        wire.say("ACK", f"id:{ack}", "receipt:no-proof")
        expect(wire, r"^PRECONDITION_FAILED - unknown delivery tag")
        assert "RECEIPT" in [frame.command for frame in wire.came]


@pytest.mark.parametrize("argument", OTHERS)
def test_another_argument_is_explained(rabbitmq: RealBroker, destination: str, argument: str) -> None:
    """Each of these headers declares the queue: what SEND had made without is not what is asked for."""
    with Peer(rabbitmq) as peer:
        peer.publish(destination)
    with Wire(rabbitmq) as wire:
        wire.connect()
        wire.say("SUBSCRIBE", "id:1", f"destination:{destination}", argument)
        expect(wire, r"^PRECONDITION_FAILED - inequivalent arg '")
        assert argument.partition(":")[0].replace("auto-", "auto_") in wire.came[-1].body.decode()
    with Peer(rabbitmq) as peer:
        peer.subscribe(destination.replace("/queue/", "/amq/queue/"), argument)
        assert peer.receive().body == b""


@pytest.mark.parametrize("asked", LOCKING)
def test_a_locked_queue_is_explained(rabbitmq: RealBroker, destination: str, asked: str) -> None:
    with Peer(rabbitmq) as peer, Wire(rabbitmq) as wire:
        peer.subscribe(destination, "exclusive:true" if asked == "exclusive:false" else "durable:true")
        wire.connect()
        wire.say("SUBSCRIBE", "id:1", f"destination:{destination}", asked)
        expect(wire, r"^RESOURCE_LOCKED - ")


@pytest.mark.parametrize(
    "frame", [("SUBSCRIBE", "id:1", "destination:/queue/ro1"), ("SEND", "destination:/topic/t")]
)
def test_a_refused_access_is_explained(rabbitmq: RealBroker, frame: Spoken) -> None:
    with Wire(rabbitmq) as wire:
        wire.connect(login=rabbitmq.reader_login)
        wire.say(*frame)
        expect(wire, r"^ACCESS_REFUSED - access to ")


def test_amq_queue_needs_no_right_to_configure(rabbitmq: RealBroker) -> None:
    with Wire(rabbitmq) as wire:
        wire.connect(login=rabbitmq.reader_login)
        wire.say("SUBSCRIBE", "id:1", f"destination:{rabbitmq.reader_destination}")
        assert not wire.ends()
        assert "ERROR" not in [frame.command for frame in wire.came]


def test_the_end_of_a_queue_is_explained(rabbitmq: RealBroker, destinations: Callable[..., str]) -> None:
    """Somebody else ends a durable subscription, and with it the queue that is read here."""
    topic = destinations(kind="topic")
    name = topic.rpartition("/")[2]
    with Peer(rabbitmq) as peer, Wire(rabbitmq) as wire:
        peer.subscribe(topic, "durable:true", "auto-delete:false", f"x-queue-name:{name}", subscription=name)
        wire.connect()
        wire.say("SUBSCRIBE", "id:1", f"destination:/amq/queue/{name}", "receipt:r")
        wire.until("RECEIPT")
        peer.sure("UNSUBSCRIBE", f"id:{name}", f"x-queue-name:{name}", "durable:true")
        expect(wire, r"^Server cancelled subscription$")


def test_a_subscription_id_that_is_taken_is_explained(
    rabbitmq: RealBroker, destinations: Callable[..., str]
) -> None:
    with Wire(rabbitmq) as wire:
        wire.connect()
        for receipt in ("first", "second"):
            wire.say("SUBSCRIBE", "id:1", f"destination:{destinations()}", f"receipt:{receipt}")
        expect(wire, r"^Duplicated subscription identifier$")
        assert [frame.first("receipt-id") for frame in wire.came if frame.command == "RECEIPT"] == [
            "first",
            "second",
        ]
