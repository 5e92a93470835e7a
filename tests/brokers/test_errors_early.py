"""ERRORs before CONNECTED are explained for every broker: which one it is, is not known then."""

from __future__ import annotations

import pytest

from stomptui import brokers
from stomptui.brokers.errors.generic import GENERIC
from stomptui.demo import serve_in_thread
from stomptui.stomp.dialect import SPECIFICATION
from stomptui.stomp.frame import Frame
from stomptui.stomp.uri import parse_uri
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker

Spoken = tuple[str, ...]
LOGIN, HOST, VERSION, FIRST, BEATS, CLIENT, NACK = GENERIC

HELLO = ("CONNECT", "accept-version:1.2", "host:/", "login:guest", "passcode:guest")
EARLY: list[tuple[Spoken, brokers.Explanation]] = [
    (("CONNECT", "accept-version:1.2", "host:/", "login:guest", "passcode:wrong"), LOGIN),
    (("CONNECT", "accept-version:2.0", "host:/"), VERSION),
    (("SEND", "destination:/queue/q"), FIRST),
]


def refused(broker: RealBroker, frame: Spoken) -> brokers.Explanation | None:
    """What is said of the ERROR that answers the first frame of a connection."""
    with Wire(broker) as wire:
        wire.say(*frame)
        return brokers.explained(SPECIFICATION, wire.until("ERROR"))


@pytest.mark.parametrize(("frame", "expected"), EARLY)
def test_a_refusal_before_connected(broker: RealBroker, frame: Spoken, expected: brokers.Explanation) -> None:
    assert refused(broker, frame) is expected


@pytest.mark.parametrize("host", ["none-such", ""])
def test_a_virtual_host_that_rabbitmq_refuses(rabbitmq: RealBroker, host: str) -> None:
    frame = ("CONNECT", "accept-version:1.2", f"host:{host}", "login:guest", "passcode:guest")
    assert refused(rabbitmq, frame) is HOST


def test_beats_that_activemq_cannot_read(activemq: RealBroker) -> None:
    assert refused(activemq, (*HELLO, "heart-beat:often")) is BEATS


def test_a_client_id_that_is_taken_on_activemq(activemq: RealBroker, destination: str) -> None:
    client = f"client-id:{destination}"
    with Wire(activemq) as holder:
        holder.connect(client)
        assert refused(activemq, (*HELLO, client)) is CLIENT


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (("CONNECT", "accept-version:2.0", "host:/"), VERSION),
        (("SEND", "destination:/queue/q"), FIRST),
        ((*HELLO, "heart-beat:often"), BEATS),
    ],
)
def test_a_refusal_of_the_embedded_broker(frame: Spoken, expected: brokers.Explanation) -> None:
    with serve_in_thread(sample=False) as uri:
        endpoint = parse_uri(uri)
        assert refused(RealBroker("demo", endpoint.host, endpoint.port), frame) is expected


@pytest.mark.parametrize(
    ("message", "body", "expected"),
    [
        ("Authentication failed for alice", b"Authentication failed for alice", LOGIN),
        ("Virtual hosting is not supported or host is unknown", b"", HOST),
        ("Supported protocol versions are 1.0 1.1 1.2", b"", VERSION),
        ("Nack implementation incomplete", b"Nack implementation incomplete", NACK),
        ("See below", b"Unhandled frame: nack", NACK),
    ],
)
def test_what_coilmq_and_stompserver_say(message: str, body: bytes, expected: brokers.Explanation) -> None:
    assert brokers.explained(SPECIFICATION, Frame("ERROR", [("message", message)], body)) is expected
