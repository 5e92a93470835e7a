"""ACK and NACK in every mode and version, and what goes back when a client leaves."""

from __future__ import annotations

import pytest

from stomptui.demo import Broker
from stomptui.stomp import frame as frames
from stomptui.stomp.frame import Frame
from tests.demo.client import Client, connected

VERSIONS = ("1.0", "1.1", "1.2")


async def messages(client: Client, count: int) -> list[Frame]:
    return [await client.message() for _ in range(count)]


def publish(demo: Broker, bodies: str, destination: str = "/queue/q") -> None:
    for body in bodies:
        demo.publish(destination, body)


def bodies(received: list[Frame]) -> str:
    return "".join(message.body.decode() for message in received)


async def test_auto_settles_what_it_sends(demo: Broker) -> None:
    publish(demo, "abc")
    async with connected(demo) as client:
        await client.subscribe("/queue/q", ack="auto", prefetch_count="1")
        received = await messages(client, 3)
    assert [message.first("ack") for message in received] == [None] * 3
    await demo.until(lambda: not demo.connections)
    queue = demo.queue("/queue/q")
    assert (queue.settled, queue.unsettled, queue.depth) == (3, 0, 0)


@pytest.mark.parametrize("version", VERSIONS)
async def test_client_mode_covers_the_earlier_ones_of_its_subscription(demo: Broker, version: str) -> None:
    publish(demo, "abc")
    publish(demo, "xyz", "/queue/other")
    async with connected(demo, version) as client:
        await client.subscribe("/queue/q", "q", ack="client")
        received = await messages(client, 3)
        await client.subscribe("/queue/other", "o", ack="client")
        other = await messages(client, 3)
        assert await client.ack(received[1]) == []
        assert await client.ack(other[0]) == []
    await demo.until(lambda: not demo.connections)
    assert bodies_of(demo, "/queue/q") == "c"
    assert bodies_of(demo, "/queue/other") == "yz"


@pytest.mark.parametrize("version", VERSIONS[1:])
async def test_client_individual_covers_one(demo: Broker, version: str) -> None:
    publish(demo, "abc")
    async with connected(demo, version) as client:
        await client.subscribe("/queue/q")
        received = await messages(client, 3)
        assert await client.ack(received[1]) == []
    await demo.until(lambda: not demo.connections)
    assert bodies_of(demo, "/queue/q") == "ac"


@pytest.mark.parametrize("version", VERSIONS[1:])
async def test_nack_comes_again_at_once_and_first(demo: Broker, version: str) -> None:
    publish(demo, "abcd")
    async with connected(demo, version) as client:
        await client.subscribe("/queue/q", prefetch_count="3")
        received = await messages(client, 3)
        assert await client.nack(received[1]) == []
        again = await client.message()
        await client.quiet()
    assert (again.body, again.first("redelivered")) == (b"b", "true")
    assert again.first("message-id") == received[1].first("message-id")
    if version == "1.2":
        assert (received[1].first("ack"), again.first("ack")) == ("a-1-2", "a-1-4")
    else:
        assert again.first("ack") is None


async def test_nack_goes_to_another_consumer_in_turn(demo: Broker) -> None:
    async with connected(demo) as one, connected(demo) as two:
        await one.subscribe("/queue/q")
        await two.subscribe("/queue/q")
        publish(demo, "a")
        received = await one.message()
        assert await one.nack(received) == []
        assert (await two.message()).first("redelivered") == "true"


async def test_cumulative_nack_returns_them_in_order(demo: Broker) -> None:
    publish(demo, "abcd")
    async with connected(demo) as client:
        await client.subscribe("/queue/q", ack="client", prefetch_count="3")
        received = await messages(client, 3)
        assert await client.nack(received[1]) == []
        again = await messages(client, 2)
    assert bodies(again) == "ab"


@pytest.mark.parametrize(("mode", "left", "discarded"), [("client", "c", 2), ("client-individual", "ac", 1)])
async def test_nack_without_requeue_discards(demo: Broker, mode: str, left: str, discarded: int) -> None:
    publish(demo, "abc")
    async with connected(demo) as client:
        await client.subscribe("/queue/q", ack=mode)
        received = await messages(client, 3)
        assert await client.nack(received[1], requeue="false") == []
        await client.quiet()
    await demo.until(lambda: not demo.connections)
    assert bodies_of(demo, "/queue/q") == left
    assert demo.queue("/queue/q").discarded == discarded


@pytest.mark.parametrize("leave", ["close", "disconnect", "unsubscribe", "reset"])
async def test_unsettled_go_back_in_order_and_marked(demo: Broker, leave: str) -> None:
    publish(demo, "abcdef")
    async with connected(demo) as other, connected(demo) as client:
        await client.subscribe("/queue/q", "mine", prefetch_count="4")
        received = await messages(client, 4)
        await client.ack(received[2])
        assert (await client.message()).body == b"e"
        if leave == "close":
            client.writer.close()
        elif leave == "reset":
            client.writer.transport.abort()
        elif leave == "disconnect":
            client.write(frames.disconnect())
        else:
            assert await client.answered(frames.unsubscribe("mine")) == []
        await demo.until(lambda: not demo.subscriptions("/queue/q"))
        await other.subscribe("/queue/q")
        again = await messages(other, 5)
    assert bodies(again) == "abdef"
    assert [message.first("redelivered") for message in again] == ["true"] * 4 + ["false"]


async def test_what_two_clients_held_goes_back_in_the_first_order(demo: Broker) -> None:
    publish(demo, "abcdef")
    async with connected(demo) as one, connected(demo) as two:
        await one.subscribe("/queue/q", prefetch_count="1")
        await two.subscribe("/queue/q", prefetch_count="1")
        held = bodies([await one.message(), await two.message()])
        assert held == "ab"
        one.writer.close()  # its message goes to nobody: the other one is full
        await demo.until(lambda: len(demo.connections) == 1)
        two.writer.close()
        await demo.until(lambda: not demo.connections)
    assert bodies_of(demo, "/queue/q") == "abcdef"


async def test_unsettled_of_a_topic_go_nowhere(demo: Broker) -> None:
    async with connected(demo) as client:
        await client.subscribe("/topic/t")
        demo.publish("/topic/t", "x")
        await client.message()
        assert await client.answered(frames.unsubscribe("s")) == []
        await client.subscribe("/topic/t", "again")
        await client.quiet()


async def test_1_0_settles_by_message_id_alone(demo: Broker) -> None:
    demo.publish("/queue/q", "a")
    async with connected(demo, "1.0") as client:
        frame = Frame("SUBSCRIBE", [("destination", " /queue/q "), ("ack", " client")])
        assert await client.answered(frame) == []
        message = await client.message()
        assert message.first("subscription") is None
        assert message.first("ack") is None
        assert await client.ack(message) == []
        assert await client.answered(Frame("UNSUBSCRIBE", {"destination": "/queue/q"})) == []
    assert demo.queue("/queue/q").settled == 1


@pytest.mark.parametrize("command", ["ACK", "NACK"])
@pytest.mark.parametrize(("headers", "words"), [({}, "acknowledged"), ({"requeue": "false"}, "discarded")])
async def test_settling_twice_is_refused(
    demo: Broker, command: str, headers: dict[str, str], words: str
) -> None:
    demo.publish("/queue/q", "a")
    async with connected(demo) as client:
        await client.subscribe("/queue/q")
        message = await client.message()
        assert await client.ack(message, "NACK" if headers else "ACK", **headers) == []
        client.write(Frame(command, {"id": "a-1-1", "receipt": "twice"}))
        error = await client.error()
        assert error.first("message") == "settled already"
        assert error.first("receipt-id") == "twice"
        assert error.body.decode() == f"{command} 'a-1-1': that message was {words}.\n"
        await client.quiet()


async def test_covered_and_redelivered_messages_cannot_be_settled_by_their_old_ids(demo: Broker) -> None:
    publish(demo, "ab")
    async with connected(demo) as client:
        await client.subscribe("/queue/q", ack="client")
        await messages(client, 2)
        assert await client.answered(Frame("NACK", {"id": "a-1-2"})) == []
        assert bodies(await messages(client, 2)) == "ab"
        for old in ("a-1-1", "a-1-2"):
            client.write(Frame("ACK", {"id": old}))
            assert (
                await client.error()
            ).body.decode() == f"ACK '{old}': that message was sent back to the queue.\n"


@pytest.mark.parametrize("version", VERSIONS)
async def test_unknown_messages_are_refused(demo: Broker, version: str) -> None:
    demo.publish("/queue/q", "a")
    async with connected(demo, version) as client, connected(demo) as owner:
        await owner.subscribe("/queue/q")
        theirs = await owner.message()
        name = theirs.first("ack" if version == "1.2" else "message-id") or ""
        ids = {"id": name} if version == "1.2" else {"message-id": name, "subscription": "s"}
        client.write(Frame("ACK", ids))
        error = await client.error()
        assert error.first("message") == "unknown message"
        assert name in error.body.decode()
        await client.quiet()


async def test_auto_messages_cannot_be_settled(demo: Broker) -> None:
    demo.publish("/queue/q", "a", {"ack": "a-1-1"})
    async with connected(demo) as client:
        await client.subscribe("/queue/q", ack="auto")
        await client.message()
        client.write(Frame("ACK", {"id": "a-1-1"}))
        assert (await client.error()).first("message") == "unknown message"


def bodies_of(demo: Broker, destination: str) -> str:
    """What waits in a queue."""
    return b"".join(message.body for message in demo.queue(destination).ready).decode()
