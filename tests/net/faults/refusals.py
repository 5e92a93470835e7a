"""Servers that answer CONNECT with ERROR, whole or in part."""

from __future__ import annotations

from tests.net.faults.behaviour import CONNECT, UNREADABLE_ANSWER, Behaviour, error
from tests.net.faults.server import Step, blurts, closes, passes, reads, resets, sends, trickles

ANSWERED = reads(CONNECT)
LOGIN = (
    b"CONNECT\naccept-version:1.0,1.1,1.2\nhost:/\nlogin:guest\npasscode:guest\nheart-beat:10000,10000\n\n\0"
)
TRACE = "java.lang.SecurityException: denied\n\tat org.example.Security.check(Security.java:12)\n" * 20


def refusal(name: str, octets: bytes, words: str, *how: Step) -> Behaviour:
    """One that answers CONNECT with `octets`, and then goes on as in `how`."""
    return Behaviour(
        name, (ANSWERED, sends(octets), *how), (), (f"BrokerError: AT: {words}",), ("CONNECT rejected",)
    )


HALF = "the peer closed the connection in the middle of its answer to CONNECT (23 octets of it had come)"

ROWS = (
    refusal("ERROR and stays", error("no"), "no"),
    refusal("ERROR and closes", error("no"), "no", closes),
    Behaviour(
        "ERROR and the end at once",
        (ANSWERED, blurts(error("no")), closes),
        (),
        ("BrokerError: AT: no",),
        ("CONNECT rejected",),
    ),
    refusal("ERROR without a word", b"ERROR\n\n\0", "ERROR without a word", closes),
    refusal("ERROR whose word is in the body", b"ERROR\n\nno room\n\0", "no room", closes),
    refusal("ERROR and garbage", error("no") + b"\xff\0\xfe", "no", closes)._replace(
        told=("CONNECT rejected", "no frame: a NUL in the command line")
    ),
    refusal("two ERRORs", error("first") + error("second"), "first", closes)._replace(
        told=("CONNECT rejected", "ERROR of nothing; ERROR: ERROR is not expected while failed")
    ),
    refusal("ERROR with a stack trace", error("denied", body=TRACE), "denied", closes),
    refusal("ERROR of a megabyte", error("x" * 1_000_000, body="y" * 1_000_000), "x" * 297 + "...", closes),
    refusal("ERROR with line breaks of other alphabets", error("a\x0bb\x85c\u2028d"), "a b c d", closes),
    refusal("ERROR with an undefined escape", error(r"no \such thing"), r"no \such thing", closes),
    refusal("ERROR in CRLF", b"ERROR\r\nmessage:no\r\n\r\n\0\r\n", "no", closes),
    refusal(
        "ERROR about the virtual host",
        error("Bad CONNECT", body="Virtual host '/' access denied\n"),
        "Bad CONNECT: Virtual host '/' access denied; "
        "host:/ was sent, name another as stomp://HOST/NAME or with ?host=NAME",
        closes,
    ),
    refusal(
        "ERROR about the version",
        error("Supported protocol versions are 1.0 1.1"),
        "Supported protocol versions are 1.0 1.1; STOMP 1.0,1.1,1.2 was offered",
        closes,
    ),
    refusal(
        "ERROR about the login that was not sent",
        error("Bad CONNECT", body="Access refused\n"),
        "Bad CONNECT: Access refused; no login was sent: name a user as stomp://USER@HOST",
        closes,
    ),
    Behaviour(
        "ERROR about the passcode",
        (reads(LOGIN), sends(error("Bad CONNECT", body="Access refused for user 'guest'\n")), closes),
        (),
        (
            "BrokerError: AT: Bad CONNECT: Access refused for user 'guest'; "
            "check the passcode of user 'guest'",
        ),
        ("CONNECT rejected",),
        user="guest:guest@",
    ),
    Behaviour(
        "ERROR one octet at a time",
        (ANSWERED, trickles(error("no")), closes),
        (),
        ("BrokerError: AT: no",),
        ("CONNECT rejected",),
    ),
    Behaviour(
        "half an ERROR, then the end",
        (ANSWERED, sends(b"ERROR\nmessage:no\n\nbecau"), closes),
        (),
        (f"ConnectionLost: AT: {HALF}",),
    ),
    Behaviour(
        "half an ERROR, then a reset",
        (ANSWERED, sends(b"ERROR\nmessage:no\n\nbecau"), resets),
        (),
        (f"ConnectionLost: AT: {HALF.replace('closed', 'reset')}",),
    ),
    Behaviour(
        "half an ERROR, then silence",
        (ANSWERED, sends(b"ERROR\nmessage:no\n\nbecau"), passes(10)),
        (),
        (
            "TimedOut: AT: CONNECT was not answered within 10 s, "
            "only 23 octets came that are no CONNECTED and no ERROR",
        ),
    ),
    Behaviour(
        "ERROR whose content-length is no number",
        (ANSWERED, sends(b"ERROR\ncontent-length:many\n\nno\0")),
        (),
        (f"RemoteProtocolError: AT: {UNREADABLE_ANSWER}content-length is 'many', not a number of octets",),
    ),
)
