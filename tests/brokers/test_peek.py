"""What is said of a look at a queue holds on the real brokers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from stomptui import BrokerError, connect
from stomptui.brokers import activemq, artemis, demo, generic, rabbitmq
from stomptui.brokers.peeking import GIVEN_BACK, no_peek
from stomptui.brokers.words import Words
from stomptui.net.peek import End, Peeked, peek
from stomptui.stomp.frame import AckMode, Frame
from tests.brokers.private import Private
from tests.brokers.real import RealBroker
from tests.brokers.test_send import sh

Destinations = Callable[..., str]
ALL = [activemq.WORDS, artemis.WORDS, demo.WORDS, generic.WORDS, rabbitmq.WORDS]
each = pytest.mark.parametrize("words", ALL, ids=[words.name for words in ALL])


async def fill(broker: RealBroker, place: str, count: int, *headers: tuple[str, str]) -> None:
    async with connect(broker.uri) as client:
        for number in range(count):
            await client.send(place, str(number), headers=headers, receipt=True)


async def look(broker: RealBroker, place: str, count: int = 10, patience: float = 2.0) -> Peeked:
    return await peek(await connect(broker.uri), place, count=count, patience=patience)


async def left(broker: RealBroker, place: str, count: int) -> list[Frame]:
    async with connect(broker.uri) as client:
        subscription = await client.subscribe(place)
        return [(await subscription.receive(20)).frame for _ in range(count)]


def bodies(frames: list[Frame]) -> list[bytes]:
    return [frame.body for frame in frames]


async def test_rabbitmq_puts_them_back_in_their_places_as_redelivered(
    rabbitmq: RealBroker, destination: str
) -> None:
    assert GIVEN_BACK in rabbitmq_says()
    await fill(rabbitmq, destination, 5)
    found = await look(rabbitmq, destination, 3)
    assert bodies([message.frame for message in found.messages]) == [b"0", b"1", b"2"]
    assert found.end is End.COUNT
    again = await left(rabbitmq, destination, 5)
    assert bodies(again) == [b"0", b"1", b"2", b"3", b"4"]
    assert [frame.first("redelivered") for frame in again] == ["true"] * 3 + ["false"] * 2


async def test_rabbitmq_counts_a_delivery_in_a_quorum_queue(rabbitmq: RealBroker, destination: str) -> None:
    assert any(line.startswith("a quorum queue counts a delivery") for line in rabbitmq_says())
    await fill(rabbitmq, destination, 5, ("x-queue-type", "quorum"))
    first, second = [await look(rabbitmq, destination, count) for count in (3, 5)]
    assert [m.first("x-delivery-count") for m in first.messages] in (["0"] * 3, [None] * 3)
    assert [m.body for m in second.messages] == [b"0", b"1", b"2", b"3", b"4"]
    assert [m.first("x-delivery-count", "0") for m in second.messages] == ["1"] * 3 + ["0"] * 2


async def test_rabbitmq_deletes_an_auto_delete_queue_after_it(rabbitmq: RealBroker, destination: str) -> None:
    assert any(line.startswith("an auto-delete queue that has no other") for line in rabbitmq_says())
    await fill(rabbitmq, destination, 2, ("auto-delete", "true"))
    assert len((await look(rabbitmq, destination, 1)).messages) == 1
    with pytest.raises(BrokerError, match="no queue"):
        await look(rabbitmq, destination, 1)


async def test_a_look_makes_no_queue_on_rabbitmq(rabbitmq: RealBroker, destination: str) -> None:
    for place in (destination, destination.rpartition("/")[2]):
        for _ in range(2):
            with pytest.raises(BrokerError, match="no queue"):
                await look(rabbitmq, place, patience=0.1)


async def test_activemq_takes_and_marks_nothing(activemq: RealBroker, destination: str) -> None:
    assert activemq_says()[0].startswith("browses: nothing is taken, nothing is marked as redelivered")
    await fill(activemq, destination, 5)
    found = await look(activemq, destination, 3)
    assert bodies([message.frame for message in found.messages]) == [b"0", b"1", b"2"]
    assert found.end is End.COUNT
    again = await left(activemq, destination, 5)
    assert bodies(again) == [b"0", b"1", b"2", b"3", b"4"]
    assert all(frame.first("redelivered", "false") == "false" for frame in again)


async def test_activemq_browses_what_is_on_disk_too(mortal_activemq: Private) -> None:
    uri, place = mortal_activemq.uri, "/queue/kept"
    async with connect(uri) as client:
        for number in range(1_000):
            headers = {"persistent": "true"}
            await client.send(place, str(number), headers=headers, receipt=number == 999)
    found = await peek(await connect(uri), place, count=1_001, patience=20)
    assert [int(message.body) for message in found.messages] == list(range(1_000))
    async with connect(uri) as client:
        subscription = await client.subscribe(place)
        again = [await subscription.receive(20) for _ in range(1_000)]
    assert [int(message.body) for message in again] == list(range(1_000))
    assert all(message.first("redelivered", "false") == "false" for message in again)


async def test_activemq_does_not_browse_in_stomp_1_0(activemq: RealBroker, destination: str) -> None:
    uri = f"stomp://guest:guest@{activemq.host}:{activemq.port}/?version=1.0"
    with pytest.raises(BrokerError, match=r"1\.1"):
        await peek(await connect(uri), destination)


@pytest.mark.parametrize("count", [0, 1, 4])
async def test_activemq_tells_the_end(activemq: RealBroker, destination: str, count: int) -> None:
    await fill(activemq, destination, count)
    found = await look(activemq, destination, 5, patience=20)
    assert bodies([message.frame for message in found.messages]) == [str(n).encode() for n in range(count)]
    assert found.end is End.ALL


async def test_activemq_shows_a_long_queue_to_its_end(activemq: RealBroker, destination: str) -> None:
    async with connect(activemq.uri) as client:
        for number in range(3_000):
            await client.send(destination, str(number), receipt=number == 2_999)
    found = await look(activemq, destination, 3_001, patience=20)
    assert [int(message.body) for message in found.messages] == list(range(3_000))
    assert found.end is End.ALL


async def test_the_command_shows_the_same_twice(broker: RealBroker, destination: str) -> None:
    await fill(broker, destination, 3)
    line = f"stomptui peek '{broker.uri_for()}' {destination} -n 3 --json --yes"
    for again in ("false", "true" if broker.name == "rabbitmq" else "false"):
        done = await asyncio.to_thread(sh, broker, line)
        assert done.returncode == 0, done.stderr
        told = [json.loads(one) for one in done.stdout.splitlines()]
        assert [one["body"] for one in told] == ["0", "1", "2"]
        assert {dict(one["headers"]).get("redelivered", "false") for one in told} == {again}
        words = activemq if broker.name == "activemq" else rabbitmq
        assert all(line in done.stderr for line in words.WORDS.peek.changes)


def rabbitmq_says() -> tuple[str, ...]:
    return rabbitmq.WORDS.peek.changes


def activemq_says() -> tuple[str, ...]:
    return activemq.WORDS.peek.changes


@each
def test_what_it_changes_is_said_in_short_plain_lines(words: Words) -> None:
    assert words.peek.changes
    for line in words.peek.changes:
        assert line == line.strip().removesuffix(".") and line.isprintable() and len(line) <= 100
    assert words.peek.mode is not AckMode.AUTO


@each
def test_nothing_is_kept_in_a_topic(words: Words) -> None:
    assert "keeps nothing to look at" in (no_peek(words, "/topic/audit") or "")
    assert no_peek(words, "/queue/orders") is None


@pytest.mark.parametrize(
    ("words", "place", "why"),
    [
        (rabbitmq.WORDS, "/exchange/amq.fanout", "an exchange keeps nothing"),
        (rabbitmq.WORDS, "/temp-queue/x", "a temporary queue is read by the connection that made it"),
        (rabbitmq.WORDS, "/reply-queue/x", "a reply queue is read by the connection that made it"),
        (activemq.WORDS, "/queue/a.>", "several queues"),
        (activemq.WORDS, "/queue/a,/topic/b", "several queues"),
        (activemq.WORDS, "/temp-topic/x", "a temporary topic keeps nothing"),
        (artemis.WORDS, "orders.#", "several queues"),
    ],
)
def test_what_cannot_be_looked_at(words: Words, place: str, why: str) -> None:
    assert why in (no_peek(words, place) or "")


def test_a_message_of_anybody_is_not_taken_for_the_end() -> None:
    way = activemq.WORDS.peek
    assert way.is_end(Frame("MESSAGE", [("browser", "end"), ("message-id", "0")]))
    assert not way.is_end(Frame("MESSAGE", [("browser", "end"), ("message-id", "ID:h-1:1:1:1:1")]))
    assert not rabbitmq.WORDS.peek.is_end(Frame("MESSAGE", [("browser", "end"), ("message-id", "0")]))


def test_on_rabbitmq_a_form_that_makes_no_queue_is_used() -> None:
    place = rabbitmq.WORDS.peek.place
    assert [place(one) for one in ("/queue/a%2Fb", "a", "/amq/queue/a", "/none/such")] == [
        *("/amq/queue/a%2Fb", "/amq/queue/a", "/amq/queue/a", "/none/such")
    ]
