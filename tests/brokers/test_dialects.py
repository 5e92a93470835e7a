"""What the state believes of RabbitMQ and ActiveMQ is what they do."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from stomptui.demo import serve_in_thread
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Confirmed, MessageReceived, Rejected
from stomptui.stomp.frame import AckMode
from stomptui.stomp.uri import parse_uri
from tests.brokers.live import Live
from tests.brokers.peer import Peer
from tests.brokers.real import RealBroker

Destinations = Callable[..., str]


def left_in(broker: RealBroker, believed: dict[str, list[bytes]]) -> dict[str, list[bytes]]:
    """What new consumers of the queues get, at least as many as believed, up to one more that ends each.

    The broker may take a moment to see that the connection before has ended.
    """
    found: dict[str, list[bytes]] = {}
    for queue, bodies in believed.items():
        with Peer(broker) as peer:
            peer.publish(queue, b"the end")
            peer.subscribe(queue)
            came: list[bytes] = []
            while b"the end" not in came or len(came) <= len(bodies):
                came.append(peer.receive().body)
            found[queue] = sorted(body for body in came if body != b"the end")
    return found


def arrived(live: Live) -> int:
    return sum(isinstance(event, MessageReceived) for event in live.events)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_every_version_settles_by_its_own_id(broker: RealBroker, destination: str, version: str) -> None:
    with Live(broker, (version,)) as live:
        live.subscribe(destination, AckMode.CLIENT)
        for body in (b"0", b"1", b"2"):
            live.publish(destination, body)
        live.until(lambda: len(live.state.ledger) == 3)
        assert live.state.version == version
        second = list(live.state.ledger)[1]
        assert isinstance(live.settle("ACK", second), Confirmed)
        assert live.bodies() == [b"2"]
    assert left_in(broker, {destination: [b"2"]}) == {destination: [b"2"]}


def settle_at_random(broker: RealBroker, queues: list[str], seed: int) -> dict[str, list[bytes]]:
    """Settle cumulatively or not, inside and outside transactions; gives what is then believed unsettled.

    Each queue's are sorted.
    """
    choice = random.Random(seed)
    modes = [AckMode.CLIENT, AckMode.CLIENT_INDIVIDUAL, choice.choice([AckMode.CLIENT, AckMode.AUTO])]
    commands = ["ACK"] if broker.name == "activemq" else ["ACK", "ACK", "NACK"]
    with Live(broker) as live:
        for queue, mode in zip(queues, modes, strict=True):
            live.subscribe(queue, mode)
        count = 0
        for _ in range(12):
            for _ in range(choice.randrange(3)):
                count += 1
                live.publish(choice.choice(queues), b"%d" % count)
            live.until(lambda count=count: arrived(live) >= count)  # type: ignore[misc]
            opened = choice.random() < 0.4
            if opened:
                live.sure(lambda r: frames.begin("t", receipt=r))
            for _ in range(choice.randrange(3)):
                command = choice.choice(commands)
                able = [n for n in live.state.ledger if live.session.why_not_settle(command, n) is None]
                if able:
                    # Without this header what was nacked would come again, now or later.
                    headers = [("requeue", "false")] if command == "NACK" else []
                    assert isinstance(live.settle(command, choice.choice(able), *headers), Confirmed)
            if opened:
                end = choice.choice([frames.commit, frames.abort])
                assert isinstance(live.sure(lambda r, end=end: end("t", receipt=r)), Confirmed)  # type: ignore[misc]
        return {queue: sorted(live.bodies(queue)) for queue in queues}


@pytest.mark.parametrize("seed", range(4))
def test_what_is_believed_unsettled_is_what_comes_again(
    broker: RealBroker, destinations: Destinations, seed: int
) -> None:
    queues = [destinations(), destinations(), destinations()]
    believed = settle_at_random(broker, queues, seed)
    assert left_in(broker, believed) == believed


@pytest.mark.parametrize("seed", range(10))
def test_the_embedded_broker_is_believed_rightly_too(seed: int) -> None:
    queues = ["/queue/a", "/queue/b", "/queue/c"]
    with serve_in_thread(sample=False) as uri:
        endpoint = parse_uri(uri)
        broker = RealBroker("demo", endpoint.host, endpoint.port)
        believed = settle_at_random(broker, queues, seed)
        assert left_in(broker, believed) == believed


def test_rabbitmq_gives_a_nack_back_at_once(rabbitmq: RealBroker, destination: str) -> None:
    with Live(rabbitmq) as live:
        live.subscribe(destination, AckMode.CLIENT_INDIVIDUAL)
        for body in (b"same", b"same", b"other"):
            live.publish(destination, body)
        live.until(lambda: len(live.state.ledger) == 3)
        second = list(live.state.ledger)[1]
        live.settle("NACK", second)
        live.until(lambda: len(live.state.ledger) == 3)
        again = list(live.state.ledger.values())[-1]
        assert (again.earlier, again.deliveries, again.frame.body) == (second, 2, b"same")
        live.settle("NACK", again.number, ("requeue", "false"))
        assert live.bodies() == [b"same", b"other"]
    left = {destination: [b"other", b"same"]}
    assert left_in(rabbitmq, left) == left


def test_rabbitmq_nacks_the_whole_connection(rabbitmq: RealBroker, destinations: Destinations) -> None:
    first, second = destinations(), destinations()
    with Live(rabbitmq) as live:
        live.subscribe(first, AckMode.CLIENT_INDIVIDUAL)
        live.subscribe(second, AckMode.CLIENT)
        live.publish(first, b"1")
        live.until(lambda: len(live.state.ledger) == 1)
        live.publish(second, b"2")
        live.until(lambda: len(live.state.ledger) == 2)
        live.settle("NACK", list(live.state.ledger)[1], ("requeue", "false"))
        assert live.bodies() == []
    assert left_in(rabbitmq, {first: [], second: []}) == {first: [], second: []}


def test_rabbitmq_holds_what_was_unsubscribed_and_acks_it_along(
    rabbitmq: RealBroker, destinations: Destinations
) -> None:
    first, second = destinations(), destinations()
    with Live(rabbitmq) as live:
        one = live.subscribe(first, AckMode.CLIENT_INDIVIDUAL)
        live.subscribe(second, AckMode.CLIENT)
        live.publish(first, b"1")
        live.until(lambda: len(live.state.ledger) == 1)
        live.publish(second, b"2")
        live.until(lambda: len(live.state.ledger) == 2)
        live.sure(lambda r: live.session.unsubscribe_frame(one, receipt=r))
        assert [entry.frame.body for entry in live.state.ledger.held.values()] == [b"1"]
        (number,) = live.state.ledger
        live.settle("ACK", number)
        assert not live.state.ledger.held
    assert left_in(rabbitmq, {first: [], second: []}) == {first: [], second: []}


def test_rabbitmq_closes_for_a_second_settling(rabbitmq: RealBroker, destination: str) -> None:
    with Live(rabbitmq) as live:
        live.subscribe(destination, AckMode.CLIENT_INDIVIDUAL)
        live.publish(destination, b"1")
        live.until(lambda: len(live.state.ledger) == 1)
        (number,) = live.state.ledger
        again = live.session.settle_frame("ACK", number)
        live.settle("ACK", number)
        refused = live.sure(lambda r: frames.settle("ACK", again.headers, receipt=r), force=True)
        assert isinstance(refused, Rejected)
        live.until(lambda: live.closed)


def test_rabbitmqs_receipt_of_a_failed_subscribe_confirms_nothing(rabbitmq: RealBroker) -> None:
    with Live(rabbitmq) as live:
        live.subscribe("/amq/queue/nosuch", AckMode.AUTO)
        assert live.state.subscriptions["1"].refused
        assert not any(isinstance(event, Confirmed) for event in live.events)
        live.until(lambda: live.closed)


def test_activemq_gives_back_what_was_unsubscribed(activemq: RealBroker, destination: str) -> None:
    with Live(activemq) as live:
        one = live.subscribe(destination, AckMode.CLIENT_INDIVIDUAL)
        live.publish(destination, b"1")
        live.until(lambda: len(live.state.ledger) == 1)
        (before,) = live.state.ledger
        live.sure(lambda r: live.session.unsubscribe_frame(one, receipt=r))
        live.subscribe(destination, AckMode.CLIENT_INDIVIDUAL)
        live.until(lambda: len(live.state.ledger) == 1)
        (again,) = live.state.ledger.values()
        assert (again.earlier, again.deliveries) == (before, 2)


def test_activemqs_nack_covers_one_and_never_comes_again(activemq: RealBroker, destination: str) -> None:
    with Live(activemq) as live:
        live.subscribe(destination, AckMode.CLIENT)
        for body in (b"1", b"2", b"3"):
            live.publish(destination, body)
        live.until(lambda: len(live.state.ledger) == 3)
        live.settle("NACK", list(live.state.ledger)[1])
        assert live.bodies() == [b"1", b"3"]
    left = {destination: [b"1", b"3"]}
    assert left_in(activemq, left) == left


def test_activemq_names_the_frame_that_it_refuses(activemq: RealBroker, destination: str) -> None:
    with Live(activemq) as live:
        live.transmit(frames.send(destination, b"1"))
        refused = live.sure(lambda r: frames.commit("nope", receipt=r), force=True)
        assert isinstance(refused, Rejected)
        assert refused.sure
