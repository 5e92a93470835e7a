"""XML laid out for reading without being parsed: nothing is resolved, expanded or fetched, only indented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stomptui.render.pretty_json import DEEPEST, FLAT, FREE_INDENT, INDENT, as_it_is
from stomptui.render.rows import Begins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stomptui.render.rows import Piece, Whole

INLINE = 200
"""Octets of text that stay on one row with the tags around them."""

_TOKEN = re.compile(
    rb"(?P<blank>[ \t\r\n]{1,8192}+)"
    rb"|(?P<text>[^<]{1,4096}+)"
    rb"|(?P<other><!--.{0,65536}?-->|<!\[CDATA\[.{0,65536}?\]\]>|<\?.{0,8192}?\?>"
    rb"|<!DOCTYPE[^<>\[]{0,4096}+(?:\[[^\]]{0,65536}+\][ \t\r\n]{0,64}+)?>)"
    rb"|(?P<end></[^<>]{1,1024}+>)"
    rb"|(?P<start><[^\s<>/!?\"'=]{1,1024}+"
    rb"(?:[^<>/\"']{1,1024}+|/(?!>)|\"[^\"]{0,8192}+\"|'[^']{0,8192}+'){0,1024}+(?P<empty>/)?>)",
    re.DOTALL,
)
_BLANKS = b" \t\r\n"


def xml_pieces(body: Whole) -> Iterator[Piece]:
    """Lay `body` out, an element a row; an element that holds only a short text stays on one row.

    Blanks around text are left out. From the first octet that cannot belong to XML the rest comes as it is.
    Each piece costs a bounded amount of work, whatever `body` is.
    """
    position, depth = 3 if body[:3] == b"\xef\xbb\xbf" else 0, 0
    before, indented, levels = "", 0, INDENT
    while (token := _TOKEN.match(body, position)) is not None:
        kind, octets = token.lastgroup, token.group()
        position = token.end()
        if kind == "blank":
            yield position, octets if before == "long text" else b"", Begins.NOTHING
            continue
        if kind == "end":
            depth = max(depth - 1, 0)
        indent = levels[min(depth, DEEPEST)]
        indented += len(indent)
        if indented > position * 8 + FREE_INDENT:
            levels = FLAT
        if kind == "end":
            same_row = before in ("start", "inline")
            yield (
                position,
                octets if same_row else indent + octets,
                Begins.NOTHING if same_row else Begins.ROW,
            )
            before = "end"
        elif kind == "text":
            goes_on = body[position : position + 1] not in (b"<", b"")
            lines = (octets if goes_on else octets.rstrip(_BLANKS)).split(b"\n")
            if before == "start" and len(lines) == 1 and len(octets) <= INLINE:
                yield position, lines[0], Begins.NOTHING
                before = "inline"
                continue
            for number, line in enumerate(lines):
                if number == 0 and before == "long text":
                    yield position, line, Begins.NOTHING
                else:
                    yield position, indent + (line if goes_on else line.strip(_BLANKS)), Begins.ROW
            before = "long text" if goes_on else "text"
        else:
            for number, line in enumerate(octets.split(b"\n")):
                yield position, indent + (line.strip(_BLANKS) if number else line), Begins.ROW
            before = "other"
            if kind == "start" and not token.group("empty"):
                before = "start"
                depth += 1
    if position < len(body):
        yield from as_it_is(body, position, "XML")
