"""A record in words: what it is, for a title, and what is to be said above its headers."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from stomptui.brokers.words import is_copy
from stomptui.capture.record import Kind as RecordKind
from stomptui.console.widgets.error_words import is_error
from stomptui.render.body import Kind, size
from stomptui.render.text import printable
from stomptui.stomp.events import Settlement

if TYPE_CHECKING:
    from stomptui.brokers import Words
    from stomptui.capture.record import Record
    from stomptui.render.rows import Segment

COMMAND_SHOWN = 20
"""Characters of a command in a title; STOMP's own have at most eleven."""

_ORDINALS = {2: "second", 3: "third"}


def title(record: Record | None, kind: Kind, octets: int) -> str:
    """Say what `record` is: `Message 00412  231 B JSON`; `octets` is the size of its body."""
    if record is None:
        return "Message"
    match record.kind:
        case RecordKind.HEART_BEAT:
            many = "Heart-beat" if record.beats == 1 else f"{record.beats} heart-beats"
            return f"{many} {'to' if record.to_broker else 'from'} the broker"
        case RecordKind.MISSED:
            return "Heart-beat missed"
        case RecordKind.CLOSED:
            return "Connection ended"
        case RecordKind.GIVEN_UP:
            return "Not connected again"
    if record.frame is None:
        return f"Malformed {record.number:05d}  {size(octets)}"
    command = record.frame.command
    name = "Message" if command == "MESSAGE" else printable(command[:COMMAND_SHOWN])
    about = f"  {size(octets)} {kind}" if octets else ""
    return f"{name} {record.number:05d}{about}"


def remarks(
    record: Record, words: Words | None = None, *, lives: bool | None = None, width: int = 200
) -> list[list[Segment]]:
    """Say what is to be known of `record` before reading it, in rows of `width` where it is long.

    `words` say what its broker does, `lives` whether its connection is open now, None where nobody knows.
    """
    rows: list[list[Segment]] = []
    if record.connection > 1 and record.frame is not None and record.frame.command == "CONNECTED":
        which = f"connection {record.connection}: what came on an earlier one can be settled no more"
        rows.append([(which, "outcome")])
    if record.note:
        rows.append([(f"# {printable(record.note)}", "outcome")])
    if record.words:
        rows.append([(f"! {printable(record.words)}", "protocol-mark")])
    if record.deliveries > 1:
        count = _ORDINALS.get(record.deliveries)
        delivery = f"{count} delivery" if count else f"delivery {record.deliveries}"
        if record.earlier is None:
            delivery += " seen here"
        elif record.deliveries == 2:
            delivery += f" of {record.earlier:05d}"
        else:
            delivery += f" seen here, the one before is {record.earlier:05d}"
        delivery += _how_sure(record, words)
        rows += [[(line, "outcome")] for line in wrap(delivery, max(width, 1))]
    elif record.frame is not None and record.frame.first("redelivered") == "true" and not record.to_broker:
        rows.append([("delivered before; the broker does not say how often, or to whom", "outcome")])
    if record.settlement is Settlement.LOST and not record.to_broker:
        lost = f"can be settled no more{_left_behind(record, words, lives)}"
        rows += [[(line, "outcome")] for line in wrap(lost, max(width, 1))]
    if record.outcome and not is_error(record):  # that of an ERROR is told with what it answers
        rows.append([(printable(record.outcome), "outcome")])
    return rows


def _how_sure(record: Record, words: Words | None) -> str:
    """By what a message is taken for one that came before."""
    if words is None or record.earlier is None:
        return ""
    if words.dialect.message_id_stable:
        return " (sure: the same message-id)"
    return f" (likely: the same headers and body; {words.name} gives each delivery another message-id)"


def _left_behind(record: Record, words: Words | None, lives: bool | None) -> str:
    """What becomes of a message whose connection has ended; nothing where it has not, or nobody knows."""
    if words is None or lives is not False or record.frame is None or record.frame.command != "MESSAGE":
        return ""
    copy = is_copy(words.destination_kind(record.frame.first("destination") or ""))
    does = f"{words.on_gone}, unless it is durable" if copy else words.on_close
    return f": its connection has ended, and this broker {does}"
