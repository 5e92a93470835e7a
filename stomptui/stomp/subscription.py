"""One subscription of a connection, and what has come over it."""

from __future__ import annotations

from dataclasses import dataclass

from stomptui.stomp.frame import AckMode, Frame

_AS_WRITTEN = {str(mode): mode for mode in AckMode}


@dataclass(slots=True, eq=False)
class Subscription:
    """A SUBSCRIBE that was sent; `number` and `time` are that frame's.

    Read only for everybody but the state that holds it.
    """

    id: str
    """The `id` header; without one (STOMP 1.0) the destination."""
    destination: str
    mode: AckMode
    prefetch: int | None
    headers: tuple[tuple[str, str], ...]
    number: int
    time: float
    named: bool = True
    """Whether the SUBSCRIBE had an `id`."""
    confirmed: float | None = None
    """When the broker was known to have accepted it: its receipt, or its first message."""
    delivered: int = 0
    unsettled: int = 0
    """Messages that the broker counts against the prefetch: unsettled ones, staged ones too."""
    refused: bool = False
    closed: bool = False
    opening: bytes = b"\0"
    """How its messages begin where the broker names it first, as RabbitMQ does; as none does, if its id may
    be written in several ways."""


def prefetch(headers: tuple[tuple[str, str], ...], name: str | None) -> int | None:
    """The prefetch that header `name` of a SUBSCRIBE asks for, None without one that can be read."""
    value = next((value for header, value in headers if header == name), "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def from_frame(frame: Frame, number: int, time: float, prefetch_header: str | None) -> Subscription:
    """What a SUBSCRIBE asks for; an `ack` value that STOMP does not know counts as `auto`."""
    destination = frame.first("destination", "") or ""
    name = frame.first("id")
    return Subscription(
        id=destination if name is None else name,
        destination=destination,
        mode=_AS_WRITTEN.get(frame.first("ack", "auto") or "auto", AckMode.AUTO),
        prefetch=prefetch(frame.headers, prefetch_header),
        headers=tuple(frame.headers),
        number=number,
        time=time,
        named=name is not None,
        opening=opening(name),
    )


def opening(name: str | None) -> bytes:
    """How the messages of a subscription with this `id` begin where the broker names it first."""
    return b"MESSAGE\nsubscription:%b\n" % name.encode() if name and name.isalnum() else b"\0"
