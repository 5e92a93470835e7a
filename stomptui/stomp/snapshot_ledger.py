"""Unsettled messages as columns, in blocks: eight octets or so a message, without its frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stomptui.stomp import checked
from stomptui.stomp.checked import maybe, one_of, row, rows, runs, seconds, text, unpack, whole, wrong
from stomptui.stomp.frame import AckMode
from stomptui.stomp.ledger import ABSENT, Key, Unsettled
from stomptui.stomp.redelivery import REMEMBERED, Before, GivenBack

BLOCK = 1_000
"""Messages of a block: a millisecond or two of work, so that whoever shares the loop is let in between."""
_MODES = tuple(AckMode)

Blocks = list[list[Any] | str]


def blocks(entries: Sequence[Unsettled]) -> Iterator[list[Any] | str]:
    """One block after the other."""
    for start in range(0, len(entries), BLOCK):
        yield _block(entries[start : start + BLOCK])


def _block(entries: Sequence[Unsettled]) -> list[Any] | str:
    places: dict[tuple[str, str, str], int] = {}
    whose = [
        places.setdefault((one.subscription, one.destination, str(one.mode)), len(places)) for one in entries
    ]
    keys = [(one.key,) if type(one.key) is str else one.key[1] for one in entries]
    odd = [
        (at, one.deliveries, one.earlier, one.why_not)
        for at, one in enumerate(entries)
        if one.deliveries != 1 or one.earlier is not None or one.why_not is not None
    ]
    named = [key if type(key) is str else key[0] for key in keys]
    by_ack = runs(at for at, key in enumerate(keys) if type(key) is tuple)
    times = [one.time for one in entries]
    numbers = runs(one.number for one in entries)
    return checked.pack(
        [numbers, [list(place) for place in places], whose, times, named, by_ack, [list(one) for one in odd]]
    )


def entries(value: object, what: str, *, ascending: bool = True) -> Iterator[list[Unsettled]]:
    """The messages, a block at a time, each once; raises SnapshotError."""
    last, seen = 0, set[int]()
    for block in row(value, None, what):
        made = _entries(unpack(block, 7, what), what)
        for entry in made:
            if entry.number <= last if ascending else entry.number in seen:
                wrong(what)
            last = entry.number
            if not ascending:
                seen.add(last)
        yield made


def _entries(block: list[Any], what: str) -> list[Unsettled]:
    numbers = checked.numbers(block[0], len(row(block[2], None, what)), what)
    places = [
        (text(name, what), text(destination, what), one_of(_MODES, mode, what))
        for name, destination, mode in rows(block[1], 3, what)
    ]
    whose, times, named = (row(column, len(numbers), what) for column in block[2:5])
    by_ack = set(checked.numbers(block[5], len(numbers), what))
    made = []
    for at, number in enumerate(numbers):
        place = whole(whose[at], what)
        if not 0 <= place < len(places):
            wrong(what)
        subscription, destination, mode = places[place]
        name = text(named[at], what)
        key: Key = name if at in by_ack else (subscription, name)
        time = seconds(times[at], what)
        made.append(Unsettled(number, subscription, destination, mode, ABSENT, time, key))
    for at, deliveries, earlier, why_not in rows(block[6], 4, what):
        if not 0 <= whole(at, what) < len(made):
            wrong(what)
        entry = made[at]
        entry.deliveries = whole(deliveries, what)
        entry.earlier = maybe(whole, earlier, what)
        entry.why_not = maybe(text, why_not, what)
    return made


def given_back(messages: GivenBack) -> list[Any]:
    """What went back to the broker: a `message-id`, or a digest in hexadecimal, and the delivery before."""
    return [
        [None, key.hex(), *before] if isinstance(key, bytes) else [key, None, *before]
        for key, before in messages
    ]


def keep_given_back(messages: GivenBack, value: object, what: str) -> None:
    """Read what `given_back` wrote; raises SnapshotError."""
    for name, digest, number, deliveries in rows(unpack(value, None, what)[:REMEMBERED], 4, what):
        before = Before(whole(number, what), whole(deliveries, what))
        if name is not None:
            messages.keep(text(name, what), before)
            continue
        try:
            messages.keep(bytes.fromhex(text(digest, what)), before)
        except ValueError:
            wrong(what)
