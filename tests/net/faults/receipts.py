"""Servers that answer what they are asked wrongly, twice, too late, or not at all."""

from __future__ import annotations

from tests.net.faults import behaviour as octets
from tests.net.faults import program as client
from tests.net.faults.behaviour import (
    IN,
    LISTEN,
    OPEN,
    OUT,
    Behaviour,
    error,
    goodbye,
    receipt,
)
from tests.net.faults.program import Call, leave, subscribe
from tests.net.faults.server import Step, blurts, closes, half_closes, passes, reads, resets, sends, trickles
from tests.net.peer import message

SEND, SUBSCRIBE = reads(octets.send()), reads(octets.subscribe())

CLOSED = "the broker closed the connection and sent no ERROR"
RESET = "the connection was reset by the peer"
UNKNOWN = "was not confirmed, its outcome is unknown: "
GUESS = " (a guess: this broker does not say which frame it means)"
THIRTY = "was not confirmed within 30 s, its outcome is unknown"


def silent(
    name: str,
    *calls: Call,
    script: tuple[Step, ...],
    last: str,
    outcome: tuple[str, ...],
    told: tuple[str, ...],
) -> Behaviour:
    """One that answers DISCONNECT, and nothing before."""
    return Behaviour(name, (*OPEN, *script, *goodbye(last)), (*calls, leave), (IN, *outcome, OUT), told)


def cut(
    name: str,
    end: Step,
    command: str,
    script: tuple[Step, ...],
    *calls: Call,
    first: tuple[str, ...] = (),
    told: tuple[str, ...] = (),
) -> Behaviour:
    """One that ends the connection instead of answering `command`, the last frame of `script`."""
    why = RESET if end is resets else CLOSED
    return Behaviour(
        name,
        (*OPEN, *script, end),
        (*calls, client.ended),
        (IN, *first, f"ConnectionLost: {command} {UNKNOWN}{why}", f"lost: {why}"),
        (f"{command} unconfirmed", *told),
    )


ROWS = (
    # SUBSCRIBE
    silent(
        "silent at SUBSCRIBE",
        subscribe(),
        script=(SUBSCRIBE, passes(30), reads(b"UNSUBSCRIBE\nid:1\n\n\0")),
        last="r-2",
        outcome=(f"TimedOut: frame 3 {THIRTY}",),
        told=("SUBSCRIBE unconfirmed",),
    ),
    cut("closes at SUBSCRIBE", closes, "SUBSCRIBE", (SUBSCRIBE,), subscribe()),
    cut("resets at SUBSCRIBE", resets, "SUBSCRIBE", (SUBSCRIBE,), subscribe()),
    Behaviour(
        "ERROR at SUBSCRIBE that names it",
        (*OPEN, SUBSCRIBE, sends(error("no such queue", receipt="r-1")), *goodbye("r-2")),
        (subscribe(), leave),
        (IN, "BrokerError: SUBSCRIBE was refused: no such queue", OUT),
        ("SUBSCRIBE rejected",),
    ),
    Behaviour(
        "ERROR at SUBSCRIBE that names nothing, then the end",
        (*OPEN, SUBSCRIBE, sends(error("no such queue")), closes),
        (subscribe(), client.ended),
        (
            IN,
            f"BrokerError: SUBSCRIBE was refused: no such queue{GUESS}",
            "lost: the broker closed the connection after its ERROR",
        ),
        ("SUBSCRIBE rejected, a guess",),
    ),
    # SEND
    silent(
        "silent at SEND",
        client.send,
        script=(SEND, passes(30)),
        last="r-2",
        outcome=(f"TimedOut: frame 3 {THIRTY}",),
        told=("SEND unconfirmed",),
    ),
    cut("closes at SEND", closes, "SEND", (SEND,), client.send),
    cut("resets at SEND", resets, "SEND", (SEND,), client.send),
    cut("ends the stream at SEND and goes on reading", half_closes, "SEND", (SEND,), client.send),
    Behaviour(
        "half a RECEIPT, then the end",
        (*OPEN, SEND, sends(b"RECEIPT\nreceipt-id:r"), closes),
        (client.send, client.ended),
        (
            IN,
            f"ConnectionLost: SEND {UNKNOWN}{CLOSED}, in the middle of a frame (20 octets of it had come)",
            f"lost: {CLOSED}, in the middle of a frame (20 octets of it had come)",
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
        (IN, f"TimedOut: frame 3 {THIRTY}", OUT),
        ("RECEIPT of nothing", "SEND unconfirmed"),
    ),
    Behaviour(
        "RECEIPT without receipt-id",
        (*OPEN, SEND, sends(b"RECEIPT\n\n\0"), passes(30), *goodbye("r-2")),
        (client.send, leave),
        (IN, f"TimedOut: frame 3 {THIRTY}", OUT),
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
        (IN, f"TimedOut: frame 3 {THIRTY}", OUT),
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
        (IN, f"TimedOut: frame 3 {THIRTY}", OUT),
        ("RECEIPT of nothing", "SEND unconfirmed"),
    ),
    Behaviour(
        "ERROR at SEND that names it",
        (*OPEN, SEND, sends(error("no", receipt="r-1")), *goodbye("r-2")),
        (client.send, leave),
        (IN, "BrokerError: SEND was refused: no", OUT),
        ("SEND rejected",),
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
    # UNSUBSCRIBE
    Behaviour(
        "silent at UNSUBSCRIBE",
        (*OPEN, LISTEN, reads(octets.unsubscribe("r-1")), passes(30), *goodbye("r-2")),
        (client.listen, client.unsubscribe, client.count, leave),
        (IN, "subscribed", f"TimedOut: frame 4 {THIRTY}", "0 messages", OUT),
        ("UNSUBSCRIBE unconfirmed",),
    ),
)
