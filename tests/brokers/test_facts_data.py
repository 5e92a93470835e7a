"""The facts as data: whole, short, plain, and each says how it is known."""

from __future__ import annotations

import itertools

import pytest

from stomptui import brokers
from stomptui.brokers import activemq, artemis, demo, generic, rabbitmq
from stomptui.brokers.facts import Known
from stomptui.brokers.headers.standard import STANDARD
from stomptui.brokers.words import Words
from stomptui.stomp.dialect import Dialect
from stomptui.stomp.frame import Frame

ALL = [activemq.WORDS, artemis.WORDS, demo.WORDS, generic.WORDS, rabbitmq.WORDS]
each = pytest.mark.parametrize("words", ALL, ids=[words.name for words in ALL])
COMMANDS = (
    *("CONNECT", "CONNECTED", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT"),
    *("DISCONNECT", "MESSAGE", "RECEIPT", "ERROR"),
)
TEXT = 100
"""Characters that a pane of the narrowest screen shows in two rows."""


def own(words: Words) -> list[brokers.Header]:
    return [header for header in words.headers if header not in STANDARD]


@each
def test_texts_are_short_and_plain(words: Words) -> None:
    texts = [words.on_abort, words.content_length, words.ack_covers, words.nack_covers]
    texts += [header.meaning for header in words.headers]
    texts += [text for one in words.destinations for text in (one.form, one.meaning)]
    texts += [text for one in words.explanations for text in (one.meaning, one.what_to_do)]
    for text in texts:
        assert text and len(text) <= TEXT, text
        assert text == text.strip().removesuffix("."), text
        assert text.isprintable(), text


@each
def test_a_header_is_told_once_a_frame(words: Words) -> None:
    told = [(header.name, command) for header in own(words) for command in header.frames]
    assert len(told) == len(set(told))
    for header in words.headers:
        assert header.frames and set(header.frames) <= set(COMMANDS)
        assert header.name == header.name.strip()
        assert not header.values or header.example in ("", *header.values)


@each
def test_every_broker_knows_the_headers_of_the_specification(words: Words) -> None:
    for header in STANDARD:
        for command in header.frames:
            told = words.header(command, header.name)
            assert told is not None
            assert told == header or told.known is not Known.SPECIFIED
    assert words.headers_of("STOMP") == words.headers_of("CONNECT")


@each
def test_a_name_comes_once_and_the_brokers_word_goes_first(words: Words) -> None:
    for command in COMMANDS:
        headers = words.headers_of(command)
        names = [header.name for header in headers]
        assert len(set(names)) == len(names)
        by_itself = [header.known is not Known.SPECIFIED for header in headers]
        assert by_itself == sorted(by_itself, reverse=True)


def test_what_the_specification_requires() -> None:
    required = {
        command: {header.name for header in generic.WORDS.headers_of(command) if header.required}
        for command in COMMANDS
    }
    assert required == {
        "CONNECT": {"accept-version", "host"},
        "CONNECTED": {"version"},
        "SEND": {"destination"},
        "SUBSCRIBE": {"destination", "id"},
        "UNSUBSCRIBE": {"id"},
        "ACK": {"id"},
        "NACK": {"id"},
        "BEGIN": {"transaction"},
        "COMMIT": {"transaction"},
        "ABORT": {"transaction"},
        "DISCONNECT": set(),
        "MESSAGE": {"destination", "message-id", "subscription"},
        "RECEIPT": {"receipt-id"},
        "ERROR": set(),
    }


def test_all_of_the_specification_says_where_it_stands() -> None:
    for header in STANDARD:
        assert header.known is Known.SPECIFIED
        assert header.section.startswith("STOMP 1.")
    assert not any(header.section for words in ALL for header in own(words))


def test_what_was_not_seen_on_a_running_broker_says_so() -> None:
    """Artemis was never run: nothing of it is told as seen."""
    words = artemis.WORDS
    facts = [*own(words), *words.destinations, *set(words.explanations) - set(generic.WORDS.explanations)]
    assert {fact.known for fact in facts} == {Known.READ} == {words.known}
    assert rabbitmq.WORDS.known is activemq.WORDS.known is demo.WORDS.known is Known.OBSERVED


@each
def test_the_kind_of_a_form_is_what_it_says(words: Words) -> None:
    for destination in words.destinations:
        assert words.destination_kind(destination.form) == destination.kind, destination.form
    known = {destination.kind for destination in words.destinations}
    assert {words.destination_kind(form) for form, _ in words.examples} <= known


@each
def test_the_explanations_for_any_broker_come_last(words: Words) -> None:
    patterns = [one.pattern.pattern for one in words.explanations]
    assert len(set(patterns)) == len(patterns)
    assert words.explanations[-len(generic.WORDS.explanations) :] == generic.WORDS.explanations


def error(message: str | None, body: bytes = b"") -> Frame:
    return Frame("ERROR", [] if message is None else [("message", message)], body)


def test_an_error_is_explained_by_the_broker_that_sent_it() -> None:
    refused = error("not_found", b"NOT_FOUND - no queue 'x' in vhost '/'")
    explanation = brokers.explained(rabbitmq.RABBITMQ, refused)
    assert explanation is not None
    assert explanation.closes
    for dialect in (activemq.ACTIVEMQ, artemis.ARTEMIS, demo.DEMO, Dialect(), Dialect(name="other")):
        assert brokers.explained(dialect, refused) is None


def test_an_error_before_connected_is_explained_for_any_broker() -> None:
    refused = error("Bad CONNECT", b"Access refused for user 'guest'\n")
    told = {brokers.explained(words.dialect, refused) for words in ALL}
    assert len(told) == 1
    assert None not in told


@pytest.mark.parametrize("message", [None, "", "all is lost", "x" * 100_000, "\x1b[2J\udcff"])
@pytest.mark.parametrize("body", [b"", b"\n\nsome\nlines", b"\xff\x00", b"NOT_FOUND" * 100_000])
def test_what_is_not_known_is_not_explained(message: str | None, body: bytes) -> None:
    for words in ALL:
        assert brokers.explained(words.dialect, error(message, body)) is None


def test_only_the_first_line_of_a_body_counts() -> None:
    trace = b"java.lang.Exception: x\n\tat No subscription matched.\nNo subscription matched.\n"
    assert brokers.explained(activemq.ACTIVEMQ, error("x", trace)) is None
    assert brokers.explained(activemq.ACTIVEMQ, error("No subscription matched.", trace)) is not None


def test_the_brokers_differ_in_what_they_do() -> None:
    """What a reader would otherwise have to look up is told, and told differently where they differ."""
    assert rabbitmq.WORDS.nack_covers.endswith("of the connection")
    assert activemq.WORDS.nack_covers == "the message it names"
    assert activemq.WORDS.ack_covers.endswith("of its subscription")
    makes_bytes = {words.name: words.content_length_makes_bytes for words in ALL}
    assert makes_bytes == {
        "ActiveMQ": True,
        "Artemis": True,
        "Demo broker": False,
        "STOMP broker": None,
        "RabbitMQ": False,
    }
    pairs = itertools.combinations((rabbitmq.WORDS, activemq.WORDS, artemis.WORDS), 2)
    assert all(one.on_unsubscribe != other.on_unsubscribe for one, other in pairs)
