"""RabbitMQ takes back what is unsettled for too long: what is said of it, seen with a short time-out."""

from __future__ import annotations

import re

import pytest

from stomptui import brokers
from stomptui.brokers.facts import Known
from stomptui.brokers.rabbitmq import RABBITMQ, WORDS
from stomptui.stomp.events import Closed, ErrorReceived, Rejected
from stomptui.stomp.frame import AckMode
from tests.brokers import rabbitmq as shipped
from tests.brokers.live import Live
from tests.brokers.peer import Peer
from tests.brokers.private import Private

SETTLED = 30
"""Messages that are acked at once: they come within a fraction of the time-out."""
OLD, YOUNG, ACKED = "/queue/old", "/queue/young", "/queue/acked"


def test_one_message_unsettled_too_long_costs_the_connection_and_all_come_again(
    impatient_rabbitmq: Private,
) -> None:
    broker = impatient_rabbitmq.broker
    assert WORDS.on_age is not None and "puts all back as redelivered" in WORDS.on_age
    with Live(broker) as live, Peer(broker) as publisher:
        for queue in (OLD, YOUNG, ACKED):
            live.subscribe(queue, AckMode.CLIENT_INDIVIDUAL)
        publisher.publish(OLD, b"old")
        live.until(lambda: b"old" in live.bodies(OLD))
        count = 0
        while not live.closed:  # what is settled in time does not help
            count += 1
            body = b"%d" % count
            for queue in (YOUNG, ACKED):
                publisher.publish(queue, body)
            live.until(lambda body=body: live.closed or body in live.bodies(ACKED))  # type: ignore[misc]
            if count <= SETTLED:
                [number] = [
                    entry.number for entry in live.state.ledger.values() if entry.destination == ACKED
                ]
                live.transmit(live.session.settle_frame("ACK", number))
        [error] = [event for event in live.events if isinstance(event, ErrorReceived)]
        assert error.answers is None, "no frame is to blame, though the last ACK is a second old"
        assert not any(isinstance(event, Rejected) for event in live.events)
        explanation = brokers.explained(RABBITMQ, error.frame)
        assert explanation is not None and explanation.closes and explanation.known is Known.OBSERVED
        assert "consumer_timeout" in explanation.meaning
        assert any(isinstance(event, Closed) and not event.clean for event in live.events)
        assert live.state.consumer_timeout == 1.5, "as the broker has said now"
    for queue, first in ((OLD, b"old"), (YOUNG, b"1")):
        with Peer(broker) as peer:
            peer.subscribe(queue)
            again = peer.receive()
            assert (again.body, again.first(b"redelivered")) == (first, b"true")


def test_the_time_out_is_that_with_which_rabbitmq_is_shipped() -> None:
    """Read where the broker that is installed here has it; it looks once a minute."""
    if not shipped.installed():
        pytest.skip("RabbitMQ is not installed")
    folder = shipped.PROGRAM.parent.parent
    [application] = folder.glob("lib/rabbitmq_server-*/plugins/rabbit-*/ebin/rabbit.app")
    found = dict(re.findall(r"\{(consumer_timeout|channel_tick_interval), (\d+)\}", application.read_text()))
    assert found == {"consumer_timeout": "1800000", "channel_tick_interval": "60000"}
    assert RABBITMQ.consumer_timeout == 1800
