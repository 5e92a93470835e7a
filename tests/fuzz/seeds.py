"""What fuzzing starts from, and every input that once broke something."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz import session
from tests.fuzz.session import ACTIONS, Run

_STREAMS = (
    b"",
    b"\n\n\r\n",
    b"MESSAGE\na:b\ncontent-length:3\n\na\0b\0\nMESSAGE\na:b\n\nbody\0",
    b"MESSAGE\r\na\\cb:\\n\\r\\\\\r\n\r\nbody\0\r\n",
    b"MESSAGE\nx:\\t\na:b:c\nline\n:\n\xff:\xc3\xa4\n\n\0\0\0\n\nRECEIPT\nreceipt-id:r-1\n\n\0",
    b"CONNECTED\nversion:1.1\nheart-beat:0,0\n\n\0\nERROR\nmessage:a\\cb\n\nbody\0",
    b"MESSAGE\nx:\\t\n\nbody\0\nMESSAGE\nx:\xc3\xa4\\r\ny:\\\\\n\n\0",
    b"SEND\ncontent-length:+3\n\nabc\0",
    b"SEND\ncontent-length:3\ncontent-length:4\n\nabcd\0",
    b"frob\0\0SEND\na:b\n\0\nACK\nid:1\n\nbody\0",
    b"MESSAGE\nlong:" + b"x" * 60 + b"\n" + b"a:b\n" * 6 + b"\n" + b"y" * 60 + b"\0",
)

DECODER = [bytes([how, 3]) + octets for octets in _STREAMS for how in (0, 1, 2, 3, 7, 11, 17)]
"""How to read (version, strict, limits), where to cut, and the octets."""


def written(version: int, command: int, body: bytes, *headers: tuple[bytes, int]) -> bytes:
    """A frame for the encoder; each header is its value and the number of its name."""
    described = bytes([version, 0, command, len(body)]) + body
    return described + b"".join(bytes([len(value)]) + value + bytes([name]) for value, name in headers)


ENCODER = [
    *(
        written(version, command, b"bo\0y", (b"/\\:", 0), (b"c", 3), (b"b:\nc\\", 7), (b"", 2))
        for version in range(4)
        for command in (0, 3)
    ),
    written(3, 0, b"", (b"b\0c", 0), (b"e\0f", 0)),
    written(3, 0, b"", (b"b:", 3), (b"", 1)),
    written(1, 8, b"", (b"\n", 3)),
]


def script(*steps: tuple[Callable[[Run], None], *tuple[int, ...]]) -> bytes:
    """A script of a session: the clock, heart-beats and strictness, then actions with what they choose."""
    return bytes(3) + b"".join(bytes([ACTIONS.index(action), *choices]) for action, *choices in steps)


def scene(server: int, mode: int, version: int = 0, answer: int = 0) -> bytes:
    """A subscription, messages, settling in and out of a transaction, which ends well or (`answer` 1) not."""
    return script(
        (session.connect, 0),
        (session.connected, version, 1, server),
        (session.subscribe, 0, mode, 1, 0, 1, 0),
        (session.oldest_receipt, 0),
        *((session.message, number, 0, 0, 0) for number in range(4)),
        (session.settle, 0, 7, 1, 0, 0),
        (session.oldest_receipt, 0),
        (session.deadline,),
        (session.bound, 0, 0, 1, 0),
        (session.send, 0, 1, 0),
        (session.settle, 1, 8, 1, 0, 0),
        (session.oldest_receipt, answer),
        (session.bound, 1, 0, 1, 0),
        *[(session.oldest_receipt, 0)] * 4,
        (session.error,),
        (session.message, 1, 0, 0, 1),
        (session.wait, 3),
        (session.unsubscribe, 0, 1, 0),
        (session.beat, 1),
        (session.disconnect, 1, 0),
    )


SESSION = [
    b"",
    *(scene(server, mode) for server in range(len(session.SERVERS)) for mode in (1, 2)),
    *(scene(server, 1, answer=1) for server in range(len(session.SERVERS))),
    scene(1, 1, version=2),
    scene(2, 1, version=1),
    script((session.connect, 0), (session.garbage, 6), *[(session.error,)] * 2, (session.deadline,)),
]
