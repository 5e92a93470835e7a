"""The sample traffic: the same every time, of every kind, bounded, and readable in every version."""

from __future__ import annotations

import asyncio
import json
import socket
import xml.etree.ElementTree as ElementTree
from itertools import islice

import pytest

from stomptui.demo import Broker, fill_samples, publish_samples, sample, serve_in_thread
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import Decoder, encode
from tests.demo.client import Client, connected


async def at_once(_seconds: float) -> None:
    """A pause that is over at once."""


def test_the_first_ten_are_orders_in_json_and_4711_is_among_them() -> None:
    first = sample.prefilled()[:10]
    orders = [json.loads(message.body) for message in first]
    assert [order["id"] for order in orders] == list(range(4708, 4718))
    assert (orders[0]["total"], orders[1]["total"], orders[3]["total"], orders[4]["total"]) == (
        12,
        0,
        99.9,
        7.1,
    )
    for order in orders:
        assert round(sum(line["price"] for line in order["lines"]), 2) == order["total"]
    assert {message.destination for message in first} == {"/queue/orders"}


def test_every_kind_is_among_what_waits() -> None:
    messages = sample.prefilled()
    assert len(messages) == 30
    kinds = {dict(message.headers)["content-type"].partition(";")[0] for message in messages}
    assert kinds == {"application/json", "application/xml", "text/plain", "application/octet-stream"}
    for message in messages:
        if dict(message.headers)["content-type"] == "application/xml":
            assert ElementTree.fromstring(message.body).tag == "order"
    bodies = b"".join(message.body for message in messages)
    for hostile in (
        b"\x1b[2J",
        b"\x1b]52;c;",
        "\x9b7m".encode(),
        b"[/]",
        "\u202e".encode(),
        bytes(range(256)),
    ):
        assert hostile in bodies
    headers = [message.headers for message in messages]
    assert any([name for name, _ in pairs].count("x-route") == 3 for pairs in headers)
    assert any(set(":\\\n") <= set(value) for pairs in headers for _, value in pairs)


def test_it_is_the_same_every_time() -> None:
    assert sample.prefilled() == sample.prefilled()
    first, again = sample.flowing(), sample.flowing()
    assert list(islice(first, 100)) == list(islice(again, 100))


def test_what_flows_goes_on_where_the_queue_ends() -> None:
    flow = list(islice(sample.flowing(), 400))
    orders = [
        dict(message.headers)["correlation-id"] for message in flow if message.destination == "/queue/orders"
    ]
    assert orders == [f"order-{4738 + index}" for index in range(100)]
    assert {message.destination for message in flow} == {
        *("/queue/orders", "/queue/invoices"),
        *("/topic/audit", "/topic/prices"),
    }


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
async def test_every_sample_reaches_every_version_whole(demo: Broker, version: str) -> None:
    fill_samples(demo)
    await publish_samples(demo, pause=at_once, limit=80)
    async with connected(demo, version) as client:
        await client.subscribe("/queue/orders", ack="auto")
        expected = [message.body for message in sample.prefilled()]
        for body in expected:
            message = await client.message()
            assert message.body == body
            assert message.marks == ()


def test_every_sample_can_be_sent_by_a_client() -> None:
    for message in [*sample.prefilled(), *islice(sample.flowing(), 200)]:
        frame = frames.send(message.destination, message.body, headers=message.headers)
        decoder = Decoder("1.2", strict=True)
        decoder.receive(encode(frame, "1.2"))
        assert next(iter(decoder)) == frame


async def test_it_paces_itself_and_stops_filling_queues_that_nobody_reads(demo: Broker) -> None:
    pauses = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    fill_samples(demo)
    await publish_samples(demo, pause=pause, interval=0.5, limit=2_000)
    assert pauses == [0.5] * 2_000
    queues = [demo.queue("/queue/orders"), demo.queue("/queue/invoices")]
    assert [(queue.depth, queue.dropped) for queue in queues] == [(200, 0), (125, 0)]


async def test_a_thread_serves_it_and_stops() -> None:
    with serve_in_thread(interval=0.001) as uri:
        port = int(uri.removesuffix("/").rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        client = Client(reader, writer)
        client.write(frames.connect("/", versions=("1.2",)))
        assert (await client.frame()).command == "CONNECTED"
        client.version = "1.2"
        await client.subscribe("/queue/orders", prefetch_count="10")
        first = [await client.message() for _ in range(10)]
        assert json.loads(first[3].body)["id"] == 4711
        await client.subscribe("/topic/audit", "audit", "auto")
        assert (await client.message()).body.startswith(b"order.created ")
    while True:
        try:
            await client.frame()
        except EOFError:
            break
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


def test_a_thread_without_samples_has_nothing() -> None:
    with serve_in_thread(sample=False) as uri:
        assert uri.startswith("stomp://127.0.0.1:")


def test_a_port_that_is_taken_is_an_error_of_the_caller() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="in use"),
        serve_in_thread(port=taken.getsockname()[1]),
    ):
        pass
