"""One visible row painted: octets in, pieces of safe text with the names of their styles out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stomptui.render.text import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stomptui.render.rows import Paint, Segment

TAB = 4
"""Columns that a TAB reaches to where text is shown for reading; hex and wire show the TAB itself."""

MOST_PIECES = 64
"""Pieces into which a text is split to tell escapes from what was typed."""

INVISIBLE = "invisible"
NOTE = "muted"
"""The style of words that are ours, not the broker's."""


def segments(text: str, style: str = "") -> list[Segment]:
    """Make `text` safe as pieces of `style`; what stands for an invisible character is styled so.

    Text that is full of them is one piece: each costs a terminal more than its look is worth.
    """
    parts = pieces(text)
    if len(parts) > MOST_PIECES:
        return [("".join([shown for shown, _ in parts]), INVISIBLE)]
    return [(shown, INVISIBLE if escaped else style) for shown, escaped in parts]


def plain(codec: str = "utf-8") -> Paint:
    """Paint lines of text in `codec`: without their line end, TAB as blanks."""

    def paint(octets: bytes, goes_on: bool) -> list[Segment]:
        return segments(_line(octets, codec, tabs=not goes_on))

    return paint


def _line(octets: bytes, codec: str = "utf-8", *, tabs: bool = True) -> str:
    if octets.endswith(b"\n"):
        octets = octets[:-2] if octets.endswith(b"\r\n") else octets[:-1]
    text = octets.decode(codec, "surrogateescape")
    return text.expandtabs(TAB) if tabs and "\t" in text else text


_JSON = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*+"(?=\s*+:))|(?P<string>"(?:[^"\\]|\\.)*+"?)'
    r"|(?P<number>-?\d[\d.eE+-]*+)|(?P<constant>[A-Za-z]\w*+)|(?P<punctuation>[\[\]{}:,]++)"
)
_XML = re.compile(
    r"(?P<comment><!--.*?(?:-->|$)|<!\[CDATA\[|\]\]>|<[?!][^>]*+>?)|(?P<tag></?[^\s<>/]*+|/?>)"
    r"|(?<=\s)(?P<attribute>[^\s=<>\"']++)(?==)|(?P<value>(?<==)(?:\"[^\"]*+\"?|'[^']*+'?))|(?P<text>&[#\w]{1,32};)"
)


def json(octets: bytes, goes_on: bool) -> list[Segment]:
    """Paint a row of JSON; one that goes on from the row before is inside a string, or near enough."""
    return list(_coloured(_line(octets), _JSON, "json-", goes_on, '"'))


def xml(octets: bytes, goes_on: bool) -> list[Segment]:
    """Paint a row of XML."""
    return list(_coloured(_line(octets), _XML, "xml-", goes_on, "<"))


def _coloured(
    text: str, tokens: re.Pattern[str], family: str, goes_on: bool, until: str
) -> Iterator[Segment]:
    end = 0
    if goes_on:
        # Where the row before ended is not known: nothing is coloured before something sure begins.
        end = text.find(until)
        end = len(text) if end < 0 else end + (until == '"')
        yield from segments(text[:end])
    for token in tokens.finditer(text, end):
        if token.start() > end:
            yield from segments(text[end : token.start()])
        yield from segments(token.group(), f"{family}{token.lastgroup}")
        end = token.end()
    if end < len(text):
        yield from segments(text[end:])


def wire(octets: bytes, goes_on: bool) -> list[Segment]:
    """Paint the exact octets of a row: line ends, NUL and every other control have their picture."""
    return segments(octets.decode("utf-8", "surrogateescape"))
