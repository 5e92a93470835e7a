"""Drafts: headers as text and back, what is left out, which bodies may be edited; always byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.brokers import activemq, rabbitmq
from stomptui.console.dialogs.draft import (
    EDITABLE,
    OF_SUBSCRIBE,
    draft_from,
    editable,
    headers_text,
    parse_headers,
)
from stomptui.render import notation
from stomptui.render.text import printable
from stomptui.stomp.codec import Decoder, encode
from stomptui.stomp.frame import Frame
from stomptui.stomp.frame import send as make_send
from tests.console import hostile

OCTETS = st.binary(max_size=40).map(
    lambda octets: octets.replace(b"\0", b"").decode("utf-8", "surrogateescape")
)
VALUES = st.one_of(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), OCTETS)
NAMES = VALUES.filter(
    lambda name: name and name not in ("destination", "receipt", "transaction", "content-length")
)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_a_value_comes_back_as_it_was_and_is_safe_to_show(value: str) -> None:
    written = notation.write(value)
    assert notation.read(written) == value
    assert printable(written) == written


@pytest.mark.parametrize(
    "value", [*hostile.PIECES[:-1], "\udc9b\udcff", "a:b\\c\nd\re", "\\x1b", "\u0301a", ""]
)
def test_hostile_values_come_back_too(value: str) -> None:
    assert notation.read(notation.write(value)) == value
    assert hostile.dangers(notation.write(value, name=True)) == []


@given(st.lists(st.tuples(NAMES, VALUES), max_size=6))
@settings(max_examples=150, deadline=None)
def test_headers_come_back_in_order_with_repeats(headers: list[tuple[str, str]]) -> None:
    assert parse_headers(headers_text(headers)) == (tuple(headers), ())


def test_headers_are_read_as_people_paste_them() -> None:
    text = "x-a:1\r\n\n  \nx-b:a:b\\cc\\n\\\\\nx-a: 2 \nempty:"
    expected = (("x-a", "1"), ("x-b", "a:b:c\n\\"), ("x-a", " 2 "), ("empty", ""))
    assert parse_headers(text) == (expected, ())


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("novalue", "no colon: name:value is expected, not novalue"),
        (":v", "no name before the colon"),
        ("a:b\\tc", "\\t is no escape: write \\\\ for a backslash, \\n for a line break"),
        ("a:b\\", "\\ is no escape: write \\\\ for a backslash, \\n for a line break"),
        ("a:\\Uffffffff", "\\Uffffffff is no character"),
        ("a:\\x00", "NUL ends a frame and cannot stand in a header"),
        ("destination:/q", "the destination is in To"),
        ("receipt:1", "the receipt has its own switch"),
        ("transaction:t", "the transaction has its own switch (ctrl+t)"),
        ("content-length:3", "content-length has its own switch"),
    ],
)
def test_each_mistake_is_named_with_its_line(line: str, problem: str) -> None:
    assert parse_headers(f"good:1\n\n{line}\nalso:2") == ((("good", "1"), ("also", "2")), ((3, problem),))


def test_a_subscription_writes_other_headers_itself() -> None:
    parsed = parse_headers("selector:a\ntransaction:t\nack:auto\nid:1", OF_SUBSCRIBE)
    assert parsed.headers == (("selector", "a"), ("transaction", "t"))
    assert [line for line, _ in parsed.problems] == [3, 4]


RECEIVED = Frame(
    "MESSAGE",
    [
        ("subscription", "sub-1"),
        ("destination", "/queue/orders"),
        ("message-id", "T_1"),
        ("ack", "T_1"),
        ("redelivered", "false"),
        ("content-type", "application/json"),
        ("x-tenant", "acme"),
        ("x-tenant", "other"),
        ("x-note", "a:b\\c\nd"),
        ("receipt", "publishers-own"),
        ("content-length", "4"),
    ],
    b'{"a"',
)


def test_a_message_is_drafted_without_what_is_the_brokers() -> None:
    draft = draft_from(RECEIVED, rabbitmq.WORDS)
    assert draft.destination == "/queue/orders"
    assert (
        draft.headers_text
        == "content-type:application/json\nx-tenant:acme\nx-tenant:other\nx-note:a:b\\\\c\\nd"
    )
    assert draft.body == RECEIVED.body
    assert draft.left_out == ("subscription", "message-id", "ack", "redelivered", "receipt")
    assert draft.content_length and draft.receipt and draft.transaction is None


def test_a_text_message_of_activemq_stays_one() -> None:
    text = Frame("MESSAGE", [("destination", "/queue/a")], b"text")
    assert draft_from(text, activemq.WORDS).content_length is False
    octets = Frame("MESSAGE", [("destination", "/queue/a")], b"\0")
    assert draft_from(octets, activemq.WORDS).content_length is True


def test_a_second_destination_is_left_out_and_said() -> None:
    frame = Frame("MESSAGE", [("destination", "/queue/a"), ("destination", "/queue/b")])
    draft = draft_from(frame, rabbitmq.WORDS)
    assert (draft.destination, draft.left_out) == ("/queue/a", ("destination",))


@given(st.lists(st.tuples(OCTETS.filter(bool), OCTETS), max_size=5), st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_what_is_sent_again_is_the_same_on_the_wire(headers: list[tuple[str, str]], body: bytes) -> None:
    own = [(f"x-{name}", value) for name, value in headers]
    original = Frame("MESSAGE", [("destination", "/queue/a"), *own], body)
    decoder = Decoder("1.2")
    decoder.receive(encode(original, "1.2") if b"\0" not in body else _counted(original))
    [received] = [item for item in decoder if isinstance(item, Frame)]
    draft = draft_from(received, rabbitmq.WORDS)
    again = make_send(
        draft.destination,
        draft.body,
        headers=parse_headers(draft.headers_text).headers,
        content_length=draft.content_length,
    )
    assert encode(again, "1.2").partition(b"\n")[2] == received.raw.partition(b"\n")[2]


def _counted(frame: Frame) -> bytes:
    headers = [*frame.headers, ("content-length", str(len(frame.body)))]
    return encode(Frame(frame.command, headers, frame.body), "1.2")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"a\nb\n",
        b"a\r\nb",
        b"a\r\nb\r\n",
        b"\ttab",
        "h\u00e9llo \u4e2d \U0001f600".encode(),
        b"\n\n",
    ],
)
def test_plain_text_is_edited_in_the_form(body: bytes) -> None:
    assert editable(body) == body.decode()


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"a\0b",
        b"\x1b[2J",
        b"a\rb",
        b"a\r\nb\nc",
        b"a\nb\r\nc",
        "\ufeffbom".encode(),
        "a\u2028b".encode(),
        "a\u202eb".encode(),
        b"a\x0bb",
        b"x" * (EDITABLE + 1),
    ],
)
def test_what_would_be_changed_or_act_on_the_terminal_is_not(body: bytes) -> None:
    assert editable(body) is None


@given(
    st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
)
@settings(max_examples=200, deadline=None)
def test_an_editable_body_is_its_text(body: bytes) -> None:
    text = editable(body)
    assert text is None or text.encode() == body
