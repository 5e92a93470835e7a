"""What is refused before it is sent: each rule, with words that say what to do."""

from __future__ import annotations

import pytest

from stomptui.stomp.frame import AckMode, Frame
from tests.stomp.playbook import RABBITMQ, frames, message, play

REFUSED = [
    (Frame("SEND"), "SEND: the destination is missing"),
    (Frame("SUBSCRIBE", [("id", "1")]), "SUBSCRIBE: the destination is missing"),
    (Frame("SUBSCRIBE", [("destination", "/queue/q")]), "STOMP 1.2 needs an id"),
    (frames.subscribe("/queue/q", "taken"), "subscription taken is open"),
    (Frame("SUBSCRIBE", [("destination", "/q"), ("id", "9"), ("ack", "whim")]), "ack mode 'whim'"),
    (Frame("UNSUBSCRIBE"), "needs the subscription's id"),
    (frames.unsubscribe("who"), "there is no subscription who"),
    (Frame("BEGIN"), "BEGIN: the transaction's name is missing"),
    (Frame("COMMIT"), "COMMIT: the transaction's name is missing"),
    (frames.commit("who"), "transaction who is not open"),
    (frames.abort("who"), "transaction who is not open"),
    (frames.send("/queue/q", transaction="who"), "transaction who is not open"),
    (Frame("ACK"), "ACK: it names no message"),
    (frames.settle("NACK", [("id", "who")]), "no message with the id who awaits a settling"),
    (frames.connect("/"), "CONNECT cannot be sent: this connection is open already"),
    (Frame("FROB"), "'FROB' is no STOMP client frame"),
    (Frame("send", [("destination", "/queue/q")]), "'send' is no STOMP client frame"),
    (Frame("MESSAGE"), "'MESSAGE' is no STOMP client frame"),
]


@pytest.mark.parametrize(("frame", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_refused_with_its_reason_and_sent_by_force(frame: Frame, words: str) -> None:
    script = play().connects().subscribes("/queue/taken", AckMode.AUTO, id="taken")
    why_not = script.session.why_not(frame)
    assert why_not is not None
    script.refuses(frame, words, why_not)
    script.sends(frame, force=True)
    assert script.events


def test_what_is_right_is_not_refused() -> None:
    script = play().connects()
    assert script.session.why_not(frames.send("/queue/q")) is None
    assert script.session.why_not(script.session.subscribe_frame("/queue/q")) is None


def test_1_0_has_no_nack_and_no_client_individual() -> None:
    script = play().connects(None, "1.0")
    frame = script.session.subscribe_frame("/queue/q", mode=AckMode.CLIENT_INDIVIDUAL)
    script.refuses(frame, "STOMP 1.0 has no client-individual")
    script.subscribes("/queue/q", AckMode.CLIENT, id="1").gets(message("1"))
    script.cannot_settle("NACK", 4, "STOMP 1.0 has no NACK", "unsubscribe")
    frame = frames.settle("NACK", [("message-id", "m-1")])
    script.refuses(frame, "STOMP 1.0 has no NACK")
    script.events.clear()
    script.sends(script.session.settle_frame("NACK", 4, force=True), force=True).tells("> 5 NACK", "4 NACKED")


def test_nothing_is_settled_twice() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1"))
    again = script.session.settle_frame("ACK", 4)
    script.settles("ACK", 4)
    script.cannot_settle("NACK", 4, "it was acked by 00005", "RabbitMQ closes the connection for that")
    script.refuses(again, "no message with the id a-1", "RabbitMQ closes the connection for that")


def test_nothing_is_settled_that_was_covered() -> None:
    script = play().connects().subscribes("/queue/q", AckMode.CLIENT).gets(message("1"), message("2"))
    script.settles("NACK", 5).cannot_settle("ACK", 4, "it was nacked by 00006")


def test_1_1_tells_why_by_the_subscription() -> None:
    script = play().connects(None, "1.1").subscribes("/queue/a", AckMode.AUTO).subscribes("/queue/b")
    ids = [("subscription", "1"), ("message-id", "m-1")]
    script.gets(message("1")).refuses(frames.settle("ACK", ids), "subscription 1 is in mode auto")
    script.gets(message("2", subscription="2")).sends(script.session.unsubscribe_frame("2"))
    ids = [("subscription", "2"), ("message-id", "m-2")]
    script.refuses(frames.settle("ACK", ids), "subscription 2 is closed")


def test_a_closed_subscription_is_not_closed_again_but_its_id_is_free() -> None:
    script = play().connects().subscribes("/queue/q", id="one").sends(frames.unsubscribe("one"))
    script.refuses(frames.unsubscribe("one"), "subscription one is closed already")
    script.subscribes("/queue/q", id="one")
    assert not script.state.subscriptions["one"].closed


def test_ids_that_are_made_are_free() -> None:
    script = play().connects().subscribes("/queue/q", id="1").sends(frames.begin("tx-1"))
    assert script.session.next_subscription_id() == "2"
    assert script.session.next_transaction() == "tx-2"


@pytest.mark.parametrize(
    ("server", "header"),
    [(RABBITMQ, "prefetch-count"), ("ActiveMQ/5.17.2", "activemq.prefetchSize"), (None, None)],
)
def test_the_prefetch_is_written_in_the_brokers_own_header(server: str | None, header: str | None) -> None:
    script = play().connects(server)
    frame = script.session.subscribe_frame("/queue/q", prefetch=10, headers={"x": "1"})
    written = dict(frame.headers)
    assert written.pop("x") == "1"
    assert ({name: value for name, value in written.items() if value == "10"}) == (
        {header: "10"} if header else {}
    )
    script.sends(frame)
    assert script.state.subscriptions["1"].prefetch == (10 if header else None)
    if header is not None:
        own = script.session.subscribe_frame("/queue/q", prefetch=10, headers={header: "3"})
        assert own.all(header) == ["3"]


def test_what_cannot_be_written_changes_nothing() -> None:
    script = play().connects()
    script.refuses(frames.send("/queue/q", headers={"a": "\0"}), "a NUL")
    script.refuses(frames.send("/queue/q", headers={"a": "\0"}), "a NUL", force=True)


def test_a_gone_connection_says_so() -> None:
    script = play()
    script.refuses(frames.send("/queue/q"), "there is no connection yet")
    script.session.connect(0.0)
    script.refuses(frames.send("/queue/q"), "has not answered CONNECT yet")
    script.gets(b"CONNECTED\nversion:1.2\n\n\0").subscribes("/queue/q").gets(message("1")).closes()
    script.refuses(frames.send("/queue/q"), "the connection is closed")
    script.cannot_settle("ACK", 4, "the connection is closed", "deliver it again")
