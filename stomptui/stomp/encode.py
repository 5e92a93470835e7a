"""Frames become octets."""

from __future__ import annotations

from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.escapes import UNESCAPED_COMMANDS, escape
from stomptui.stomp.frame import Frame


def encode(
    frame: Frame, version: str | None, *, escapes_1_0: bool = False, escape_connect: bool = False
) -> bytes:
    """Return the octets of `frame` for a peer of `version` (None before CONNECTED), from command to NUL.

    Nothing follows the NUL. Raises LocalProtocolError for what that version cannot write, and for a
    content-length that is not the body's. STOMP 1.2, STOMP Frames.
    """
    command, headers, body = frame.command, frame.headers, frame.body
    if command in UNESCAPED_COMMANDS:
        version = "1.2" if escape_connect and command != "CONNECTED" else None
    elif version == "1.0" and escapes_1_0:
        version = "1.2"
    lines = [f"{name}:{value}" for name, value in headers]
    text = "\n".join(lines)
    if not _plain(text, len(lines)):
        text = "\n".join(_line(name, value, command, version) for name, value in headers)
    elif "\n:" in text or text.startswith(":"):
        raise LocalProtocolError(f"{command}: a header without a name")
    _check_command(command)
    _check_length(frame, body)
    end = "\n\n" if lines else "\n"
    try:
        head = f"{command}\n{text}{end}".encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        octet = f"U+{ord(error.object[error.start]):04X}"
        raise LocalProtocolError(f"{command}: a header holds {octet}, which UTF-8 cannot write") from None
    return b"".join((head, body, b"\0"))


def _plain(text: str, count: int) -> bool:
    """Say whether the header lines in `text` can be written as they are in every version."""
    return (
        "\\" not in text
        and "\r" not in text
        and "\0" not in text
        and text.count(":") == count
        and text.count("\n") == max(count - 1, 0)
    )


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


def _check_command(command: str) -> None:
    if not command or any(octet in command for octet in "\r\n\0"):
        raise LocalProtocolError(f"{command!r} cannot be a command")


def _check_length(frame: Frame, body: bytes) -> None:
    stated = [value for name, value in frame.headers if name == "content-length"]
    if not stated:
        if b"\0" in body:
            raise LocalProtocolError(f"{frame.command}: the body holds NUL, so content-length is needed")
    elif any(text != str(len(body)) for text in stated):
        raise LocalProtocolError(
            f"{frame.command}: content-length says {stated[0]!r}, but the body has {len(body)} octets"
        )
