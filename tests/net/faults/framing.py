"""Servers whose octets form no frames, or frames beyond a limit, or frames that STOMP does not know."""

from __future__ import annotations

from tests.net.faults import program as client
from tests.net.faults.behaviour import IN, LISTEN, OPEN, OUT, UNREADABLE, Behaviour, goodbye, half
from tests.net.faults.program import leave, listen, take
from tests.net.faults.server import Step, closes, floods, sends
from tests.net.peer import message

SUBSCRIBED = (*OPEN, LISTEN)


def broken(name: str, words: str, *script: Step, uri: str = "") -> Behaviour:
    """One whose stream cannot be read on after a MESSAGE."""
    return Behaviour(
        name,
        (*SUBSCRIBED, sends(message(1, b"one")), *script),
        (listen, client.count, client.ended),
        (
            IN,
            "subscribed",
            f"1 messages, then ConnectionLost: {UNREADABLE}{words}",
            f"lost: {UNREADABLE}{words}",
        ),
        uri=uri,
    )


def allows(option: str) -> str:
    return f"; ?{option} in a client's URI allows more"


def odd(name: str, octets: bytes, *told: str) -> Behaviour:
    """One that sends `octets` between two frames: the client goes on."""
    return Behaviour(
        name,
        (*SUBSCRIBED, sends(octets + message(1, b"one")), *goodbye("r-1")),
        (listen, take(1), leave),
        (IN, "subscribed", "one", OUT),
        told,
    )


def unended(name: str, octets: bytes, *told: str) -> Behaviour:
    """One that closes after `octets` that begin something."""
    return Behaviour(
        name,
        (*SUBSCRIBED, sends(octets), closes),
        (listen, client.count),
        (
            IN,
            "subscribed",
            f"0 messages, then ConnectionLost: {half(len(octets))}",
        ),
        told,
    )


MEGABYTE = b"x" * 1024 * 1024

ROWS = (
    # Limits
    broken(
        "a command line without end",
        "a command line is longer than 1024 octets (limit `command_line`)",
        sends(b"M" * 1025),
    ),
    broken(
        "a header without end",
        "a header is longer than 2097152 octets (limit `header_line`)" + allows("max-header=SIZE"),
        floods(b"MESSAGE\nx:" + 3 * MEGABYTE, 1),
    ),
    broken(
        "headers without end",
        "a frame has more than 10000 headers (limit `headers`)" + allows("max-headers=COUNT"),
        sends(b"MESSAGE\n" + b"x:y\n" * 10_001),
    ),
    broken(
        "a head without end",
        "command and headers are longer than 16777216 octets (limit `head`)" + allows("max-head=SIZE"),
        floods(b"MESSAGE\n" + (b"x:" + MEGABYTE + b"\n") * 16, 1),
    ),
    broken(
        "a content-length beyond all",
        "content-length is 268435457, more than 268435456 octets (limit `body`)" + allows("max-body=SIZE"),
        sends(b"MESSAGE\ncontent-length:268435457\n\n"),
    ),
    broken(
        "a content-length of a thousand digits",
        "content-length is 1000000000000000000, more than 268435456 octets (limit `body`)"
        + allows("max-body=SIZE"),
        sends(b"MESSAGE\ncontent-length:" + b"9" * 1000 + b"\n\n"),
    ),
    broken(
        "a content-length beyond the limit of the URI",
        "content-length is 1025, more than 1024 octets (limit `body`)" + allows("max-body=SIZE"),
        sends(b"MESSAGE\ncontent-length:1025\n\n"),
        uri="?max-body=1KiB",
    ),
    broken(
        "a body without end",
        "a body is longer than 1048576 octets (limit `body`)" + allows("max-body=SIZE"),
        floods(b"MESSAGE\n\n" + MEGABYTE + b"x", 1),
        uri="?max-body=1MiB",
    ),
    broken(
        "more headers than the limit of the URI",
        "a frame has more than 4 headers (limit `headers`)" + allows("max-headers=COUNT"),
        sends(b"MESSAGE\na:1\nb:2\nc:3\nd:4\ne:5\n"),
        uri="?max-headers=4",
    ),
    broken(
        "a header longer than the limit of the URI",
        "a header is longer than 20 octets (limit `header_line`)" + allows("max-header=SIZE"),
        sends(b"MESSAGE\n" + b"x" * 21),
        uri="?max-header=20",
    ),
    # content-length
    broken(
        "a content-length that is no number",
        "content-length is 'abc', not a number of octets",
        sends(b"MESSAGE\ncontent-length:abc\n\n\0"),
    ),
    broken(
        "a content-length below zero",
        "content-length is '-1', not a number of octets",
        sends(b"MESSAGE\ncontent-length:-1\n\n\0"),
    ),
    broken(
        "an empty content-length",
        "content-length is '', not a number of octets",
        sends(b"MESSAGE\ncontent-length:\n\n\0"),
    ),
    broken(
        "a content-length too short",
        "content-length is 2, but no NUL follows the body of that length",
        sends(b"MESSAGE\ncontent-length:2\n\nbody\0"),
    ),
    broken(
        "a content-length that swallows the next frame",
        "content-length is 20, but no NUL follows the body of that length",
        sends(b"MESSAGE\ncontent-length:20\n\nbody\0" + message(2)),
    ),
    unended("a content-length too long", b"MESSAGE\ncontent-length:99\n\nbody\0"),
    odd(
        "two content-lengths",
        b"MESSAGE\nsubscription:9\ncontent-length:4\ncontent-length:9\n\nbody\0",
        "MESSAGE of no subscription; MESSAGE: another content-length that differs; the first one counts",
    ),
    # Other octets
    unended("an HTTP answer after CONNECTED", b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"),
    Behaviour(
        "a TLS alert after CONNECTED",
        (*SUBSCRIBED, sends(b"\x15\x03\x03\x00\x02\x02\x0a"), closes),
        (listen, client.count),
        (
            IN,
            "subscribed",
            f"0 messages, then ConnectionLost: {half(3)}",
        ),
        ("no frame: a NUL in the command line",),
    ),
    odd("NULs between frames", b"\0" * 1000, "MESSAGE: 1000 NUL before this frame"),
    odd(
        "a NUL in the command",
        b"MESS\0AGE\n\n\0",
        "no frame: a NUL in the command line",
        "AGE: STOMP has no such command; AGE: AGE is not expected while connected",
    ),
    odd(
        "a lower-case command",
        b"message\nsubscription:1\n\nno\0",
        "message: STOMP has no such command; message: message is not expected while connected",
    ),
    odd(
        "a frame that only clients send",
        b"SEND\ndestination:/queue/q\n\nx\0",
        "SEND: SEND is not expected while connected",
    ),
    odd(
        "DISCONNECT from the server",
        b"DISCONNECT\nreceipt:1\n\n\0",
        "DISCONNECT: DISCONNECT is not expected while connected",
    ),
    odd(
        "RECEIPT with a body",
        b"RECEIPT\nreceipt-id:0\n\nbody\0",
        "RECEIPT of nothing; RECEIPT: RECEIPT has no body in STOMP",
    ),
    odd(
        "a header line without colon",
        b"MESSAGE\nsubscription:9\nwhat\n\n\0",
        "MESSAGE of no subscription; MESSAGE: a header line without a colon",
    ),
    odd(
        "a header without name",
        b"MESSAGE\nsubscription:9\n:what\n\n\0",
        "MESSAGE of no subscription; MESSAGE: a header without a name",
    ),
    odd(
        "headers that are not UTF-8",
        b"MESSAGE\nsubscription:9\nx:\xff\xfe\n\n\0",
        "MESSAGE of no subscription; MESSAGE: command and headers are not UTF-8",
    ),
    odd(
        "an undefined escape",
        b"MESSAGE\nsubscription:9\nx:a\\tb\n\n\0",
        r"MESSAGE of no subscription; MESSAGE: undefined escape \t",
    ),
    odd(
        "a NUL in a header",
        b"MESSAGE\nsubscription:9\nx:a\0b\n\n\0",
        "MESSAGE of no subscription; MESSAGE: a NUL inside a header",
    ),
    odd(
        "a head that a NUL ends",
        b"MESSAGE\nsubscription:9\n\0",
        "MESSAGE of no subscription; MESSAGE: a NUL stands where the blank line belongs",
    ),
    odd(
        "a carriage return inside a line",
        b"MESSAGE\nsubscription:9\nx:a\rb\n\n\0",
        "MESSAGE of no subscription; MESSAGE: a carriage return inside a line, not escaped",
    ),
)
