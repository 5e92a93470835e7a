"""What the linter says of the frames that real brokers write, and of ours to them."""

from __future__ import annotations

import pytest

from stomptui.stomp.lint import lint
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker


def codes(wire: Wire, version: str) -> set[str]:
    """The codes of all marks on all frames that came."""
    found = set()
    for frame in wire.came:
        spoken = None if frame.command == "CONNECTED" else version
        found |= {mark.code for mark in lint(frame.raw, spoken, to_broker=False)}
    return found


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_nothing_of_a_plain_conversation_departs(broker: RealBroker, destination: str, version: str) -> None:
    with Wire(broker) as wire:
        wire.connect("heart-beat:60000,60000", version=version)
        wire.say("SUBSCRIBE", "id:0", f"destination:{destination}", "ack:client", "receipt:1")
        wire.until("RECEIPT")
        wire.say("SEND", f"destination:{destination}", "x-plain:a", body="hello")
        wire.until("MESSAGE")
        wire.say("SEND", f"destination:{destination}")
        wire.until("MESSAGE")
        wire.say("ABORT", "transaction:none-such", "receipt:2")
        wire.until("ERROR")
        assert codes(wire, version) == set()


def test_rabbitmq_escapes_on_1_0(rabbitmq: RealBroker, destination: str) -> None:
    """That version has no escapes: to it the value is another one."""
    with Wire(rabbitmq) as wire:
        wire.connect(version="1.0")
        wire.say("SUBSCRIBE", f"destination:{destination}", "receipt:1")
        wire.until("RECEIPT")
        wire.say("SEND", f"destination:{destination}", "x-colon:a:b", body="hello")
        frame = wire.until("MESSAGE")
        (mark,) = lint(frame.raw, "1.0", to_broker=False)
        assert mark.code == "escape-in-1.0"
        assert frame.raw[mark.offset :].startswith(b"\\cb\n")


def test_activemq_breaks_the_head_for_1_0_and_leaves_a_carriage_return_to_1_1(
    activemq: RealBroker, destination: str
) -> None:
    """A value with LF goes out raw to 1.0, a CR at the end of a value makes CRLF of the line end in 1.1."""
    for version, value, code in (("1.0", "a\\nb", "no-colon"), ("1.1", "a\\r", "crlf")):
        with Wire(activemq) as reader, Wire(activemq) as sender:
            reader.connect(version=version)
            reader.say("SUBSCRIBE", "id:0", f"destination:{destination}", "receipt:1")
            reader.until("RECEIPT")
            sender.connect()
            sender.say("SEND", f"destination:{destination}", f"x-value:{value}", body="hello")
            reader.until("MESSAGE")
            assert code in codes(reader, version), version


def test_activemq_says_before_connected_what_it_could_not_say_after(activemq: RealBroker) -> None:
    """There are no escapes yet, so the raw colons in its ERROR are none of its departures."""
    with Wire(activemq) as wire:
        wire.say("CONNECT", "accept-version:2.0", "host:/")
        frame = wire.until("ERROR")
        assert b"version" in frame.raw
        assert b":" in frame.raw.partition(b"\nmessage:")[2].partition(b"\n")[0]
        assert lint(frame.raw, None, to_broker=False) == ()
        assert {mark.code for mark in lint(frame.raw, "1.2", to_broker=False)} == {"raw-colon"}
