"""The faults that a test can switch on, and the bounds that hold against clients that do not read."""

from __future__ import annotations

import asyncio

from stomptui.demo import Broker, Faults
from stomptui.stomp import frame as frames
from stomptui.stomp.frame import Frame
from tests.demo.client import connected, socket


async def test_silence_after_a_number_of_frames() -> None:
    async with Broker(faults=Faults(silent_after=2)) as demo, connected(demo) as client:
        await client.quiet()
        client.write(frames.send("/queue/q", b"x", receipt="never"))
        await demo.until(lambda: demo.queue("/queue/q").depth == 1)
        demo.faults.silent_after = None
        await client.quiet()


async def test_close_in_the_middle_of_a_frame() -> None:
    async with Broker(faults=Faults(close_after=1)) as demo, connected(demo) as client:
        client.write(frames.begin("tx", receipt="r"))
        assert await client.closed() == b"RECEIPT\nrece"


async def test_close_in_the_middle_of_connected(demo: Broker) -> None:
    demo.faults.close_after = 0
    async with socket(demo) as client:
        client.write(frames.connect("/"))
        left = await client.closed()
        assert left.startswith(b"CONNECTED\n")
        assert b"\0" not in left


async def test_login_is_refused(demo: Broker) -> None:
    demo.faults.refuse_login = True
    async with socket(demo) as client:
        client.write(frames.connect("/", login="ops", passcode="hush"))
        error = await client.error()
        assert (error.first("message"), error.body) == (
            "access refused",
            b"Access refused for user 'ops'.\n",
        )
        assert await client.closed() == b""


async def test_virtual_host_is_refused(demo: Broker) -> None:
    demo.faults.refuse_host = True
    async with socket(demo) as client:
        client.write(frames.connect("/nope"))
        error = await client.error()
        assert error.body == b"Virtual host '/nope' does not exist here.\n"
        assert await client.closed() == b""


async def test_error_on_the_next_send_only(demo: Broker) -> None:
    async with connected(demo) as client:
        demo.faults.error_on_send = "queue is full"
        client.write(frames.send("/queue/q", b"a", receipt="r"))
        error = await client.error()
        assert (error.first("message"), error.first("receipt-id")) == ("queue is full", "r")
        assert await client.answered(frames.send("/queue/q", b"b")) == []
    assert [message.body for message in demo.queue("/queue/q").ready] == [b"b"]


async def test_error_on_the_next_subscribe_only(demo: Broker) -> None:
    async with connected(demo) as client:
        demo.faults.error_on_subscribe = "no such queue"
        client.write(frames.subscribe("/queue/q", "1", receipt="r"))
        error = await client.error()
        assert (error.first("message"), error.first("receipt-id")) == ("no such queue", "r")
        assert await client.answered(frames.subscribe("/queue/q", "1")) == []
    assert demo.queue("/queue/q").depth == 0


async def test_a_broker_that_stops_and_starts_is_at_the_same_port_with_what_waits(demo: Broker) -> None:
    demo.publish("/queue/q", b"kept")
    port = demo.port
    async with connected(demo) as client:
        await demo.stop()
        assert await client.closed() == b""
    await demo.stop()  # nothing more to do
    await demo.start()
    assert demo.port == port
    async with connected(demo) as client:
        client.write(frames.subscribe("/queue/q", "1"))
        assert (await client.message()).body == b"kept"


async def test_errors_close_as_the_specification_has_it(demo: Broker) -> None:
    demo.faults.errors_close = True
    async with connected(demo) as client:
        client.write(frames.commit("no"))
        assert (await client.error()).first("message") == "unknown transaction"
        assert await client.closed() == b""


async def test_no_receipts(demo: Broker) -> None:
    async with connected(demo) as client:
        demo.faults.no_receipts = True
        client.write(frames.send("/queue/q", b"x", receipt="never"))
        await demo.until(lambda: demo.queue("/queue/q").depth == 1)
        demo.faults.no_receipts = False
        await client.quiet()


async def test_slow_keeps_the_order_and_ends_cleanly(demo: Broker) -> None:
    async with connected(demo) as client:
        demo.faults.slow = 0.005
        client.write(frames.subscribe("/queue/q", "s", receipt="r"))
        client.write(*(frames.send("/queue/q", body) for body in (b"a", b"b", b"c")))
        got = [await client.frame() for _ in range(4)]
        assert [frame.body for frame in got] == [b"", b"a", b"b", b"c"]
        client.write(frames.begin("tx", receipt="one"), frames.disconnect(receipt="bye"))
        got = [await client.frame() for _ in range(2)]
        assert [frame.first("receipt-id") for frame in got] == ["one", "bye"]
        assert await client.closed() == b""


async def test_connections_dropped_by_the_broker(demo: Broker) -> None:
    async with connected(demo) as client:
        await client.subscribe("/queue/q")
        demo.drop_connections()
        assert await client.closed() == b""
        await demo.until(lambda: not demo.connections)
    assert demo.subscriptions("/queue/q") == []


async def test_a_client_that_does_not_read_leaves_the_rest_in_the_queue(demo: Broker) -> None:
    body = bytes(100_000)
    async with connected(demo) as client:
        await client.subscribe("/queue/q", ack="auto")
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a ReadTransport too
        for _ in range(300):
            demo.publish("/queue/q", body)
        assert demo.queue("/queue/q").depth > 100
        client.writer.transport.resume_reading()  # type: ignore[attr-defined]
        ids = [(await client.message()).first("message-id") for _ in range(300)]
    assert ids == [f"m-{number}" for number in range(1, 301)]


async def test_a_client_that_never_reads_its_answers_is_cut(demo: Broker) -> None:
    async with connected(demo) as client:
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        question = Frame("ABORT", {"transaction": "no", "receipt": "x" * 100_000})
        client.write(*[question] * 300)
        await demo.until(lambda: not demo.connections)


async def test_waiting_ends_with_its_task(demo: Broker) -> None:
    task = asyncio.create_task(demo.until(lambda: False))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    demo.publish("/queue/q", "x")
    assert demo._waiting == []
