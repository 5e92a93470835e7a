"""Headers that need escapes, sent by the client, kept by the real brokers, and read again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from stomptui import LocalProtocolError, Message, connect
from tests.brokers.peer import Peer
from tests.brokers.real import RealBroker
from tests.brokers.ways import uri

SIGNS = {"1.1": ("\\", "\n", ":"), "1.2": ("\\", "\n", ":", "\r")}
"""What each version can write in a header by an escape."""


def awkward(version: str) -> list[tuple[str, str]]:
    """Headers with every such sign in name and value: alone, at both ends, in a row, and as text like one."""
    signs = SIGNS[version]
    texts = [*signs, *(f"a{sign}b" for sign in signs), *(f"{sign}a{sign}" for sign in signs), "".join(signs)]
    texts += ["\\n", "\\c", "\\r", "\\\\c", "\\\\\\", " blanks ", "grün"]
    return [(f"x-{number}", text) for number, text in enumerate(texts)] + [
        (f"x-{number}{text}", "named") for number, text in enumerate(texts)
    ]


async def through(
    broker: RealBroker, destination: str, headers: Sequence[tuple[str, str]], sent: str, received: str
) -> Message:
    """A message with `headers`, sent in one version and received in another."""
    async with (
        connect(uri(broker, "tcp", version=sent)) as sender,
        connect(uri(broker, "tcp", version=received)) as receiver,
    ):
        subscription = await receiver.subscribe(destination)
        await sender.send(destination, b"body", headers=headers, receipt=True)
        message = await anext(subscription)
        assert message.body == b"body"
        return message


@pytest.mark.parametrize("version", SIGNS)
async def test_every_escape_comes_back_in_names_and_values(
    broker: RealBroker, destination: str, version: str
) -> None:
    headers = awkward(version)
    message = await through(broker, destination, headers, version, version)
    assert [(name, message.first(name)) for name, _ in headers] == headers
    assert message.frame.marks == ()


async def test_a_carriage_return_comes_to_1_1_with_a_mark(broker: RealBroker, destination: str) -> None:
    """Neither broker leaves out the escape that 1.1 does not know."""
    message = await through(broker, destination, [("x\r", "named")], "1.2", "1.1")
    assert message.first("x\r") == "named"
    assert [mark.code for mark in message.frame.marks] == ["cr-escape"]


async def test_rabbitmq_escapes_in_1_0_too(rabbitmq: RealBroker, destination: str) -> None:
    headers = [header for header in awkward("1.2") if " blanks " not in "".join(header)]
    message = await through(rabbitmq, destination, headers, "1.0", "1.0")
    assert [(name, message.first(name)) for name, _ in headers] == headers


async def test_activemq_undoes_escapes_in_1_0_values_and_writes_none(
    activemq: RealBroker, destination: str
) -> None:
    headers = [("x-value", "a\\cb\\\\c"), ("x-\\\\name", "named")]
    message = await through(activemq, destination, headers, "1.0", "1.0")
    assert message.first("x-value") == "a:b\\c"
    assert message.first("x-\\\\name") == "named"  # names stay as they were written
    with pytest.raises(LocalProtocolError, match=r"STOMP 1\.0 cannot write that"):
        await through(activemq, destination, [("x", "a\nb")], "1.0", "1.0")


async def test_activemq_breaks_a_header_in_two_for_1_0_and_the_connection_lives(
    activemq: RealBroker, destination: str
) -> None:
    async with connect(uri(activemq, "tcp", version="1.0")) as client:
        subscription = await client.subscribe(destination)
        with Peer(activemq) as peer:
            peer.publish(destination, b"broken", "x:a\\nb")
            peer.publish(destination, b"whole")
        broken, whole = await anext(subscription), await anext(subscription)
        assert (broken.first("x"), broken.body, whole.body) == ("a", b"broken", b"whole")
        assert [mark.code for mark in broken.frame.marks] == ["no-colon"]
