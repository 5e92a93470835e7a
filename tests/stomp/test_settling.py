"""The short way of ACK and NACK is the long one, only shorter: same octets, events, state and blame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.events import ErrorReceived, FrameSent
from stomptui.stomp.frame import AckMode, begin, send
from stomptui.stomp.session import Session
from tests.stomp.playbook import ACTIVEMQ, ARTEMIS, RABBITMQ, Play, error, message, play

NUMBERS = [5, 6, 7, 8]
"""Of the messages that `made` gets: in turn of mode client and client-individual."""


def made(server: str | None, version: str) -> Play:
    script = play().connects(server, version)
    script.subscribes("/queue/a", AckMode.CLIENT).subscribes("/queue/b")
    for number in NUMBERS:
        script.gets(message(f"{number}:x\\", subscription=str(2 - number % 2)))
    script.events.clear()
    return script


def outcome(session: Session) -> tuple[object, ...]:
    """What is known after some settling."""
    state = session.state
    gone = [state.ledger.gone(number) for number in NUMBERS]
    unsettled = [made.unsettled for made in state.subscriptions.values()]
    return list(state.ledger), gone, unsettled, state.frames, state.last_sent


@pytest.mark.parametrize("command", ["ACK", "NACK"])
@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("server", [None, ACTIVEMQ, ARTEMIS, RABBITMQ])
@pytest.mark.parametrize("order", [[5, 6, 7, 8], [8, 7, 6, 5], [6, 7]])
def test_it_is_the_long_way(server: str | None, version: str, command: str, order: list[int]) -> None:
    long, short, quiet = (made(server, version) for _ in range(3))
    for now, number in enumerate(order, start=1):
        if short.session.why_not_settle(command, number) is not None:  # covered by the one before
            with pytest.raises(LocalProtocolError, match=f"{number:05d}"):
                short.session.settle(command, number, now)
            continue
        expected = long.session.transmit(long.session.settle_frame(command, number), now)
        got = short.session.settle(command, number, now)
        assert got == expected
        assert isinstance(got.events[0], FrameSent)
        assert got.events[0].frame.raw == expected.data
        assert quiet.session.settle(command, number, now, told=False)[::2] == (expected.data, expected.number)
        assert outcome(short.session) == outcome(long.session) == outcome(quiet.session)
    for script in (long, short, quiet):
        script.at(3.0).gets(error())
    assert long.events == short.events == quiet.events
    again = message("6:x\\", ("redelivered", "true"), subscription="2")
    for script in (long, short, quiet):
        script.events.clear()
        script.gets(again)
    assert long.events == short.events == quiet.events


PIECES = [
    b"a",
    b"1",
    b" ",
    b"\xc3\xa9",
    b"\xff",
    b"\\c",
    b"\\n",
    b"\\r",
    b"\\\\",
    b"ack",
    b":",
    b"\\t",
    b"\r",
    b"\t",
]
"""Octets of a header's value: ordinary ones, escapes, what is no UTF-8, and what STOMP 1.2 does not allow."""
VALUES = st.lists(st.sampled_from(PIECES), max_size=6).map(b"".join)


@given(VALUES, VALUES, st.booleans(), st.sampled_from(["ACK", "NACK"]))
def test_the_octets_are_those_of_the_long_way(ack: bytes, body: bytes, twice: bool, command: str) -> None:
    again = b"ack:other\n" if twice else b""
    head = b"MESSAGE\nsubscription:1\nx-ack:no\nack:%b\n%bmessage-id:m\ndestination:/q\n\n" % (ack, again)
    long, short = (play().connects(RABBITMQ).subscribes("/q") for _ in range(2))
    for script in (long, short):
        script.gets(head + b"\nack:of the body\n" + body + b"\0\n")
    number = long.state.frames
    expected = long.session.transmit(long.session.settle_frame(command, number), 1.0)
    assert short.session.settle(command, number, 1.0) == expected
    assert outcome(short.session) == outcome(long.session)


def test_an_error_is_blamed_on_what_was_sent_last_of_settlings_and_others() -> None:
    script = made(RABBITMQ, "1.2")
    for number in (6, 8):
        script.sends(send("/q"))
        script.session.settle("ACK", number, 0.0)
    script.sends(send("/q"))
    script.events.clear()
    script.gets(*[error()] * 6)
    blamed = [event.answers for event in script.events if isinstance(event, ErrorReceived)]
    assert blamed == [13, 12, 11, 10, 9, 4]


def test_in_a_transaction_it_is_staged() -> None:
    script = made(RABBITMQ, "1.2").sends(begin("tx"))
    script.events.clear()
    script.events += script.session.settle("ACK", 6, 1.0).events
    script.tells("> 10 ACK in tx", "6 STAGED")


def test_what_the_rules_refuse_is_refused() -> None:
    session = made(RABBITMQ, "1.2").session
    session.settle("ACK", 6, 1.0)
    for number in (6, 99):
        with pytest.raises(LocalProtocolError) as refused:
            session.settle("ACK", number, 1.0)
        assert str(refused.value) == session.why_not_settle("ACK", number)
