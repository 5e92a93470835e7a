"""A request is answered through the reply queue that the words of each broker name."""

from __future__ import annotations

from collections.abc import Callable

from stomptui import brokers
from stomptui.brokers import activemq, artemis, demo, generic, rabbitmq
from stomptui.brokers.words import ReplyQueue, Words
from stomptui.demo import serve_in_thread
from stomptui.stomp.uri import parse_uri
from tests.brokers.peer import Peer
from tests.brokers.real import RealBroker

WORDS: dict[str, Words] = {"rabbitmq": rabbitmq.WORDS, "activemq": activemq.WORDS, "demo": demo.WORDS}


def ask_twice(broker: RealBroker, requests: str) -> None:
    """Ask over one reply queue; every answer comes to the asker, by the id that the words promise."""
    way = WORDS[broker.name].reply_queue
    assert way is not None
    replies = way.prefix + "r1"
    with Peer(broker) as asker, Peer(broker) as answerer:
        answerer.subscribe(requests)
        if way.subscribe:
            asker.subscribe(replies, subscription="replies")
        for body in (b"first", b"second"):
            asker.publish(requests, body, f"reply-to:{replies}")
            request = answerer.receive()
            assert request.body == body
            # An id with escapes goes back as it came.
            answerer.publish((request.first(b"reply-to") or b"").decode(), b"re: " + body)
            reply = asker.receive()
            expected = b"replies" if way.subscribe else replies.encode()
            assert (reply.body, reply.first(b"subscription")) == (b"re: " + body, expected)


def test_a_reply_queue_brings_the_replies(broker: RealBroker, destinations: Callable[..., str]) -> None:
    ask_twice(broker, destinations("requests"))


def test_the_embedded_broker_has_one_too() -> None:
    with serve_in_thread(sample=False) as uri:
        endpoint = parse_uri(uri)
        ask_twice(RealBroker("demo", endpoint.host, endpoint.port), "/queue/requests")


def test_no_way_is_promised_where_none_is_known() -> None:
    assert generic.WORDS.reply_queue is None
    assert artemis.WORDS.reply_queue is None
    assert brokers.words(rabbitmq.RABBITMQ).reply_queue == ReplyQueue("/temp-queue/", subscribe=False)
