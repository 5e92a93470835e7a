"""Heart-beats: what both sides promise, and when one is due; pure functions of `now`."""

from __future__ import annotations

import re
from typing import NamedTuple

from stomptui.stomp.marking import shown

SEND_EARLY = 0.5
"""The part of the promised period after which we send: some brokers judge after little more than one."""

JUDGE_LATE = 2.0
"""Periods of silence after which a broker is late: ActiveMQ's first heart-beat comes after two."""

MARGIN = 1.0
"""Seconds allowed on top, for the network and a busy machine."""

_PAIR = re.compile(r"([0-9]{1,12}),([0-9]{1,12})", re.ASCII)


class Beats(NamedTuple):
    """The heart-beats in effect: seconds between ours, seconds between theirs; None for none."""

    send: float | None
    receive: float | None


NO_BEATS = Beats(None, None)


def parse(value: str | None) -> tuple[int, int]:
    """Read a `heart-beat` header: milliseconds the sender can send at, and wants; `0,0` for None.

    Raises ValueError for anything but two numbers. STOMP 1.2, Heart-beating.
    """
    if value is None:
        return 0, 0
    match = _PAIR.fullmatch(value)
    if match is None:
        raise ValueError(f"heart-beat is {shown(value)}, not two numbers of milliseconds")
    return int(match[1]), int(match[2])


def negotiate(client: tuple[int, int], server: tuple[int, int]) -> Beats:
    """Return what is in effect for the client, from both `heart-beat` headers. STOMP 1.2, Heart-beating."""
    return Beats(_period(client[0], server[1]), _period(server[0], client[1]))


def _period(offered: int, wanted: int) -> float | None:
    return max(offered, wanted) / 1000 if offered and wanted else None


def send_due(beats: Beats, last_sent: float) -> float | None:
    """Return when our next heart-beat is due if nothing else is sent before; None for never."""
    return None if beats.send is None else last_sent + beats.send * SEND_EARLY


def receive_overdue_at(beats: Beats, last_received: float, margin: float = MARGIN) -> float | None:
    """Return when a broker that stays silent is late; None for never. `margin` is in seconds."""
    return None if beats.receive is None else last_received + beats.receive * JUDGE_LATE + margin
