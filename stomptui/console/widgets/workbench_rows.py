"""How open transactions, what is staged in them, and how the last ones ended look in a row."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from stomptui.console.endings import IN_DOUBT
from stomptui.console.widgets.cells import begin_of, end_of
from stomptui.render.span import latency, span
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stomptui.console.endings import Ending
    from stomptui.stomp.transactions import Staged, Transaction

LONG = 256
"""Characters of a name that are looked at: more than any row shows."""
WIDE = 60
"""Cells from which a heading says how many messages it settles."""
MEANS = {
    IN_DOUBT: "its COMMIT was not confirmed: done or not, only the broker knows",
    "lost": "the connection ended: nothing of it was done",
}
"""What the endings mean that nobody asked for."""


def heading_row(
    transaction: Transaction,
    counts: Mapping[str, int],
    settles: int,
    now: float,
    width: int,
    *,
    joined: bool,
    under_cursor: bool,
) -> Content:
    """Head what is staged: the name, whether new frames join it, how many of which command, its age."""
    staged = " ".join(f"{count:,} {command}" for command, count in sorted(counts.items(), reverse=True))
    if width >= WIDE and settles:
        staged += f", settles {settles:,}"
    state = f"{transaction.ending} sent" if transaction.ending is not None else staged or "nothing staged"
    right = f" {state}  {span(now - transaction.time)}"
    if cell_len(right) > width - 10:
        right = f" {len(transaction.staged):,}  {span(now - transaction.time)}"
    joins = ", joined" if joined else ""
    room = max(width - cell_len(right) - 1, 4)
    name = begin_of(printable(transaction.name[:LONG]), room - len(joins))
    return Content.assemble(
        (">" if under_cursor else " ", "bold $title-focus"),
        (set_cell_size(f"{name}{joins}", room), "bold $staged" if joined else "$staged"),
        (right, "$caution" if transaction.ending is not None else "$muted"),
    )


def staged_row(staged: Staged, width: int, *, under_cursor: bool) -> Content:
    """Draw one staged frame: its number, its command, and the message or the destination that it is about."""
    about = f"{staged.about:05d}" if isinstance(staged.about, int) else printable(staged.about[-LONG:])
    more = f"settles {len(staged.covers):,}" if len(staged.covers) > 1 else ""
    more = "comes again" if staged.again and not more else more
    if len(more) > width - 26:
        more = ""
    head = f" {staged.number:05d} {staged.command:<4} "
    room = max(width - 1 - len(head) - len(more) - bool(more), 1)
    return Content.assemble(
        (">" if under_cursor else " ", "bold $title-focus"),
        (head, "bold" if under_cursor else ""),
        (set_cell_size(end_of(about, room), room), ""),
        (f" {more}" if more else "", "$muted"),
    )


def ending_row(ending: Ending, now: float, width: int) -> Content:
    """Say how a transaction ended, and what that means where nobody asked for it."""
    words = ending.outcome
    if ending.latency is not None:
        words += f", {'confirmed after ' if width >= WIDE else ''}{latency(ending.latency)}"
    if (means := MEANS.get(ending.outcome)) is not None:
        words = f"{ending.outcome}: {means}"
    age = f" {span(now - ending.time)} ago"
    room = max(width - cell_len(age), 4)
    told = begin_of(f" {printable(ending.name[:LONG])} {words}", room)
    style = "$bad $bad-style" if ending.outcome == IN_DOUBT else "$caution" if means else "$muted"
    return Content.assemble((set_cell_size(told, room), style), (age, "$muted"))


def told_rows(said: Sequence[str], width: int) -> list[Content]:
    """Fold what is to be known of this broker into rows."""
    rows: list[Content] = []
    for words in said:
        first, *rest = wrap(f"this broker {words}", max(width - 3, 8), break_on_hyphens=False)
        rows.append(Content.styled(f" - {first}", "$muted"))
        rows += [Content.styled(f"   {line}", "$muted") for line in rest]
    return rows
