"""Servers that deliver what nobody asked for, what cannot be settled, in bits, or more than anybody takes."""

from __future__ import annotations

from tests.net.faults import behaviour as octets
from tests.net.faults import program as client
from tests.net.faults.behaviour import (
    IN,
    LISTEN,
    LISTEN_BY_HAND,
    OPEN,
    OUT,
    Behaviour,
    error,
    goodbye,
    receipt,
    settle,
)
from tests.net.faults.program import Call, leave, listen, listen_by_hand, take
from tests.net.faults.server import Step, blurts, closes, floods, reads, resets, sends, trickles
from tests.net.peer import message

CLOSED = "the broker closed the connection and sent no ERROR"


def delivers(
    name: str,
    script: tuple[Step, ...],
    outcome: tuple[str, ...],
    *told: str,
    calls: tuple[Call, ...] = (take(1),),
) -> Behaviour:
    """One that follows `script` after a SUBSCRIBE without receipt, and answers DISCONNECT."""
    return Behaviour(
        name,
        (*OPEN, LISTEN, *script, *goodbye("r-1")),
        (listen, *calls, leave),
        (IN, "subscribed", *outcome, OUT),
        told,
    )


def unsettled(name: str, octets: bytes, words: str) -> Behaviour:
    """One that delivers a message that no ACK can name."""
    return Behaviour(
        name,
        (*OPEN, LISTEN_BY_HAND, sends(octets), *goodbye("r-2")),
        (listen_by_hand, client.settle("ACK"), leave),
        (IN, "subscribed", f"LocalProtocolError: {words}", OUT),
    )


ROWS = (
    delivers("MESSAGE one octet at a time", (trickles(message(1, b"one")),), ("one",)),
    delivers(
        "two MESSAGEs cut in the middle of both",
        (sends(message(1, b"one")[:30], message(1, b"one")[30:] + message(2, b"two")[:-2], b"o\0"),),
        ("one two",),
        calls=(take(2),),
    ),
    delivers(
        "MESSAGE of a subscription that was never made",
        (sends(message(1, b"x", "9") + message(2, b"two")),),
        ("two",),
        "MESSAGE of no subscription",
    ),
    delivers(
        "MESSAGE without subscription",
        (sends(b"MESSAGE\nmessage-id:1\ndestination:/queue/q\n\none\0"),),
        ("one",),
    ),
    delivers("MESSAGE without any header", (sends(b"MESSAGE\n\none\0"),), ("one",)),
    delivers(
        "a thousand MESSAGEs of nobody",
        (sends(message(1, b"x", "9") * 1000 + message(2, b"two")),),
        ("two",),
        "MESSAGE of no subscription x1000",
    ),
    Behaviour(
        "MESSAGE before the RECEIPT of SUBSCRIBE",
        (*OPEN, reads(octets.subscribe()), sends(message(1, b"one") + receipt("r-1")), *goodbye("r-2")),
        (client.subscribe(), take(1), leave),
        (IN, "subscribed", "one", OUT),
    ),
    Behaviour(
        "MESSAGE after UNSUBSCRIBE",
        (
            *OPEN,
            LISTEN,
            sends(message(1, b"one")),
            reads(octets.unsubscribe("r-1")),
            sends(message(2) + receipt("r-1"), message(3)),
            *goodbye("r-2"),
        ),
        (listen, take(1), client.unsubscribe, client.count, leave),
        (IN, "subscribed", "one", "unsubscribed", "1 messages", OUT),
    ),
    Behaviour(
        "MESSAGE to settle by hand after UNSUBSCRIBE",
        (
            *OPEN,
            LISTEN_BY_HAND,
            reads(octets.unsubscribe("r-1")),
            sends(message(1) + receipt("r-1")),
            *goodbye("r-2"),
        ),
        (listen_by_hand, client.unsubscribe, leave),
        (IN, "subscribed", "unsubscribed", OUT),
        ("MESSAGE too late",),
    ),
    Behaviour(
        "MESSAGE after DISCONNECT",
        (*OPEN, LISTEN, reads(octets.disconnect("r-1")), sends(message(1) + message(2) + receipt("r-1"))),
        (listen, leave, client.count),
        (IN, "subscribed", OUT, "2 messages"),
    ),
    unsettled(
        "MESSAGE without message-id and ack",
        b"MESSAGE\nsubscription:1\n\nx\0",
        "ACK of 00004: the broker sent it without message-id, so no ACK can name it",
    ),
    unsettled(
        "MESSAGE without ack",
        b"MESSAGE\nsubscription:1\nmessage-id:1\n\nx\0",
        "ACK of 00004: the broker sent it without the ack header that STOMP 1.2 settles by",
    ),
    Behaviour(
        "two MESSAGEs with the same ack",
        (
            *OPEN,
            LISTEN_BY_HAND,
            sends(message(1, b"one") + message(1, b"two")),
            reads(settle("ACK")),
            sends(receipt("r-1")),
            *goodbye("r-3"),
        ),
        (listen_by_hand, client.settle("ACK"), client.settle("ACK"), leave),
        (
            IN,
            "subscribed",
            "one: ACK",
            "LocalProtocolError: ACK of 00005: it was acked by 00006; "
            "most brokers answer that with ERROR and close the connection",
            OUT,
        ),
    ),
    Behaviour(
        "an ack that breaks lines and headers",
        (
            *OPEN,
            LISTEN_BY_HAND,
            sends(b"MESSAGE\nsubscription:1\nmessage-id:1\nack:\\nreceipt\\cx\\n\\n\\r\\\\0\n\none\0"),
            reads(b"ACK\nid:\\nreceipt\\cx\\n\\n\\r\\\\0\nreceipt:r-1\n\n\0"),
            sends(receipt("r-1")),
            *goodbye("r-2"),
        ),
        (listen_by_hand, client.settle("ACK"), leave),
        (IN, "subscribed", "one: ACK", OUT),
    ),
    Behaviour(
        "closes in the middle of MESSAGE",
        (*OPEN, LISTEN, sends(message(1, b"one") + b"MESSAGE\nsubs"), closes),
        (listen, client.count, client.ended),
        (
            IN,
            "subscribed",
            f"1 messages, then ConnectionLost: {octets.half(12)}",
            f"lost: {octets.half(12)}",
        ),
    ),
    Behaviour(
        "resets in the middle of MESSAGE",
        (*OPEN, LISTEN, sends(message(1, b"one") + b"MESSAGE\nsubs"), resets),
        (listen, client.count),
        (
            IN,
            "subscribed",
            "1 messages, then ConnectionLost: the connection was reset by the peer, "
            "in the middle of a frame (12 octets of it had come)",
        ),
    ),
    Behaviour(
        "closes between two MESSAGEs",
        (*OPEN, LISTEN, sends(message(1, b"one"), message(2, b"two")), closes),
        (listen, client.count),
        (IN, "subscribed", f"2 messages, then ConnectionLost: {CLOSED}"),
    ),
    Behaviour(
        "MESSAGE, ERROR and the end at once",
        (*OPEN, LISTEN, blurts(message(1, b"one") + error("no")), closes),
        (listen, take(1), client.ended, take(1)),
        (
            IN,
            "subscribed",
            "one",
            "lost: the broker closed the connection after its ERROR",
            "BrokerError: no",
        ),
        ("SUBSCRIBE rejected, a guess",),
    ),
    Behaviour(
        "ERROR in the middle of MESSAGE, then the end",
        (*OPEN, LISTEN, sends(message(1)[:-2], error("no")), closes),
        (listen, client.take(1), client.ended),
        (IN, "subscribed", "bodERROR\nmessage:no\n\n", f"lost: {CLOSED}"),
    ),
    # Floods
    Behaviour(
        "20,000 MESSAGEs, then the end",
        (*OPEN, LISTEN, floods(message(1), 20_000), closes),
        (listen, client.count),
        (IN, "subscribed", f"20000 messages, then ConnectionLost: {CLOSED}"),
    ),
    Behaviour(
        "20,000 MESSAGEs before the RECEIPT",
        (*OPEN, LISTEN, reads(octets.send()), floods(message(1), 20_000), sends(receipt("r-1")), closes),
        (listen, client.send, client.count),
        (IN, "subscribed", "confirmed", f"20000 messages, then ConnectionLost: {CLOSED}"),
    ),
    Behaviour(
        "10,000 ERRORs",
        (*OPEN, floods(error("no"), 10_000), closes),
        (client.ended, client.send),
        (IN, "lost: the broker closed the connection after its ERROR", "BrokerError: no"),
        ("ERROR of nothing x10000",),
    ),
    Behaviour(
        "10,000 frames that nobody knows",
        (*OPEN, floods(b"NOISE\n\n\0", 10_000), closes),
        (client.ended,),
        (IN, f"lost: {CLOSED}"),
        ("NOISE: STOMP has no such command; NOISE: NOISE is not expected while connected x10000",),
    ),
)
