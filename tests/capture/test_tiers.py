"""A capture over a file says what one that holds all in memory says, at any moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stomptui.capture import checkpoint, recordings
from stomptui.capture.record import Origin
from stomptui.capture.retention import Limits
from stomptui.capture.store import Capture
from stomptui.stomp.dialect import SPECIFICATION
from stomptui.stomp.events import Closed, Event, HeartBeatReceived, Settlement
from stomptui.stomp.frame import Frame
from stomptui.stomp.state import State
from tests.capture import made


def over_a_file(path: Path, memory: int = 5, limits: Limits | None = None) -> Capture:
    recording = recordings.record(path, limits or Limits())
    return Capture(limit_records=memory, recording=recording, offset=lambda: 1.8e9)


def written(capture: Capture) -> None:
    """Let the writer write all there is, and memory forget what it may."""
    assert capture.archive is not None
    assert capture.archive.settle_down(30)
    capture.catch_up()


def closed(capture: Capture) -> None:
    assert capture.archive is not None
    assert capture.archive.end(30)
    capture.archive.recording.close(keep=True)


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "a.stomptui"


STEPS = st.lists(
    st.sampled_from(["message", "auto", "ack", "nack", "sent", "staged", "aborted", "write", "beat"]),
    max_size=40,
)


class Story:
    """Events that belong together, made one after the other."""

    def __init__(self) -> None:
        self.number = 0
        self.open: list[int] = []

    def events(self, step: str) -> list[Event]:
        self.number += 1
        number = self.number
        if step == "message":
            self.open.append(number)
            return [made.message(number)]
        if step == "auto":
            return [made.message(number, b"Gr\xc3\xbc\xc3\x9fe \0 4711", settlement=Settlement.AUTO)]
        if step in ("ack", "nack") and self.open:
            one = self.open.pop(0)
            became = Settlement.ACKED if step == "ack" else Settlement.NACKED
            return [made.ack(number, one), made.settled((one,), became)]
        if step == "staged" and self.open:
            one = self.open[-1]
            return [made.ack(number, one, transaction="tx-1"), made.settled((one,), Settlement.STAGED)]
        if step == "aborted" and self.open:
            return [made.settled((self.open[-1],), Settlement.UNSETTLED)]
        if step == "beat":
            self.number -= 1
            return [HeartBeatReceived(1, number / 1000, 2)]
        return [made.sent(number, Frame("SEND", (("destination", "/queue/x"),), b"4711"))]


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
@example(steps=["message", "write", "aborted", "write", *["message"] * 4, "ack"])
def test_it_says_what_memory_says(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    file = over_a_file(tmp_path_factory.mktemp("tiers") / "a.stomptui")
    memory = Capture(offset=lambda: 1.8e9)
    story = Story()
    for step in steps:
        if step == "write":
            written(file)
        else:
            events = story.events(step)
            file.extend(events)
            memory.extend(events)
    for _ in range(2):
        same(file, memory)
        written(file)
    closed(file)


def same(file: Capture, memory: Capture) -> None:
    ids = range(memory.last_id + 2)
    assert file.page(ids) == memory.page(ids)
    assert [file.raw(id_) for id_ in ids] == [memory.raw(id_) for id_ in ids]
    assert [file.settlement(id_) for id_ in ids] == [memory.settlement(id_) for id_ in ids]
    assert [file.outcome(id_) for id_ in ids] == [memory.outcome(id_) for id_ in ids]
    assert list(file.unsettled()) == list(memory.unsettled())
    for back in (False, True):
        near = [file.next_unsettled(id_, backwards=back) for id_ in ids]
        assert near == [memory.next_unsettled(id_, backwards=back) for id_ in ids]
        for text in ("4711", "grÜße", "QUEUE"):
            hits = [one for one in file.search(text, after=3, backwards=back) if one]
            assert hits == [one for one in memory.search(text, after=3, backwards=back) if one]
    for beats in (False, True):
        assert list(file.rows(beats)) == list(memory.rows(beats))
    for number in range(memory.last_number + 2):
        assert file.find_id(1, number) == memory.find_id(1, number)


def test_memory_lets_go_of_what_is_written(path: Path) -> None:
    capture = over_a_file(path, memory=100)
    capture.extend(made.messages(1, 5000))
    written(capture)
    assert len(capture.tiers.columns) == 100
    assert capture.count == 5000 and capture.dropped == 0
    assert [record.number for record in capture.page((1, 2500, 5000)) if record] == [1, 2500, 5000]
    closed(capture)


def test_a_message_is_settled_after_it_was_written(path: Path) -> None:
    capture = over_a_file(path)
    capture.extend(made.messages(1, 50, Settlement.UNSETTLED))
    written(capture)
    capture.extend([made.ack(51, 2), made.settled((2,), Settlement.ACKED)])
    assert capture.settlement(2) is Settlement.ACKED  # at once, before it is in the file
    assert capture.next_unsettled(1) == 3
    written(capture)
    assert capture.settlement(2) is Settlement.ACKED
    closed(capture)
    db = recordings.opened(path).look
    assert db.execute(
        "SELECT settlement, settled FROM frame JOIN frames USING (id) WHERE id = 2"
    ).fetchone() == (3, "acked")
    assert db.execute("SELECT frame, settlement, number FROM settling").fetchall() == [(2, 3, 51)]
    db.close()


def test_the_oldest_go_and_unsettled_ones_stay_until_they_are_settled(path: Path) -> None:
    capture = over_a_file(path, limits=Limits(records=20))
    capture.extend([made.message(1), *made.messages(2, 100)])
    written(capture)
    assert capture.window_id == 81 and list(capture.kept_ids) == [1]
    assert capture.dropped == 79 and capture.count == 21
    assert capture.next_unsettled(0) == 1 and list(capture.rows())[:2] == [1, 81]
    assert capture.record(2) is None and capture.find_id(1, 1) == 1
    capture.extend([made.ack(101, 1), made.settled((1,), Settlement.ACKED)])
    written(capture)
    assert list(capture.kept_ids) == [] and capture.record(1) is None
    closed(capture)


def test_what_is_left_begins_behind_a_checkpoint(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "EVERY", 100)
    capture = over_a_file(path, limits=Limits(records=1000))
    capture.states = lambda: [State()]
    for first in range(1, 1500, 10):
        capture.extend(made.messages(first, first + 9))
    written(capture)
    db = recordings.opened(path).look
    (window,) = db.execute("SELECT value FROM fact WHERE name = 'window'").fetchone()
    oldest, *_ = (id_ for (id_,) in db.execute("SELECT id FROM checkpoint ORDER BY id"))
    assert capture.window_id == window == oldest + 1
    assert 1000 * 0.98 <= capture.count <= 1100
    db.close()
    closed(capture)


def test_a_second_run_goes_on_where_the_first_ended(path: Path) -> None:
    first = over_a_file(path)
    first.extend([made.sent(1, Frame("CONNECT")), made.message(2), made.message(3)])
    closed(first)
    second = over_a_file(path)
    assert second.count == 0 and second.last_id == 3
    second.extend([made.sent(1, Frame("CONNECT")), made.message(2)])
    written(second)
    assert second.find_id(1, 2) == 5 and list(second.rows()) == [4, 5]
    assert list(second.unsettled()) == [5]  # what the first run left can be settled no more
    closed(second)
    db = recordings.opened(path).look
    assert db.execute("SELECT id, connection, number, settled FROM frames").fetchall() == [
        (1, 1, 1, None),
        (2, 1, 2, "lost"),
        (3, 1, 3, "lost"),
        (4, 2, 1, None),
        (5, 2, 2, "unsettled"),
    ]
    db.close()


def test_a_connection_says_where_it_went_and_what_it_met(path: Path) -> None:
    capture = over_a_file(path)
    capture.origin = lambda connection: Origin("stomp://mq1:61613/", None if connection == 1 else 1)
    for connection in (1, 2):
        connect = made.sent(1, Frame("CONNECT"), connection=connection)
        met = made.connected(2, "1.1", connection=connection, server="RabbitMQ/3.10.8")
        capture.extend([connect, met, Closed(connection, 1.0, "lost", False)])
    closed(capture)
    db = recordings.opened(path).look
    query = "SELECT connection, endpoint, role, predecessor, version, server, dialect, reason FROM connection"
    same = ("1.1", "RabbitMQ/3.10.8", SPECIFICATION.name, "lost")
    assert db.execute(query).fetchall() == [
        (1, "stomp://mq1:61613/", "client", None, *same),
        (2, "stomp://mq1:61613/", "client", 1, *same),
    ]
    assert db.execute("SELECT count(*) FROM connection WHERE opened < closed").fetchone() == (2,)
    db.close()


def test_login_and_passcode_never_reach_the_file(path: Path) -> None:
    capture = over_a_file(path)
    secrets = (("login", "ops-7731"), ("passcode", "s3cret-9"), ("Authorization", "Bearer t0ken-5"))
    capture.extend([made.sent(1, Frame("CONNECT", secrets))])
    closed(capture)
    octets = path.read_bytes()
    assert b"passcode:***" in octets
    for _, value in secrets:
        assert value.encode() not in octets


def test_a_body_of_many_pages_comes_back(path: Path) -> None:
    capture = over_a_file(path)
    body = bytes(range(256)) * 20_000
    capture.extend([made.message(1, body), *made.messages(2, 30)])
    written(capture)
    record = capture.record(1)
    assert record is not None and record.frame is not None and record.frame.body == body
    closed(capture)


def test_thousands_are_settled_at_once_after_they_were_written(path: Path) -> None:
    capture = over_a_file(path, memory=100)
    capture.extend(made.messages(1, 2500, Settlement.UNSETTLED))
    written(capture)
    numbers = tuple(range(1, 2500))
    capture.extend([made.settled(numbers, Settlement.ACKED), made.settled((7, 7), Settlement.ACKED)])
    assert list(capture.unsettled()) == [2500]
    written(capture)
    assert list(capture.unsettled()) == [2500]
    closed(capture)
    db = recordings.opened(path).look
    assert db.execute("SELECT count(*) FROM frame WHERE settlement = 3").fetchone() == (2499,)
    assert db.execute("SELECT count(*) FROM settling").fetchone() == (2499,)
    db.close()


def test_what_is_settled_later_keeps_all_else_that_was_said_of_it(path: Path) -> None:
    capture = over_a_file(path)
    capture.extend([made.message(1, deliveries=3, earlier=7), *made.messages(2, 40)])
    written(capture)
    capture.extend([made.settled((1,), Settlement.ACKED)])
    capture.tiers.set_outcome(1, "told")
    capture.extend([made.settled((1,), Settlement.LOST)])
    for _ in range(2):
        record = capture.record(1)
        assert record is not None
        assert (record.deliveries, record.earlier, record.outcome) == (3, 7, "told")
        assert record.settlement is Settlement.LOST is capture.settlement(1)
        written(capture)
    closed(capture)


def test_records_are_named_wherever_they_lie(path: Path) -> None:
    capture = over_a_file(path)
    capture.extend(made.messages(1, 2500))
    written(capture)
    assert list(capture.named([1, 1300, 2498, 2500, 2501])) == [(1, 1), (1, 1300), (1, 2498), (1, 2500)]
    assert len(list(capture.named(range(1, 2501)))) == 2500
    closed(capture)


def test_notes_are_kept_and_come_back(path: Path) -> None:
    capture = over_a_file(path)
    capture.extend(made.messages(1, 20))
    written(capture)
    capture.note(3, "ask finance \udce9")
    capture.note(4, "no")
    capture.note(4, "")
    record = capture.record(3)
    assert record is not None and record.note == "ask finance \udce9"
    written(capture)
    closed(capture)
    again = Capture(recording=recordings.opened(path))
    assert again.notes == {3: "ask finance \ufffd\ufffd\ufffd"}
    record = again.record(3)
    assert record is not None and record.note.startswith("ask finance")
    again.close(1)
