"""Transactions: what they stage, what joins them, and what their end makes of it."""

from __future__ import annotations

import pytest

from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.frame import AckMode
from stomptui.stomp.transactions import Staged
from tests.stomp.playbook import (
    ACTIVEMQ,
    ARTEMIS,
    RABBITMQ,
    Play,
    error,
    frames,
    message,
    play,
    receipt,
    told,
)


def begun(server: str | None = RABBITMQ, mode: AckMode = AckMode.CLIENT_INDIVIDUAL) -> Play:
    """Messages 4 and 5 are unsettled, frame 6 began tx-1."""
    script = play().connects(server).subscribes("/queue/q", mode).gets(message("1"), message("2"))
    script.sends(frames.begin(script.session.next_transaction())).events.clear()
    return script


def test_new_frames_join_the_one_open_transaction() -> None:
    script = begun()
    script.written.clear()
    assert script.state.joined == "tx-1"
    script.sends(frames.send("/queue/x", b"b", content_length=False)).settles("ACK", 4).settles("NACK", 5)
    script.writes(
        b"SEND\ndestination:/queue/x\ntransaction:tx-1\n\nb\0",
        b"ACK\nid:a-1\ntransaction:tx-1\n\n\0",
        b"NACK\nid:a-2\ntransaction:tx-1\n\n\0",
    )
    script.tells(
        *("> 7 SEND /queue/x in tx-1", "7 STAGED"),
        *("> 8 ACK in tx-1", "4 STAGED"),
        *("> 9 NACK in tx-1", "5 STAGED"),
    )
    ledger = script.state.ledger
    assert (ledger.open, len(ledger), ledger.oldest) == (0, 2, None)
    assert ledger[4].transaction == "tx-1"
    assert script.state.transactions["tx-1"].staged == [
        Staged(7, "SEND", "/queue/x"),
        Staged(8, "ACK", 4, (4,)),
        Staged(9, "NACK", 5, (5,), again=True),
    ]


def test_commit_without_receipt_settles_at_once() -> None:
    script = begun().sends(frames.send("/queue/x")).settles("ACK", 4).settles("NACK", 5)
    script.events.clear()
    script.sends(frames.commit("tx-1"))
    script.tells("> 10 COMMIT", "4 ACKED", "5 NACKED", "7 NONE", "tx-1 committed: 1 sent, 2 settled")
    assert not script.state.transactions
    script.cannot_settle("ACK", 4, "was acked by 00010")


def test_commit_with_receipt_settles_when_it_is_confirmed() -> None:
    script = begun().settles("ACK", 4)
    script.events.clear()
    script.sends(frames.commit("tx-1", receipt="c")).tells("> 8 COMMIT")
    assert script.state.joined is None
    script.refuses(frames.send("/queue/x", transaction="tx-1"), "has its COMMIT sent")
    script.sends(frames.send("/queue/x")).tells("> 9 SEND /queue/x")
    script.gets(receipt("c")).tells("< 10 RECEIPT of 8")
    script.ticks(script.now + 0.2)
    script.tells("8 COMMIT confirmed", "4 ACKED", "tx-1 committed: 0 sent, 1 settled")


def test_an_error_right_after_the_receipt_of_a_commit_leaves_its_messages_in_doubt() -> None:
    script = begun().settles("ACK", 4)
    script.events.clear()
    script.sends(frames.commit("tx-1", receipt="c")).events.clear()
    script.gets(receipt("c"), frames.Frame("ERROR", {"message": "not_found"}))
    script.closes()
    assert "4 ACKED" not in [told(event) for event in script.events]
    assert not script.state.ledger


def test_abort_makes_messages_unsettled_again() -> None:
    script = begun().sends(frames.send("/queue/x")).settles("ACK", 5)
    script.events.clear()
    script.sends(frames.abort("tx-1", receipt="c")).gets(receipt("c"))
    script.tells(
        *("> 9 ABORT", "< 10 RECEIPT of 9", "9 ABORT confirmed"),
        *("5 UNSETTLED", "7 LOST", "tx-1 aborted: 1 sent, 1 settled"),
    )
    assert script.state.ledger.open == 2
    script.settles("ACK", 5).tells("> 11 ACK", "5 ACKED")


def test_a_refused_commit_loses_the_transaction() -> None:
    script = begun(ACTIVEMQ).settles("ACK", 4)
    script.events.clear()
    script.sends(frames.commit("tx-1", receipt="c")).gets(error(("receipt-id", "c")))
    script.tells(
        *("> 8 COMMIT", "< 9 ERROR about 8 surely", "8 COMMIT refused by 9 surely"),
        *("4 UNSETTLED", "tx-1 lost: 0 sent, 1 settled"),
    )


def test_a_commit_that_was_perhaps_refused_leaves_nothing_to_settle() -> None:
    script = begun(RABBITMQ).settles("ACK", 4).sends(frames.commit("tx-1", receipt="c"))
    script.events.clear()
    script.gets(error()).tells(
        *("< 9 ERROR about 8", "8 COMMIT refused by 9"),
        *("4 LOST", "tx-1 lost: 0 sent, 1 settled"),
    )
    script.cannot_settle("ACK", 4, "whether tx-1", "is unknown")
    assert (list(script.state.ledger), script.state.subscriptions["1"].unsettled) == ([5], 1)


def test_a_refused_begin_loses_the_transaction() -> None:
    script = play().connects(ACTIVEMQ).sends(frames.begin("t", receipt="b")).gets(error(("receipt-id", "b")))
    script.tells(
        *("> 3 BEGIN", "< 4 ERROR about 3 surely", "3 BEGIN refused by 4 surely"),
        "t lost: 0 sent, 0 settled",
    )
    assert script.state.joined is None


def test_what_is_surely_refused_in_a_transaction_leaves_it() -> None:
    script = begun(ACTIVEMQ).sends(frames.send("/queue/x", receipt="s")).settles("ACK", 4, receipt="a")
    script.events.clear()
    script.gets(error(("receipt-id", "s")), error(("receipt-id", "a")))
    script.tells(
        *("< 9 ERROR about 7 surely", "7 SEND refused by 9 surely", "7 LOST"),
        *("< 10 ERROR about 8 surely", "8 ACK refused by 10 surely", "4 UNSETTLED"),
    )
    assert script.state.transactions["tx-1"].staged == []


def test_two_open_transactions_are_joined_by_name_only() -> None:
    script = begun().sends(frames.begin(script_name := "tx-2"))
    assert script.state.joined is None
    script.session.join(script_name)
    script.sends(frames.send("/queue/x")).sends(frames.send("/queue/y", transaction="tx-1"))
    script.session.join(None)
    script.sends(frames.send("/queue/z")).session.join_automatically()
    script.tells(
        "> 7 BEGIN",
        *("> 8 SEND /queue/x in tx-2", "8 STAGED"),
        *("> 9 SEND /queue/y in tx-1", "9 STAGED"),
        "> 10 SEND /queue/z",
    )
    with pytest.raises(LocalProtocolError, match="tx-9 is not open"):
        script.session.join("tx-9")


def test_one_frame_may_stay_outside() -> None:
    begun().sends(frames.send("/queue/x"), join=False).tells("> 7 SEND /queue/x")


def test_a_chosen_transaction_that_ends_gives_the_choice_back() -> None:
    script = begun()
    script.session.join("tx-1")
    script.sends(frames.commit("tx-1")).sends(frames.begin("tx-2"))
    assert script.state.joined == "tx-2"


def test_an_outside_choice_outlives_a_transaction() -> None:
    script = begun()
    script.session.join(None)
    script.sends(frames.commit("tx-1")).sends(frames.begin("tx-2"))
    assert script.state.joined is None


def test_a_transaction_of_its_own_is_never_joined() -> None:
    script = play().connects().sends(frames.begin("own"), automatic=False)
    assert script.state.joined is None
    script.sends(frames.begin("tx-1"))
    assert script.state.joined == "tx-1"


def test_a_nack_stays_outside_where_the_broker_takes_none() -> None:
    script = begun(ACTIVEMQ).settles("NACK", 4).tells("> 7 NACK", "4 NACKED")
    frame = script.session.settle_frame("NACK", 5, transaction="tx-1")
    script.refuses(frame, "NACK in tx-1", "ActiveMQ takes no NACK in a transaction")
    script.sends(frame, force=True).tells("> 8 NACK in tx-1")
    assert list(script.state.ledger) == [5]


def test_artemis_acks_at_once_all_the_same() -> None:
    script = begun(ARTEMIS).settles("ACK", 4).tells("> 7 ACK", "4 ACKED")
    frame = script.session.settle_frame("ACK", 5, transaction="tx-1")
    script.refuses(frame, "Artemis acks at once").sends(frame, force=True).tells("> 8 ACK", "5 ACKED")


def test_a_staged_message_is_not_settled_twice() -> None:
    script = begun().settles("ACK", 4)
    script.cannot_settle("ACK", 4, "staged in tx-1", "abort")


def test_a_cumulative_ack_does_not_reach_into_another_transaction() -> None:
    script = begun(None, AckMode.CLIENT).settles("ACK", 4)
    script.session.join(None)
    script.cannot_settle("ACK", 5, "would also settle 00004, staged in tx-1", "commit or abort")
    script.session.join("tx-1")
    script.events.clear()
    script.settles("ACK", 5).tells("> 8 ACK in tx-1", "5 STAGED")


def test_a_second_begin_of_one_name_is_refused_and_when_seen_starts_anew() -> None:
    script = begun().settles("ACK", 4)
    script.events.clear()
    script.refuses(frames.begin("tx-1"), "open already")
    script.sends(frames.begin("tx-1"), force=True)
    script.tells("> 8 BEGIN", "4 UNSETTLED", "tx-1 lost: 0 sent, 1 settled")
    assert script.state.transactions["tx-1"].number == 8


def test_an_ack_in_a_transaction_that_is_not_open_settles_nothing() -> None:
    script = play().connects().subscribes("/queue/q").gets(message("1"))
    frame = script.session.settle_frame("ACK", 4, transaction="nope")
    script.events.clear()
    script.refuses(frame, "nope is not open").sends(frame, force=True).tells("> 5 ACK")
    assert script.state.ledger.open == 1


def test_the_end_of_the_connection_loses_transactions() -> None:
    script = begun().sends(frames.send("/queue/x")).settles("ACK", 4)
    script.events.clear()
    script.closes()
    script.tells(*("4 UNSETTLED", "7 LOST", "tx-1 lost: 1 sent, 1 settled"), "4,5 LOST", "closed uncleanly")


def test_what_is_held_for_a_closed_subscription_is_not_counted_as_staged() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/a", AckMode.CLIENT).gets(message("1"))
    script.sends(script.session.unsubscribe_frame("1")).subscribes("/queue/b", AckMode.CLIENT)
    script.gets(message("2", subscription="2")).sends(frames.begin("t")).settles("ACK", 7)
    assert [entry.number for entry in script.state.ledger.held.values()] == [4]
    assert (len(script.state.ledger), script.state.ledger.open) == (1, 0)


def test_held_back_receipts_come_after_the_commit_on_rabbitmq() -> None:
    script = begun().sends(frames.send("/queue/x", receipt="s"))
    assert script.at(60.0).state.overdue(60.0) == []
    script.sends(frames.commit("tx-1", receipt="c")).events.clear()
    script.gets(receipt("c"), receipt("s"))
    script.tells("< 9 RECEIPT of 8", "< 10 RECEIPT of 7", "7 SEND confirmed")
    script.ticks(script.now + 0.2)
    script.tells("8 COMMIT confirmed", "7 NONE", "tx-1 committed: 1 sent, 0 settled")


def test_held_back_receipts_never_come_after_an_abort() -> None:
    script = begun().sends(frames.send("/queue/x", receipt="s"))
    script.sends(frames.abort("tx-1", receipt="c")).events.clear()
    script.gets(receipt("c"))
    script.tells(
        *("< 9 RECEIPT of 8", "8 ABORT confirmed"),
        *("7 SEND unconfirmed", "7 LOST", "tx-1 aborted: 1 sent, 0 settled"),
    )
    assert not script.state.receipts


@pytest.mark.parametrize("server", [RABBITMQ, ACTIVEMQ])
def test_an_abort_gives_up_the_messages_of_a_subscription_closed_meanwhile(server: str) -> None:
    script = begun(server).settles("ACK", 4).sends(frames.unsubscribe("1"))
    script.tells("> 7 ACK in tx-1", "4 STAGED", "> 8 UNSUBSCRIBE", "5 LOST")
    script.sends(frames.abort("tx-1"))
    script.tells("> 9 ABORT", "4 UNSETTLED", "4 LOST", "tx-1 aborted: 0 sent, 1 settled")
    assert not script.state.ledger
    assert script.state.subscriptions["1"].unsettled == 0
