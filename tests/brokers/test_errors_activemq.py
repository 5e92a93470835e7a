"""Every ERROR of ActiveMQ that is explained is provoked: its text fits, the connection ends or lives."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stomptui import brokers
from stomptui.brokers.activemq import ACTIVEMQ
from stomptui.brokers.errors.activemq import ACTIVEMQ as EXPLANATIONS
from tests.brokers.peer import Peer
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker

Spoken = tuple[str, ...]

PROVOKED: dict[str, list[Spoken]] = {
    r"^Unexpected N?ACK received for message-id ": [("ACK", "id:none-such"), ("NACK", "id:none-such")],
    r"^N?ACK received without (?:a|an) ": [("ACK", "nothing:here"), ("NACK", "nothing:here")],
    r"^Invalid transaction id: ": [
        ("SEND", "destination:QUEUE", "transaction:none-such"),
        ("COMMIT", "transaction:none-such"),
        ("ABORT", "transaction:none-such"),
    ],
    r"^Must specify the transaction you are ": [
        ("BEGIN", "nothing:here"),
        ("COMMIT", "nothing:here"),
        ("ABORT", "nothing:here"),
    ],
    r"^(?:UN)?SUBSCRIBE received without a subscription id!": [
        ("SUBSCRIBE", "destination:QUEUE"),
        ("UNSUBSCRIBE", "nothing:here"),
    ],
    r"^No subscription matched\.$": [("UNSUBSCRIBE", "id:none-such")],
    r"^SEND received without a Destination specified!|^Invalid empty or 'null' Destination header": [
        ("SEND", "nothing:here"),
        ("SUBSCRIBE", "id:1"),
    ],
    r"^javax\.jms\.InvalidSelectorException: ": [
        ("SUBSCRIBE", "id:1", "destination:QUEUE", "selector:n = = 1"),
    ],
    r"TopicSubscription cannot be cast to class .*QueueBrowserSubscription": [
        ("SUBSCRIBE", "id:1", "destination:/topic/browsed", "browser:true"),
    ],
    r"^Invalid Subscription: cannot durably subscribe to a Queue destination!": [
        ("SUBSCRIBE", "id:1", "destination:QUEUE", "activemq.subscriptionName:name"),
    ],
    r"^No durable subscription exists for clientID: ": [
        ("UNSUBSCRIBE", "id:1", "activemq.subscriptionName:none-such", "receipt:r"),
    ],
    r"DestinationDoesNotExistException: The destination temp-": [
        ("SEND", "destination:/remote-temp-queue/ID\\cnone-such", "receipt:r"),
    ],
    r"^Already connected\.$": [("CONNECT", "accept-version:1.2", "host:/")],
    r"^Unknown STOMP action: ": [("FROB",), ("send", "destination:QUEUE")],
    r"^Specified content-length is not a valid integer": [("SEND", "destination:QUEUE", "content-length:x")],
    r"^The maximum (?:header|command) length was exceeded": [
        ("SEND", "destination:QUEUE", "long:" + "x" * 11_000),
        ("SEND" * 1_000,),
    ],
    r"^The maximum number of headers was exceeded": [
        ("SEND", "destination:QUEUE", *(f"h{number}:x" for number in range(1_002))),
    ],
    r"^The maximum data length was exceeded": [("SEND", "destination:QUEUE", "content-length:200000000")],
}
"""By the pattern of the explanation, frames that provoke it; QUEUE is a queue that nobody has."""

WITH_MORE = {
    r"^User .* is not authorized to (?:read from|write to|create|remove): ",
    r"^NACK received but connection is in v1\.0 mode",
    r"^Poison ack cannot be transacted: ",
    r"^The transaction was already started: ",
    r"^Durable consumer is in use",
    r"^content-length bytes were read and there was no trailing null byte",
}
"""Those that one frame does not provoke: each has a test of its own below."""


def explanation_of(pattern: str) -> brokers.Explanation:
    return next(one for one in EXPLANATIONS if one.pattern.pattern == pattern)


def expect(wire: Wire, pattern: str) -> None:
    """The next ERROR is explained by that pattern, and the connection ends or lives as it says."""
    explanation = explanation_of(pattern)
    assert brokers.explained(ACTIVEMQ, wire.until("ERROR")) is explanation
    assert wire.ends() == explanation.closes


def test_every_explanation_is_provoked() -> None:
    assert {one.pattern.pattern for one in EXPLANATIONS} == PROVOKED.keys() | WITH_MORE


@pytest.mark.parametrize(
    ("pattern", "frame"), [(pattern, frame) for pattern, frames in PROVOKED.items() for frame in frames]
)
def test_an_error_is_explained(activemq: RealBroker, destination: str, pattern: str, frame: Spoken) -> None:
    with Wire(activemq) as wire:
        wire.connect()
        wire.say(*(line.replace("QUEUE", destination) for line in frame))
        expect(wire, pattern)


def test_a_body_that_is_too_long_is_explained(activemq: RealBroker, destination: str) -> None:
    with Wire(activemq) as wire:
        wire.connect()
        wire.say("SEND", f"destination:{destination}", "content-length:2", body="more than two")
        expect(wire, r"^content-length bytes were read and there was no trailing null byte")


@pytest.mark.parametrize("command", ["SEND", "SUBSCRIBE"])
def test_a_refused_access_is_explained(activemq: RealBroker, destination: str, command: str) -> None:
    with Wire(activemq) as wire:
        wire.connect(login=activemq.reader_login)
        wire.say(command, "id:1", f"destination:{destination}")
        expect(wire, r"^User .* is not authorized to (?:read from|write to|create|remove): ")


def test_a_nack_in_1_0_is_explained(activemq: RealBroker) -> None:
    with Wire(activemq) as wire:
        wire.connect(version="1.0")
        wire.say("NACK", "message-id:x")
        expect(wire, r"^NACK received but connection is in v1\.0 mode")


def test_a_second_begin_is_explained(activemq: RealBroker) -> None:
    with Wire(activemq) as wire:
        wire.connect()
        wire.say("BEGIN", "transaction:t")
        wire.say("BEGIN", "transaction:t")
        expect(wire, r"^The transaction was already started: ")


@pytest.mark.parametrize("way", ["abort", "unsubscribe"])
def test_a_nack_in_a_transaction_is_explained(activemq: RealBroker, destination: str, way: str) -> None:
    """The message was not settled; both ways out of it that the explanation names are such."""
    subscribe = ("SUBSCRIBE", f"destination:{destination}", "ack:client-individual")
    with Wire(activemq) as wire:
        wire.connect()
        wire.say(*subscribe, "id:1")
        wire.say("SEND", f"destination:{destination}")
        ack = wire.until("MESSAGE").first("ack", "").replace(":", "\\c")
        wire.say("BEGIN", "transaction:t")
        wire.say("NACK", f"id:{ack}", "transaction:t")
        pattern = r"^Poison ack cannot be transacted: "
        assert brokers.explained(ACTIVEMQ, wire.until("ERROR")) is explanation_of(pattern)
        if way == "abort":
            wire.say("ABORT", "transaction:t")
            wire.say("NACK", f"id:{ack}", "receipt:nacked")
            assert wire.until("RECEIPT").first("receipt-id") == "nacked"
        else:
            wire.say("ACK", f"id:{ack}")
            # Once in a hundred times it says the first ERROR twice.
            errors = iter(lambda: wire.until("ERROR").first("message", "") or "", None)
            assert "Unexpected ACK" in next(error for error in errors if not error.startswith("Poison"))
            wire.say("UNSUBSCRIBE", "id:1")
            wire.say(*subscribe, "id:2")
            assert wire.until("MESSAGE").first("redelivered") == "true"
        assert not wire.ends()


@pytest.mark.parametrize("command", ["SUBSCRIBE", "UNSUBSCRIBE"])
def test_a_durable_subscription_in_use_is_explained(
    activemq: RealBroker, destinations: Callable[..., str], command: str
) -> None:
    topic = destinations(kind="topic")
    client, name = f"client-id:{topic.rpartition('/')[2]}.{command}", "activemq.subscriptionName:name"
    with Wire(activemq) as wire:
        wire.connect(client)
        wire.say("SUBSCRIBE", "id:1", f"destination:{topic}", name)
        wire.say(command, "id:2", f"destination:{topic}", name, "receipt:r")
        expect(wire, r"^Durable consumer is in use")
    with Peer(activemq) as peer:
        peer.publish(topic)
