"""Feed a decoder whole, octet by octet and cut at every place, and compare what comes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from stomptui.stomp.codec import Decoder, HeartBeat, Item, Malformed
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.frame import Frame


class Broken(NamedTuple):
    """The stream broke here."""

    error: str
    words: str
    offset: int
    unread: bytes


def feed(chunks: Iterable[bytes], **options: Any) -> list[Item | Broken]:
    """Return all items that `chunks` make, adjacent heart-beats merged, and where the stream broke."""
    decoder = Decoder(**options)
    items: list[Item | Broken] = []
    error: RemoteProtocolError | None = None
    for chunk in chunks:
        decoder.receive(chunk)
        try:
            for item in decoder:
                last = items[-1] if items else None
                if isinstance(item, HeartBeat) and isinstance(last, HeartBeat):
                    items[-1] = last._replace(count=last.count + item.count)
                else:
                    items.append(item)
        except RemoteProtocolError as caught:
            error = caught
    if error is not None:
        items.append(Broken(type(error).__name__, str(error), error.offset, decoder.unread))
    return items


def shape(item: Item | Broken) -> object:
    """Return all of `item` that tests compare, marks and raw octets included."""
    if isinstance(item, Frame):
        return item.command, item.headers, item.body, item.raw, item.marks
    return type(item).__name__, *item


def shapes(items: Iterable[Item | Broken]) -> list[object]:
    return [shape(item) for item in items]


def every_way(octets: bytes, **options: Any) -> list[Item | Broken]:
    """Return what `octets` make as a whole, once it is shown that no cut makes a difference."""
    whole = feed([octets], **options)
    wanted = shapes(whole)
    assert shapes(feed([octets[at : at + 1] for at in range(len(octets))], **options)) == wanted
    for at in range(len(octets)):
        assert shapes(feed([octets[:at], octets[at:]], **options)) == wanted, f"cut at {at}"
    return whole


def only(octets: bytes, version: str | None = "1.2", **options: Any) -> Frame:
    """Return the one frame that `octets` make, however they are cut."""
    items = every_way(octets, version=version, **options)
    assert len(items) == 1, items
    assert isinstance(items[0], Frame)
    return items[0]


def codes(item: Item | Broken) -> list[str]:
    """Return the codes of a frame's marks in order."""
    assert isinstance(item, Frame)
    return [mark.code for mark in item.marks]


__all__ = ["Broken", "HeartBeat", "Malformed", "codes", "every_way", "feed", "only", "shape", "shapes"]
