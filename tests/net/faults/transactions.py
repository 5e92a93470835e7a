"""Servers that fail at ACK, NACK and the frames of a transaction."""

from __future__ import annotations

from tests.net.faults import behaviour as octets
from tests.net.faults import program as client
from tests.net.faults.behaviour import (
    CONNECT,
    IN,
    LISTEN_BY_HAND,
    OPEN,
    OUT,
    Behaviour,
    bound,
    error,
    goodbye,
    receipt,
    settle,
)
from tests.net.faults.program import leave, listen_by_hand
from tests.net.faults.receipts import CLOSED, GUESS, THIRTY, UNKNOWN, cut, silent
from tests.net.faults.server import closes, passes, reads, resets, sends
from tests.net.peer import message

BEGIN, COMMIT, ABORT = (
    reads(bound("BEGIN", "r-1")),
    reads(bound("COMMIT", "r-2")),
    reads(bound("ABORT", "r-2")),
)
RABBITMQ = b"CONNECTED\nserver:RabbitMQ/3.13.7\nversion:1.2\n\n\0\n"

ROWS = (
    # ACK and NACK
    Behaviour(
        "silent at ACK",
        (*OPEN, LISTEN_BY_HAND, sends(message(1)), reads(settle("ACK")), passes(30), *goodbye("r-2")),
        (listen_by_hand, client.settle("ACK"), leave),
        (IN, "subscribed", f"TimedOut: frame 5 {THIRTY}", OUT),
        ("ACK unconfirmed",),
    ),
    Behaviour(
        "ERROR at ACK",
        (
            *OPEN,
            LISTEN_BY_HAND,
            sends(message(1)),
            reads(settle("ACK")),
            sends(error("unknown tag", receipt="r-1")),
            closes,
        ),
        (listen_by_hand, client.settle("ACK"), client.ended),
        (
            IN,
            "subscribed",
            "BrokerError: ACK was refused: unknown tag",
            "lost: the broker closed the connection after its ERROR",
        ),
        ("ACK rejected",),
    ),
    Behaviour(
        "RECEIPT of ACK, then the ERROR that takes it back",
        (
            reads(CONNECT),
            sends(RABBITMQ),
            LISTEN_BY_HAND,
            sends(message(1)),
            reads(settle("ACK")),
            sends(receipt("r-1"), error("precondition_failed")),
            closes,
        ),
        (listen_by_hand, client.settle("ACK"), client.ended),
        (
            IN,
            "subscribed",
            f"BrokerError: ACK was refused: precondition_failed{GUESS}",
            "lost: the broker closed the connection after its ERROR",
        ),
        ("ACK rejected, a guess",),
    ),
    Behaviour(
        "closes at NACK",
        (*OPEN, LISTEN_BY_HAND, sends(message(1)), reads(settle("NACK")), closes),
        (listen_by_hand, client.settle("NACK"), client.ended),
        (IN, "subscribed", f"ConnectionLost: NACK {UNKNOWN}{CLOSED}", f"lost: {CLOSED}"),
        ("NACK unconfirmed",),
    ),
    # Transactions
    silent(
        "silent at BEGIN",
        client.begin,
        script=(BEGIN, passes(30)),
        last="r-2",
        outcome=(f"TimedOut: frame 3 {THIRTY}",),
        told=("BEGIN unconfirmed", "tx-1 lost"),
    ),
    cut("closes at BEGIN", closes, "BEGIN", (BEGIN,), client.begin, told=("tx-1 lost",)),
    Behaviour(
        "ERROR at BEGIN",
        (*OPEN, BEGIN, sends(error("no", receipt="r-1")), *goodbye("r-2")),
        (client.begin, leave),
        (IN, "BrokerError: BEGIN was refused: no", OUT),
        ("BEGIN rejected", "tx-1 lost"),
    ),
    silent(
        "silent at COMMIT",
        client.begin,
        client.commit,
        script=(BEGIN, sends(receipt("r-1")), COMMIT, passes(30)),
        last="r-3",
        outcome=(
            "tx-1",
            f"TimedOut: frame 5 {THIRTY}",
        ),
        told=("COMMIT unconfirmed", "tx-1 lost"),
    ),
    cut(
        "resets at COMMIT",
        resets,
        "COMMIT",
        (BEGIN, sends(receipt("r-1")), COMMIT),
        client.begin,
        client.commit,
        first=("tx-1",),
        told=("tx-1 lost",),
    ),
    Behaviour(
        "ERROR at COMMIT",
        (
            *OPEN,
            BEGIN,
            sends(receipt("r-1")),
            reads(octets.send(None, "tx-1")),
            COMMIT,
            sends(error("full", receipt="r-2")),
            *goodbye("r-3"),
        ),
        (client.transact, leave),
        (IN, "BrokerError: COMMIT was refused: full", OUT),
        ("COMMIT rejected", "tx-1 lost"),
    ),
    silent(
        "silent at ABORT",
        client.begin,
        client.abort,
        script=(BEGIN, sends(receipt("r-1")), ABORT, passes(30)),
        last="r-3",
        outcome=(
            "tx-1",
            f"TimedOut: frame 5 {THIRTY}",
        ),
        told=("ABORT unconfirmed", "tx-1 lost"),
    ),
    cut(
        "closes at both frames of a ping",
        closes,
        "BEGIN",
        (reads(bound("BEGIN", "r-1") + bound("ABORT", "r-2")),),
        client.ping,
        told=("ABORT unconfirmed", "tx-1 lost"),
    ),
)
