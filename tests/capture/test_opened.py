"""A recording that is only looked at, also while another program writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stomptui.capture import recordings
from stomptui.capture.holding import holding
from stomptui.capture.retention import Limits
from stomptui.capture.store import Capture
from stomptui.stomp import events as ev
from stomptui.stomp.events import Event, Settlement
from tests.capture import made


def writing(path: Path, limits: Limits | None = None) -> Capture:
    return Capture(limit_records=5, recording=recordings.record(path, limits or Limits()))


def written(capture: Capture, *events: Event) -> None:
    """Have `events` in the file, and its limits met."""
    capture.extend(events)
    assert capture.archive is not None
    assert capture.archive.settle_down(30)
    capture.catch_up()


def looking(path: Path) -> Capture:
    return Capture(recording=recordings.opened(path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.stomptui"


@pytest.fixture
def writer(path: Path) -> Iterator[Capture]:
    capture = writing(path)
    yield capture
    capture.close(30)


def test_an_opened_recording_has_what_was_written(writer: Capture, path: Path) -> None:
    written(
        writer,
        made.connected(1, "1.1"),
        *made.messages(2, 20, Settlement.UNSETTLED),
        ev.HeartBeatReceived(1, 0.5, 3),
        made.ack(21, 4),
        made.settled((4,), Settlement.ACKED),
    )
    seen = looking(path)
    assert (seen.first_id, seen.last_id, seen.window_id, seen.count) == (1, 22, 1, 22)
    assert [seen.record(id_) for id_ in range(1, 23)] == [writer.record(id_) for id_ in range(1, 23)]
    assert list(seen.rows()) == list(writer.rows())
    assert list(seen.rows(beats=True)) == list(range(1, 23))
    assert seen.last_number == 21
    assert seen.find_id(1, 21) == 22
    assert seen.next_unsettled(3) == 5
    assert seen.next_unsettled(0, backwards=True) == 20
    assert list(seen.unsettled()) == [2, 3, *range(5, 21)]
    assert next(found for found in seen.search("message-id:m-7") if found) == 7
    assert list(holding(seen, "message-id:m-7", (6, 7), [])) == [7]


def test_frames_are_decoded_in_the_version_that_they_came_in(writer: Capture, path: Path) -> None:
    odd = made.message(2, headers=(("x", "a\rb"),), version="1.2")
    written(writer, made.connected(1), odd)
    record = looking(path).record(2)
    assert record is not None and record.frame is not None
    assert record.frame.first("x") == "a\rb"


def test_only_what_is_kept_since_it_is_unsettled_lies_before_the_window(path: Path) -> None:
    writer = writing(path, Limits(records=10))
    written(writer, made.message(1), *made.messages(2, 40))
    seen = looking(path)
    assert seen.window_id == writer.window_id > 2
    assert list(seen.kept_ids) == [1]
    assert seen.dropped == seen.window_id - 2
    assert list(seen.rows()) == [1, *range(seen.window_id, 41)]
    assert seen.next_unsettled(0) == 1
    assert seen.find_id(1, 1) == 1
    assert seen.record(2) is None
    writer.close(30)


def test_what_another_program_writes_comes_at_the_next_look(writer: Capture, path: Path) -> None:
    written(writer, made.message(1))
    seen = looking(path)
    rows = seen.rows()
    assert seen.record(1) is not None and len(rows) == 1
    beat = ev.HeartBeatReceived(1, 0.5, 1)
    written(writer, made.ack(2, 1), made.settled((1,), Settlement.ACKED), beat, made.message(3))
    assert seen.last_id == 1
    before = seen.version
    seen.catch_up()
    assert (seen.last_id, seen.last_number) == (4, 3)
    assert list(rows) == [1, 2, 4]
    assert list(seen.beats.ids) == [3]
    assert seen.settlement(1) is Settlement.ACKED
    assert seen.next_unsettled(0) == 4
    assert seen.version == before
    seen.catch_up()
    assert list(seen.beats.ids) == [3]


def test_what_another_program_drops_is_gone_at_the_next_look(path: Path) -> None:
    writer = writing(path, Limits(records=10))
    written(writer, *made.messages(1, 5), ev.HeartBeatReceived(1, 0.5, 1))
    seen = looking(path)
    rows, before = seen.rows(), seen.version
    written(writer, *made.messages(6, 40))
    seen.catch_up()
    assert seen.version != before
    assert seen.window_id == writer.window_id > 6
    assert list(rows) == list(range(seen.window_id, 42))
    assert seen.dropped == seen.window_id - 1
    writer.close(30)


def test_a_recording_is_read_on_though_its_writer_has_removed_it(path: Path) -> None:
    writer = writing(path)
    written(writer, *made.messages(1, 3))
    seen = looking(path)
    assert writer.archive is not None and writer.archive.end(30)
    writer.archive.recording.close(keep=False)
    assert not path.exists()
    seen.catch_up()
    assert [record is not None for record in seen.page((1, 2, 3, 4))] == [True, True, True, False]


def test_an_empty_recording(writer: Capture, path: Path) -> None:
    seen = looking(path)
    assert (len(seen.rows()), seen.count, seen.last_number) == (0, 0, 0)
    assert seen.next_unsettled(0) is None
    assert list(filter(None, seen.search("x"))) == []
    seen.catch_up()
    written(writer, made.message(1))
    seen.catch_up()
    assert list(seen.rows()) == [1]


def test_nothing_is_written_by_looking(writer: Capture, path: Path) -> None:
    written(writer, made.message(1))
    before = path.read_bytes()
    seen = looking(path)
    seen.catch_up()
    assert seen.close(1.0) == path
    assert path.read_bytes() == before
