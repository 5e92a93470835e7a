"""What the brokers are said to take is taken; what is beyond it is provoked beside the ERRORs."""

from __future__ import annotations

import pytest

from stomptui.brokers import activemq as said_of_activemq
from stomptui.brokers import rabbitmq as said_of_rabbitmq
from stomptui.brokers.facts import Known
from stomptui.brokers.words import Words
from tests.brokers.peer import Peer
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker


def limit(words: Words, what: str) -> str:
    return next(one.says for one in words.limits if one.what == what and one.known is Known.OBSERVED)


@pytest.mark.parametrize(
    ("what", "says", "lines"),
    [
        ("header", "1 MB", ["long:" + "x" * 1_000_000]),
        ("headers", "2,000", [f"h{number}:x" for number in range(2_000)]),
    ],
)
def test_what_rabbitmq_takes(
    rabbitmq: RealBroker, destination: str, what: str, says: str, lines: list[str]
) -> None:
    assert says in limit(said_of_rabbitmq.WORDS, what)
    with Peer(rabbitmq) as peer:
        peer.subscribe(destination)
        peer.publish(destination, b"x", *lines)
        message = peer.receive()
    for line in lines:
        name, _, value = line.partition(":")
        assert message.first(name.encode()) == value.encode()


@pytest.mark.parametrize(
    ("what", "says", "lines"),
    [
        ("header", "10,000 octets", ["long:" + "x" * 9_995]),
        ("headers", "1,000", [f"h{number}:x" for number in range(998)]),
    ],
)
def test_what_activemq_takes(
    activemq: RealBroker, destination: str, what: str, says: str, lines: list[str]
) -> None:
    """With the destination and the receipt they are a thousand."""
    assert says in limit(said_of_activemq.WORDS, what)
    with Peer(activemq) as peer:
        peer.subscribe(destination)
        peer.sure("SEND", f"destination:{destination}", *lines)
        message = peer.receive()
    assert message.first(lines[-1].partition(":")[0].encode()) == lines[-1].partition(":")[2].encode()


@pytest.mark.parametrize(("octets", "closes"), [(1_020, False), (1_030, True)])
def test_the_longest_command_of_activemq(activemq: RealBroker, octets: int, closes: bool) -> None:
    """What is short enough is read, and only then unknown."""
    assert "1,024" in limit(said_of_activemq.WORDS, "command")
    with Wire(activemq) as wire:
        wire.connect()
        wire.say("S" * octets)
        message = wire.until("ERROR").first("message") or ""
    assert ("maximum command length" in message) is closes
