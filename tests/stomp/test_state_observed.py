"""The state is right about frames that it did not make, and survives frames that make no sense."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui import brokers
from stomptui.stomp.codec import Decoder
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.events import MessageReceived, Settled, Settlement
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.phase import Direction
from stomptui.stomp.rules import refusal
from stomptui.stomp.session import Session
from stomptui.stomp.state import State
from tests.stomp.playbook import ACTIVEMQ, ARTEMIS, RABBITMQ, play, told

PROXIED: list[tuple[Direction, bytes, list[str]]] = [
    (
        "to_broker",
        b"CONNECT\naccept-version:1.1,1.2\nhost:/v\nlogin:app\npasscode:secret\nheart-beat:500,0\n\n\0",
        ["> 1 CONNECT"],
    ),
    (
        "to_client",
        b"CONNECTED\nserver:RabbitMQ/3.10.8\nsession:s\nheart-beat:0,1000\nversion:1.1\n\n\0",
        ["< 2 CONNECTED"],
    ),
    (
        "to_broker",
        b"SUBSCRIBE\nid:app-1\ndestination:/queue/q\nack:client\nprefetch-count:5\n\n\0",
        ["> 3 SUBSCRIBE /queue/q"],
    ),
    (
        "to_client",
        b"MESSAGE\nsubscription:app-1\nmessage-id:T\\c1\nack:no\ndestination:/queue/q\n\none\0",
        ["< 4 MESSAGE UNSETTLED"],
    ),
    (
        "to_client",
        b"MESSAGE\nsubscription:app-1\nmessage-id:T\\c2\ndestination:/queue/q\n\ntwo\0",
        ["< 5 MESSAGE UNSETTLED"],
    ),
    ("to_broker", b"BEGIN\ntransaction:t\n\n\0", ["> 6 BEGIN"]),
    (
        "to_broker",
        b"ACK\nsubscription:app-1\nmessage-id:T\\c2\ntransaction:t\n\n\0",
        ["> 7 ACK in t", "4,5 STAGED"],
    ),
    (
        "to_broker",
        b"ABORT\ntransaction:t\n\n\0",
        ["> 8 ABORT", "4,5 UNSETTLED", "t aborted: 0 sent, 2 settled"],
    ),
    ("to_broker", b"NACK\nsubscription:app-1\nmessage-id:T\\c1\nreceipt:n\n\n\0", ["> 9 NACK", "4 NACKED"]),
    (
        "to_client",
        b"MESSAGE\nsubscription:app-1\nmessage-id:T\\c3\nredelivered:true\ndestination:/queue/q\n\none\0",
        ["< 10 MESSAGE UNSETTLED R2 of 4"],
    ),
    ("to_client", b"RECEIPT\nreceipt-id:n\n\n\0", ["< 11 RECEIPT of 9"]),
    ("to_broker", b"UNSUBSCRIBE\nid:app-1\n\n\0", ["> 12 UNSUBSCRIBE", "5,10 LOST"]),
    ("to_broker", b"DISCONNECT\nreceipt:d\n\n\0", ["> 13 DISCONNECT"]),
]


def test_an_application_that_does_not_wait_for_connected() -> None:
    state = State(1, brokers.recognise)
    state.observe("to_broker", Frame("CONNECT"), 0.0)
    headers = [("id", "1"), ("destination", "/q"), ("prefetch-count", "7")]
    state.observe("to_broker", Frame("SUBSCRIBE", headers), 0.0)
    assert state.subscriptions["1"].prefetch is None
    state.observe("to_client", Frame("CONNECTED", [("server", RABBITMQ)]), 0.0)
    assert (state.subscriptions["1"].prefetch, state.version) == (7, "1.0")


def test_an_applications_connection_seen_from_outside() -> None:
    state = State(3, brokers.recognise)
    sides = {"to_broker": Decoder(), "to_client": Decoder()}
    for place, (direction, octets, expected) in enumerate(PROXIED):
        sides[direction].receive(octets)
        sides[direction].version = state.version
        (frame,) = sides[direction]
        assert isinstance(frame, Frame)
        events = state.observe(direction, frame, float(place))
        assert [told(event) for event in events] == expected
        assert all(event.connection == 3 for event in events)
        assert b"secret" not in repr(events).encode()
    assert (state.host, state.login, state.version, state.asked) == ("/v", "app", "1.1", (500, 0))
    assert state.beats.send == 1.0
    subscription = state.subscriptions["app-1"]
    assert (subscription.mode, subscription.prefetch, subscription.delivered) == (AckMode.CLIENT, 5, 3)
    assert [told(event) for event in state.advance(20.0)] == ["9 NACK confirmed"]
    closing = state.observe_closed("end", 20.0, True)
    assert [told(event) for event in closing] == ["13 DISCONNECT unconfirmed", "closed cleanly"]


NAMES = ["id", "ack", "subscription", "message-id", "destination", "transaction", "receipt", "receipt-id"]
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([*NAMES, "redelivered", "requeue", "heart-beat", "version", "prefetch-count"]),
        st.sampled_from(["1", "2", "client", "client-individual", "true", "false", "/temp-queue/x", ""]),
    ),
    max_size=5,
)
COMMANDS = [
    *("SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT", "DISCONNECT"),
    *("CONNECT", "CONNECTED", "MESSAGE", "MESSAGE", "MESSAGE", "RECEIPT", "ERROR", "FROB"),
]
PASSING = st.lists(
    st.tuples(st.sampled_from(["to_broker", "to_client"]), st.sampled_from(COMMANDS), HEADERS), max_size=60
)


@settings(max_examples=200, deadline=None)
@given(
    server=st.sampled_from([None, RABBITMQ, ACTIVEMQ, ARTEMIS, "stomptui-demo/1.0"]),
    version=st.sampled_from(["1.0", "1.1", "1.2"]),
    modes=st.tuples(st.sampled_from(AckMode), st.sampled_from(AckMode)),
    passing=PASSING,
)
def test_any_frames_in_any_order_leave_it_consistent(
    server: str | None,
    version: str,
    modes: tuple[AckMode, AckMode],
    passing: list[tuple[Direction, str, list[tuple[str, str]]]],
) -> None:
    state = State(1, brokers.recognise)
    start: list[tuple[Direction, Frame]] = [
        ("to_broker", Frame("CONNECT")),
        ("to_client", Frame("CONNECTED", [("version", version), ("server", server or "")])),
        *(
            ("to_broker", Frame("SUBSCRIBE", [("id", str(n)), ("destination", "/q"), ("ack", mode)]))
            for n, mode in enumerate(modes, 1)
        ),
    ]
    became: dict[int, Settlement] = {}
    rest = [(direction, Frame(command, headers)) for direction, command, headers in passing]
    for now, (direction, frame) in enumerate([*start, *rest]):
        refusal(state, frame)
        for event in [*state.observe(direction, frame, now / 50), *state.advance(now / 50)]:
            told(event)
            if isinstance(event, MessageReceived):
                became[event.number] = event.settlement
            elif isinstance(event, Settled):
                became.update(dict.fromkeys(event.numbers, event.settlement))
        ledger = state.ledger
        assert state.frames == now + 1
        unsettled = [number for number, one in ledger.items() if one.transaction is None]
        assert unsettled == sorted(
            n for n, settlement in became.items() if settlement is Settlement.UNSETTLED
        )
        assert ledger.open == len(unsettled)
        for one in ledger.values():
            staged = one.transaction is not None
            assert (became[one.number] is Settlement.STAGED) == staged
            assert not staged or one.transaction in state.transactions
        counts = Counter(one.subscription for one in ledger.values())
        for subscription in state.subscriptions.values():
            assert subscription.unsettled == counts[subscription.id]
    state.observe_closed("end", 1e6, False)
    assert not state.ledger
    assert not state.transactions
    assert not state.receipts


@pytest.mark.parametrize("mode", list(AckMode))
def test_a_subscription_asked_for_again_under_the_same_id(mode: AckMode) -> None:
    state = State()
    headers = [("id", "1"), ("destination", "/q"), ("ack", "client")]
    state.observe("to_broker", Frame("CONNECT"), 0.0)
    state.observe("to_client", Frame("CONNECTED", [("version", "1.2")]), 0.0)
    state.observe("to_broker", Frame("SUBSCRIBE", headers), 1.0)
    state.observe("to_client", Frame("MESSAGE", [("subscription", "1"), ("ack", "a")]), 1.0)
    state.observe("to_broker", Frame("SUBSCRIBE", [*headers[:2], ("ack", str(mode))]), 2.0)
    assert (state.subscriptions["1"].mode, state.subscriptions["1"].unsettled) == (mode, 1)
    state.observe("to_broker", Frame("ACK", [("id", "a")]), 3.0)
    assert state.subscriptions["1"].unsettled == 0


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from(
                [b"CONNECTED\nversion:1.2\n\n\0", b"MESSAGE\n", b"ack:1\n", b"\n\0", b"ERROR\n\n\0"]
            ),
        ),
        max_size=20,
    )
)
def test_any_octets_are_events_or_the_end_of_the_stream(chunks: list[bytes]) -> None:
    session = Session()
    session.connect(0.0)
    try:
        for now, chunk in enumerate(chunks):
            session.receive(chunk)
            while events := session.next_events(float(now)):
                assert all(told(event) for event in events)
            session.tick(float(now))
    except RemoteProtocolError as error:
        assert "\n" not in str(error)
    assert session.closed("end", 1e6, False)


def test_a_message_belongs_to_the_newest_subscription_of_its_id() -> None:
    script = play().connects().subscribes("/queue/a", id="1").subscribes("/queue/b", id="2")
    first = Frame("MESSAGE", [("subscription", "1"), ("message-id", "x"), ("ack", "x")])
    other = Frame(
        "MESSAGE", [("subscription", "2"), ("subscription", "1"), ("message-id", "y"), ("ack", "y")]
    )
    script.gets(first, other, first)
    assert [entry.destination for entry in script.state.ledger.values()] == [
        "/queue/a",
        "/queue/b",
        "/queue/a",
    ]
    script.sends(script.session.unsubscribe_frame("1")).subscribes("/queue/c", id="1").gets(first)
    assert [entry.destination for entry in script.state.ledger.values()] == ["/queue/b", "/queue/c"]
