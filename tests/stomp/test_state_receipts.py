"""Receipts: what confirms, what refutes, what is only a guess, and what stays unknown."""

from __future__ import annotations

from stomptui.stomp.frame import Frame
from stomptui.stomp.receipts import GRACE, Spread
from tests.stomp.playbook import ACTIVEMQ, RABBITMQ, error, frames, message, play, receipt


def test_a_receipt_confirms_and_tells_its_latency() -> None:
    script = play().connects(RABBITMQ).at(1.0).sends(frames.send("/queue/q", receipt="r"))
    pending = script.state.receipts["r"]
    assert (pending.number, pending.command, pending.sent_at, pending.about) == (3, "SEND", 1.0, "/queue/q")
    script.at(1.5).gets(receipt("r"))
    assert script.state.last_latency == 0.5
    confirmed = script.events[-1]
    assert confirmed.latency == 0.5  # type: ignore[union-attr]
    script.tells("> 3 SEND /queue/q", "< 4 RECEIPT of 3", "3 SEND confirmed")
    assert not script.state.receipts


def test_the_spread_of_the_last_receipts() -> None:
    script = play().connects(RABBITMQ)
    assert script.state.receipts.spread() is None
    for number in range(20):
        script.at(10.0 * number).sends(frames.send("/queue/q", receipt=f"r-{number}"))
        script.at(10.0 * number + (4.0 if number == 7 else 1.0 + (number > 10))).gets(receipt(f"r-{number}"))
    assert script.state.receipts.spread() == Spread(20, 1.0, 2.0, 4.0)


def test_an_unknown_receipt_is_shown() -> None:
    play().connects().gets(receipt("who"), Frame("RECEIPT")).tells(
        "< 3 RECEIPT of None", "< 4 RECEIPT of None"
    )


def test_rabbitmqs_receipt_for_subscribe_is_confirmed_after_a_grace() -> None:
    script = play().connects(RABBITMQ)
    script.sends(script.session.subscribe_frame("/queue/q", receipt="r")).events.clear()
    script.at(1.0).gets(receipt("r")).tells("< 4 RECEIPT of 3")
    assert (len(script.state.receipts), script.state.receipts.unproven) == (0, 1)
    assert script.session.deadline() == 1.0 + GRACE
    script.ticks(1.0 + GRACE / 2).tells()
    assert script.state.subscriptions["1"].confirmed is None
    script.ticks(1.0 + GRACE).tells("3 SUBSCRIBE confirmed")
    assert script.state.subscriptions["1"].confirmed == 1.0


def test_graces_run_side_by_side() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(*(message(str(i)) for i in range(3)))
    for number in (4, 5, 6):
        script.settles("ACK", number, receipt=f"r-{number}")
    script.events.clear()
    for place, number in enumerate((4, 5, 6)):
        script.at(1.0 + place / 100).gets(receipt(f"r-{number}"))
    script.events.clear()
    script.ticks(1.0 + GRACE).tells("7 ACK confirmed")
    script.ticks(2.0).tells("8 ACK confirmed", "9 ACK confirmed")


def test_a_failed_subscribe_on_rabbitmq_is_error_then_receipt_then_eof() -> None:
    script = play().connects(RABBITMQ)
    script.sends(script.session.subscribe_frame("/amq/queue/nosuch", receipt="r")).events.clear()
    script.gets(error(), receipt("r"))
    script.tells("< 4 ERROR about 3", "3 SUBSCRIBE refused by 4", "< 5 RECEIPT of 3")
    assert script.state.subscriptions["1"].refused
    script.ticks(1.0).tells().closes().tells("closed uncleanly")


def test_a_double_ack_on_rabbitmq_is_receipt_then_error_then_eof() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1"))
    again = script.session.settle_frame("ACK", 4, receipt="r")
    script.settles("ACK", 4).refuses(again, "closes the connection").sends(again, force=True).events.clear()
    script.gets(receipt("r")).tells("< 7 RECEIPT of 6")
    script.at(GRACE / 2).gets(error()).tells("< 8 ERROR about 6", "6 ACK refused by 8")
    script.at(GRACE).closes().tells("closed uncleanly")
    assert script.state.receipts.disproved == 1


def test_an_error_takes_the_proof_from_every_receipt_in_its_grace() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1"), message("2"))
    script.settles("ACK", 4, receipt="a").settles("ACK", 5, receipt="b").gets(receipt("a"), receipt("b"))
    script.events.clear()
    script.gets(error()).tells("< 10 ERROR about 7", "7 ACK refused by 10")
    script.ticks(1.0).tells("6 ACK refused by 10")


def test_eof_within_the_grace_leaves_the_outcome_unknown() -> None:
    script = play().connects(RABBITMQ)
    script.sends(script.session.subscribe_frame("/queue/q", receipt="r")).gets(receipt("r")).events.clear()
    script.at(GRACE / 2).closes().tells("3 SUBSCRIBE unconfirmed", "closed uncleanly")


def test_eof_after_the_grace_comes_too_late_to_refute() -> None:
    script = play().connects(RABBITMQ)
    script.sends(script.session.subscribe_frame("/queue/q", receipt="r")).gets(receipt("r")).events.clear()
    script.at(GRACE).closes().tells("3 SUBSCRIBE confirmed", "closed uncleanly")


def test_an_error_with_a_receipt_id_is_sure() -> None:
    script = play().connects(ACTIVEMQ)
    script.sends(frames.send("/queue/a", receipt="a")).sends(
        frames.send("/queue/b", receipt="b")
    ).events.clear()
    script.gets(error(("receipt-id", "a")), receipt("b"))
    script.tells(
        "< 5 ERROR about 3 surely", "3 SEND refused by 5 surely", "< 6 RECEIPT of 4", "4 SEND confirmed"
    )


def test_an_error_with_an_unknown_receipt_id_is_about_nothing_known() -> None:
    play().connects(ACTIVEMQ).gets(error(("receipt-id", "who"))).tells("< 3 ERROR about None")


def test_an_error_without_one_is_guessed_to_be_about_the_latest() -> None:
    script = play().connects(RABBITMQ)
    script.sends(frames.send("/queue/a", receipt="a")).sends(frames.send("/nope/b")).events.clear()
    script.gets(error(), error()).tells(
        *("< 5 ERROR about 4", "4 SEND refused by 5"),
        *("< 6 ERROR about 3", "3 SEND refused by 6"),
    )
    script.gets(error()).tells("< 7 ERROR about None")


def test_a_wrong_guess_is_put_right_by_the_receipt() -> None:
    script = play().connects(RABBITMQ).sends(frames.send("/queue/a", receipt="a")).gets(error(), receipt("a"))
    script.tells(
        *("> 3 SEND /queue/a", "< 4 ERROR about 3", "3 SEND refused by 4"),
        *("< 5 RECEIPT of 3", "3 SEND confirmed"),
    )


def test_an_old_frame_without_receipt_is_not_blamed() -> None:
    script = play().connects(RABBITMQ).sends(frames.send("/queue/a")).at(60.0).gets(error())
    script.tells("> 3 SEND /queue/a", "< 4 ERROR about None")


def test_a_message_confirms_a_subscription_without_receipt() -> None:
    script = play().connects().at(1.0).subscribes("/queue/q")
    assert script.state.subscriptions["1"].confirmed is None
    script.at(2.0).gets(message("1")).at(3.0).gets(message("2"))
    assert script.state.subscriptions["1"].confirmed == 2.0


def test_overdue_receipts() -> None:
    script = play().connects().at(1.0).sends(frames.send("/queue/a", receipt="a"))
    assert script.state.overdue(6.0) == []
    assert [pending.receipt_id for pending in script.state.overdue(6.1)] == ["a"]
    assert [pending.number for pending in script.state.overdue(2.0, limit=0.5)] == [3]


def test_the_end_of_the_connection_leaves_receipts_unknown_in_order() -> None:
    script = play().connects().sends(frames.send("/queue/a", receipt="a"))
    script.sends(frames.send("/queue/b")).sends(frames.disconnect(receipt="d")).events.clear()
    script.closes().tells("3 SEND unconfirmed", "5 DISCONNECT unconfirmed", "closed uncleanly")


def test_receipt_headers_of_publishers_mean_nothing() -> None:
    script = play().connects().subscribes("/queue/q")
    script.gets(message("1", ("receipt", "r"), ("transaction", "t"), ("receipt-id", "r")))
    script.tells("< 4 MESSAGE UNSETTLED")
    assert not script.state.receipts


def test_an_awaited_receipt_id_is_not_used_again() -> None:
    script = play().connects().sends(frames.send("/queue/a", receipt="a"))
    script.refuses(frames.send("/queue/b", receipt="a"), "receipt a is awaited already by 00003")
    script.gets(receipt("a")).sends(frames.send("/queue/b", receipt="a"))


def test_receipts_are_numbered() -> None:
    session = play().session
    assert [session.next_receipt() for _ in range(3)] == ["r-1", "r-2", "r-3"]
