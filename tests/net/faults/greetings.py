"""Servers whose CONNECTED is wrong, late, double, or lacks what it should have."""

from __future__ import annotations

from tests.net.faults.behaviour import (
    CONNECT,
    IN,
    OPEN,
    OUT,
    UNREADABLE_ANSWER,
    Behaviour,
    goodbye,
    receipt,
    send,
)
from tests.net.faults.program import ended, leave
from tests.net.faults.program import send as sending
from tests.net.faults.server import Step, blurts, closes, reads, resets, sends, trickles
from tests.net.peer import CONNECTED, message

ANSWERED = reads(CONNECT)


def greeting(name: str, octets: bytes, version: str, *told: str, uri: str = "") -> Behaviour:
    """One whose answer to CONNECT is `octets`: the client goes on."""
    asked = ANSWERED
    if uri:
        asked = reads(CONNECT.replace(b"1.0,1.1,1.2", uri[-3:].encode()))
    return Behaviour(
        name, (asked, sends(octets), *goodbye("r-1")), (leave,), (f"STOMP {version}", OUT), told, uri
    )


def lost(name: str, *how: Step) -> Behaviour:
    return Behaviour(
        name,
        (*OPEN, *how),
        (ended, sending),
        (
            IN,
            "lost: the broker closed the connection and sent no ERROR",
            "Offline: the connection has ended: the broker closed the connection and sent no ERROR",
        ),
    )


ROWS = (
    Behaviour(
        "CONNECTED one octet at a time", (ANSWERED, trickles(CONNECTED), *goodbye("r-1")), (leave,), (IN, OUT)
    ),
    greeting("CONNECTED in CRLF", CONNECTED.replace(b"\n", b"\r\n"), "1.2"),
    greeting("CONNECTED without version", b"CONNECTED\nsession:1\n\n\0", "1.0"),
    greeting("CONNECTED without any header", b"CONNECTED\n\n\0\n", "1.0"),
    greeting(
        "CONNECTED of a version that nobody knows",
        b"CONNECTED\nversion:2.0\n\n\0",
        "2.0",
        "CONNECTED: CONNECTED names version '2.0'; CONNECTED: version '2.0' was not asked for",
    ),
    greeting(
        "CONNECTED of a version that was not asked for",
        CONNECTED,
        "1.2",
        "CONNECTED: version '1.2' was not asked for",
        uri="?version=1.1",
    ),
    greeting(
        "CONNECTED with an empty version",
        b"CONNECTED\nversion:\n\n\0",
        "",
        "CONNECTED: CONNECTED names version ''; CONNECTED: version '' was not asked for",
    ),
    greeting(
        "CONNECTED with a version of a thousand digits",
        b"CONNECTED\nversion:" + b"2" * 1000 + b"\n\n\0",
        "2" * 1000,
        f"CONNECTED: CONNECTED names version '{'2' * 40}'...; "
        f"CONNECTED: version '{'2' * 40}'... was not asked for",
    ),
    greeting("CONNECTED with two versions", b"CONNECTED\nversion:1.1\nversion:1.2\n\n\0", "1.1"),
    greeting(
        "CONNECTED with a heart-beat that is no number",
        b"CONNECTED\nversion:1.2\nheart-beat:soon\n\n\0",
        "1.2",
        "CONNECTED: heart-beat is 'soon', not two numbers of milliseconds, so there are none",
    ),
    greeting(
        "CONNECTED with a heart-beat below zero",
        b"CONNECTED\nversion:1.2\nheart-beat:-1,-1\n\n\0",
        "1.2",
        "CONNECTED: heart-beat is '-1,-1', not two numbers of milliseconds, so there are none",
    ),
    greeting(
        "CONNECTED with a heart-beat of a thousand digits",
        b"CONNECTED\nversion:1.2\nheart-beat:" + b"9" * 1000 + b",1\n\n\0",
        "1.2",
        f"CONNECTED: heart-beat is '{'9' * 40}'..., not two numbers of milliseconds, so there are none",
    ),
    greeting(
        "CONNECTED with a body",
        b"CONNECTED\nversion:1.2\n\nwelcome\0",
        "1.2",
        "CONNECTED: CONNECTED has no body in STOMP",
    ),
    greeting(
        "CONNECTED with a line that is no header",
        b"CONNECTED\nversion:1.2\nwelcome\n\n\0",
        "1.2",
        "CONNECTED: a header line without a colon",
    ),
    greeting(
        "CONNECTED whose server is not UTF-8",
        b"CONNECTED\nversion:1.2\nserver:\xff\x1b[2J\n\n\0",
        "1.2",
        "CONNECTED: command and headers are not UTF-8",
    ),
    greeting(
        "MESSAGE before CONNECTED",
        message(1) + CONNECTED,
        "1.2",
        "MESSAGE of no subscription; MESSAGE: MESSAGE is not expected while connecting",
    ),
    greeting(
        "RECEIPT before CONNECTED",
        receipt("r-1") + CONNECTED,
        "1.2",
        "RECEIPT of nothing; RECEIPT: RECEIPT is not expected while connecting",
    ),
    greeting(
        "a command that nobody knows before CONNECTED",
        b"WELCOME\n\n\0" + CONNECTED,
        "1.2",
        "WELCOME: STOMP has no such command; WELCOME: WELCOME is not expected while connecting",
    ),
    greeting("heart-beats before CONNECTED", b"\n\n\r\n" + CONNECTED, "1.2"),
    greeting(
        "CONNECTED twice",
        CONNECTED + CONNECTED,
        "1.2",
        "CONNECTED: CONNECTED is not expected while connected",
    ),
    Behaviour(
        "a second CONNECTED does not change the version",
        (
            ANSWERED,
            sends(CONNECTED + b"CONNECTED\nversion:1.0\n\n\0"),
            reads(send()),
            sends(b"RECEIPT\nreceipt-id:r-1\nnote:a\\cb\n\n\0"),
            *goodbye("r-2"),
        ),
        (sending, leave),
        (IN, "confirmed", OUT),
        ("CONNECTED: CONNECTED is not expected while connected",),
    ),
    Behaviour(
        "CONNECTED whose content-length is no number",
        (ANSWERED, sends(b"CONNECTED\nversion:1.2\ncontent-length:none\n\n\0")),
        (),
        (f"RemoteProtocolError: AT: {UNREADABLE_ANSWER}content-length is 'none', not a number of octets",),
    ),
    lost("closes after CONNECTED", closes),
    Behaviour(
        "CONNECTED and the end at once",
        (ANSWERED, blurts(CONNECTED), closes),
        (ended,),
        (IN, "lost: the broker closed the connection and sent no ERROR"),
    ),
    Behaviour(
        "resets after CONNECTED",
        (*OPEN, resets),
        (ended,),
        (IN, "lost: the connection was reset by the peer"),
    ),
)
