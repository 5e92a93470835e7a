"""What a frame that is no MESSAGE says in the feed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from stomptui.capture.record import About, Kind
from stomptui.render.body import one_line, summary
from stomptui.render.text import printable

if TYPE_CHECKING:
    from stomptui.capture.record import Record
    from stomptui.stomp.frame import Frame

LONG = 200
"""Characters of a header value that are made safe to show: more than a row has room for."""


class Said(NamedTuple):
    """All texts are safe to print; `rest` is asked only where there is room for it."""

    command: str
    about: str
    rest: Callable[[], str]
    style: str = "command"
    size: int | None = None
    destination: bool = False
    """Whether `about` is a destination, of which the end matters."""
    marked: bool = False
    """Whether the row has the column in which messages carry their mark."""


def said(record: Record) -> Said:
    """The words for a record that is not a MESSAGE."""
    if record.frame is None:
        return _no_frame(record)
    frame = record.frame
    speak = _SPEAKERS.get(frame.command)
    if speak is not None:
        return speak(record, frame)
    line = summary(frame, LONG)
    return Said(line, "", lambda: _body(frame), size=frame.size + record.left or None)


def _no_frame(record: Record) -> Said:
    words = printable(record.words)
    if record.kind is Kind.HEART_BEAT:
        return Said("heart-beat", f"x{record.beats}" if record.beats > 1 else "", _nothing, "beat")
    if record.kind is Kind.MISSED:
        return Said("no heart-beat:", words, _nothing, "error-frame")
    if record.kind is Kind.CLOSED:
        return Said("connection closed:", words, _nothing, "error-frame")
    if record.kind is Kind.GIVEN_UP:
        return Said("not connected again:", words, _nothing, "error-frame")
    raw = record.raw[:LONG]
    return Said("no frame:", words, lambda: printable(raw), "error-frame", len(record.raw))


def _send(record: Record, frame: Frame) -> Said:
    name = _destination(frame)
    rest = (lambda: _body(frame)) if frame.size else _nothing
    return Said("SEND", name, rest, size=frame.size + record.left, destination=True, marked=True)


def _subscribe(record: Record, frame: Frame) -> Said:
    return Said("SUBSCRIBE", _destination(frame), lambda: _value(frame, "ack"), destination=True)


def _settle(record: Record, frame: Frame) -> Said:
    about = numbers(record.about) if record.about else _value(frame, "id") or _value(frame, "message-id")

    def rest() -> str:
        known = ("id", "message-id", "ack", "subscription", "transaction", "receipt")
        return printable(
            " ".join(f"{name}:{value}" for name, value in frame.headers if name not in known)[:LONG]
        )

    return Said(printable(frame.command), about, rest)


def _receipt(record: Record, frame: Frame) -> Said:
    about = record.about
    return Said("RECEIPT", _value(frame, "receipt-id"), lambda: f"for {numbers(about)}" if about else "")


def _error(record: Record, frame: Frame) -> Said:
    words = _value(frame, "message")
    return Said("ERROR", words or _body(frame), lambda: _body(frame) if words else "", "error-frame")


def _connect(record: Record, frame: Frame) -> Said:
    about = _value(frame, "host")  # whom we are logged in as, no recording keeps
    beats = _value(frame, "heart-beat")
    return Said(
        frame.command, about, lambda: f"versions {_value(frame, 'accept-version')}, beats {beats or 'none'}"
    )


def _connected(record: Record, frame: Frame) -> Said:
    version, beats = _value(frame, "version") or "1.0", _value(frame, "heart-beat") or "none"
    which = f"connection {record.connection}, " if record.connection > 1 else ""
    return Said("CONNECTED", _value(frame, "server"), lambda: f"{which}version {version}, beats {beats}")


def _named(header: str) -> Callable[[Record, Frame], Said]:
    return lambda record, frame: Said(printable(frame.command), _value(frame, header), _nothing)


_SPEAKERS: dict[str, Callable[[Record, Frame], Said]] = {
    "SEND": _send,
    "SUBSCRIBE": _subscribe,
    "UNSUBSCRIBE": _named("id"),
    "ACK": _settle,
    "NACK": _settle,
    "BEGIN": _named("transaction"),
    "COMMIT": _named("transaction"),
    "ABORT": _named("transaction"),
    "DISCONNECT": _named("receipt"),
    "RECEIPT": _receipt,
    "ERROR": _error,
    "CONNECT": _connect,
    "STOMP": _connect,
    "CONNECTED": _connected,
}


def numbers(about: About) -> str:
    """The numbers of frames, as the feed writes them: `00409`, or `00012 to 00412 (400)`."""
    if about.frames == 1:
        return f"{about.first:05d}"
    return f"{about.first:05d} to {about.last:05d} ({about.frames})"


def _value(frame: Frame, name: str) -> str:
    return printable((frame.first(name) or "")[:LONG])


def _destination(frame: Frame) -> str:
    return printable((frame.first("destination") or "")[-LONG:])


def _body(frame: Frame) -> str:
    """The body in one line, as that of a MESSAGE."""
    return one_line(frame, LONG)


def _nothing() -> str:
    return ""
