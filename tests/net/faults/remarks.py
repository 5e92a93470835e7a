"""What `on_events` tells of a connection beyond what goes as it should, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from stomptui.stomp import events as told
from stomptui.stomp.events import Event, Settlement


def remarks(events: Iterable[Event]) -> list[str]:
    """All that is remarkable in order; what comes several times in a row stands once, with its count."""
    words = filter(None, ("; ".join(_remarks(event)) for event in events))
    runs = [(remark, sum(1 for _ in run)) for remark, run in groupby(words)]
    return [remark if count == 1 else f"{remark} x{count}" for remark, count in runs]


def _remarks(event: Event) -> Iterator[str]:
    match event:
        case told.MalformedReceived():
            yield f"no frame: {event.item.words}"
        case told.HeartBeatMissed():
            yield "heart-beat missed"
        case told.Rejected():
            yield f"{event.command} rejected" + ("" if event.sure else ", a guess")
        case told.Unconfirmed():
            yield f"{event.command} unconfirmed"
        case told.TransactionEnded(outcome="lost"):
            yield f"{event.name} lost"
        case told.MessageReceived(settlement=Settlement.NONE):
            yield "MESSAGE of no subscription"
        case told.MessageReceived(settlement=Settlement.LOST):
            yield "MESSAGE too late"
        case told.ReceiptReceived(answers=None):
            yield "RECEIPT of nothing"
        case told.ErrorReceived(answers=None):
            yield "ERROR of nothing"
    frame = getattr(event, "frame", None)
    if frame is not None:
        yield from (f"{frame.command}: {mark.words}" for mark in frame.marks)
