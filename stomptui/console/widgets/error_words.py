"""An ERROR in words: which frame it answers and how that is known, what it usually means, what follows."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING

from stomptui import brokers
from stomptui.brokers.facts import Known
from stomptui.capture.fold import AGAIN
from stomptui.render.highlight import NOTE
from stomptui.render.text import printable
from stomptui.stomp.dialect import SPECIFICATION
from stomptui.stomp.refusals import unprompted

if TYPE_CHECKING:
    from stomptui.brokers import Explanation, Words
    from stomptui.capture.record import Record
    from stomptui.render.rows import Segment
    from stomptui.stomp.frame import Frame

LABEL = 9
"""Cells of a label: what it says stands one below the other."""

RECEIPT = 40
"""Characters shown of a receipt-id: it is the broker's to say, and may be as long as a header can be."""

_FRAME = re.compile(r"\d{5,}( \S+)?")
_NOW = {True: "; it is open now", False: "; it has ended", None: ""}
_CLOSES = {
    True: "the connection ends with it",
    False: "the connection stays open",
    None: "the connection ends or stays open: not the same every time",
}


def is_error(record: Record) -> bool:
    """Whether it is an ERROR of the broker."""
    return record.frame is not None and record.frame.command == "ERROR" and not record.to_broker


def answered(record: Record, words: Words | None, width: int) -> list[list[Segment]]:
    """Say which frame an ERROR answers, and how that is known, in rows of `width`; nothing for others."""
    if not is_error(record) or record.frame is None:
        return []
    return _rows("answers:", _answers(record, record.frame, words), width)


def usually(
    record: Record, words: Words | None, width: int, *, lives: bool | None = None
) -> list[list[Segment]]:
    """Say what an ERROR usually means, what to do, and whether the connection lives.

    `lives` is whether it does now, None where nobody knows.
    """
    if not is_error(record) or record.frame is None:
        return []
    told = brokers.explained(SPECIFICATION if words is None else words.dialect, record.frame)
    rows: list[list[Segment]] = []
    if told is not None:
        rows += _rows("usually:", told.meaning, width)
        rows += _rows("to do:", told.what_to_do, width)
    return rows + _rows("then:", _follows(told) + _NOW[lives], width)


def _answers(record: Record, frame: Frame, words: Words | None) -> str:
    found = _FRAME.search(record.outcome)
    if record.outcome.startswith(AGAIN):
        before = printable(found[0] if found else "the one before")
        about = f", that answers {record.about.first:05d}" if record.about is not None else ""
        return f"nothing more: {before} said over again{about}"
    receipt = frame.first("receipt-id")
    named = printable((receipt or "")[:RECEIPT])
    if record.about is None:
        if words is not None and unprompted(words.dialect, frame):
            return "no frame: the broker says it by itself"
        if receipt is not None:
            return f"none that is known: no frame awaits receipt {named}"
        return "none that is known: it names no receipt"
    which = printable(found[0] if found else f"{record.about.first:05d}")
    if receipt is not None:
        return f"{which} (sure: it names its receipt, {named})"
    if which.endswith((" CONNECT", " STOMP")):
        return f"{which} (sure: nothing else is answered before CONNECTED)"
    return f"{which} (a guess: it names no receipt; sent last of what was not known to be done)"


def _follows(told: Explanation | None) -> str:
    if told is None:
        return "not known; the specification ends the connection, many brokers do not"
    how = {Known.OBSERVED: "seen", Known.READ: "as its manual or source says"}.get(told.known, "as specified")
    return f"{_CLOSES[told.closes]} ({how})"


def _rows(label: str, text: str, width: int) -> list[list[Segment]]:
    first, *others = wrap(text, max(width - LABEL, 1), break_on_hyphens=False)
    rows: list[list[Segment]] = [[(f"{label:<{LABEL}}", NOTE), (first, "outcome")]]
    return rows + [[(" " * LABEL + line, "outcome")] for line in others]
