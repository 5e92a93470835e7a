"""Transactions: nothing before COMMIT, nothing after ABORT."""

from __future__ import annotations

import pytest

from stomptui.demo import Broker
from stomptui.stomp import frame as frames
from stomptui.stomp.frame import Frame
from tests.demo.client import Client, connected


async def test_sends_arrive_at_the_commit_in_order(demo: Broker) -> None:
    async with connected(demo) as client, connected(demo) as other:
        await other.subscribe("/queue/q", ack="auto")
        await client.answered(frames.begin("tx"))
        for body in (b"a", b"b"):
            assert await client.answered(frames.send("/queue/q", body, transaction="tx")) == []
        assert await client.answered(frames.send("/queue/q", b"outside")) == []
        assert (await other.message()).body == b"outside"
        await other.quiet()
        assert await client.answered(frames.commit("tx")) == []
        got = [await other.message(), await other.message()]
    assert [message.body for message in got] == [b"a", b"b"]
    assert all(message.first("transaction") is None for message in got)


async def test_aborted_sends_never_arrive(demo: Broker) -> None:
    async with connected(demo) as client:
        await client.answered(frames.begin("tx"))
        await client.answered(frames.send("/queue/q", b"a", transaction="tx"))
        assert await client.answered(frames.abort("tx")) == []
    assert demo.queue("/queue/q").published == 0


async def staged(demo: Broker, client: Client, mode: str = "client-individual") -> list[Frame]:
    """Three messages held, `tx` begun."""
    for body in "abc":
        demo.publish("/queue/q", body)
    await client.subscribe("/queue/q", ack=mode, prefetch_count="3")
    held = [await client.message() for _ in range(3)]
    await client.answered(frames.begin("tx"))
    return held


async def test_acks_count_at_the_commit(demo: Broker) -> None:
    async with connected(demo) as client:
        held = await staged(demo, client)
        demo.publish("/queue/q", "next")
        assert await client.ack(held[0], transaction="tx") == []
        assert (demo.queue("/queue/q").settled, demo.queue("/queue/q").unsettled) == (0, 3)
        await client.quiet()
        assert await client.answered(frames.commit("tx")) == []
        assert (await client.message()).body == b"next"
        assert demo.queue("/queue/q").settled == 1


async def test_nacks_count_at_the_commit(demo: Broker) -> None:
    async with connected(demo) as client:
        held = await staged(demo, client)
        assert await client.nack(held[0], transaction="tx") == []
        assert await client.nack(held[1], transaction="tx", requeue="false") == []
        await client.quiet()
        assert await client.answered(frames.commit("tx")) == []
        again = await client.message()
        assert (again.body, again.first("redelivered")) == (b"a", "true")
        assert demo.queue("/queue/q").discarded == 1


async def test_abort_makes_them_unsettled_again_under_the_same_id(demo: Broker) -> None:
    async with connected(demo) as client:
        held = await staged(demo, client)
        await client.ack(held[0], transaction="tx")
        assert await client.answered(frames.abort("tx")) == []
        await client.quiet()
        assert demo.queue("/queue/q").unsettled == 3
        assert await client.ack(held[0]) == []
        assert demo.queue("/queue/q").settled == 1


async def test_cumulative_settling_leaves_out_what_is_staged(demo: Broker) -> None:
    async with connected(demo) as client:
        held = await staged(demo, client, "client")
        await client.ack(held[0], transaction="tx")
        assert await client.ack(held[1]) == []
        assert demo.queue("/queue/q").settled == 1
        await client.answered(frames.abort("tx"))
        assert await client.ack(held[0]) == []
        assert demo.queue("/queue/q").settled == 2


async def test_staged_twice_is_refused(demo: Broker) -> None:
    async with connected(demo) as client:
        held = await staged(demo, client)
        await client.ack(held[0], transaction="tx")
        for headers in ({}, {"transaction": "tx"}):
            client.write(frames.settle("NACK", [("id", "a-1-1")], headers=headers))
            error = await client.error()
            assert error.first("message") == "already staged"
            assert error.body == b"NACK a-1-1: its settling is staged in 'tx'.\n"


@pytest.mark.parametrize("end", ["COMMIT", "ABORT"])
async def test_unsubscribe_leaves_what_is_staged_to_the_transaction(demo: Broker, end: str) -> None:
    async with connected(demo) as client:
        held = await staged(demo, client)
        await client.ack(held[0], transaction="tx")
        await client.answered(frames.unsubscribe("s"))
        queue = demo.queue("/queue/q")
        assert (queue.depth, queue.unsettled) == (2, 1)
        await client.answered(Frame(end, {"transaction": "tx"}))
        assert (queue.depth, queue.unsettled, queue.settled) == ((2, 0, 1) if end == "COMMIT" else (3, 0, 0))


async def test_a_lost_connection_aborts(demo: Broker) -> None:
    async with connected(demo) as client:
        held = await staged(demo, client)
        await client.ack(held[0], transaction="tx")
        await client.answered(frames.send("/queue/q", b"d", transaction="tx"))
        client.writer.close()
        await demo.until(lambda: not demo.connections)
    assert [message.body for message in demo.queue("/queue/q").ready] == [b"a", b"b", b"c"]


async def test_transactions_of_one_name_on_two_connections_are_two(demo: Broker) -> None:
    async with connected(demo) as one, connected(demo) as two:
        for client in (one, two):
            assert await client.answered(frames.begin("tx")) == []
        assert await one.answered(frames.abort("tx")) == []
        assert await two.answered(frames.commit("tx")) == []


@pytest.mark.parametrize(
    "frame",
    [
        frames.send("/queue/q", b"x", transaction="no"),
        frames.settle("ACK", [("id", "a-1-1")], transaction="no"),
        frames.settle("NACK", [("id", "a-1-1")], transaction="no"),
        frames.commit("no"),
        frames.abort("no"),
    ],
    ids=lambda frame: frame.command,
)
async def test_unknown_transactions_are_refused(demo: Broker, frame: Frame) -> None:
    async with connected(demo) as client:
        await staged(demo, client)
        client.write(frame)
        error = await client.error()
        assert error.first("message") == "unknown transaction"
        assert (
            error.body.decode() == f"{frame.command}: the transaction 'no' is not open on this connection.\n"
        )
        await client.quiet()
        assert (demo.queue("/queue/q").unsettled, demo.queue("/queue/q").published) == (3, 3)


async def test_begin_twice_and_commit_twice_are_refused(demo: Broker) -> None:
    async with connected(demo) as client:
        await client.answered(frames.begin("tx"))
        client.write(frames.begin("tx"))
        assert (await client.error()).first("message") == "transaction already begun"
        await client.answered(frames.commit("tx"))
        client.write(frames.commit("tx"))
        assert (await client.error()).first("message") == "unknown transaction"


async def test_a_refused_send_is_not_staged(demo: Broker) -> None:
    async with connected(demo) as client:
        await client.answered(frames.begin("tx"))
        client.write(frames.send("/nope/x", b"a", transaction="tx"))
        assert (await client.error()).first("message") == "unknown destination"
        assert await client.answered(frames.commit("tx")) == []
