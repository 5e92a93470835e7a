"""The draft of a message: what the compose form edits, and how a frame becomes one, byte-exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from textual.document._document import Document

from stomptui.render import notation
from stomptui.render.text import printable
from stomptui.stomp.resend import resent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stomptui.brokers import Words
    from stomptui.stomp.frame import Frame

EDITABLE = 64 * 1024
"""Octets up to which a body is edited in the form: beyond, the text widget is too slow to type in."""

OF_SEND = {
    "destination": "the destination is in To",
    "receipt": "the receipt has its own switch",
    "transaction": "the transaction has its own switch (ctrl+t)",
    "content-length": "content-length has its own switch",
}
"""Headers that the compose form writes itself, and where."""

OF_SUBSCRIBE = {
    "destination": "the destination has its own field",
    "id": "the id has its own field",
    "ack": "the mode has its own field",
    "receipt": "the receipt is asked for anyway",
}
"""Headers that the subscribe form writes itself, and where."""


@dataclass(frozen=True, slots=True)
class ComposeDraft:
    """A message being written; `body` and `destination` are exactly what would be sent."""

    destination: str = ""
    headers_text: str = ""
    """One `name:value` a line, in the escapes of `render.notation`."""
    body: bytes = b""
    receipt: bool = True
    content_length: bool = True
    transaction: str | None = None
    """The transaction that the message joins, None for none."""
    left_out: tuple[str, ...] = ()
    """Names of headers of the original that are not copied."""


class ParsedHeaders(NamedTuple):
    """Headers in the order of their lines, and what is wrong with the other lines (numbered from 1)."""

    headers: tuple[tuple[str, str], ...]
    problems: tuple[tuple[int, str], ...]


def parse_headers(text: str, elsewhere: Mapping[str, str] = OF_SEND) -> ParsedHeaders:
    """Read one `name:value` a line; empty lines are skipped, repeats and order kept.

    Names in `elsewhere` are problems, in its words.
    """
    headers: list[tuple[str, str]] = []
    problems: list[tuple[int, str]] = []
    for number, whole in enumerate(text.split("\n"), 1):
        line = whole.removesuffix("\r")
        if not line.strip():
            continue
        try:
            headers.append(_parse_line(line, elsewhere))
        except ValueError as error:
            problems.append((number, str(error)))
    return ParsedHeaders(tuple(headers), tuple(problems))


def _parse_line(line: str, elsewhere: Mapping[str, str]) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        shown = name if len(name) <= 24 else name[:24] + "..."
        raise ValueError(f"no colon: name:value is expected, not {printable(shown)}")
    if not name:
        raise ValueError("no name before the colon")
    read = notation.read(name)
    if read in elsewhere:
        raise ValueError(elsewhere[read])
    if "\0" in read or "\0" in (read_value := notation.read(value)):
        raise ValueError("NUL ends a frame and cannot stand in a header")
    return read, read_value


def headers_text(headers: Iterable[tuple[str, str]]) -> str:
    """Write headers one a line, as `parse_headers` reads them back."""
    return "\n".join(f"{notation.write(name, name=True)}:{notation.write(value)}" for name, value in headers)


def draft_from(frame: Frame, words: Words, body: bytes | None = None) -> ComposeDraft:
    """Draft the same message again, byte-exact, without what this broker sets or what would do harm copied.

    `body` is that of `frame`, for who has it already.
    It carries content-length only if `frame` did: ActiveMQ tells text from octets by it.
    """
    again = resent(frame, words.not_resent)
    return ComposeDraft(
        destination=again.destination,
        headers_text=headers_text(again.headers),
        body=frame.body if body is None else body,
        content_length=again.content_length,
        left_out=again.left_out,
    )


def editable(body: bytes) -> str | None:
    """Return the text of a body that the form may edit, None for one that it would change or show unsafely.

    Such a body is UTF-8 up to `EDITABLE` octets that the text widget gives back unchanged, and holds nothing
    that a terminal would act on; tabs, and CR LF where every line ends so, are allowed.
    """
    if len(body) > EDITABLE:
        return None
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    plain = text.replace("\r\n", "\n").replace("\t", " ")
    if printable(plain, keep_newlines=True) != plain or Document(text).text != text:
        return None
    return text
