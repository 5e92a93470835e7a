"""What ActiveMQ says twice is told once; and whether an ERROR names the frame that it answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stomptui.stomp import frame as frames
from stomptui.stomp.events import ErrorReceived, Rejected
from stomptui.stomp.frame import AckMode, Frame
from tests.brokers.live import Live
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker

TIMES = 15
"""Connections: on one in ten to a hundred, the first of two ERRORs comes again before the other."""


def errors(live: Live) -> list[ErrorReceived]:
    return [event for event in live.events if isinstance(event, ErrorReceived)]


def said(live: Live, words: str) -> bool:
    return any(words in (event.frame.first("message") or "") for event in errors(live))


def test_what_activemq_says_twice_refuses_once(
    activemq: RealBroker, destinations: Callable[..., str]
) -> None:
    for _ in range(TIMES):
        destination = destinations()
        with Live(activemq) as live:
            live.subscribe(destination, AckMode.CLIENT_INDIVIDUAL)
            live.publish(destination, b"x")
            live.until(lambda live=live: len(live.state.ledger) == 1)  # type: ignore[misc]
            (number,) = live.state.ledger
            ack = live.session.settle_frame("ACK", number)
            live.sure(lambda r: frames.begin("t", receipt=r))
            tried = Frame("NACK", [*ack.headers, ("transaction", "t")])
            nacked = live.transmit(tried, force=True)
            live.until(lambda live=live: said(live, "Poison"))  # type: ignore[misc]
            acked = live.transmit(ack, force=True)
            live.until(lambda live=live: said(live, "Unexpected"))  # type: ignore[misc]
            refused = [event.number for event in live.events if isinstance(event, Rejected)]
            assert refused == [nacked, acked]
            first, *others = errors(live)
            assert all(one.again == first.number and one.answers == nacked for one in others[:-1])
            assert others[-1].again is None


@pytest.mark.parametrize("asks", [True, False])
def test_whether_an_error_names_what_it_answers(broker: RealBroker, asks: bool) -> None:
    """ActiveMQ does where the frame asked for a receipt, RabbitMQ never."""
    with Wire(broker) as wire:
        wire.connect()
        wire.say("COMMIT", "transaction:none-such", *(["receipt:r"] if asks else []))
        named = wire.until("ERROR").first("receipt-id")
    assert named == ("r" if asks and broker.name == "activemq" else None)
