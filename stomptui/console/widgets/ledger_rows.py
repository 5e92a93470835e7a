"""How an unsettled message looks in the ledger, and what an ACK of it would carry."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from stomptui.brokers.ending import SOON
from stomptui.console.widgets.cells import begin_of, end_of
from stomptui.render.notation import write
from stomptui.render.span import span
from stomptui.render.text import printable
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from stomptui.console.view import View
    from stomptui.stomp.ledger import Unsettled

PLACE = 5
"""Cells of a message's place among those of its subscription, where there is room for it."""
LONG = 256
"""Characters of a name or an id that are looked at: more than any row shows."""
WIDE = 60
"""Cells from which a row says its place and names the headers of its ACK."""


def carried(entry: Unsettled) -> tuple[tuple[str, str], ...]:
    """The headers by which an ACK names the message: `id` in 1.2, `message-id` and `subscription` before."""
    if isinstance(entry.key, str):
        return (("id", entry.key),)
    subscription, message_id = entry.key
    return (("message-id", message_id), ("subscription", subscription))


def heading_row(view: View, subscription: str, words: str, count: int, width: int) -> Content:
    """Head the messages of a subscription: its destination, its id, how many of the prefetch are held.

    Of others, `words` say what they are.
    """
    made = view.state.subscriptions.get(subscription)
    if made is None:
        return Content.styled(
            begin_of(f" {words or printable(subscription[:LONG])}, {count:,}", width), "$muted"
        )
    mode = "client-indiv" if made.mode is AckMode.CLIENT_INDIVIDUAL else str(made.mode)
    held = f"{count:,}/{made.prefetch}" if made.prefetch is not None else f"{count:,} held"
    right = f" {mode} {held}" if width >= WIDE else f" {held}"
    name = f" {printable(made.destination[:LONG])}"
    if width >= WIDE:
        name += f"  subscription {printable(subscription[:LONG])}"
    room = max(width - cell_len(right), 4)
    return Content.assemble((set_cell_size(begin_of(name, room), room), "bold"), (right, "$muted"))


def entry_row(
    view: View, entry: Unsettled, place: int, width: int, *, under_cursor: bool, alone: bool
) -> Content:
    """Draw one message: place, number, mark, delivery, age, transaction, and what its ACK names it by."""
    staged = entry.transaction is not None
    mark = "!" if entry.why_not is not None else "t" if staged else "*"
    again = f"R{entry.deliveries}" if entry.deliveries > 1 else ""
    age = max(view.now - entry.time, 0.0)
    limit = view.state.consumer_timeout
    late = limit is not None and age > limit * SOON
    style = "$staged" if staged else "bold $unsettled" if mark == "*" else "$caution"
    wide = width >= WIDE
    pieces: list[tuple[str, str]] = [
        (">" if under_cursor else " ", "bold $title-focus"),
        (f"{place:>{PLACE}} " if wide else "", "$muted"),
        (f"{entry.number:05d} ", "bold" if under_cursor else ""),
        (f"{mark}{again:<3}", style),
        (f"{span(age)}{'!' if late else ''}".rjust(5), "$bad $bad-style" if late else "$muted"),
    ]
    if staged:
        pieces.append((f" {begin_of(printable((entry.transaction or '')[:LONG]), 12)}", "$staged"))
    if alone and wide:
        pieces.append((f" {set_cell_size(begin_of(printable(entry.subscription[:LONG]), 12), 12)}", "$muted"))
    room = width - sum(cell_len(text) for text, _ in pieces) - 1
    named = carried(entry)
    words = " ".join(f"{name}:{value[-LONG:]}" for name, value in named) if wide else named[0][1][-LONG:]
    if entry.why_not is not None:
        words = entry.why_not
    pieces.append((f" {end_of(printable(words), room)}", ""))
    return Content.assemble(*pieces)


def held_row(number: int, why_not: str | None, width: int) -> Content:
    """Draw a message that cannot be settled by name any more, or was settled a moment ago."""
    words = f" {number:05d} ! {printable(why_not)}" if why_not else f" {number:05d}   settled"
    return Content.styled(begin_of(words, width), "$caution" if why_not else "$muted")


def told_lines(view: View, entry: Unsettled, covers: int | None, width: int, most: int) -> list[Content]:
    """Say in at most `most` lines what an ACK of this message would carry, and what it would settle."""
    named = " ".join(
        f"{name}:{write(value[:LONG])}{'~' * (len(value) > LONG)}" for name, value in carried(entry)
    )
    if entry.why_not is not None:
        words = f"{entry.number:05d} cannot be settled: {entry.why_not}"
    elif entry.transaction is not None:
        words = f"{entry.number:05d} is staged in {entry.transaction[:LONG]}. {named}"
    elif covers is None:
        words = f"ACK {entry.number:05d} settles more than this one: {view.words.ack_covers}. {named}"
    elif covers > 1:
        words = f"ACK {entry.number:05d} settles {covers:,}: {view.words.ack_covers}. {named}"
    else:
        words = f"ACK {entry.number:05d} {named}"
    lines = wrap(printable(words), max(width - 1, 8), break_on_hyphens=False) or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], end_of(" ".join(lines[most - 1 :]), width - 1)]
    style = "$caution" if covers is None or covers > 1 else "$muted"
    return [Content.styled(f" {line}", style) for line in lines]
