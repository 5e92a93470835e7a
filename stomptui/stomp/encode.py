"""Frames become octets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.escapes import UNESCAPED_COMMANDS, escape
from stomptui.stomp.frame import Frame
from stomptui.stomp.head import Pairs
from stomptui.stomp.skeleton import HEADERS, TRIMMED, Skeletons, special
from stomptui.stomp.writers import Write

_skeletons = Skeletons()
_writers: dict[tuple[str, int], Write] = {}
"""What wrote the last frame of a command with so many headers; mostly it writes the next one, too."""
_NOTHING: tuple[str, ...] = ()


def encode(
    frame: Frame, version: str | None, *, escapes_1_0: bool = False, escape_connect: bool = False
) -> bytes:
    """Return the octets of `frame` for a peer of `version` (None before CONNECTED), from command to NUL.

    Nothing follows the NUL. Raises LocalProtocolError for what that version cannot write, and for a
    content-length that is not the body's. STOMP 1.2, STOMP Frames.
    """
    command, headers, body = frame.command, frame.headers, frame.body
    write = _writers.get((command, len(headers)))
    if write is None or (text := write(headers, body)) is None:
        text = _head(frame, version, escapes_1_0, escape_connect)
    try:
        head = text.encode()
    except UnicodeEncodeError:
        head = _octets(command, text)
    return b"".join((head, body, b"\0"))


def _octets(command: str, text: str) -> bytes:
    """Return a head some of whose characters stand for octets that are no UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        octet = f"U+{ord(error.object[error.start]):04X}"
        raise LocalProtocolError(f"{command}: a header holds {octet}, which UTF-8 cannot write") from None


def _head(frame: Frame, version: str | None, escapes_1_0: bool, escape_connect: bool) -> str:
    """Return the head, and remember what writes the next one like it, unless its values need an escape."""
    command, headers, body = frame.command, frame.headers, frame.body
    kind = command, len(headers)
    _writers.pop(kind, None)
    text = None
    if not _skeletons.given_up and len(headers) <= HEADERS:
        try:
            flat = sum(headers, _NOTHING)  # in half of the time that a chain of so few takes
            skeleton = _skeletons[command, flat[::2]]
            if skeleton is not None:
                values: Sequence[str] = flat[1::2]
                parts, length, write = skeleton
                if not special("".join(values)):
                    _writers[kind] = write
                else:
                    values = _written(values, _escapes(command, version, escapes_1_0, escape_connect))
                if values or not headers:
                    if b"\0" in body if length < 0 else values[length] != str(len(body)):
                        _check_length(command, headers, body)
                    parts = parts[:]
                    parts[1::2] = values
                    text = "".join(parts)
        except TypeError:  # values that are no text, but are written as if they were
            pass
    if text is None:
        count = len(headers)
        lines = [f"{name}:{value}\n" for name, value in headers if name]
        text = f"{command}\n{''.join(lines)}\n"
        # Each header has one colon and one LF of its own: as many in all say that name and value have none.
        if (
            text.count(":") != count
            or text.count("\n") != count + 2
            or "\\" in text
            or "\r" in text
            or "\0" in text
            or len(lines) < count
            or not command
        ):
            text = _escaped(command, headers, _escapes(command, version, escapes_1_0, escape_connect))
        named = text.count("content-length")
        if (named or b"\0" in body) and (named > 1 or f"\ncontent-length:{len(body)}\n" not in text):
            _check_length(command, headers, body)
    return text


def _escapes(command: str, version: str | None, escapes_1_0: bool, escape_connect: bool) -> str | None:
    """The version by whose escapes the headers of `command` are written."""
    if command in UNESCAPED_COMMANDS:
        return "1.2" if escape_connect and command != "CONNECTED" else None
    return "1.2" if version == "1.0" and escapes_1_0 else version


def _written(values: Sequence[str], version: str | None) -> Sequence[str]:
    """Values as `version` writes them; none for the thorough way to say which cannot be written, and why."""
    joined = "\0".join(values)
    escaped = escape(joined, version)
    if joined.count("\0") >= len(values) or "\n" in escaped or "\r" in escaped:
        return ()
    return escaped.split("\0")


def _escaped(command: str, headers: Pairs, version: str | None) -> str:
    """Return the head as `version` writes it: escaped at one go, or line by line to say what is wrong."""
    if not command or "\r" in command or "\n" in command or "\0" in command:
        raise LocalProtocolError(f"{command!r} cannot be a command")
    text = escape("\0".join(chain.from_iterable(headers)), version)
    parts = text.split("\0")
    names = parts[::2]
    if (
        len(parts) == 2 * len(headers)
        and "" not in names
        and ":" not in text
        and "\n" not in text
        and "\r" not in text
    ):
        lines = [f"{name}:{value}\n" for name, value in zip(names, parts[1::2], strict=True)]
    else:
        lines = [_line(name, value, command, version) for name, value in headers]
    return f"{command}\n{''.join(lines)}\n"


def _line(name: str, value: str, command: str, version: str | None) -> str:
    if not name:
        raise LocalProtocolError(f"{command}: a header without a name")
    written = escape(name, version), escape(value, version)
    for text in written:
        for octet, words in (("\0", "a NUL"), ("\n", "a line feed"), ("\r", "a carriage return")):
            if octet in text:
                raise LocalProtocolError(_refusal(command, name, words, version))
    if ":" in written[0]:
        raise LocalProtocolError(_refusal(command, name, "a colon in its name", version))
    return f"{written[0]}:{written[1]}\n"


def _refusal(command: str, name: str, words: str, version: str | None) -> str:
    if words == "a NUL":
        where = "no version of STOMP can write that"
    elif command in UNESCAPED_COMMANDS:
        where = f"{command} cannot write that"
    else:
        where = f"STOMP {version or '1.0'} cannot write that"
    return f"{command}: header {name!r} holds {words}; {where}"


def _check_length(command: str, headers: Pairs, body: bytes) -> None:
    if b"\0" in body and all(name != "content-length" for name, _ in headers):
        raise LocalProtocolError(f"{command}: the body holds NUL, so content-length is needed")
    length = str(len(body))
    stated = [value for name, value in headers if name.strip(TRIMMED) == "content-length"]
    if any(value != length for value in stated):
        raise LocalProtocolError(
            f"{command}: content-length says {stated[0]!r}, but the body has {length} octets"
        )
