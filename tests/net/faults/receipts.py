"""Servers that answer with receipts and ERRORs that are wrong, double, late, cut, or nobody's."""

from __future__ import annotations

from tests.net.faults import behaviour as octets
from tests.net.faults import program as client
from tests.net.faults.behaviour import (
    CONNECT,
    IN,
    LISTEN,
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
from tests.net.faults.server import blurts, closes, half_closes, passes, reads, sends, trickles
from tests.net.faults.stages import BEGIN, BEGUN, CLOSED, DELIVERED, GUESS, THIRTY, UNKNOWN
from tests.net.peer import message

SEND = reads(octets.send())
RABBITMQ = b"CONNECTED\nserver:RabbitMQ/3.13.7\nversion:1.2\n\n\0\n"

ROWS = (
    Behaviour(
        "ends the stream at SEND and goes on reading",
        (*OPEN, SEND, half_closes),
        (client.send, client.ended),
        (IN, f"ConnectionLost: SEND {UNKNOWN}{CLOSED}", f"lost: {CLOSED}"),
        ("SEND unconfirmed",),
    ),
    Behaviour(
        "half a RECEIPT, then the end",
        (*OPEN, SEND, sends(b"RECEIPT\nreceipt-id:r"), closes),
        (client.send, client.ended),
        (
            IN,
            f"ConnectionLost: SEND {UNKNOWN}{octets.half(20)}",
            f"lost: {octets.half(20)}",
        ),
        ("SEND unconfirmed",),
    ),
    Behaviour(
        "RECEIPT and the end at once",
        (*OPEN, SEND, blurts(receipt("r-1")), closes),
        (client.send, client.ended),
        (IN, "confirmed", f"lost: {CLOSED}"),
    ),
    Behaviour(
        "ERROR and the end at once, while a receipt is awaited",
        (*OPEN, SEND, blurts(error("no")), closes),
        (client.send, client.ended),
        (
            IN,
            f"BrokerError: SEND was refused: no{GUESS}",
            "lost: the broker closed the connection after its ERROR",
        ),
        ("SEND rejected, a guess",),
    ),
    Behaviour(
        "RECEIPT one octet at a time",
        (*OPEN, SEND, trickles(receipt("r-1")), *goodbye("r-2")),
        (client.send, leave),
        (IN, "confirmed", OUT),
    ),
    Behaviour(
        "RECEIPT of something else",
        (*OPEN, SEND, sends(receipt("r-9")), passes(30), *goodbye("r-2")),
        (client.send, leave),
        (IN, f"TimedOut: SEND (frame 00003) {THIRTY}", OUT),
        ("RECEIPT of nothing", "SEND unconfirmed"),
    ),
    Behaviour(
        "RECEIPT without receipt-id",
        (*OPEN, SEND, sends(b"RECEIPT\n\n\0"), passes(30), *goodbye("r-2")),
        (client.send, leave),
        (IN, f"TimedOut: SEND (frame 00003) {THIRTY}", OUT),
        ("RECEIPT of nothing", "SEND unconfirmed"),
    ),
    Behaviour(
        "RECEIPT of nothing, then the right one",
        (*OPEN, SEND, sends(receipt("") + receipt("r-1")), *goodbye("r-2")),
        (client.send, leave),
        (IN, "confirmed", OUT),
        ("RECEIPT of nothing",),
    ),
    Behaviour(
        "RECEIPT twice",
        (*OPEN, SEND, sends(receipt("r-1") * 2), *goodbye("r-2")),
        (client.send, leave),
        (IN, "confirmed", OUT),
        ("RECEIPT of nothing",),
    ),
    Behaviour(
        "RECEIPT a thousand times",
        (*OPEN, SEND, sends(receipt("r-1") * 1000), *goodbye("r-2")),
        (client.send, leave),
        (IN, "confirmed", OUT),
        ("RECEIPT of nothing x999",),
    ),
    Behaviour(
        "RECEIPT after the time is up",
        (*OPEN, SEND, passes(30), sends(receipt("r-1")), *goodbye("r-2")),
        (client.send, leave),
        (IN, f"TimedOut: SEND (frame 00003) {THIRTY}", OUT),
    ),
    Behaviour(
        "RECEIPTs in the wrong order",
        (
            *OPEN,
            reads(octets.send("r-1") + octets.send("r-2")),
            sends(receipt("r-2") + receipt("r-1")),
            *goodbye("r-3"),
        ),
        (client.together(client.send, client.send), leave),
        (IN, "confirmed | confirmed", OUT),
    ),
    Behaviour(
        "RECEIPT whose id is padded",
        (*OPEN, SEND, sends(b"RECEIPT\nreceipt-id: r-1\n\n\0"), passes(30), *goodbye("r-2")),
        (client.send, leave),
        (IN, f"TimedOut: SEND (frame 00003) {THIRTY}", OUT),
        ("RECEIPT of nothing", "SEND unconfirmed"),
    ),
    Behaviour(
        "ERROR at SEND, then its RECEIPT as well",
        (*OPEN, SEND, sends(error("no", receipt="r-1") + receipt("r-1")), *goodbye("r-2")),
        (client.send, leave),
        (IN, "BrokerError: SEND was refused: no", OUT),
        ("SEND rejected",),
    ),
    Behaviour(
        "ERROR of a frame that was never sent",
        (*OPEN, SEND, sends(error("no", receipt="r-9") + receipt("r-1")), *goodbye("r-2")),
        (client.send, leave),
        (IN, "BrokerError: no", OUT),
        ("ERROR of nothing",),
    ),
    Behaviour(
        "ERROR out of the blue",
        (*OPEN, sends(error("shutting down")), closes),
        (client.ended, client.send),
        (IN, "lost: the broker closed the connection after its ERROR", "BrokerError: shutting down"),
        ("ERROR of nothing",),
    ),
    Behaviour(
        "ERROR out of the blue while messages are awaited",
        (*OPEN, LISTEN, sends(message(1, b"one") + error("shutting down")), closes),
        (client.listen, client.take(1), client.take(1), client.take(1)),
        (
            IN,
            "subscribed",
            "one",
            "BrokerError: shutting down",
            "ConnectionLost: the broker closed the connection after its ERROR",
        ),
        ("SUBSCRIBE rejected, a guess",),
    ),
    Behaviour(
        "RECEIPT of ACK, then the ERROR that takes it back",
        (
            reads(CONNECT),
            sends(RABBITMQ),
            *DELIVERED,
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
        "ERROR at the COMMIT of a block",
        (
            *OPEN,
            BEGIN,
            BEGUN,
            reads(octets.send(None, "tx-1") + bound("COMMIT", "r-2")),
            sends(error("full", receipt="r-2")),
            *goodbye("r-3"),
        ),
        (client.transact, leave),
        (IN, "BrokerError: COMMIT was refused: full", OUT),
        ("COMMIT rejected", "tx-1 lost"),
    ),
    Behaviour(
        "closes at both frames of a ping",
        (*OPEN, reads(bound("BEGIN", "r-1") + bound("ABORT", "r-2")), closes),
        (client.ping, client.ended),
        (IN, f"ConnectionLost: BEGIN {UNKNOWN}{CLOSED}", f"lost: {CLOSED}"),
        ("BEGIN unconfirmed", "ABORT unconfirmed", "tx-1 lost"),
    ),
)
