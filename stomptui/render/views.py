"""The views of a body: pretty, text, hex, wire; each gives rows of any body without reading all of it."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from stomptui.render import highlight
from stomptui.render.body import Kind, charset
from stomptui.render.hexdump import HexRows
from stomptui.render.pretty_json import json_again, json_strides
from stomptui.render.pretty_xml import xml_pieces
from stomptui.render.rows import LONGEST, FixedRows, PrettyRows, Rows, TextRows

if TYPE_CHECKING:
    from stomptui.render.rows import Paint, Whole


class BodyView(StrEnum):
    """How octets are looked at."""

    PRETTY = "pretty"
    TEXT = "text"
    HEX = "hex"
    WIRE = "wire"

    def next(self) -> BodyView:
        """Return the view after this one, round the end."""
        views = list(BodyView)
        return views[(views.index(self) + 1) % len(views)]


def body_rows(view: BodyView, body: Whole, kind: Kind, content_type: str = "", width: int = 80) -> Rows:
    """Return the rows of `body` in `view` for `width` columns; WIRE wants the frame's octets."""
    if not body:
        return FixedRows([[("no body" if view is not BodyView.WIRE else "no octets", highlight.NOTE)]])
    longest = longest_row(width)
    if view is BodyView.HEX or (view is BodyView.PRETTY and kind is Kind.BINARY):
        return HexRows(body, width)
    if view is BodyView.WIRE:
        return TextRows(body, highlight.wire, longest=longest)
    if view is BodyView.PRETTY and kind is Kind.JSON:
        again = partial(json_again, body)
        return PrettyRows(json_strides(body), len(body), highlight.json, longest=longest, again=again)
    if view is BodyView.PRETTY and kind is Kind.XML:
        return PrettyRows(xml_pieces(body), len(body), highlight.xml, longest=longest)
    return TextRows(body, _paint(kind, content_type), longest=longest)


def longest_row(width: int) -> int:
    """Return the most octets of a row that fill whole lines of `width` columns."""
    width = max(width, 1)
    return max(LONGEST - LONGEST % width, width)


def _paint(kind: Kind, content_type: str) -> Paint:
    codec = charset(content_type)
    if codec == "utf-8" and kind is Kind.JSON:
        return highlight.json
    if codec == "utf-8" and kind is Kind.XML:
        return highlight.xml
    return highlight.plain(codec)
