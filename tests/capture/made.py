"""Events as a session would hand them over, made of real frames."""

from __future__ import annotations

from stomptui.stomp import events as ev
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import decode, encode
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame


def received(frame: Frame, version: str | None = "1.2") -> Frame:
    """The frame as it would come out of the decoder."""
    return decode(encode(frame, version), version)


def message(
    number: int,
    body: bytes = b'{"id":4711}',
    *,
    destination: str = "/queue/orders",
    settlement: Settlement = Settlement.UNSETTLED,
    connection: int = 1,
    time: float | None = None,
    deliveries: int = 1,
    earlier: int | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    version: str = "1.2",
) -> ev.MessageReceived:
    pairs = (
        ("subscription", "s-1"),
        ("message-id", f"m-{number}"),
        ("destination", destination),
        ("ack", f"a-{number}"),
        *headers,
        ("content-length", str(len(body))),
    )
    frame = received(Frame("MESSAGE", pairs, body), version)
    at = number / 1000 if time is None else time
    return ev.MessageReceived(connection, number, at, frame, settlement, deliveries, earlier)


def messages(first: int, last: int, settlement: Settlement = Settlement.AUTO) -> list[ev.Event]:
    return [message(number, settlement=settlement) for number in range(first, last + 1)]


def sent(number: int, frame: Frame, *, transaction: str | None = None, connection: int = 1) -> ev.FrameSent:
    raw = encode(frame, "1.2")
    return ev.FrameSent(connection, number, number / 1000, frame.with_raw(raw), transaction)


def connected(
    number: int = 2, version: str = "1.2", *, connection: int = 1, server: str = "x"
) -> ev.Connected:
    frame = received(Frame("CONNECTED", (("version", version), ("server", server))), None)
    return ev.Connected(connection, number, number / 1000, frame)


def receipt(number: int, answers: int | None, latency: float | None = 0.002) -> ev.ReceiptReceived:
    frame = received(Frame("RECEIPT", (("receipt-id", "r-7"),)))
    return ev.ReceiptReceived(1, number, number / 1000, frame, answers, latency)


def error(
    number: int, answers: int | None = None, *, sure: bool = True, words: str = "no"
) -> ev.ErrorReceived:
    frame = received(Frame("ERROR", (("message", words),), b"more of it"))
    return ev.ErrorReceived(1, number, number / 1000, frame, answers, sure)


def settled(numbers: tuple[int, ...], settlement: Settlement) -> ev.Settled:
    return ev.Settled(1, 1.0, numbers, settlement)


def ack(number: int, about: int, *, transaction: str | None = None) -> ev.FrameSent:
    return sent(number, frames.settle("ACK", (("id", f"a-{about}"),)), transaction=transaction)
