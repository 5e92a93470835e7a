"""What a SUBSCRIBE would do, said before it is sent."""

from __future__ import annotations

import pytest

from stomptui.brokers import activemq, artemis, demo, generic, rabbitmq
from stomptui.brokers.advice import AUTO, COMPETE, COPY
from stomptui.brokers.words import Words
from stomptui.stomp.frame import AckMode
from stomptui.stomp.subscription import Subscription

CLIENT, INDIVIDUAL = AckMode.CLIENT, AckMode.CLIENT_INDIVIDUAL
ALL = [activemq.WORDS, artemis.WORDS, demo.WORDS, generic.WORDS, rabbitmq.WORDS]
each = pytest.mark.parametrize("words", ALL, ids=[words.name for words in ALL])


def advised(words: Words, destination: str, mode: AckMode = INDIVIDUAL, **fields: object) -> list[str]:
    """The advice, with a prefetch of 10 unless told otherwise."""
    prefetch = fields.pop("prefetch", 10)
    lines = words.subscribe_advice(destination, mode, prefetch, **fields)  # type: ignore[arg-type]
    assert all(line.isprintable() and "\n" not in line for line in lines)
    return lines


def made(mode: AckMode, *, closed: bool = False) -> Subscription:
    return Subscription("1", "/queue/other", mode, None, (), 3, 0.0, closed=closed)


@pytest.mark.parametrize("words", [rabbitmq.WORDS, activemq.WORDS, demo.WORDS, generic.WORDS])
def test_a_queue_is_shared_and_a_topic_is_copied(words: Words) -> None:
    assert COMPETE in advised(words, "/queue/orders")
    assert COPY in advised(words, "/topic/audit")
    assert COPY not in advised(words, "/queue/orders")
    assert COMPETE not in advised(words, "/topic/audit")


@each
def test_auto_on_a_queue_is_said(words: Words) -> None:
    assert AUTO in advised(words, "/queue/orders", AckMode.AUTO)
    assert AUTO not in advised(words, "/topic/audit", AckMode.AUTO)
    assert AUTO not in advised(words, "/queue/orders", CLIENT)


@pytest.mark.parametrize("words", [rabbitmq.WORDS, activemq.WORDS, demo.WORDS])
def test_an_unlimited_prefetch_is_said(words: Words) -> None:
    assert any("the whole queue" in line for line in advised(words, "/queue/orders", prefetch=None))
    assert not any("prefetch" in line for line in advised(words, "/queue/orders"))
    assert "prefetch has no effect in mode auto" in advised(words, "/queue/orders", AckMode.AUTO)


@pytest.mark.parametrize("words", [generic.WORDS, artemis.WORDS])
def test_a_prefetch_that_cannot_be_asked_for_is_said(words: Words) -> None:
    assert any("prefetch 10 is not sent" in line for line in advised(words, "/queue/orders"))


def test_rabbitmq_tells_how_to_watch_without_taking() -> None:
    lines = advised(rabbitmq.WORDS, "/queue/orders")
    assert lines[:2] == [COMPETE, "to watch without taking: /exchange/NAME/KEY"]
    assert COPY in advised(rabbitmq.WORDS, "/exchange/logs/error.#")


@pytest.mark.parametrize(
    ("destination", "words"),
    [
        ("/with/slash", "it knows /queue, /topic"),
        ("/temp-queue/x", "/temp-queue is for reply-to"),
        ("a/b", "it knows /queue"),
        ("/queue/a/b", "%2F"),
        ("/amq/queue/a/b", "%2F"),
        ("/topic/a/b", "%2F"),
        ("/exchange/amq.topic/a/b", "%2F"),
        ("/queue/", "the name is missing"),
        ("", "it knows /queue"),
    ],
)
def test_rabbitmq_refuses_what_is_said_to_be_refused(destination: str, words: str) -> None:
    (line,) = advised(rabbitmq.WORDS, destination)
    assert line.startswith("RabbitMQ refuses this: ")
    assert words in line


@pytest.mark.parametrize(
    "destination", ["/topic/a%2Fb", "/exchange/amq.topic/a", "/reply-queue/a/b", "a%2Fb"]
)
def test_rabbitmq_takes_what_is_not_said_to_be_refused(destination: str) -> None:
    assert not any("refuses" in line for line in advised(rabbitmq.WORDS, destination))


def test_rabbitmq_ignores_a_selector() -> None:
    selecting = advised(rabbitmq.WORDS, "/queue/q", headers={"selector": "a = 1"})
    assert "RabbitMQ ignores selector: everything is delivered" in selecting
    assert not any(
        "selector" in line for line in advised(activemq.WORDS, "/queue/q", headers={"selector": "a"})
    )


def test_rabbitmq_warns_of_client_beside_another_acknowledged_subscription() -> None:
    beside = "client: an ACK here also settles all earlier messages of your other subscriptions"
    assert beside in advised(rabbitmq.WORDS, "/queue/q", CLIENT, others=[made(INDIVIDUAL)])
    assert beside not in advised(rabbitmq.WORDS, "/queue/q", CLIENT, others=[made(AckMode.AUTO)])
    assert beside not in advised(rabbitmq.WORDS, "/queue/q", CLIENT, others=[made(CLIENT, closed=True)])
    lines = advised(rabbitmq.WORDS, "/queue/q", INDIVIDUAL, others=[made(CLIENT)])
    assert "an ACK on /queue/other (client) also settles earlier messages of this one" in lines
    assert beside not in advised(activemq.WORDS, "/queue/q", CLIENT, others=[made(CLIENT)])


@pytest.mark.parametrize("destination", ["foo", "/nope/x", "queue://x", "/exchange/e/k"])
def test_activemq_makes_a_queue_of_anything(destination: str) -> None:
    lines = advised(activemq.WORDS, destination)
    assert lines[0] == f"ActiveMQ makes this a queue with the literal name {destination}, without an error"
    assert COMPETE in lines
    assert activemq.WORDS.destination_kind(destination) == "queue"


def test_activemq_watches_with_browser() -> None:
    assert "to watch without taking: own header browser:true" in advised(activemq.WORDS, "/queue/q")
    lines = advised(activemq.WORDS, "/queue/q", headers=[("browser", "true")])
    assert lines == ["browser: shows what the queue holds now and takes nothing"]


def test_activemq_takes_no_prefetch_from_the_destination() -> None:
    lines = advised(activemq.WORDS, "/queue/q?consumer.prefetchSize=1", prefetch=None)
    assert any("the whole queue" in line for line in lines)
    assert "ActiveMQ ignores what stands behind ?: use own headers, as activemq.prefetchSize" in lines
    assert not any("behind ?" in line for line in advised(activemq.WORDS, "/queue/q"))


def test_activemq_wildcards_are_said() -> None:
    assert any("wildcard or list" in line for line in advised(activemq.WORDS, "/queue/orders.>"))
    assert not any("wildcard" in line for line in advised(activemq.WORDS, "/queue/q?consumer.x=*"))


def test_artemis_routing_decides() -> None:
    assert COMPETE in advised(artemis.WORDS, "orders", headers={"subscription-type": "ANYCAST"})
    assert COPY in advised(artemis.WORDS, "orders", headers={"subscription-type": "MULTICAST"})
    assert any("ANYCAST competes" in line for line in advised(artemis.WORDS, "orders"))
