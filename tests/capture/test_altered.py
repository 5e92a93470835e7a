"""A recording that was altered: frame numbers repeat or go back, and its states can be told all the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui import brokers
from stomptui.capture.moment_fold import Fact, fold
from stomptui.capture.record import Kind
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import encode
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.state import State

ids = st.sampled_from("12")
names = st.sampled_from(["m0", "m1", "m2"])
transactions = st.sampled_from(["t", "u"])
receipts = st.sampled_from([None, "r1", "r2"])
messages = st.builds(
    lambda id_, name: Frame("MESSAGE", [("subscription", id_), ("message-id", name), ("ack", name)]),
    ids,
    names,
)
settlings = st.builds(
    lambda command, name, transaction, receipt: Frame(
        command,
        [("id", name)]
        + [("transaction", transaction)] * (transaction is not None)
        + [("receipt", receipt)] * (receipt is not None),
    ),
    st.sampled_from(["ACK", "NACK"]),
    names,
    st.none() | transactions,
    receipts,
)
others = st.one_of(
    st.builds(
        lambda id_, ack, receipt: frames.subscribe("/q", id_, ack=ack, receipt=receipt),
        ids,
        st.sampled_from([AckMode.CLIENT, AckMode.CLIENT_INDIVIDUAL]),
        receipts,
    ),
    st.builds(lambda id_: Frame("UNSUBSCRIBE", [("id", id_)]), ids),
    st.builds(frames.begin, transactions),
    st.builds(frames.commit, transactions, receipt=receipts),
    st.builds(frames.abort, transactions, receipt=receipts),
    st.builds(
        lambda transaction, receipt: frames.send("/q", transaction=transaction, receipt=receipt),
        transactions,
        receipts,
    ),
    st.builds(lambda name: Frame("RECEIPT", [("receipt-id", name)]), st.sampled_from(["r1", "r2"])),
    st.builds(lambda name: Frame("ERROR", [("receipt-id", name)]), st.sampled_from(["r1", "r2"])),
    st.just(Frame("ERROR", [("message", "no")])),
)
steps = st.lists(
    st.tuples(messages | settlings | others, st.integers(1, 12), st.sampled_from([0.0, 0.2])), max_size=60
)
TO_CLIENT = ("MESSAGE", "RECEIPT", "ERROR", "CONNECTED")


@pytest.mark.parametrize("server", ["RabbitMQ/3.10.8", "ActiveMQ/5.17.2", "other"])
@settings(max_examples=150, deadline=None)
@given(steps=steps)
def test_numbers_that_repeat_or_go_back_break_nothing(
    server: str, steps: list[tuple[Frame, int, float]]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("stomptui.stomp.ledger.PASSED", 0)
        state, now = State(1, brokers.recognise), 0.0
        opening = [frames.connect("/"), Frame("CONNECTED", [("version", "1.2"), ("server", server)])]
        for made, number, later in [(one, at, 0.0) for at, one in enumerate(opening, 1)] + steps:
            now += later
            fold(state, fact(made, number, now), lambda _: None)
            for one in list(state.ledger.values()):
                state.ledger.covered(one.number, "ACK", state.dialect)
                assert state.ledger.find(one.key) is not None
        for subscription in state.subscriptions.values():
            assert subscription.unsettled == len(state.ledger.of(subscription.id))


def fact(made: Frame, number: int, now: float) -> Fact:
    head: Any = encode(made, "1.2")[:-1]
    sent = int(made.command not in TO_CLIENT)
    return Fact(number, 1, number, int(Kind.FRAME), sent, now, 3, 0, None, head)
