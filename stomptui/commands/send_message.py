"""The message that the command line of `send` means: read from its options, byte-exact."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

from stomptui.render import notation
from stomptui.render.text import printable
from stomptui.stomp.resend import MADE_ANEW

Pairs = tuple[tuple[str, str], ...]

_SET_BY = {
    "destination": "DESTINATION sets it",
    "receipt": "--receipt asks for one",
    "transaction": "it is sent in none",
    "content-length": "--content-length writes it",
}
assert _SET_BY.keys() == MADE_ANEW


class BadOption(Exception):
    """An option cannot be used; the words say why."""


class Source(NamedTuple):
    """Where the body is: the third argument (`-` or none), --body, --body-file; at most one of them."""

    dash: str | None = None
    text: str | None = None
    file: Path | None = None


class Message(NamedTuple):
    """What is to be sent; `content_length` None leaves it to what suits the broker."""

    destination: str
    headers: Pairs
    content_length: bool | None = None
    receipt: bool = True


def message(
    destination: str,
    headers: tuple[str, ...],
    content_type: str | None = None,
    *,
    content_length: bool | None = None,
    receipt: bool = True,
) -> Message:
    """Read destination and headers, in STOMP's escapes; raises BadOption."""
    read = tuple(map(_header, headers))
    if content_type is not None:
        if any(name == "content-type" for name, _ in read):
            raise BadOption("--content-type is given, and --header content-type too")
        read = (("content-type", _read("--content-type", content_type)), *read)
    where = _read("DESTINATION", destination)
    if not where:
        raise BadOption("DESTINATION is empty")
    return Message(where, read, content_length, receipt)


def must_be_one(source: Source) -> None:
    """Raise BadOption unless it is clear where the body is."""
    if source.dash not in (None, "-"):
        raise BadOption(f"{source.dash}: after DESTINATION comes nothing, or - for standard input")
    if sum(each is not None for each in source) > 1:
        raise BadOption("the body is --body, --body-file or -, one of them")
    if all(each is None for each in source) and (sys.stdin is None or sys.stdin.isatty()):
        raise BadOption("there is no body: --body TEXT, --body-file FILE, - to type it, --body '' for none")


def body(source: Source) -> bytes:
    """Read the body; raises BadOption for a file that cannot be read."""
    if source.text is not None:
        return os.fsencode(source.text)
    if source.file is not None and str(source.file) != "-":
        try:
            return source.file.read_bytes()
        except OSError as error:
            raise BadOption(f"{source.file} cannot be read: {error.strerror or error}") from None
    if sys.stdin is None:
        raise BadOption("standard input is closed")
    return sys.stdin.buffer.read()


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name:
        raise BadOption(f"--header {text}: write NAME:VALUE; a colon in the name is \\c")
    name = _read("--header", name)
    if (other := _SET_BY.get(name)) is not None:
        raise BadOption(f"--header {text}: SEND has a header {name} already: {other}")
    return name, _read("--header", value)


def _read(option: str, text: str) -> str:
    # The very octets of the command line, whatever the locale has made of them.
    text = os.fsencode(text).decode("utf-8", "surrogateescape")
    try:
        read = notation.read(text)
    except ValueError as error:
        raise BadOption(f"{option} {text}: {error}") from None
    if "\0" in read:
        raise BadOption(f"{option} {printable(text)}: NUL ends a frame and cannot stand in a header")
    return read
