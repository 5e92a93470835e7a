"""What is no STOMP broker, and what answers CONNECT with nothing that it could answer."""

from __future__ import annotations

from tests.net.faults.behaviour import CONNECT, Behaviour
from tests.net.faults.server import closes, half_closes, passes, reads, resets, sends, trickles

ANSWERED = reads(CONNECT)
TEN_SECONDS = passes(10)


def stranger(name: str, octets: bytes, words: str) -> Behaviour:
    """One that answers CONNECT with `octets` and waits for more."""
    return Behaviour(name, (ANSWERED, sends(octets)), (), (f"RemoteProtocolError: AT: {words}",))


SILENT = (
    "TimedOut: AT: the port is open but CONNECT was not answered within 10 s; "
    "is it a plain STOMP port? For TLS use stomp+ssl://"
)
GONE = (
    "ConnectionLost: AT: the peer closed the connection before CONNECTED and sent no ERROR; "
    "is it a plain STOMP port? For TLS use stomp+ssl://"
)
RESET = GONE.replace("closed", "reset")
HALF = (
    "ConnectionLost: AT: the peer closed the connection in the middle of its answer to CONNECT "
    "(22 octets of it had come)"
)
HTTP = "this is an HTTP server, STOMP usually listens on 61613, over WebSocket use ws://"
TLS = "this port speaks TLS (a TLS alert came back); use stomp+ssl://"
USUALLY = "; STOMP usually listens on 61613"
ECHO = f"what answers there sends back what it gets, it is no broker{USUALLY}"


def other(began: str) -> str:
    return f"what answers there does not speak STOMP, it began with {began}{USUALLY}"


ROWS = (
    Behaviour("silent at CONNECT", (ANSWERED, TEN_SECONDS), (), (SILENT,)),
    Behaviour(
        "silent in the middle of CONNECTED",
        (ANSWERED, sends(b"CONNECTED\nversion:1.2\n"), TEN_SECONDS),
        (),
        (
            "TimedOut: AT: CONNECT was not answered within 10 s, "
            "only 22 octets came that are no CONNECTED and no ERROR",
        ),
    ),
    Behaviour(
        "nothing but heart-beats",
        (ANSWERED, sends(b"\n", b"\r\n", b"\n"), TEN_SECONDS),
        (),
        (
            "TimedOut: AT: CONNECT was not answered within 10 s, "
            "only 4 octets came that are no CONNECTED and no ERROR",
        ),
    ),
    Behaviour("ends the stream before CONNECT comes", (half_closes, ANSWERED), (), (GONE,)),
    Behaviour("resets at once", (resets,), (), (RESET,)),
    Behaviour("closes at CONNECT", (ANSWERED, closes), (), (GONE,)),
    Behaviour("resets at CONNECT", (ANSWERED, resets), (), (RESET,)),
    Behaviour(
        "closes in the middle of CONNECTED",
        (ANSWERED, sends(b"CONNECTED\nversion:1.2\n"), closes),
        (),
        (HALF,),
    ),
    Behaviour(
        "resets in the middle of CONNECTED",
        (ANSWERED, sends(b"CONNECTED\nversion:1.2\n"), resets),
        (),
        (HALF.replace("closed", "reset"),),
    ),
    Behaviour("closes after heart-beats", (ANSWERED, sends(b"\n\n"), closes), (), (GONE,)),
    Behaviour(
        "closes after a frame that is no answer",
        (ANSWERED, sends(b"WELCOME\n\n\0"), closes),
        (),
        (GONE,),
        ("WELCOME: STOMP has no such command; WELCOME: WELCOME is not expected while connecting",),
    ),
    Behaviour(
        "closes at CONNECT that holds a backslash",
        (
            reads(
                b"CONNECT\naccept-version:1.0,1.1,1.2\nhost:/\nlogin:ops\npasscode:a\\b\n"
                b"heart-beat:10000,10000\n\n\0"
            ),
            closes,
        ),
        (),
        (
            "ConnectionLost: AT: the peer closed the connection before CONNECTED and sent no ERROR; "
            "CONNECT holds a backslash, which RabbitMQ unescapes: try ?escape-connect=yes",
        ),
        user="ops:a%5Cb@",
    ),
    stranger("echoes CONNECT", CONNECT, ECHO),
    Behaviour(
        "echoes CONNECT one octet at a time",
        (ANSWERED, trickles(b"CONNECT\n")),
        (),
        (f"RemoteProtocolError: AT: {ECHO}",),
    ),
    stranger("an HTTP server", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", HTTP),
    stranger("an HTTP/1.0 server of few words", b"HTTP/1.0 ", HTTP),
    stranger("a page without HTTP", b"<!DOCTYPE HTML PUBLIC>\n<html>", HTTP),
    stranger("a TLS port", b"\x15\x03\x03\x00\x02\x02\x0a", TLS),
    Behaviour(
        "a TLS port, one octet at a time",
        (ANSWERED, trickles(b"\x15\x03")),
        (),
        (f"RemoteProtocolError: AT: {TLS}",),
    ),
    stranger("a TLS handshake", b"\x16\x03\x01\x02\x00\x01", other(r"b'\x16\x03\x01\x02\x00\x01'")),
    stranger(
        "an SSH server", b"SSH-2.0-OpenSSH_9.2\r\n", "this is an SSH server, STOMP usually listens on 61613"
    ),
    Behaviour(
        "an SSH server that speaks first",
        (sends(b"SSH-2.0-OpenSSH_9.2\r\n"), ANSWERED),
        (),
        ("RemoteProtocolError: AT: this is an SSH server, STOMP usually listens on 61613",),
    ),
    stranger(
        "an AMQP 0-9-1 port", b"AMQP\x00\x00\x09\x01", "this is an AMQP port, STOMP usually listens on 61613"
    ),
    stranger(
        "an AMQP 1.0 port", b"AMQP\x03\x01\x00\x00", "this is an AMQP port, STOMP usually listens on 61613"
    ),
    Behaviour(
        "an AMQP port, one octet at a time",
        (ANSWERED, trickles(b"AMQP\x00")),
        (),
        ("RemoteProtocolError: AT: this is an AMQP port, STOMP usually listens on 61613",),
    ),
    stranger(
        "a mail server",
        b"220 mail.example ESMTP\r\n",
        "this is a mail or FTP server, STOMP usually listens on 61613",
    ),
    stranger(
        "an OpenWire port",
        b"\x00\x00\x01\x4a\x01ActiveMQ\x00\x00\x00\x0c",
        "this is ActiveMQ's OpenWire port, STOMP usually listens on 61613",
    ),
    stranger("an MQTT port", b"\x20\x02\x00\x01", other(r"b' \x02\x00\x01'")),
    stranger("a Redis server", b"-ERR unknown command 'CONNECT'\r\n", other('b"-ERR unknown command \'CO"')),
    stranger("lower case", b"connected\nversion:1.2\n\n\0", other(r"b'connected\nversion:1.2\n\n\x00'")),
    Behaviour(
        "a stranger that closes",
        (ANSWERED, sends(b"what?\n"), closes),
        (),
        ("RemoteProtocolError: AT: " + other(r"b'what?\n'"),),
    ),
    stranger("NULs", b"\0" * 1000, other(f"{bytes(24)!r}")),
)
