"""A record as it was on the wire: the line that begins it, its octets, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.capture.record import Kind
from stomptui.console.widgets.feed_row import clock
from stomptui.console.widgets.sheets import Sheets
from stomptui.render.body import size
from stomptui.render.highlight import NOTE
from stomptui.render.text import printable
from stomptui.stomp.lint import lint

if TYPE_CHECKING:
    from stomptui.capture.record import Record
    from stomptui.console.widgets.sheets import Row

COMMAND_SHOWN = 20
"""Characters of a command in a boundary; STOMP's own have at most eleven."""
_NOTHING = memoryview(b"")


def sheets(
    record: Record, version: str | None, width: int, *, escapes_1_0: bool = False, hexadecimal: bool = False
) -> Sheets:
    """The rows of `record`: a boundary, every octet of a frame and what departs from `version`."""
    direction = ">" if record.to_broker else "<"
    when = clock(record.wall)
    if record.kind is Kind.HEART_BEAT:
        return Sheets(
            _NOTHING, width, before=[_boundary(f"{direction}       {when} LF x {record.beats}", width)]
        )
    if record.kind not in (Kind.FRAME, Kind.MALFORMED):
        row: Row = [(f"--      {when} {printable(record.words)}", NOTE)]
        return Sheets(_NOTHING, width, before=[row])
    octets = memoryview(record.raw)
    marks = lint(record.raw, version, to_broker=record.to_broker, escapes_1_0=escapes_1_0, left=record.left)
    if record.left:
        octets = octets[:-1]  # it stands for what is missing
    what = printable(record.frame.command[:COMMAND_SHOWN]) if record.frame is not None else "no frame"
    count = len(record.raw) + record.left
    wrong = f"  ! {len(marks)}" if marks else ""
    before = [_boundary(f"{direction} {record.number:05d} {when} {what} {count} octets{wrong}", width)]
    if record.words:
        before.append([(f"! {printable(record.words)}", "protocol-mark")])
    rest = f"-- {size(record.left)} more are in the recording: enter reads all of this frame"
    return Sheets(
        octets,
        width,
        before=before,
        after=[[(rest, NOTE)]] if record.left else [],
        marks=marks,
        hexadecimal=hexadecimal,
    )


def _boundary(text: str, width: int) -> Row:
    text = text[:width]
    return [(text, "title"), (f" {'-' * (width - len(text) - 1)}"[: width - len(text)], "rule")]
