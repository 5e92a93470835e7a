"""One behaviour of a server: a row of the tables, and the octets that rows are made of."""

from __future__ import annotations

from typing import NamedTuple

from tests.net.faults.program import Call
from tests.net.faults.server import Step, reads, sends
from tests.net.peer import CONNECTED


class Behaviour(NamedTuple):
    """A server that follows `script` octet by octet, a client that makes the calls of `program`, its outcome.

    `outcome` has a line for connecting and one for each call, `AT` standing for the server's address; `told`
    is what was remarkable in the events. `uri` follows the address in the URI, `user` goes before
    it.
    """

    name: str
    script: tuple[Step, ...]
    program: tuple[Call, ...]
    outcome: tuple[str, ...]
    told: tuple[str, ...] = ()
    uri: str = ""
    user: str = ""


CONNECT = b"CONNECT\naccept-version:1.0,1.1,1.2\nhost:/\nheart-beat:10000,10000\n\n\0"
OPEN = (reads(CONNECT), sends(CONNECTED))
IN = "STOMP 1.2"
"""The outcome of connecting to a server that answers with `CONNECTED`."""


def subscribe(id: str = "1", ack: str = "auto", *, receipt: str | None = "r-1") -> bytes:
    last = "" if receipt is None else f"receipt:{receipt}\n"
    return f"SUBSCRIBE\ndestination:/queue/q\nid:{id}\nack:{ack}\n{last}\n\0".encode()


def send(receipt: str | None = "r-1", transaction: str | None = None) -> bytes:
    first = "" if transaction is None else f"transaction:{transaction}\n"
    last = "" if receipt is None else f"receipt:{receipt}\n"
    return f"SEND\ndestination:/queue/q\n{first}{last}content-length:1\n\nx\0".encode()


def bound(command: str, receipt: str, transaction: str = "tx-1") -> bytes:
    """BEGIN, COMMIT or ABORT."""
    return f"{command}\ntransaction:{transaction}\nreceipt:{receipt}\n\n\0".encode()


def settle(command: str, id: str = "1", receipt: str = "r-1") -> bytes:
    return f"{command}\nid:{id}\nreceipt:{receipt}\n\n\0".encode()


def unsubscribe(receipt: str, id: str = "1") -> bytes:
    return f"UNSUBSCRIBE\nid:{id}\nreceipt:{receipt}\n\n\0".encode()


def disconnect(receipt: str) -> bytes:
    return f"DISCONNECT\nreceipt:{receipt}\n\n\0".encode()


def receipt(id: str) -> bytes:
    return f"RECEIPT\nreceipt-id:{id}\n\n\0\n".encode()


def error(message: str, *, receipt: str | None = None, body: str = "") -> bytes:
    named = "" if receipt is None else f"receipt-id:{receipt}\n"
    return f"ERROR\nmessage:{message}\n{named}\n{body}\0\n".encode()


LISTEN = reads(subscribe(receipt=None))
LISTEN_BY_HAND = reads(subscribe(ack="client-individual", receipt=None))


def goodbye(id: str) -> tuple[Step, ...]:
    """Answer DISCONNECT, whose receipt is `id`."""
    return reads(disconnect(id)), sends(receipt(id))


OUT = "closed: disconnected"
"""The outcome of leaving a server that answers DISCONNECT."""

UNREADABLE = "closed here, the broker's octets cannot be read on: "
"""How the words on a stream begin that is no more of STOMP."""

UNREADABLE_ANSWER = "the answer to CONNECT cannot be read: "


def half(octets: int) -> str:
    """The words on an end in the middle of a frame."""
    return (
        f"the broker closed the connection in the middle of a frame ({octets} octets of it had come) "
        "and sent no ERROR"
    )
