"""What becomes of frames that were kept, as later events tell it."""

from __future__ import annotations

from typing import get_args

from stomptui.capture.fold import Fold
from stomptui.capture.record import About
from stomptui.capture.store import Capture
from stomptui.stomp import events as ev
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Settlement
from tests.capture import made


def test_every_event_has_a_rule() -> None:
    assert set(Fold(Capture()).rules) == set(get_args(ev.Event))


def outcomes(capture: Capture) -> list[str]:
    return [record.outcome for record in capture.page(capture.rows()) if record is not None]


def test_a_settled_message_says_so_and_its_ack_names_it() -> None:
    capture = Capture()
    capture.extend(made.messages(1, 3, Settlement.UNSETTLED))
    capture.extend([made.ack(4, 2), made.settled((1, 2), Settlement.ACKED)])
    assert [capture.settlement(id_) for id_ in (1, 2, 3)] == [
        Settlement.ACKED,
        Settlement.ACKED,
        Settlement.UNSETTLED,
    ]
    record = capture.record(4)
    assert record is not None and record.about == About(1, 2, 2)


def test_an_ack_of_an_earlier_batch_is_not_taken_for_the_one_that_settled() -> None:
    capture = Capture()
    capture.extend([*made.messages(1, 1, Settlement.UNSETTLED), made.ack(2, 1)])
    capture.extend([made.settled((1,), Settlement.LOST)])
    record = capture.record(2)
    assert record is not None and record.about is None


def test_receipts_and_refusals_are_told_at_both_frames() -> None:
    capture = Capture()
    capture.extend([made.sent(n, frames.send("/queue/a", receipt=f"r-{n}")) for n in (1, 2, 3, 4)])
    capture.extend(
        [
            made.receipt(5, 1, 0.0032),
            ev.Confirmed(1, 0.1, 1, "SEND", 0.0032),
            made.error(6, 2),
            ev.Rejected(1, 0.1, 2, "SEND", 6, True),
            made.error(7, 3, sure=False),
            ev.Rejected(1, 0.1, 3, "SEND", 7, False),
            ev.Unconfirmed(1, 0.2, 4, "SEND"),
            made.receipt(8, None, None),
        ]
    )
    assert outcomes(capture) == [
        "receipted 3 ms",
        "refused: see 00006",
        "perhaps refused: see 00007",
        "outcome unknown",
        "3 ms",
        "refuses 00002 SEND",
        "may refuse 00003 SEND",
        "answers nothing sent",
    ]


def test_a_send_in_a_transaction_is_staged_until_it_ends() -> None:
    for outcome, expected in (
        ("committed", Settlement.NONE),
        ("aborted", Settlement.LOST),
        ("lost", Settlement.LOST),
    ):
        capture = Capture()
        capture.extend(
            [
                made.sent(1, frames.begin("tx-1"), transaction="tx-1"),
                made.sent(2, frames.send("/queue/a"), transaction="tx-1"),
                made.sent(3, frames.send("/queue/a"), transaction="tx-2"),
            ]
        )
        assert outcomes(capture) == ["", "in tx-1", "in tx-2"]
        assert capture.settlement(2) is Settlement.STAGED
        capture.extend([ev.TransactionEnded(1, 0.5, "tx-1", outcome, 1, 0)])
        assert outcomes(capture) == ["", f"{outcome} (tx-1)", "in tx-2"]
        assert capture.settlement(2) is expected
        assert capture.settlement(3) is Settlement.STAGED


def test_a_message_staged_and_aborted_is_unsettled_again() -> None:
    capture = Capture()
    capture.extend(made.messages(1, 1, Settlement.UNSETTLED))
    capture.extend([made.ack(2, 1, transaction="tx-1"), made.settled((1,), Settlement.STAGED)])
    assert capture.settlement(1) is Settlement.STAGED
    capture.extend(
        [made.settled((1,), Settlement.UNSETTLED), ev.TransactionEnded(1, 0.5, "tx-1", "aborted", 0, 1)]
    )
    assert capture.settlement(1) is Settlement.UNSETTLED and capture.next_unsettled(0) == 1


def test_what_the_broker_refused_does_not_share_the_end_of_its_transaction() -> None:
    capture = Capture()
    capture.extend([made.sent(n, frames.send("/queue/a"), transaction="tx-1") for n in (1, 2, 3)])
    capture.extend([ev.Rejected(1, 0.1, 1, "SEND", 9, True), made.settled((1,), Settlement.LOST)])
    capture.extend([ev.Confirmed(1, 0.2, 2, "SEND", 0.004), ev.Unconfirmed(1, 0.2, 3, "SEND")])
    assert outcomes(capture)[1:] == ["in tx-1, receipted 4 ms", "in tx-1, outcome unknown"]
    capture.extend([made.settled((2, 3), Settlement.LOST)])
    capture.extend([ev.TransactionEnded(1, 0.5, "tx-1", "aborted", 3, 0)])
    assert outcomes(capture) == ["refused: see 00009", "aborted (tx-1)", "aborted (tx-1)"]


def test_a_receipt_within_a_transaction_keeps_the_transaction() -> None:
    capture = Capture()
    capture.extend([made.sent(1, frames.send("/queue/a"), transaction="tx-1")])
    capture.extend([ev.Confirmed(1, 0.1, 1, "SEND", 0.004)])
    assert outcomes(capture) == ["in tx-1, receipted 4 ms"]


def test_what_is_not_here_any_more_is_passed_over() -> None:
    capture = Capture(limit_records=2)
    capture.extend([*made.messages(1, 5), made.settled((1, 99), Settlement.ACKED)])
    capture.extend([ev.Confirmed(1, 0.1, 1, "SEND", 0.1), ev.Rejected(7, 0.1, 1, "SEND", 2, True)])
    assert capture.count == 2 and outcomes(capture) == ["", ""]
