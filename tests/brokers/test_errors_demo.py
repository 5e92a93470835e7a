"""Every ERROR of the embedded broker that is explained is provoked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stomptui import brokers
from stomptui.brokers.demo import DEMO
from stomptui.brokers.errors.demo import DEMO as EXPLANATIONS
from stomptui.demo import serve_in_thread
from stomptui.stomp.uri import parse_uri
from tests.brokers.provoke import Wire
from tests.brokers.real import RealBroker

Spoken = tuple[str, ...]

SUBSCRIBED: Spoken = ("SUBSCRIBE", "id:1", "destination:/queue/q", "ack:client-individual")
SENT: Spoken = ("SEND", "destination:/queue/q")
PROVOKED: dict[str, list[Spoken]] = {
    "^unknown destination$": [("SEND", "destination:/none/such")],
    "^missing (?:destination|id|transaction|subscription|message-id)$": [("SEND", "nothing:here")],
    "^duplicate subscription$": [SUBSCRIBED, SUBSCRIBED],
    "^unknown subscription$": [("UNSUBSCRIBE", "id:none-such")],
    "^settled already$": [SUBSCRIBED, SENT, ("ACK", "id:a-N-1"), ("ACK", "id:a-N-1")],
    "^unknown message$": [("ACK", "id:none-such")],
    "^already staged$": [
        *(SUBSCRIBED, SENT, ("BEGIN", "transaction:t")),
        *(("ACK", "id:a-N-1", "transaction:t"), ("ACK", "id:a-N-1")),
    ],
    "^unknown transaction$": [("COMMIT", "transaction:none-such")],
    "^transaction already begun$": [("BEGIN", "transaction:t"), ("BEGIN", "transaction:t")],
    "^unknown ack mode$": [("SUBSCRIBE", "id:1", "destination:/queue/q", "ack:none-such")],
    "^unreadable prefetch-count$": [("SUBSCRIBE", "id:1", "destination:/queue/q", "prefetch-count:many")],
    "^unknown command$": [("FROB",)],
    "^already connected$": [("CONNECT", "accept-version:1.2", "host:/")],
    "^malformed frame$": [("SEND", "destination:/queue/q", "content-length:x")],
}


@pytest.fixture
def embedded() -> Iterator[RealBroker]:
    with serve_in_thread(sample=False) as uri:
        endpoint = parse_uri(uri)
        yield RealBroker("demo", endpoint.host, endpoint.port)


def test_every_explanation_is_provoked() -> None:
    assert [one.pattern.pattern for one in EXPLANATIONS] == list(PROVOKED)


@pytest.mark.parametrize("explanation", EXPLANATIONS, ids=lambda one: one.pattern.pattern)
def test_an_error_is_explained(embedded: RealBroker, explanation: brokers.Explanation) -> None:
    with Wire(embedded) as wire:
        wire.connect()
        number = wire.came[0].first("session", "").rpartition("-")[2]
        for frame in PROVOKED[explanation.pattern.pattern]:
            wire.say(*(line.replace("-N-", f"-{number}-") for line in frame))
        assert brokers.explained(DEMO, wire.until("ERROR")) is explanation
        assert wire.ends() == explanation.closes
