"""What is kept, how it is found again, and what falls off."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.capture.recent import OCTETS as RECENT_OCTETS
from stomptui.capture.record import Kind
from stomptui.capture.segment import ALONE
from stomptui.capture.store import Capture
from stomptui.stomp import events as ev
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import Malformed
from stomptui.stomp.dialect import Dialect
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame
from tests.capture import made


def test_a_message_comes_back_as_it_was() -> None:
    event = made.message(
        7, b"one\0two", headers=(("x-a", "b:c\nd"), ("x-a", "again")), deliveries=2, earlier=4
    )
    capture = Capture(offset=lambda: 1000.0)
    capture.extend([made.connected(6), event])
    record = capture.record(2)
    assert record is not None
    assert record.frame == event.frame
    assert record.raw == event.frame.raw
    assert (record.id, record.connection, record.number, record.to_broker) == (2, 1, 7, False)
    assert (record.time, record.wall) == (0.007, 1000.007)
    assert (record.settlement, record.deliveries, record.earlier) == (Settlement.UNSETTLED, 2, 4)
    assert record.kind is Kind.FRAME


def test_headers_are_read_by_the_version_in_force() -> None:
    capture = Capture()
    frame = made.received(Frame("MESSAGE", (("k", "a:b"),)))
    old = ev.MessageReceived(
        1, 3, 0.0, made.received(Frame("MESSAGE", (("k", r"a\cb"),)), "1.0"), Settlement.AUTO
    )
    new = ev.MessageReceived(2, 3, 0.0, frame, Settlement.AUTO)
    capture.extend([made.connected(2, "1.0"), old, made.connected(2, "1.2", connection=2), new])
    values = [record.frame.first("k") for record in capture.page([2, 4]) if record and record.frame]
    assert values == [r"a\cb", "a:b"]


def test_a_dialect_that_escapes_in_1_0_is_asked_for() -> None:
    capture = Capture(recognise=lambda frame: Dialect(escapes_1_0=frame.first("server") == "rabbit"))
    frame = made.received(Frame("MESSAGE", (("k", r"a\cb"),)), "1.0")
    capture.extend([made.connected(2, "1.0", server="rabbit"), ev.FrameReceived(1, 3, 0.0, frame)])
    record = capture.record(2)
    assert record is not None and record.frame is not None
    assert record.frame.first("k") == "a:b"


def test_every_kind_of_event_is_kept_and_says_what_it_is() -> None:
    capture = Capture()
    bad = Malformed(b"MES\0", 0, "a NUL in the command line", "STOMP 1.2")
    capture.extend(
        [
            made.sent(1, frames.connect("/")),
            ev.MalformedReceived(1, 2, 0.1, bad),
            ev.HeartBeatReceived(1, 0.2, 3),
            ev.HeartBeatSent(1, 0.3),
            ev.HeartBeatMissed(1, 0.4, 25.0),
            ev.Closed(1, 0.5, "connection reset", False),
        ]
    )
    records = [record for record in capture.page(range(1, 7)) if record is not None]
    assert [record.kind for record in records] == [
        Kind.FRAME,
        Kind.MALFORMED,
        Kind.HEART_BEAT,
        Kind.HEART_BEAT,
        Kind.MISSED,
        Kind.CLOSED,
    ]
    assert [record.to_broker for record in records] == [True, False, False, True, False, False]
    assert [record.number for record in records] == [1, 2, 0, 0, 0, 0]
    assert records[1].raw == b"MES\0" and records[1].words == "a NUL in the command line"
    assert records[2].beats == 3
    assert "25" in records[4].words and records[5].words == "connection reset"


@given(
    st.lists(st.sampled_from(["message", "beat", "other"]), max_size=60), st.integers(1, 20), st.booleans()
)
@settings(max_examples=100, deadline=None)
def test_rows_are_what_is_kept_in_order(kinds: list[str], limit: int, beats: bool) -> None:
    capture, numbers = Capture(limit_records=limit), {1: 0, 2: 0}
    expected: list[tuple[int, str, Settlement]] = []
    for position, kind in enumerate(kinds, 1):
        connection = 1 if kind == "message" else 2
        settlement = Settlement.UNSETTLED if position % 3 == 0 else Settlement.AUTO
        if kind == "beat":
            capture.extend([ev.HeartBeatReceived(1, 0.0, 1)])
        else:
            numbers[connection] += 1
            capture.extend([made.message(numbers[connection], connection=connection, settlement=settlement)])
        expected.append((position, kind, settlement))
    old, new = expected[: max(0, len(expected) - limit)], expected[-limit:]
    kept = [one for one in old if one[1] != "beat" and one[2] is Settlement.UNSETTLED]
    shown = [id_ for id_, kind, _ in kept + new if beats or kind != "beat"]
    rows = capture.rows(beats)
    assert list(rows) == shown
    assert [rows.index(id_) for id_ in shown] == list(range(len(shown)))
    assert [rows.after(id_) for id_ in shown] == list(range(len(shown) - 1, -1, -1))
    assert capture.count == len(kept) + len(new)
    assert capture.dropped == len(old) - len(kept)
    for id_, kind, settlement in kept + new:
        record = capture.record(id_)
        assert record is not None and record.id == id_
        if kind != "beat":
            assert capture.find_id(record.connection, record.number) == id_
            assert record.settlement is settlement
    for id_, _, _ in old:
        if id_ not in shown and id_ not in [one[0] for one in kept]:
            assert capture.record(id_) is None


def test_the_cap_in_octets_drops_the_oldest() -> None:
    capture = Capture(limit_octets=1000)
    one = len(made.message(10).frame.raw)
    capture.extend(made.messages(10, 59))
    assert capture.octets <= 1000 < capture.octets + one
    assert capture.last_id == 50 and capture.first_id == 51 - capture.count
    assert capture.dropped == 50 - capture.count


def test_a_frame_larger_than_the_cap_is_kept_until_the_next_one() -> None:
    capture = Capture(limit_octets=1000)
    large = made.message(1, b"x" * (ALONE + 5), settlement=Settlement.AUTO)
    capture.extend([large])
    record = capture.record(1)
    assert record is not None and record.raw == large.frame.raw
    capture.extend(made.messages(2, 2))
    assert capture.record(1) is None and capture.record(2) is not None


def test_an_unsettled_message_outlives_the_cap_until_it_is_settled() -> None:
    capture = Capture(limit_records=10)
    capture.extend([made.message(1), *made.messages(2, 100)])
    assert capture.first_id == 1 and capture.find_id(1, 1) == 1
    capture.extend([made.settled((1,), Settlement.STAGED), *made.messages(101, 120)])
    assert capture.settlement(1) is Settlement.STAGED
    capture.extend([made.settled((1,), Settlement.ACKED)])
    record = capture.record(1)
    assert record is not None and record.settlement is Settlement.ACKED
    capture.extend(made.messages(121, 121))
    assert capture.record(1) is None and capture.find_id(1, 1) is None
    assert capture.first_id == 112 and capture.count == 10 and capture.dropped == 111


def test_ids_are_never_used_again() -> None:
    capture = Capture(limit_records=3)
    for number in range(1, 30):
        capture.extend(made.messages(number, number))
    assert list(capture.rows()) == [27, 28, 29]


def test_next_unsettled_goes_round_the_end_both_ways() -> None:
    capture = Capture(limit_records=50)
    unsettled = {3, 5, 60, 61}
    capture.extend(
        made.message(number, settlement=Settlement.UNSETTLED if number in unsettled else Settlement.AUTO)
        for number in range(1, 101)
    )
    assert list(capture.unsettled()) == [3, 5, 60, 61]
    walk = [capture.next_unsettled(id_) for id_ in (0, 3, 5, 60, 61)]
    assert walk == [3, 5, 60, 61, 3]
    assert [capture.next_unsettled(id_, backwards=True) for id_ in (61, 60, 5, 3)] == [60, 5, 3, 61]
    assert capture.next_unsettled(61, wrap=False) is None
    capture.extend([made.settled((3, 5, 60, 61), Settlement.ACKED)])
    assert capture.next_unsettled(0) is None


def test_the_wall_clock_follows_when_it_is_set() -> None:
    offsets = iter([100.0, 100.0, 100.0005, 500.0])
    capture = Capture(offset=lambda: next(offsets))
    for number in (1, 2, 3):
        capture.extend([made.message(number, time=1.0)])
    assert [record.wall for record in capture.page([1, 2, 3]) if record] == [101.0, 101.0, 501.0]


@pytest.mark.parametrize("count", [1, 4095, 4096, 4097, 9000])
def test_segments_hold_without_a_seam(count: int) -> None:
    capture = Capture()
    event = made.message(1)
    capture.extend(event._replace(number=number) for number in range(1, count + 1))
    assert len(capture.rows()) == count
    record = capture.record(count)
    assert record is not None and record.number == count and record.frame == event.frame
    assert capture.record(count + 1) is None and capture.record(0) is None


@pytest.mark.parametrize(("size", "kept"), [(100, True), (RECENT_OCTETS // 8, False)])
def test_few_large_frames_are_kept_decoded(size: int, kept: bool) -> None:
    capture = Capture()
    capture.extend([made.message(number, b"x" * size) for number in range(1, 11)])
    first, *_ = capture.page(range(1, 11))
    again = capture.record(1)
    assert first is not None and again is not None
    assert first == again
    assert (first.frame is again.frame) is kept
