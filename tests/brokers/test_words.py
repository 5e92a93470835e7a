"""Recognising a broker, and the words that say what it does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stomptui import brokers
from stomptui.brokers import activemq, artemis, demo, generic, rabbitmq
from stomptui.brokers.words import Words
from stomptui.console.dialogs.nack import OWN
from stomptui.demo.greeting import SERVER as EMBEDDED
from stomptui.stomp.dialect import SPECIFICATION
from stomptui.stomp.frame import Frame

ALL = [activemq.WORDS, artemis.WORDS, demo.WORDS, generic.WORDS, rabbitmq.WORDS]
each = pytest.mark.parametrize("words", ALL, ids=[words.name for words in ALL])


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("RabbitMQ/3.10.8", rabbitmq.WORDS),
        ("RabbitMQ/4.1.0", rabbitmq.WORDS),
        ("ActiveMQ/5.17.2", activemq.WORDS),
        ("ActiveMQ-Artemis/2.31.2 ActiveMQ Artemis Messaging Engine", artemis.WORDS),
        (EMBEDDED, demo.WORDS),
    ],
)
def test_a_broker_is_known_by_its_server_header(server: str, expected: Words) -> None:
    dialect = brokers.recognise(Frame("CONNECTED", [("server", server)]))
    assert dialect is expected.dialect
    assert brokers.words(dialect) is expected


@pytest.mark.parametrize(
    ("server", "name"),
    [
        (None, "STOMP broker"),
        ("", "STOMP broker"),
        ("coilmq/1.1.0", "coilmq"),
        ("Spring 6.1 broker/x", "Spring 6.1 broker"),
        ("\x1b[2Jevil", "STOMP broker"),
        ("a" * 200, "a" * 40),
        ("\udcff", "STOMP broker"),
    ],
)
def test_any_other_broker_speaks_as_specified_under_its_own_name(server: str | None, name: str) -> None:
    headers = [] if server is None else [("server", server)]
    dialect = brokers.recognise(Frame("CONNECTED", headers))
    assert dialect == replace(SPECIFICATION, name=name)
    words = brokers.words(dialect)
    assert (words.name, words.nack) == (name, generic.WORDS.nack)


@each
def test_words_are_short_and_plain(words: Words) -> None:
    texts = [words.nack_summary, words.on_close, words.on_unsubscribe, words.give_back or "x"]
    texts += [text for outcome in words.nack for text in (outcome.words, outcome.done)]
    texts += [text for example in words.examples for text in example]
    for text in texts:
        assert text and len(text) <= 75
        assert text == text.strip().removesuffix(".")
        assert text.isprintable()
    assert len(words.nack_summary) <= 40


@each
def test_every_outcome_of_a_nack_has_its_own_key(words: Words) -> None:
    keys = [outcome.key for outcome in words.nack]
    assert keys and len(set(keys)) == len(keys)
    assert all(len(key) == 1 and key.islower() for key in keys)
    assert OWN not in keys


@each
def test_examples_are_of_the_kind_that_they_say(words: Words) -> None:
    for form, meaning in words.examples:
        kind = words.destination_kind(form)
        assert meaning.startswith("compete") == (kind == "queue"), form


@each
def test_a_copy_carries_nothing_of_the_brokers_own(words: Words) -> None:
    assert words.not_resent >= words.set_by_broker | {"receipt", "transaction"}
    assert words.set_by_broker >= {"message-id", "subscription", "ack", "redelivered"}
    assert not words.not_resent & {"destination", "content-type", "correlation-id", "reply-to", "persistent"}


def test_what_a_nack_does_is_told_per_broker() -> None:
    assert [(one.key, one.words, one.headers) for one in rabbitmq.WORDS.nack] == [
        ("b", "back to queue (comes again at once)", ()),
        ("d", "discard or dead-letter (requeue:false)", (("requeue", "false"),)),
    ]
    assert [(one.key, one.words) for one in activemq.WORDS.nack] == [
        ("d", "dead-letter (lost if not persistent)")
    ]
    assert [(one.key, one.headers) for one in demo.WORDS.nack] == [("b", ()), ("d", (("requeue", "false"),))]
    assert rabbitmq.WORDS.nack_summary == "back to the queue, comes again at once"
    assert rabbitmq.WORDS.on_close == activemq.WORDS.on_close == "puts them back as redelivered"
    assert activemq.WORDS.give_back is not None
    assert rabbitmq.WORDS.give_back is None


def test_on_activemq_a_nack_is_told_by_the_message() -> None:
    queue = ("destination", "/queue/orders")
    kept, gone = Frame("MESSAGE", [queue, ("persistent", "true")]), Frame("MESSAGE", [queue])
    copy = Frame("MESSAGE", [("destination", "/topic/audit"), ("persistent", "true")])

    def told(*frames: Frame) -> list[str]:
        return [one.words for one in activemq.WORDS.nack_for(frames)]

    assert told(kept) == told(kept, kept) == ["dead-letter"]
    assert told(gone) == ["lost: not persistent"]
    assert told(kept, gone) == told(copy) == told() == ["dead-letter (lost if not persistent)"]
    assert rabbitmq.WORDS.nack_for([gone]) == rabbitmq.WORDS.nack


def message(*headers: tuple[str, str]) -> Frame:
    return Frame("MESSAGE", [("destination", "/queue/dlq"), *headers])


@each
def test_an_ordinary_message_comes_from_no_dead_letter(words: Words) -> None:
    assert words.dead_letter_origin(message(("x-tenant", "acme"))) is None


@pytest.mark.parametrize(
    ("words", "header", "value", "origin"),
    [
        (rabbitmq.WORDS, "x-first-death-queue", "orders", "/amq/queue/orders"),
        (rabbitmq.WORDS, "x-first-death-queue", "a/b", "/amq/queue/a%2Fb"),
        (activemq.WORDS, "original-destination", "/queue/orders", "/queue/orders"),
        (activemq.WORDS, "original-destination", "queue://orders", "/queue/orders"),
        (artemis.WORDS, "_AMQ_ORIG_ADDRESS", "orders", "orders"),
    ],
)
def test_a_dead_letter_names_where_it_came_from(words: Words, header: str, value: str, origin: str) -> None:
    assert words.dead_letter_origin(message((header, value))) == origin
    assert header in words.not_resent
