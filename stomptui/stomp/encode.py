"""Frames become octets."""

from __future__ import annotations

from itertools import chain

from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.escapes import UNESCAPED_COMMANDS, escape
from stomptui.stomp.frame import Frame
from stomptui.stomp.head import Pairs
from stomptui.stomp.scan import LENGTH

_TRIMMED = "".join(map(chr, range(0x21)))
"""What some brokers take off around a name: to them `content-length :0` is a content-length, too."""


def encode(
    frame: Frame, version: str | None, *, escapes_1_0: bool = False, escape_connect: bool = False
) -> bytes:
    """Return the octets of `frame` for a peer of `version` (None before CONNECTED), from command to NUL.

    Nothing follows the NUL. Raises LocalProtocolError for what that version cannot write, and for a
    content-length that is not the body's. STOMP 1.2, STOMP Frames.
    """
    command, headers, body = frame.command, frame.headers, frame.body
    lines = [f"{name}:{value}" for name, value in headers if name]
    text = "\n".join([command, *lines, "", ""])
    if "\\" in text or not command or len(lines) < len(headers) or not _sound(text, len(headers)):
        if command in UNESCAPED_COMMANDS:
            version = "1.2" if escape_connect and command != "CONNECTED" else None
        elif version == "1.0" and escapes_1_0:
            version = "1.2"
        text = _escaped(command, headers, version)
    try:
        head = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        octet = f"U+{ord(error.object[error.start]):04X}"
        raise LocalProtocolError(f"{command}: a header holds {octet}, which UTF-8 cannot write") from None
    at = head.rfind(LENGTH)
    if at < 0 and b"\0" in body:
        raise LocalProtocolError(f"{command}: the body holds NUL, so content-length is needed")
    named = head.count(b"content-length")
    if named and (named > 1 or not head.startswith(b"%b%d\n" % (LENGTH, len(body)), at)):
        _check_length(command, headers, str(len(body)))
    return b"".join((head, body, b"\0"))


def _sound(text: str, count: int) -> bool:
    """Say whether `text` can be a head of `count` headers: no sign in it means more than it should."""
    return (
        text.count(":") == count
        and text.count("\n") == count + 2
        and "\r" not in text
        and "\0" not in text
    )  # fmt: skip


def _escaped(command: str, headers: Pairs, version: str | None) -> str:
    """Return the head as `version` writes it: escaped at one go, or line by line to say what is wrong."""
    parts = escape("\0".join(chain.from_iterable(headers)), version).split("\0")
    names = parts[::2]
    text = "\n".join([command, *map(":".join, zip(names, parts[1::2])), "", ""])  # noqa: B905
    if command and "" not in names and len(parts) == 2 * len(headers) and _sound(text, len(headers)):
        return text
    lines = [_line(name, value, command, version) for name, value in headers]
    if not command or any(octet in command for octet in "\r\n\0"):
        raise LocalProtocolError(f"{command!r} cannot be a command")
    return "\n".join([command, *lines, "", ""])


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
    return f"{written[0]}:{written[1]}"


def _refusal(command: str, name: str, words: str, version: str | None) -> str:
    if words == "a NUL":
        where = "no version of STOMP can write that"
    elif command in UNESCAPED_COMMANDS:
        where = f"{command} cannot write that"
    else:
        where = f"STOMP {version or '1.0'} cannot write that"
    return f"{command}: header {name!r} holds {words}; {where}"


def _check_length(command: str, headers: Pairs, length: str) -> None:
    stated = [value for name, value in headers if name.strip(_TRIMMED) == "content-length"]
    if any(value != length for value in stated):
        raise LocalProtocolError(
            f"{command}: content-length says {stated[0]!r}, but the body has {length} octets"
        )
