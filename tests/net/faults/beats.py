"""Servers whose heart-beats stop, never come, or are all that comes. Time is put forward, not waited for."""

from __future__ import annotations

from tests.net.faults import behaviour as octets
from tests.net.faults import program as client
from tests.net.faults.behaviour import CONNECT, IN, OUT, Behaviour, disconnect, goodbye, receipt
from tests.net.faults.program import leave
from tests.net.faults.server import Step, closes, passes, reads, sends
from tests.net.peer import message

BEATING = (reads(CONNECT), sends(b"CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0\n"))
MUTE = (reads(CONNECT), sends(b"CONNECTED\nversion:1.2\nheart-beat:10000,0\n\n\0\n"))
BEAT = reads(b"\n")
SILENT = "the broker was silent for 22 s though it had promised heart-beats"
TOO_LONG = passes(21.55)


def beats(times: int) -> tuple[Step, ...]:
    """The server's beats, each within the time that it promised."""
    return (passes(15), sends(b"\n")) * times


ROWS = (
    Behaviour(
        "promises heart-beats that never come",
        (*MUTE, TOO_LONG),
        (client.ended,),
        (IN, f"lost: {SILENT}"),
        ("heart-beat missed",),
    ),
    Behaviour(
        "heart-beats stop",
        (*MUTE, *beats(3), TOO_LONG),
        (client.ended,),
        (IN, f"lost: {SILENT}"),
        ("heart-beat missed",),
    ),
    Behaviour(
        "heart-beats stop while a receipt is awaited",
        (*MUTE, reads(octets.send()), TOO_LONG),
        (client.send, client.ended),
        (IN, f"ConnectionLost: SEND was not confirmed, its outcome is unknown: {SILENT}", f"lost: {SILENT}"),
        ("heart-beat missed", "SEND unconfirmed"),
    ),
    Behaviour(
        "heart-beats stop in the middle of MESSAGE",
        (*MUTE, octets.LISTEN, sends(message(1, b"one") + b"MESSAGE\nsubs"), TOO_LONG),
        (client.listen, client.count),
        (IN, "subscribed", f"1 messages, then ConnectionLost: {SILENT}"),
        ("heart-beat missed",),
    ),
    Behaviour(
        "heart-beats stop, and the client's go on",
        (*BEATING, passes(5.1), BEAT, passes(5.1), BEAT, TOO_LONG, reads(b"\n")),
        (client.ended,),
        (IN, f"lost: {SILENT.replace('22', '32')}"),
        ("heart-beat missed",),
    ),
    Behaviour(
        "heart-beats in CRLF, and many at once",
        (*MUTE, passes(15), sends(b"\r\n" * 1000), passes(15), sends(b"\n\r\n\n"), *goodbye("r-1")),
        (client.until(lambda state: state.beats_received == 1003), leave),
        (IN, "so it is", OUT),
    ),
    Behaviour(
        "MESSAGE that takes for ever, an octet a beat",
        (
            *MUTE,
            octets.LISTEN,
            *(step for octet in b"MESSAGE\n\n" for step in (passes(15), sends(bytes((octet,))))),
            sends(b"one\0"),
            *goodbye("r-1"),
        ),
        (client.listen, client.take(1), leave),
        (IN, "subscribed", "one", OUT),
    ),
    Behaviour(
        "heart-beats that were not promised",
        (
            reads(CONNECT),
            sends(b"CONNECTED\nversion:1.2\n\n\0\n"),
            passes(3600),
            sends(b"\n" * 100_000),
            *goodbye("r-1"),
        ),
        (client.until(lambda state: state.beats_received == 100_000), leave),
        (IN, "so it is", OUT),
    ),
    Behaviour(
        "closes after its heart-beats stopped",
        (*MUTE, passes(15), closes),
        (client.ended,),
        (IN, "lost: the broker closed the connection and sent no ERROR"),
    ),
    Behaviour(
        "heart-beats of STOMP 1.0",
        (reads(CONNECT), sends(b"CONNECTED\nheart-beat:10000,0\n\n\0\n"), TOO_LONG),
        (client.ended,),
        ("STOMP 1.0", f"lost: {SILENT}"),
        ("heart-beat missed",),
    ),
    Behaviour(
        "wants heart-beats faster than the client offers",
        (
            reads(CONNECT),
            sends(b"CONNECTED\nversion:1.2\nheart-beat:0,1\n\n\0\n"),
            passes(5.1),
            BEAT,
            reads(disconnect("r-1")),
            sends(receipt("r-1")),
        ),
        (client.until(lambda state: state.beats_sent > 0), leave),
        (IN, "so it is", OUT),
    ),
)
