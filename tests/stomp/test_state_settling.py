"""Settling: the ids of each version, what an ACK covers on each broker, and what happens to the rest."""

from __future__ import annotations

import pytest

from stomptui.stomp.frame import AckMode, Frame
from tests.stomp.playbook import ACTIVEMQ, ARTEMIS, RABBITMQ, Play, error, frames, message, play

DEMO = "stomptui-demo/1.0"


@pytest.mark.parametrize(
    ("version", "mode", "octets"),
    [
        ("1.0", AckMode.CLIENT, b"ACK\nsubscription:1\nmessage-id:m-x\n\n\0"),
        ("1.1", AckMode.CLIENT_INDIVIDUAL, b"ACK\nsubscription:1\nmessage-id:m-x\n\n\0"),
        ("1.2", AckMode.CLIENT_INDIVIDUAL, b"ACK\nid:a-x\n\n\0"),
    ],
)
def test_each_version_names_a_message_its_own_way(version: str, mode: AckMode, octets: bytes) -> None:
    script = play().connects(None, version).subscribes("/queue/q", mode)
    script.gets(message("x")).tells("< 4 MESSAGE UNSETTLED")
    script.written.clear()
    script.settles("ACK", 4).writes(octets).tells("> 5 ACK", "4 ACKED")
    assert not script.state.ledger


def test_an_id_goes_back_as_the_very_octets_that_came() -> None:
    script = play().connects(ACTIVEMQ).subscribes("/queue/q")
    script.gets(b"MESSAGE\nack:ID\\cHOST-4\\c3\xff\nsubscription:1\nmessage-id:x\n\nhello\0\n")
    script.written.clear()
    script.settles("ACK", 4).writes(b"ACK\nid:ID\\cHOST-4\\c3\xff\n\n\0")


def test_1_0_without_an_id_is_matched_by_destination() -> None:
    script = play().connects(None, "1.0")
    script.sends(Frame("SUBSCRIBE", [("destination", "/queue/other"), ("ack", "auto")]))
    script.sends(Frame("SUBSCRIBE", [("destination", "/queue/q"), ("ack", "client")])).events.clear()
    script.gets(message("x", subscription=None)).tells("< 5 MESSAGE UNSETTLED")
    script.written.clear()
    script.settles("ACK", 5).writes(b"ACK\nmessage-id:m-x\n\n\0").tells("> 6 ACK", "5 ACKED")
    script.sends(script.session.unsubscribe_frame("/queue/q"))
    script.writes(b"UNSUBSCRIBE\ndestination:/queue/q\n\n\0")
    assert script.state.subscriptions["/queue/q"].closed


def test_1_0_pads_what_it_means() -> None:
    script = play().connects(None, "1.0").subscribes("/queue/q", AckMode.CLIENT)
    script.gets(b"MESSAGE\nsubscription: 1\nmessage-id:m\ndestination:/queue/q\n\n\0")
    script.tells("< 4 MESSAGE UNSETTLED")


@pytest.mark.parametrize(
    ("server", "command", "covered"),
    [
        (None, "ACK", [5, 7]),
        (None, "NACK", [5, 7]),
        (DEMO, "ACK", [5, 7]),
        (DEMO, "NACK", [5, 7]),
        (ACTIVEMQ, "ACK", [5, 7]),
        (ACTIVEMQ, "NACK", [7]),
        (ARTEMIS, "ACK", [5, 7]),
        (ARTEMIS, "NACK", [7]),
        (RABBITMQ, "ACK", [5, 6, 7]),
        (RABBITMQ, "NACK", [5, 6, 7]),
    ],
)
def test_what_a_settling_covers_is_the_brokers(server: str | None, command: str, covered: list[int]) -> None:
    script = two_subscriptions(server)
    ledger, dialect = script.state.ledger, script.state.dialect
    assert [entry.number for entry in ledger.covered(7, command, dialect)] == covered
    script.settles(command, 7).tells(f"> 9 {command}", f"{','.join(map(str, covered))} {command}ED")
    assert list(ledger) == [number for number in (5, 6, 7, 8) if number not in covered]


def two_subscriptions(server: str | None) -> Play:
    """Messages 5 and 7 of subscription 1 in mode client, 6 of 2 in client-individual, 8 of 1."""
    script = play().connects(server).subscribes("/queue/a", AckMode.CLIENT).subscribes("/queue/b")
    for name, subscription in (("5", "1"), ("6", "2"), ("7", "1"), ("8", "1")):
        script.gets(message(name, subscription=subscription))
    script.events.clear()
    return script


@pytest.mark.parametrize("server", [None, RABBITMQ])
def test_client_individual_covers_one(server: str | None) -> None:
    script = two_subscriptions(server)
    script.settles("ACK", 6).tells("> 9 ACK", "6 ACKED")
    assert list(script.state.ledger) == [5, 7, 8]


def test_counts_follow() -> None:
    script = two_subscriptions(RABBITMQ)
    first, second = script.state.subscriptions["1"], script.state.subscriptions["2"]
    assert (first.delivered, first.unsettled, second.unsettled, script.state.ledger.open) == (3, 3, 1, 4)
    script.settles("ACK", 7)
    assert (first.unsettled, second.unsettled, script.state.ledger.open) == (1, 0, 1)
    oldest = script.state.ledger.oldest
    assert oldest is not None
    assert (oldest.number, oldest.destination, oldest.subscription) == (8, "/queue/a", "1")


def test_auto_is_never_to_be_settled_whatever_a_publisher_writes() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q", AckMode.AUTO)
    script.gets(message("spoof")).tells("< 4 MESSAGE AUTO")
    script.cannot_settle("ACK", 4, "does not await a settling")
    script.refuses(frames.settle("ACK", [("id", "a-spoof")]), "a-spoof", "RabbitMQ closes the connection")


def test_the_first_of_repeated_headers_counts() -> None:
    script = play().connects().subscribes("/queue/q")
    script.gets(message("own", ("subscription", "forged"), ("ack", "forged"))).tells("< 4 MESSAGE UNSETTLED")
    script.written.clear()
    script.settles("ACK", 4).writes(b"ACK\nid:a-own\n\n\0")


def test_a_message_of_no_subscription_is_shown() -> None:
    script = play().connects().gets(message("x", subscription="who")).tells("< 3 MESSAGE NONE")
    script.cannot_settle("ACK", 3, "does not await a settling")


def test_a_reply_on_rabbitmq_is_shown_as_auto() -> None:
    script = play().connects(RABBITMQ).gets(message("x", subscription="/temp-queue/foo"))
    script.tells("< 3 MESSAGE AUTO")


def test_1_2_without_ack_header_cannot_be_settled_and_says_so() -> None:
    script = play().connects().subscribes("/queue/q")
    script.gets(b"MESSAGE\nsubscription:1\nmessage-id:m\n\n\0").tells("< 4 MESSAGE UNSETTLED")
    script.cannot_settle("ACK", 4, "without the ack header")
    assert script.state.ledger[4].why_not is not None
    forced = script.session.settle_frame("ACK", 4, force=True)
    assert forced.headers == (("id", "m"),)
    script.sends(forced, force=True).tells("> 5 ACK", "4 ACKED")


def test_a_message_without_any_id_cannot_even_be_forced() -> None:
    script = play().connects().subscribes("/queue/q").gets(b"MESSAGE\nsubscription:1\n\n\0")
    script.cannot_settle("NACK", 4, "without message-id")
    with pytest.raises(Exception, match="without message-id"):
        script.session.settle_frame("NACK", 4, force=True)


def test_unsubscribing_gives_messages_up() -> None:
    script = play().connects(ACTIVEMQ).subscribes("/queue/q").gets(message("x"), message("y"))
    script.events.clear()
    script.sends(script.session.unsubscribe_frame("1")).tells("> 6 UNSUBSCRIBE", "4,5 LOST")
    script.cannot_settle("ACK", 4, "lost with its subscription")
    script.gets(message("late")).tells("< 7 MESSAGE LOST")
    assert not script.state.ledger
    assert script.state.subscriptions["1"].unsettled == 0


def test_rabbitmq_holds_what_was_unsubscribed_and_later_acks_cover_it() -> None:
    script = two_subscriptions(RABBITMQ)
    script.sends(script.session.unsubscribe_frame("2")).tells("> 9 UNSUBSCRIBE", "6 LOST")
    script.cannot_settle("ACK", 6, "subscription 2 is closed", "until this connection ends")
    covered = script.state.ledger.covered(7, "ACK", script.state.dialect)
    assert [entry.number for entry in covered] == [5, 6, 7]
    script.settles("ACK", 7).tells("> 10 ACK", "5,6,7 ACKED")
    assert not script.state.ledger.held


def test_a_settling_that_the_broker_surely_refused_leaves_a_lost_message() -> None:
    script = play().connects(ACTIVEMQ).subscribes("/queue/q").gets(message("x"))
    script.settles("ACK", 4, receipt="r").gets(error(("receipt-id", "r")))
    script.tells(
        "< 4 MESSAGE UNSETTLED",
        "> 5 ACK",
        "4 ACKED",
        "< 6 ERROR about 5 surely",
        "5 ACK refused by 6 surely",
        "4 LOST",
    )


def test_the_end_of_the_connection_loses_what_is_unsettled() -> None:
    script = two_subscriptions(None).closes().tells("5,6,7,8 LOST", "closed uncleanly")
    assert not script.state.ledger
    script.cannot_settle("ACK", 5, "the connection is closed")
