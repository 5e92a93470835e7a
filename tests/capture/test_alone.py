"""Messages that are settled one by one, in less time than many at once, and to the same records and rows."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.capture import recordings, writer
from stomptui.capture.batch import Part, rows
from stomptui.capture.record import About
from stomptui.capture.store import Capture
from stomptui.capture.stored import facts, settles, split
from stomptui.stomp import events as ev
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Settlement
from tests.capture import made

NEAR = 6
"""Records that memory keeps, so that some are settled that only the file has."""
DUMP = (
    "SELECT id, connection, number, kind, direction, time, wall, protocol, command, destination, "
    "subscription, size, settlement, deliveries, earlier, outcome, words, beats, about_first, about_last, "
    "about_frames, head, body FROM frame LEFT JOIN octets USING (id) ORDER BY id",
    "SELECT * FROM settling ORDER BY frame, wall, settlement, number",
)


def slowly(capture: Capture, events: list[ev.Event]) -> None:
    """Take in events by the rule of each, as if none of them were usual."""
    fold = capture._fold
    fold.begin()
    for event in events:
        fold.apply(event)
    capture.tiers.publish()


class Script:
    """Makes events as a session would: `cut` says after which of them a batch ends."""

    def __init__(self, version: str) -> None:
        self.events: list[ev.Event] = [made.connected(1, version)]
        self.number = 1
        self.open: list[int] = []
        self.version = version

    def next(self) -> int:
        self.number += 1
        return self.number

    def come(self, again: bool) -> None:
        number = self.next()
        deliveries, earlier = (2, 2) if again else (1, None)
        self.events.append(made.message(number, deliveries=deliveries, earlier=earlier, version=self.version))
        self.open.append(number)

    def settle(self, at: int, count: int, command: str, *, receipt: bool, long: bool) -> None:
        covered, number = self.open[at : at + count], self.next()
        if not covered:
            return
        del self.open[at : at + count]
        headers = (("x", "y"),) if long else ()
        frame = frames.settle(
            command, [("id", f"a-{covered[-1]}")], receipt=f"r-{number}" if receipt else None, headers=headers
        )
        self.events.append(made.sent(number, frame))
        became = Settlement.ACKED if command == "ACK" else Settlement.NACKED
        self.events.append(ev.Settled(1, number / 1000, tuple(covered), became))
        if receipt:
            self.events.append(ev.Confirmed(1, number / 1000 + 0.1, number, command, 0.1))
        elif len(covered) % 2:  # refused, once it is settled
            error = self.next()
            self.events += [
                made.error(error, number),
                ev.Rejected(1, 1.0, number, command, error, True),
                ev.Settled(1, error / 1000, (covered[0],), Settlement.LOST),
            ] * long


STEP = st.one_of(
    st.tuples(st.just("come"), st.booleans()),
    st.tuples(
        st.just("settle"),
        st.integers(0, 4),
        st.sampled_from([1, 1, 1, 3]),
        st.sampled_from(["ACK", "NACK"]),
        st.booleans(),
        st.booleans(),
    ),
)


def script(steps: list[tuple[object, ...]], version: str) -> list[ev.Event]:
    told = Script(version)
    for name, *arguments in steps:
        if name == "come":
            told.come(bool(arguments[0]))
        else:
            at, count, command, receipt, long = arguments
            assert isinstance(at, int) and isinstance(count, int)
            told.settle(at, count, str(command), receipt=bool(receipt), long=bool(long))
    return told.events


@settings(max_examples=40, deadline=None)
@given(
    st.lists(STEP, min_size=5, max_size=60),
    st.sampled_from(["1.1", "1.2"]),
    st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1),
)
def test_one_by_one_is_what_the_rules_say(
    steps: list[tuple[object, ...]], version: str, cuts: list[tuple[int, bool]]
) -> None:
    events = script([*[("come", False)] * 8, *steps], version)
    dumps, records = [], []
    # Few in a row, so that there are runs of them.
    with tempfile.TemporaryDirectory() as folder, patch.object(writer, "RUN", 2):
        for take in (Capture.extend, slowly):
            path = Path(folder) / f"{take.__name__}.stomptui"
            capture = Capture(limit_records=NEAR, recording=recordings.record(path), offset=lambda: 1000.0)
            left, at = events[:], 0
            while left:
                size, settle_down = cuts[at % len(cuts)]
                take(capture, left[:size])
                del left[:size]
                at += 1
                if settle_down:
                    assert capture.archive is not None and capture.archive.settle_down(10)
            records.append([capture.record(id_) for id_ in capture.rows()])
            assert capture.archive is not None and capture.archive.settle_down(10)
            assert [capture.record(id_) for id_ in capture.rows()] == records[-1]
            capture.close(10)
            with closing(sqlite3.connect(path)) as db:
                dumps.append([db.execute(query).fetchall() for query in DUMP])
    assert records[0] == records[1]
    assert dumps[0] == dumps[1]


def test_memory_alone_says_the_same() -> None:
    told = script([("come", False)] * 3 + [("settle", 0, 1, "ACK", False, False)] * 2, "1.2")
    quick, slow = (Capture(limit_records=4, offset=lambda: 1000.0) for _ in range(2))
    quick.extend(told)
    slowly(slow, told)
    assert [quick.record(id_) for id_ in quick.rows()] == [slow.record(id_) for id_ in slow.rows()]
    record = quick.record(quick.last_id)
    assert record is not None and record.about == About(3, 3, 1)


PIECES = [
    b"ACK",
    b"NACK",
    b"\n",
    b"\r",
    b"id:",
    b"destination:x",
    b"subscription:",
    b"a",
    b"\\c",
    b"\0",
    b":",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
def test_a_head_that_is_all_is_told_from_others(middle: bytes) -> None:
    for raw in (middle + b"\n\n\0", b"ACK\nid:" + middle + b"\n\n\0", b"NACK\nid:" + middle + b"\0"):
        if command := settles(raw):
            assert split(raw) == (raw[:-1], b"") and facts(raw[:-1], 3) == (command, None, None)


@pytest.mark.parametrize("command", ["ACK", "NACK"])
def test_what_settles_by_id_alone_is_found(command: str) -> None:
    assert settles(f"{command}\nid:T_1@@2\n\n\0".encode()) == command
    assert settles(f"{command}\nid:T_1@@2\nreceipt:r\n\n\0".encode()) == ""


def test_the_rows_of_acks_go_together() -> None:
    capture = Capture()
    capture.extend(script([("come", False)] * 2 + [("settle", 0, 1, "ACK", False, False)] * 2, "1.2"))
    (segment,) = capture._columns._segments
    (found,) = rows(Part(segment, 3, 5), 0)
    assert len(found.settling) == 18 and not found.plain and not found.others


def test_a_run_ends_where_another_message_or_another_end_comes(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    capture = Capture(recording=recordings.record(path))
    came = script([("come", False)] * 40, "1.2")
    one = [("settle", 0, 1, "ACK", False, False)]
    told = script(
        [("come", False)] * 40
        + one * 10  # 2 to 11
        + [("settle", 0, 1, "NACK", False, False)] * 9  # 12 to 20
        + [("settle", 1, 1, "NACK", False, False)] * 9  # not 21, but 22 to 30
        + [("settle", 2, 1, "NACK", False, False)],  # not 21 and 31, but 32
        "1.2",
    )
    capture.extend(came)
    assert capture.archive is not None and capture.archive.settle_down(10)
    capture.extend(told[len(came) :])
    capture.close(10)
    expected = {**dict.fromkeys(range(2, 12), 3), **dict.fromkeys((*range(12, 21), *range(22, 31), 32), 4)}
    with closing(sqlite3.connect(path)) as db:
        found = dict(db.execute("SELECT id, settlement FROM frame WHERE command = 'MESSAGE'"))
    assert found == {id_: expected.get(id_, 2) for id_ in range(2, 42)}
