"""The client against the embedded broker: sending, subscribing, settling, and how outcomes are told."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from stomptui import (
    BrokerError,
    Client,
    ConnectionLost,
    LocalProtocolError,
    Message,
    StompError,
    Subscription,
    TimedOut,
    connect,
)
from stomptui.demo import Broker
from stomptui.net.outcome import DECIDED
from stomptui.net.settling import FIRST, SETTLE_SECONDS
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Confirmed, Event, FrameSent, MessageReceived, Settled, Settlement
from tests.net.conftest import Clock


async def take(subscription: Subscription, count: int) -> list[Message]:
    return [await anext(subscription) for _ in range(count)]


async def test_what_is_sent_arrives(client: Client) -> None:
    subscription = await client.subscribe("/queue/q")
    headers = [("x-a", "1:2\\3\n4"), ("x-b", "first"), ("x-b", "second")]
    await client.send("/queue/q", "grün", headers=headers, content_type="text/plain", receipt=True)
    one = await anext(subscription)
    assert one.body == "grün".encode()
    assert one.destination == "/queue/q"
    assert one.first("x-a") == "1:2\\3\n4"
    assert one.first("content-type") == "text/plain"
    assert one.first("nothing", "default") == "default"
    assert [value for name, value in one.headers if name == "x-b"] == ["first", "second"]


async def test_content_length_can_be_left_out(client: Client, demo: Broker) -> None:
    await client.send("/queue/q", b"a")
    await client.send("/queue/q", b"b", content_length=False)
    await client.send("/queue/q", b"c\0", content_length=False, receipt=True)
    lengths = [frame.first("content-length") for frame in demo.received if frame.command == "SEND"]
    assert lengths == ["1", None, "2"]


async def test_messages_are_settled_one_by_one(client: Client, demo: Broker) -> None:
    for body in (b"a", b"b", b"c"):
        await client.send("/queue/q", body)
    subscription = await client.subscribe("/queue/q", ack="client-individual", prefetch=3)
    a, b, c = await take(subscription, 3)
    await b.ack(receipt=True)
    await c.nack(headers={"requeue": "false"}, receipt=True)
    await a.nack(receipt=True)
    again = await anext(subscription)
    assert again.body == b"a"
    assert again.first("redelivered") == "true"
    queue = demo.queue("/queue/q")
    assert (queue.settled, queue.discarded, queue.unsettled) == (1, 1, 1)
    with pytest.raises(LocalProtocolError):
        await b.ack()


async def test_prefetch_is_written_in_the_brokers_own_header(client: Client, demo: Broker) -> None:
    await client.subscribe("/queue/q", ack="client-individual", prefetch=7, id="mine")
    frame = demo.received[-1]
    assert (frame.first("prefetch-count"), frame.first("id")) == ("7", "mine")


async def test_unsubscribing_ends_the_iteration_after_what_had_arrived(client: Client) -> None:
    subscription = await client.subscribe("/queue/q")
    await client.send("/queue/q", b"a", receipt=True)
    await subscription.unsubscribe()
    await client.send("/queue/q", b"b", receipt=True)
    assert [one.body async for one in subscription] == [b"a"]


async def test_disconnecting_ends_the_iteration(client: Client) -> None:
    subscription = await client.subscribe("/queue/q")
    await client.send("/queue/q", b"a", receipt=True)
    await client.disconnect()
    assert [one.body async for one in subscription] == [b"a"]


async def test_without_deliver_messages_are_only_told(demo: Broker) -> None:
    events: list[Event] = []
    async with connect(demo.uri, on_events=events.extend) as client:
        subscription = await client.subscribe("/queue/q", deliver=False)
        await client.send("/queue/q", b"a")
        await client.ping()
        assert client.undelivered == 0
        assert [event.frame.body for event in events if isinstance(event, MessageReceived)] == [b"a"]
        assert [one async for one in subscription] == []


async def test_events_come_in_order_and_a_list_at_a_time(demo: Broker) -> None:
    lists: list[list[Event]] = []
    async with connect(demo.uri, on_events=lists.append) as client:
        await client.send("/queue/q", b"a", receipt=True)
    assert all(lists)
    events = [event for some in lists for event in some]
    numbers = [event.number for event in events if isinstance(event, FrameSent)]
    sent = [event.frame.command for event in events if isinstance(event, FrameSent)]
    assert sent == ["CONNECT", "SEND", "DISCONNECT"]
    assert numbers == sorted(numbers)
    confirmed = next(event for event in events if isinstance(event, Confirmed))
    assert confirmed.number == numbers[1]


async def test_what_is_sent_from_within_on_events_is_told_after_what_it_answers(demo: Broker) -> None:
    told: list[type] = []

    def answer(events: list[Event]) -> None:
        told.extend(type(event) for event in events)
        for event in events:
            if isinstance(event, MessageReceived) and event.frame.body == b"question":
                client.transmit(frames.send("/queue/answers", b"answer"))

    client = await connect(demo.uri, on_events=answer)
    await client.subscribe("/queue/q")
    await client.send("/queue/q", b"question")
    await client.ping()
    await client.ping()
    assert demo.queue("/queue/answers").depth == 1
    assert FrameSent in told[told.index(MessageReceived) :]
    await client.disconnect()


async def test_a_fault_in_on_events_is_reported_and_costs_nothing(
    demo: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty(events: list[Event]) -> None:
        raise ZeroDivisionError

    async with connect(demo.uri, on_events=faulty) as client:
        await client.ping()
    assert "the connection goes on" in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_a_refused_frame_raises_where_it_is_awaited(client: Client, demo: Broker) -> None:
    demo.faults.error_on_send = "no, not that"
    with pytest.raises(BrokerError, match=r"SEND was refused: .*no, not that") as caught:
        await client.send("/queue/q", receipt=True)
    assert caught.value.frame.command == "ERROR"
    await client.send("/queue/q", receipt=True)


async def test_a_refused_subscription_can_be_made_again(client: Client) -> None:
    with pytest.raises(BrokerError):
        await client.subscribe("/nowhere/q", id="s")
    subscription = await client.subscribe("/queue/q", id="s")
    await client.send("/queue/q", b"a")
    assert (await anext(subscription)).body == b"a"


async def test_an_outcome_can_be_asked_for_later_and_again(client: Client) -> None:
    sent = client.transmit(frames.send("/queue/q", receipt="r"))
    await client.ping()
    assert await sent == await sent == await client.confirmation(sent.number)


async def test_an_outcome_is_forgotten_behind_many_others(client: Client) -> None:
    first = await client.send("/topic/nobody", receipt=True)
    await first
    for _ in range(DECIDED):
        await client.send("/topic/nobody", receipt=True)
    with pytest.raises(LocalProtocolError, match="its outcome is long forgotten"):
        await first


async def test_a_frame_without_receipt_has_no_outcome(client: Client) -> None:
    sent = await client.send("/queue/q")
    with pytest.raises(LocalProtocolError, match="asked for no receipt"):
        await sent


async def test_a_receipt_that_does_not_come(demo: Broker) -> None:
    demo.faults.no_receipts = True
    client = await connect(demo.uri, receipt_time=0.05)
    with pytest.raises(TimedOut, match=r"was not confirmed within 0\.05 s, its outcome is unknown"):
        await client.send("/queue/q", receipt=True)
    client.abort_connection()


async def test_the_connection_ends_before_the_receipt(demo: Broker) -> None:
    demo.faults.no_receipts = True
    client = await connect(demo.uri)
    sent = client.transmit(frames.send("/queue/q", receipt="r"))
    demo.drop_connections()
    with pytest.raises(ConnectionLost):
        await sent
    with pytest.raises(ConnectionLost, match="SEND was not confirmed, its outcome is unknown: the "):
        await sent


async def test_what_would_cost_the_connection_is_refused_here(client: Client, demo: Broker) -> None:
    await client.send("/queue/q", b"a")
    subscription = await client.subscribe("/queue/q")
    one = await anext(subscription)
    before = len(demo.received)
    with pytest.raises(LocalProtocolError):
        await one.ack()
    with pytest.raises(LocalProtocolError):
        await client.ack(99_999)
    await client.ping()
    assert len(demo.received) == before + 2


async def test_a_slice_counts_the_time_that_is_spent_on_telling_of_it(demo: Broker, clock: Clock) -> None:
    slices: list[int] = []

    def slow(events: list[Event]) -> None:
        if settled := sum(isinstance(event, Settled) for event in events):
            slices.append(settled)
            clock.ahead += settled * SETTLE_SECONDS / 50

    for number in range(500):
        demo.publish("/queue/q", str(number))
    async with connect(demo.uri, on_events=slow) as client:
        subscription = await client.subscribe("/queue/q", ack="client-individual", prefetch=500)
        await client.settle_many("ACK", [one.number for one in await take(subscription, 500)])
        assert sum(slices) == 500
        assert max(slices) <= 2 * FIRST


async def test_many_are_settled_in_order_with_one_write_a_slice(demo: Broker) -> None:
    events: list[list[Event]] = []
    for number in range(300):
        demo.publish("/queue/q", str(number))
    async with connect(demo.uri, on_events=events.append) as client:
        subscription = await client.subscribe("/queue/q", ack="client-individual", prefetch=300)
        numbers = [one.number for one in await take(subscription, 300)]
        await client.ack(numbers[5], receipt=True)
        events.clear()
        outcome = await client.settle_many("ACK", numbers, receipt=True)
        assert [number for number, _ in outcome.refused] == [numbers[5]]
        assert len(outcome.sent) == 299
        await outcome.sent[-1]
        assert demo.queue("/queue/q").settled == 300
        sends = [some for some in events if any(isinstance(event, FrameSent) for event in some)]
        assert len(sends) < 100
        settled = [event for some in events for event in some if isinstance(event, Settled)]
        assert {event.settlement for event in settled} == {Settlement.ACKED}
        assert [event.numbers[0] for event in settled] == [n for n in numbers if n != numbers[5]]


async def test_ping_touches_no_queue_and_is_joined_by_nothing(client: Client, demo: Broker) -> None:
    begin, abort = await client.ping()
    assert begin > 0
    assert abort > 0
    assert [frame.command for frame in demo.received][-2:] == ["BEGIN", "ABORT"]
    assert not client.state.transactions


async def test_a_call_after_the_end(client: Client) -> None:
    await client.disconnect()
    for call in (client.ping, client.begin):
        with pytest.raises(ConnectionLost, match="the connection has ended: disconnected"):
            await call()


async def test_leaving_the_context_with_an_exception_still_disconnects(demo: Broker) -> None:
    with pytest.raises(ZeroDivisionError):
        async with connect(demo.uri):
            raise ZeroDivisionError
    assert demo.received[-1].command == "DISCONNECT"


async def test_disconnecting_twice_at_once(demo: Broker) -> None:
    client = await connect(demo.uri)
    await asyncio.gather(client.disconnect(), client.disconnect())
    assert client.closed.result().clean
    assert [frame.command for frame in demo.received] == ["CONNECT", "DISCONNECT"]


async def test_errors_are_one_line(demo: Broker) -> None:
    demo.faults.refuse_login = True
    with pytest.raises(StompError) as caught:
        await connect(demo.uri)
    assert "\n" not in str(caught.value)


async def test_a_loop_that_only_sends_lets_others_run(demo: Broker) -> None:
    async with connect(demo.uri) as client:
        other = asyncio.ensure_future(client.ping())
        sent = 0
        while not other.done() and sent < 10_000:
            await client.send("/topic/nobody", b"x")
            sent += 1
        assert other.done()


async def test_a_message_of_another_client_is_settled_there(client: Client, demo: Broker) -> None:
    async with connect(demo.uri) as other:
        for one, place in ((client, "/queue/a"), (other, "/queue/b")):
            await one.send(place, receipt=True)
        mine = await anext(await client.subscribe("/queue/a", ack="client-individual"))
        theirs = await anext(await other.subscribe("/queue/b", ack="client-individual"))
        assert mine.number == theirs.number, "nothing but the client tells them apart"
        with pytest.raises(LocalProtocolError, match="it came to another client; settle it there"):
            await client.ack(theirs)
        await theirs.client.ack(theirs, receipt=True)
        await mine.ack(receipt=True)


async def test_receiving_one_at_a_time(client: Client) -> None:
    subscription = await client.subscribe("/queue/q")
    with pytest.raises(TimedOut, match=r"no message from /queue/q came within 0\.01 s"):
        await subscription.receive(0.01)
    for number in range(100):
        await client.send("/queue/q", str(number))
    bodies: list[bytes] = []
    while len(bodies) < 100:  # what arrives as the time is over is not lost
        with suppress(TimedOut):
            bodies.append((await subscription.receive(0)).body)
    assert bodies == [str(number).encode() for number in range(100)]
    await subscription.unsubscribe()
    with pytest.raises(ConnectionLost, match="the subscription to /queue/q has ended"):
        await subscription.receive(10)


async def test_headers_in_any_case(client: Client) -> None:
    subscription = await client.subscribe("/queue/q")
    await client.send("/queue/q", content_type="text/plain", headers=[("A", "1"), ("a", "2")])
    message = await subscription.receive(20)
    assert (message["Content-Type"], message["a"], message.first("a")) == ("text/plain", "1", "2")
    with pytest.raises(KeyError, match="x-none"):
        message["x-none"]
