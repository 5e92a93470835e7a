"""Records folded into the states of their connections, as the session that made them did."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from stomptui.capture.decode import VERSIONS, frame_of
from stomptui.capture.files import CaptureError
from stomptui.capture.record import Kind
from stomptui.stomp.codec import Malformed
from stomptui.stomp.dialect import Dialect
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame
from stomptui.stomp.ledger import Unsettled
from stomptui.stomp.outcomes import take_out
from stomptui.stomp.phase import UNREADABLE, Direction, Phase
from stomptui.stomp.state import State

LATE = 0.05
"""Seconds by which the end of a grace may have been noticed too late to keep an ERROR from being blamed."""
CLOSED_KEPT = 8
"""How many connections that ended are remembered: what is told of one comes soon after its end."""
QUERY = """
SELECT CAST(frame.id AS INTEGER), CAST(connection AS INTEGER), CAST(number AS INTEGER), CAST(kind AS INTEGER),
    CAST(direction AS INTEGER), CAST(time AS REAL), CAST(protocol AS INTEGER) & 7, CAST(beats AS INTEGER),
    CASE kind WHEN 4 THEN substr(words, 1, 80) END, CAST(head AS BLOB)
FROM frame LEFT JOIN octets ON octets.id = frame.id
WHERE frame.id > ? AND frame.id <= ? ORDER BY frame.id LIMIT ?
"""
FROM_ON = """
SELECT id, CAST(connection AS INTEGER), CAST(number AS INTEGER) FROM frame
WHERE id BETWEEN ? AND ? AND kind = 0 ORDER BY id LIMIT 1
"""
_LENGTH = re.compile(rb"\ncontent-length:[^\n]*")
_FAR = 1e15
_NOTHING = Malformed(b"", 0, "", "")
_SIDES: tuple[Direction, Direction] = ("to_client", "to_broker")
_FRAME, _BEAT, _MISSED, _CLOSED = int(Kind.FRAME), int(Kind.HEART_BEAT), int(Kind.MISSED), int(Kind.CLOSED)
_MALFORMED = int(Kind.MALFORMED)


class Fact(NamedTuple):
    """What of a record changes a state: no body, which may be large."""

    id: int
    connection: int
    number: int
    kind: int
    direction: int
    time: float
    protocol: int
    beats: int
    words: str | None
    head: bytes | None


def facts(db: sqlite3.Connection, after: int, last: int, count: int) -> list[Fact]:
    """At most `count` records behind `after` and up to `last`; raises CaptureError, sqlite3.Error."""
    found = [Fact._make(row) for row in db.execute(QUERY, (after, last, count))]
    for fact in found:
        if None in fact[:8] or not (abs(fact.time) < _FAR and -1 <= fact.number < _FAR and fact.beats < _FAR):
            raise CaptureError(f"record {fact.id} is damaged: what was open then cannot be told")
    return found


def where(db: sqlite3.Connection, connection: int, number: int) -> int | None:
    """The id of a frame; None where it is not, or not in order. Raises sqlite3.Error.

    Frames are in the order of connections and of their numbers, so it takes some twenty looks: one through
    all of the file takes tens of milliseconds, and one NACK may give back thousands of messages.
    """
    low = 1
    (high,) = db.execute("SELECT coalesce(max(id), 0) FROM frame").fetchone()
    while low <= high:
        middle = (low + high) // 2
        row = db.execute(FROM_ON, (middle, high)).fetchone()
        if row is None or None in row or row[1:] > (connection, number):
            high = middle - 1
        elif row[1:] == (connection, number):
            return int(row[0])
        else:
            low = row[0] + 1
    return None


def frame(fact: Fact) -> Frame | None:
    """The frame without its body, and so without content-length; None where the octets form none."""
    head = fact.head or b""
    if b"\ncontent-length:" in head:
        head = _LENGTH.sub(b"", head)
    return frame_of(head + b"\0", fact.protocol)


def fold(state: State, fact: Fact, whole: Callable[[int], Frame | None]) -> None:
    """Fold in one record; `whole` gives the frame of a number with its body, when that is needed."""
    kind, now = fact.kind, fact.time
    if kind == _FRAME:
        state.frames = fact.number - 1
        made = frame(fact)
        if made is None:
            state.observe_malformed(_NOTHING, now)
        elif fact.direction:
            state.advance(now)
            state.observe("to_broker", made, now)
        elif made.command == "MESSAGE":
            _message(state, fact, made, whole)
        else:
            state.advance(now - LATE if made.command == "ERROR" else now)
            state.observe("to_client", made, now)
    elif kind == _BEAT:
        state.advance(now)
        state.observe_beat(_SIDES[fact.direction == 1], now, fact.beats)
    elif kind == _CLOSED:
        if (fact.words or "").startswith(UNREADABLE):
            state.observe_failed()
        state.advance(now)
        state.observe_closed("", now, True)
    elif kind == _MALFORMED:
        state.frames = fact.number - 1
        state.observe_malformed(_NOTHING, now)
    elif kind == _MISSED:
        state.advance(now)
        state.observe_missed(now)


def _message(state: State, fact: Fact, made: Frame, whole: Callable[[int], Frame | None]) -> None:
    if state.receipts.unproven:
        state.advance(fact.time)
    if state.given_back.count and b"redelivered" in (fact.head or b""):
        made = whole(fact.number) or made  # it is told by its body too
    before = _entry(state, fact.number)
    if before is not None:  # only in a file that was altered: no session gives a number twice
        take_out(state, [before], Settlement.LOST, 0)
    state.observe("to_client", made, fact.time)
    entry = _entry(state, fact.number)
    if entry is not None:
        entry.forget_frame()


def _entry(state: State, number: int) -> Unsettled | None:
    ledger = state.ledger
    return ledger.all.get(number) or (ledger.held.get(number) if ledger.held else None)


def begin(
    fact: Fact, recognise: Callable[[Frame], Dialect], predecessor: int | None, server: str | None
) -> State:
    """The state of a connection before `fact`, the first that is known of it.

    One that begins in the middle is taken for connected, with nothing subscribed to; `server` says to whom.
    """
    state = State(fact.connection, recognise)
    state.predecessor = predecessor
    state.first = state.frames = max(fact.number - 1, 0)
    opening = frame(fact) if fact.kind == _FRAME and fact.direction else None
    if opening is None or opening.command not in ("CONNECT", "STOMP"):
        state.phase = Phase.CONNECTED if fact.protocol & 3 else Phase.CONNECTING
        state.version = VERSIONS[fact.protocol & 3]
        if state.version is not None:
            headers = [("version", state.version), *([("server", server)] if server else [])]
            state.dialect = recognise(Frame("CONNECTED", headers))
            state.server = server
    settle_down(state)
    return state


def settle_down(state: State) -> None:
    """Forget what only its user meant to send: no record tells it, and nothing is sent from a recording."""
    state.automatic, state.choice, state.joined_at_end = False, None, None
    for transaction in state.transactions.values():
        transaction.automatic = True
        state.transactions.take(transaction)
