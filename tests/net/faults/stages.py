"""Servers that fail at one frame: silent, gone, or with an ERROR, at each frame whose receipt is awaited."""

from __future__ import annotations

from typing import NamedTuple

from tests.net.faults import behaviour as octets
from tests.net.faults import program as client
from tests.net.faults.behaviour import (
    IN,
    LISTEN,
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
from tests.net.faults.program import Call, ended, leave, listen, listen_by_hand
from tests.net.faults.server import Step, closes, passes, reads, resets, sends
from tests.net.peer import message

CLOSED = "the broker closed the connection and sent no ERROR"
RESET = "the connection was reset by the peer"
UNKNOWN = "was not confirmed, its outcome is unknown: "
GUESS = " (a guess: this broker does not say which frame it means)"
THIRTY = "was not confirmed within 30 s, its outcome is unknown"


class Stage(NamedTuple):
    """The frame at which a server fails: what goes before it, and what its failure makes known beside it."""

    command: str
    script: tuple[Step, ...]
    calls: tuple[Call, ...]
    outcome: tuple[str, ...] = ()
    receipt: str = "r-1"
    number: int = 3
    lost: tuple[str, ...] = ()
    after: tuple[Step, ...] = ()
    """What the client sends when it has given up."""
    aborts: int = 0
    """How many ABORTs that holds, each of which asks for a receipt."""


BEGIN, BEGUN = reads(bound("BEGIN", "r-1")), sends(receipt("r-1"))
DELIVERED = (LISTEN_BY_HAND, sends(message(1)))
LOST = ("tx-1 lost",)

STAGES = (
    Stage(
        "SUBSCRIBE",
        (reads(octets.subscribe()),),
        (client.subscribe(),),
        after=(reads(b"UNSUBSCRIBE\nid:1\n\n\0"),),
    ),
    Stage("SEND", (reads(octets.send()),), (client.send,)),
    *(
        Stage(
            command,
            (*DELIVERED, reads(settle(command))),
            (listen_by_hand, client.settle(command)),
            ("subscribed",),
            number=5,
        )
        for command in ("ACK", "NACK")
    ),
    Stage(
        "UNSUBSCRIBE",
        (LISTEN, reads(octets.unsubscribe("r-1"))),
        (listen, client.unsubscribe),
        ("subscribed",),
        number=4,
    ),
    Stage("BEGIN", (BEGIN,), (client.begin,), lost=LOST, after=(reads(bound("ABORT", "r-2")),), aborts=1),
    *(
        Stage(
            command,
            (BEGIN, BEGUN, reads(bound(command, "r-2"))),
            (client.begin, call),
            ("tx-1",),
            "r-2",
            5,
            LOST,
        )
        for command, call in (("COMMIT", client.commit), ("ABORT", client.abort))
    ),
)


def silent(stage: Stage) -> Behaviour:
    command = stage.command
    return Behaviour(
        f"silent at {command}",
        (*OPEN, *stage.script, passes(30), *stage.after, *goodbye(next_receipt(stage, stage.aborts))),
        (*stage.calls, leave),
        (IN, *stage.outcome, f"TimedOut: {command} (frame {stage.number:05d}) {THIRTY}", OUT),
        (f"{command} unconfirmed", *("ABORT unconfirmed",) * stage.aborts, *stage.lost),
    )


def gone(stage: Stage, end: Step, how: str, why: str) -> Behaviour:
    command = stage.command
    return Behaviour(
        f"{how} at {command}",
        (*OPEN, *stage.script, end),
        (*stage.calls, ended),
        (IN, *stage.outcome, f"ConnectionLost: {command} {UNKNOWN}{why}", f"lost: {why}"),
        (f"{command} unconfirmed", *stage.lost),
    )


def refused(stage: Stage) -> Behaviour:
    command = stage.command
    return Behaviour(
        f"ERROR at {command} that names it",
        (*OPEN, *stage.script, sends(error("no", receipt=stage.receipt)), *goodbye(next_receipt(stage))),
        (*stage.calls, leave),
        (IN, *stage.outcome, f"BrokerError: {command} was refused: no", OUT),
        (f"{command} rejected", *stage.lost),
    )


def refused_and_closed(stage: Stage) -> Behaviour:
    command = stage.command
    return Behaviour(
        f"ERROR at {command} that names nothing, then the end",
        (*OPEN, *stage.script, sends(error("no")), closes),
        (*stage.calls, ended),
        (
            IN,
            *stage.outcome,
            f"BrokerError: {command} was refused: no{GUESS}",
            "lost: the broker closed the connection after its ERROR",
        ),
        (f"{command} rejected, a guess", *stage.lost),
    )


def next_receipt(stage: Stage, others: int = 0) -> str:
    return f"r-{int(stage.receipt[2:]) + others + 1}"


ROWS = tuple(
    row
    for stage in STAGES
    for row in (
        silent(stage),
        gone(stage, closes, "closes", CLOSED),
        gone(stage, resets, "resets", RESET),
        refused(stage),
        refused_and_closed(stage),
    )
)
