"""Servers that do not let go as they should: DISCONNECT and its receipt; and those that stop reading."""

from __future__ import annotations

from tests.net.faults import program as client
from tests.net.faults.behaviour import (
    IN,
    LISTEN,
    OPEN,
    OUT,
    UNREADABLE,
    Behaviour,
    disconnect,
    error,
    half,
    receipt,
)
from tests.net.faults.program import leave
from tests.net.faults.server import (
    Step,
    blurts,
    closes,
    floods,
    half_closes,
    passes,
    reads,
    resets,
    sends,
    stops_reading,
    trickles,
)
from tests.net.peer import message

BYE = reads(disconnect("r-1"))
LATE = "lost: closed here, the broker did not answer DISCONNECT in time"


def parting(name: str, *script: Step, outcome: str = OUT, told: tuple[str, ...] = ()) -> Behaviour:
    """One that follows `script` after DISCONNECT."""
    return Behaviour(name, (*OPEN, BYE, *script), (leave,), (IN, outcome), told)


ROWS = (
    parting("RECEIPT of DISCONNECT, and stays", sends(receipt("r-1"))),
    parting("RECEIPT of DISCONNECT, and closes", sends(receipt("r-1")), closes),
    parting("RECEIPT of DISCONNECT and the end at once", blurts(receipt("r-1")), closes),
    parting("RECEIPT of DISCONNECT one octet at a time", trickles(receipt("r-1"))),
    parting("silent at DISCONNECT", passes(2), outcome=LATE, told=("DISCONNECT unconfirmed",)),
    parting("closes at DISCONNECT", closes, told=("DISCONNECT unconfirmed",)),
    parting(
        "resets at DISCONNECT",
        resets,
        outcome="lost: the connection was reset by the peer",
        told=("DISCONNECT unconfirmed",),
    ),
    parting(
        "ends the stream at DISCONNECT and goes on reading",
        half_closes,
        told=("DISCONNECT unconfirmed",),
    ),
    parting(
        "RECEIPT of something else at DISCONNECT",
        sends(receipt("r-7")),
        passes(2),
        outcome=LATE,
        told=("RECEIPT of nothing", "DISCONNECT unconfirmed"),
    ),
    parting(
        "ERROR at DISCONNECT that names it",
        sends(error("no", receipt="r-1")),
        passes(2),
        outcome=f"{LATE}; BrokerError: no",
        told=("DISCONNECT rejected",),
    ),
    parting(
        "ERROR at DISCONNECT, then its RECEIPT",
        sends(error("an earlier frame") + receipt("r-1")),
        outcome=f"{OUT}; BrokerError: an earlier frame",
        told=("DISCONNECT rejected, a guess",),
    ),
    parting(
        "ERROR at DISCONNECT, and a moment later its RECEIPT",
        sends(error("an earlier frame"), receipt("r-1")),
        outcome=f"{OUT}; BrokerError: an earlier frame",
        told=("DISCONNECT rejected, a guess",),
    ),
    parting(
        "ERROR at DISCONNECT, then the end",
        sends(error("an earlier frame")),
        closes,
        outcome="lost: the broker closed the connection after its ERROR; BrokerError: an earlier frame",
        told=("DISCONNECT rejected, a guess",),
    ),
    parting(
        "ERROR at DISCONNECT and the end at once",
        blurts(error("an earlier frame")),
        closes,
        outcome="lost: the broker closed the connection after its ERROR; BrokerError: an earlier frame",
        told=("DISCONNECT rejected, a guess",),
    ),
    parting(
        "half a RECEIPT of DISCONNECT, then the end",
        sends(b"RECEIPT\n"),
        closes,
        outcome=f"lost: {half(8)}",
        told=("DISCONNECT unconfirmed",),
    ),
    parting(
        "half a RECEIPT of DISCONNECT, then silence",
        sends(b"RECEIPT\n"),
        passes(2),
        outcome=LATE,
        told=("DISCONNECT unconfirmed",),
    ),
    parting(
        "octets that form no frame at DISCONNECT",
        sends(b"MESSAGE\ncontent-length:x\n\n\0"),
        outcome=f"lost: {UNREADABLE}content-length is 'x', not a number of octets",
        told=("DISCONNECT unconfirmed",),
    ),
    parting(
        "2,000 RECEIPTs of something else at DISCONNECT",
        floods(receipt("r-0"), 2000),
        sends(receipt("r-1")),
        told=("RECEIPT of nothing x2000",),
    ),
    Behaviour(
        "5,000 MESSAGEs before the RECEIPT of DISCONNECT",
        (*OPEN, LISTEN, BYE, floods(message(1), 5000), sends(receipt("r-1"))),
        (client.listen, leave, client.count),
        (IN, "subscribed", OUT, "5000 messages"),
    ),
    Behaviour(
        "stops reading, then resets",
        (*OPEN, stops_reading, resets),
        (client.pour, client.ended),
        (
            IN,
            "Offline: the connection has ended: the connection was reset by the peer",
            "lost: the connection was reset by the peer",
        ),
    ),
    Behaviour(
        "stops reading, DISCONNECT too",
        (*OPEN, stops_reading, passes(2), passes(1), resets),
        (client.post_much, leave),
        (IN, "sent", LATE),
        ("DISCONNECT unconfirmed",),
    ),
)
