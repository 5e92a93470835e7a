"""Queues and topics: who gets what, in which order, and what a prefetch holds back."""

from __future__ import annotations

import pytest

from stomptui.demo import Broker
from stomptui.stomp import frame as frames
from tests.demo.client import connected


async def test_queue_delivers_what_waited_and_what_comes(demo: Broker) -> None:
    demo.publish("/queue/q", "first", {"x-tenant": "acme"})
    async with connected(demo) as client:
        await client.subscribe("/queue/q", "s1")
        demo.publish("/queue/q", b"\x00second")
        first, second = await client.message(), await client.message()
    assert first.headers == (
        ("subscription", "s1"),
        ("destination", "/queue/q"),
        ("message-id", "m-1"),
        ("ack", "a-1-1"),
        ("redelivered", "false"),
        ("x-tenant", "acme"),
        ("content-length", "5"),
    )
    assert (first.body, second.body) == (b"first", b"\x00second")
    assert (second.first("message-id"), second.first("ack")) == ("m-2", "a-1-2")


async def test_consumers_of_a_queue_take_turns(demo: Broker) -> None:
    async with connected(demo) as one, connected(demo) as two:
        await one.subscribe("/queue/q", ack="auto")
        await two.subscribe("/queue/q", ack="auto")
        for body in "abcd":
            demo.publish("/queue/q", body)
        assert [(await one.message()).body for _ in range(2)] == [b"a", b"c"]
        assert [(await two.message()).body for _ in range(2)] == [b"b", b"d"]
        await one.quiet()


async def test_prefetch_holds_back_until_something_is_settled(demo: Broker) -> None:
    for body in "abcd":
        demo.publish("/queue/q", body)
    async with connected(demo) as client:
        await client.subscribe("/queue/q", prefetch_count="2")
        first = await client.message()
        assert (await client.message()).body == b"b"
        await client.quiet()
        assert await client.ack(first) == []
        assert (await client.message()).body == b"c"
        await client.quiet()
        assert (demo.queue("/queue/q").depth, demo.queue("/queue/q").unsettled) == (1, 2)


async def test_consumer_that_is_full_is_passed_over(demo: Broker) -> None:
    async with connected(demo) as full, connected(demo) as free:
        await full.subscribe("/queue/q", prefetch_count="1")
        await free.subscribe("/queue/q")
        for body in "abcd":
            demo.publish("/queue/q", body)
        assert (await full.message()).body == b"a"
        assert [(await free.message()).body for _ in range(3)] == [b"b", b"c", b"d"]


async def test_topic_copies_to_every_subscription_of_the_moment(demo: Broker) -> None:
    demo.publish("/topic/t", "too early")
    async with connected(demo) as one, connected(demo) as two:
        await one.subscribe("/topic/t", "a", ack="auto")
        await one.subscribe("/topic/t", "b")
        await two.subscribe("/topic/t", "c")
        demo.publish("/topic/t", "now")
        got = [await one.message(), await one.message(), await two.message()]
        assert [message.first("subscription") for message in got] == ["a", "b", "c"]
        assert {message.body for message in got} == {b"now"}
        assert {message.first("message-id") for message in got} == {"m-2"}
        assert await one.nack(got[1]) == []
        again = await one.message()
        assert (again.first("subscription"), again.first("redelivered")) == ("b", "true")
        await two.quiet()


async def test_send_from_a_client_keeps_headers_and_body(demo: Broker) -> None:
    headers = [("a:b", "c:d\\e\nf\rg"), ("twice", "1"), ("twice", "2"), ("empty", ""), ("ack", "forged")]
    async with connected(demo) as sender, connected(demo) as receiver:
        await receiver.subscribe("/queue/q")
        assert await sender.answered(frames.send("/queue/q", b"\x00\xff\n", headers=headers)) == []
        message = await receiver.message()
    own = ("subscription", "destination", "message-id", "redelivered", "content-length")
    kept = [header for header in message.headers if header[0] not in own]
    assert kept == [("ack", "a-2-1"), *headers[:-1]]
    assert message.body == b"\x00\xff\n"


async def test_own_message_comes_after_the_receipt(demo: Broker) -> None:
    async with connected(demo) as client:
        await client.subscribe("/queue/q", ack="auto")
        assert await client.answered(frames.send("/queue/q", b"x")) == []
        assert (await client.message()).body == b"x"


async def test_queue_at_its_limit_drops_the_oldest_and_counts() -> None:
    async with Broker(queue_limit=3) as demo:
        for body in "abcde":
            demo.publish("/queue/q", body)
        queue = demo.queue("/queue/q")
        assert [message.body for message in queue.ready] == [b"c", b"d", b"e"]
        assert (queue.published, queue.dropped, queue.depth) == (5, 2, 3)


async def test_unsubscribe_ends_delivery(demo: Broker) -> None:
    async with connected(demo) as client:
        await client.subscribe("/queue/q", "s1", ack="auto")
        await client.subscribe("/topic/t", "s2")
        assert len(demo.subscriptions("/topic/t")) == 1
        for id_ in ("s1", "s2"):
            assert await client.answered(frames.unsubscribe(id_)) == []
        demo.publish("/queue/q", "waits")
        demo.publish("/topic/t", "is gone")
        await client.quiet()
    assert demo.queue("/queue/q").depth == 1
    assert demo.subscriptions("/topic/t") == []
    assert demo.destinations.topics == {}


@pytest.mark.parametrize("destination", ["", "orders", "/queue/", "/nope/x", "queue/x"])
async def test_publish_refuses_other_destinations(demo: Broker, destination: str) -> None:
    with pytest.raises(ValueError, match="has /queue/NAME and /topic/NAME"):
        demo.publish(destination, "x")


@pytest.mark.parametrize("header", [("a\0", "b"), ("", "b"), ("a", "\ud800")])
async def test_publish_refuses_headers_that_cannot_be_written(demo: Broker, header: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="header"):
        demo.publish("/queue/q", "x", [header])
    assert demo.queue("/queue/q").depth == 0
