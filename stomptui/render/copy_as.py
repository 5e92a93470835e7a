"""A frame as something to run elsewhere: a command line of `stomptui send`, and a Python script.

What comes out is for a clipboard, and so for a terminal and a shell: the command is one line of printable
text, and whatever it is made of stays a literal in it. Passcodes and logins are in neither text, as long as
the URI has none.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, NamedTuple

from stomptui.render import notation
from stomptui.render.text import printable
from stomptui.stomp.head import BLANKS
from stomptui.stomp.resend import resent

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from stomptui.stomp.frame import Frame
    from stomptui.stomp.resend import Resent

LARGEST = 256 * 1024
"""Octets of a body that is written out as text; a larger one belongs into a file."""
ARGUMENT = 64 * 1024
"""Octets of a body that go into an argument: systems take 128 KiB in one, quotes included."""
LINES = 400
"""Lines up to which a body has as many in Python too."""
ESCAPED = 0.3
"""The share of octets to be escaped from which base64 is easier on the eye than octal escapes."""

_BARE = re.compile(r"/[A-Za-z0-9._/-]*")
"""What no shell takes for anything but text."""


class CannotCopy(Exception):
    """A frame cannot be had in that form; the words say why, and what to do instead."""


class Source(NamedTuple):
    """The frame, the URI of its broker (without login and passcode), and what a SEND does there.

    `not_resent` names the headers that a SEND made of a MESSAGE has to leave out; `content_length` is whether
    a SEND gets one there unless told.
    """

    frame: Frame
    uri: str
    not_resent: Container[str] = ()
    content_length: bool = True


def why_not(source: Source, form: Callable[[Source], str]) -> str | None:
    """Say why `form` (`shell`, `python`) cannot be had of a frame, None where it can; costs nothing."""
    try:
        if form is python and source.frame.command == "SUBSCRIBE":
            _subscribed(source)
        else:
            _again(source)
    except CannotCopy as error:
        return str(error)
    return None


def shell(source: Source) -> str:
    """Write `stomptui send ...` for a POSIX shell: one printable line without its end.

    Raises CannotCopy for what is no SEND or MESSAGE, has no destination, or is too large.
    """
    again, body = _again(source), source.frame.body
    # Standing first, a dash would begin an option.
    destination = re.sub("^-", r"\\x2d", notation.write(again.destination))
    words = ["stomptui send", _quoted(_uri(source.uri)), _quoted(destination, bare=True)]
    for name, value in again.headers:
        words += ["--header", _quoted(f"{notation.write(name, name=True)}:{notation.write(value)}")]
    if again.content_length != source.content_length:
        words.append("--content-length" if again.content_length else "--no-content-length")
    text = _text(body)
    if text is not None and len(body) <= ARGUMENT and "\n" not in text and printable(text) == text:
        return " ".join([*words, "--body", _quoted(text)])
    return f"{_piped(body)} | {' '.join(words)} -"


def python(source: Source) -> str:
    """Write a script that sends the message again, or makes the subscription of a SUBSCRIBE.

    Raises CannotCopy for any other frame, for one without a destination, and for what is too large.
    """
    if source.frame.command == "SUBSCRIBE":
        return _SUBSCRIBES.format(**_subscribed(source))
    again = _again(source)
    more = ""
    if again.content_length != source.content_length:
        more = f", content_length={again.content_length}"
    return _SENDS.format(
        uri=_literal(_uri(source.uri)),
        destination=_literal(again.destination),
        headers=_pairs(again.headers),
        body=_body(source.frame.body),
        more=more,
    )


def _again(source: Source) -> Resent:
    frame = source.frame
    if frame.command not in ("SEND", "MESSAGE"):
        raise CannotCopy(f"{printable(frame.command)} is not sent again, only SEND and MESSAGE are")
    if frame.size > LARGEST:
        raise CannotCopy(
            f"its body of {frame.size} B is too large for that: write it to a file, which --body-file sends"
        )
    found = resent(frame, source.not_resent)
    if not found.destination:
        raise CannotCopy("it has no destination")
    if "\0" in found.destination:
        raise CannotCopy("its destination holds NUL, which no SEND can carry")
    return found


def _uri(uri: str) -> str:
    """The same with octets as %XX where a character cannot be seen."""
    return "".join(
        each
        if printable(each) == each
        else "".join(f"%{octet:02X}" for octet in each.encode("utf-8", "surrogateescape"))
        for each in uri
    )


def _text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


# For the shell.


def _quoted(text: str, *, bare: bool = False) -> str:
    if bare and _BARE.fullmatch(text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _piped(body: bytes) -> str:
    escaped = _SPECIAL.sub(_escaped, body.decode("utf-8", "surrogateescape"))
    if escaped.startswith("-"):  # which would begin an option
        escaped = f"\\055{escaped[1:]}"
    if len(re.findall(r"\\[0-7]{3}", escaped)) <= ESCAPED * len(body):
        return f"printf {_quoted(escaped)}"
    return f"printf %s {_quoted(base64.b64encode(body).decode())} | base64 -d"


_SPECIAL = re.compile(r"[^ -$&-\[\]-~]")
_PRINTF = {"\\": "\\\\", "%": "%%", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if (escape := _PRINTF.get(character)) is not None:
        return escape
    if printable(character) == character:
        return character
    return "".join(f"\\{octet:03o}" for octet in character.encode("utf-8", "surrogateescape"))


# For Python.

_SENDS = """\
import asyncio

import stomptui

URI = {uri}
DESTINATION = {destination}
HEADERS = {headers}
BODY = {body}


async def main() -> None:
    async with stomptui.connect(URI) as client:
        sent = await client.send(DESTINATION, BODY, headers=HEADERS, receipt=True{more})
        print(f"confirmed after {{await sent * 1000:.0f}} ms")


asyncio.run(main())
"""

_SUBSCRIBES = """\
import asyncio

import stomptui

URI = {uri}
DESTINATION = {destination}
HEADERS = {headers}


async def main() -> None:
    async with stomptui.connect(URI) as client:
        subscription = await client.subscribe(DESTINATION, ack={ack}{id}, headers=HEADERS)
        async for message in subscription:
            print(message)


asyncio.run(main())
"""

_OF_SUBSCRIBE = ("destination", "id", "ack", "receipt")
_MODES = ("auto", "client", "client-individual")


def _subscribed(source: Source) -> dict[str, str]:
    frame = source.frame
    destination, ack = frame.first("destination"), frame.first("ack") or "auto"
    if not destination:
        raise CannotCopy("it has no destination")
    if ack not in _MODES:
        raise CannotCopy(f"its ack mode is {printable(ack)}, which is none")
    if "\0" in destination:
        raise CannotCopy("its destination holds NUL, which no SUBSCRIBE can carry")
    headers = tuple(
        (name, value)
        for name, value in frame.headers
        if name.strip(BLANKS) not in ("", *_OF_SUBSCRIBE) and "\0" not in name + value
    )
    name = frame.first("id")
    return {
        "uri": _literal(_uri(source.uri)),
        "destination": _literal(destination),
        "headers": _pairs(headers),
        "ack": _literal(ack),
        "id": f", id={_literal(name)}" if name and "\0" not in name else "",
    }


def _literal(value: str | bytes) -> str:
    """A literal of Python: printable, and with other letters than ASCII's where they can be seen."""
    shown = repr(value)
    if isinstance(value, bytes) or printable(shown) == shown:
        return shown
    return ascii(value)


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    if not pairs:
        return "[]"
    return "\n".join(["[", *(f"    ({_literal(name)}, {_literal(value)})," for name, value in pairs), "]"])


def _body(body: bytes) -> str:
    text = None if body.isascii() else _text(body)
    value: bytes | str = body if text is None else text
    lines: list[bytes] | list[str] = value.splitlines(keepends=True)
    if not 1 < len(lines) <= LINES or not (body.isascii() or text is not None):
        return _literal(value)
    return "\n".join(["(", *(f"    {_literal(line)}" for line in lines), ")"])
