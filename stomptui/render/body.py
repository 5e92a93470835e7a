"""What a body is, how large it is, and a frame in one line."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from stomptui.render.text import printable

if TYPE_CHECKING:
    from stomptui.stomp.frame import Frame

SAMPLE = 4096
"""Octets at the start of a body that are looked at to tell what it is."""

ONE_LINE = 1024
"""Octets of a body from which its one-line summary is made: more than the widest terminal shows."""


class Kind(StrEnum):
    """What a body is, in the word that titles show."""

    JSON = "JSON"
    XML = "XML"
    TEXT = "text"
    BINARY = "binary"
    EMPTY = "empty"


def body_kind(frame: Frame) -> Kind:
    """Tell what the body of `frame` is, by its octets first and its content-type second.

    Only the first `SAMPLE` octets and the last ones are looked at, so that it costs the same for any size.
    """
    return kind_of(frame.view, frame.first("content-type") or "")


def kind_of(body: bytes | memoryview, content_type: str = "", *, cut: bool = False) -> Kind:
    """Tell what `body` is; see `body_kind`. One that is `cut` goes on: where it ends tells nothing."""
    if not body:
        return Kind.EMPTY
    media = content_type.partition(";")[0].strip().lower()
    head = bytes(body[:SAMPLE])
    if not _is_text(head, content_type, whole=len(body) <= SAMPLE):
        return Kind.BINARY
    start, end = head.lstrip(), bytes(body[-64:]).rstrip()
    if not start:
        return Kind.TEXT
    if _JSON_START.match(start) and (cut or end[-1:] in (b"}", b"]") or media.endswith("json")):
        return Kind.JSON
    if media.endswith("json") and _JSON_SCALAR.match(start):
        return Kind.JSON
    ends = cut or end[-1:] == b">"
    if _XML_START.match(start) and (media.endswith("xml") or (ends and media != "text/html")):
        return Kind.XML
    return Kind.TEXT


_JSON_START = re.compile(rb'\{[ \t\r\n]*+(?:["}]|$)|\[[ \t\r\n]*+(?:[\[\]{"\-0-9tfnNI]|$)')
_JSON_SCALAR = re.compile(rb'["\-0-9tfn]')
_XML_START = re.compile(rb"(?:\xef\xbb\xbf)?<(?:\?xml|!--|!DOCTYPE|[A-Za-z_:])", re.IGNORECASE)
# Octets that written text does not hold: controls other than TAB, LF, FF, CR, ESC.
_CONTROLS = re.compile(rb"[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def _is_text(head: bytes, content_type: str, *, whole: bool) -> bool:
    if b"\0" in head or len(_CONTROLS.findall(head)) * 20 > len(head):
        return False
    if charset(content_type) != "utf-8":
        return True
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The sample may end within a character; a stray octet in what is said to be text is no reason
        # to refuse to show it as text, as long as such octets are few.
        if not whole and error.start >= len(head) - 3:
            return True
        strange = sum(1 for c in head.decode("utf-8", "surrogateescape") if "\udc80" <= c <= "\udcff")
        said = content_type.startswith("text/") or head.lstrip()[:1] in (b"{", b"[", b"<")
        return strange * (4 if said else 20) <= len(head)
    return True


_CHARSET = re.compile(r';\s*charset\s*=\s*"?([A-Za-z0-9_.:-]{1,32})', re.IGNORECASE)
_SINGLE_OCTET = re.compile(r"iso-8859-(?:[1-9]|1[0-6])|latin-?1|windows-125[0-8]|cp125[0-8]|koi8-[ru]|ascii")


def charset(content_type: str) -> str:
    """Return the codec that a content-type names, `utf-8` unless it names one of a single octet a character.

    Only known names are let through: among the codecs that a name can reach are slow and surprising ones.
    """
    named = _CHARSET.search(content_type)
    if named is None:
        return "utf-8"
    name = named.group(1).lower().removeprefix("us-")
    return name if _SINGLE_OCTET.fullmatch(name) and name != "ascii" else "utf-8"


def size(octets: int) -> str:
    """Write a number of octets: `231 B`, `10.2 kB`, `1.5 MB` (thousands)."""
    if octets < 1000:
        return f"{octets} B"
    value = float(octets)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.95 or unit == "GB":
            break
    return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"


def summary(frame: Frame, width: int = 200) -> str:
    """Write `frame` in one line of at most `width` characters, safe for a terminal.

    A MESSAGE gives the start of its body, of XML from the first element on, with line breaks and runs of
    blanks as one blank; any other frame its command and what it is about. Wide characters count as one: cut
    to cells where cells count.
    """
    if frame.command == "MESSAGE":
        return one_line(frame, width)
    command = printable(frame.command[:40])
    about = next((frame.first(name) for name in _ABOUT.get(frame.command, ()) if frame.first(name)), None)
    text = f"{command} {printable(about[:width])}" if about else command
    if frame.command == "ERROR" and not about:
        text = f"{command} {one_line(frame, width)}"
    return text[:width]


_ABOUT: dict[str, tuple[str, ...]] = {
    "SEND": ("destination",),
    "SUBSCRIBE": ("destination",),
    "UNSUBSCRIBE": ("id", "destination"),
    "ACK": ("id", "message-id"),
    "NACK": ("id", "message-id"),
    "BEGIN": ("transaction",),
    "COMMIT": ("transaction",),
    "ABORT": ("transaction",),
    "RECEIPT": ("receipt-id",),
    "ERROR": ("message",),
    "CONNECT": ("host",),
    "STOMP": ("host",),
    "CONNECTED": ("server", "version"),
    "DISCONNECT": ("receipt",),
}

_CUT_CHARACTER = re.compile("[\udc80-\udcff]{1,3}$")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# What stands before a document: byte order mark, declaration, comments, a DOCTYPE without declarations.
_PROLOGUE = re.compile(
    r"\ufeff?+(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*+>)*+", re.DOTALL | re.IGNORECASE
)


def one_line(frame: Frame, width: int = 200) -> str:
    """Write the body of `frame` in one line, as `summary` does that of a MESSAGE."""
    body = frame.start(ONE_LINE)
    marked_up = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?", b"<!"))
    head = body[: ONE_LINE if marked_up else min(ONE_LINE, 4 * width + 64)]
    if not head:
        return ""
    kind_says = frame.first("content-type") or ""
    if not _is_text(head, kind_says, whole=frame.size == len(head)):
        return f"binary {head[: width // 3].hex(' ')}"[:width]
    text = head.decode(charset(kind_says), "surrogateescape")
    if len(head) < frame.size:
        text = _CUT_CHARACTER.sub("", text)
    text = text.strip()
    if marked_up and (before := _PROLOGUE.match(text)):
        text = text[before.end() :] or text
    return printable(_BLANKS.sub(" ", text))[:width]
