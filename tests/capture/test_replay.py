"""What of a capture is sent again, when, where to and with which headers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stomptui.capture import files, replay
from stomptui.capture.edits import Edits, Rule
from stomptui.capture.pace import FAST, Pace
from stomptui.capture.replay import Choice, Step
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame
from tests.capture.recorded import Kept, append, capture, message, send

BINARY = bytes(range(256))


def steps(path: Path, choice: Choice, skip: frozenset[int] = frozenset()) -> tuple[list[Step], Counter[str]]:
    left_out: Counter[str] = Counter()
    db = files.look(path)
    found = list(replay.steps(db, choice, skip=skip, left_out=left_out))
    db.close()
    return found, left_out


def ids(path: Path, choice: Choice, skip: frozenset[int] = frozenset()) -> list[int]:
    return [step.id for step in steps(path, choice, skip)[0]]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    return capture(
        tmp_path / "a.stomptui",
        [
            Frame("CONNECTED", [("version", "1.2")]),
            Kept(send("/queue/a", b"one", ("receipt", "r-1"), ("x", "1"), ("x", "2:\\\n")), 10.0),
            Kept(message("/queue/a", BINARY, ("y", "z")), 10.5),
            Kept(send("/queue/b", BINARY), 12.0),
            Kept(Frame("SEND", [("destination", "/queue/c")], b"no length"), 11.0),
            Kept(send("/topic/t"), 20.0),
        ],
    )


def test_sends_come_as_they_were_less_what_is_made_anew(mixed: Path) -> None:
    found, left_out = steps(mixed, Choice())
    assert [step.id for step in found] == [2, 4, 5, 6] and not left_out
    assert found[0].frame == Frame(
        "SEND",
        [("destination", "/queue/a"), ("x", "1"), ("x", "2:\\\n"), ("content-length", "3")],
        b"one",
    )
    assert found[1].frame.body == BINARY
    assert found[2].frame == Frame("SEND", [("destination", "/queue/c")], b"no length")
    assert found[3].frame == Frame("SEND", [("destination", "/topic/t"), ("content-length", "0")])


def test_messages_become_sends_without_what_the_broker_set(mixed: Path) -> None:
    asked = []

    def not_resent(connection: int) -> frozenset[str]:
        asked.append(connection)
        return frozenset({"subscription", "message-id", "ack", "redelivered"})

    found, _ = steps(mixed, Choice(messages=True, not_resent=not_resent))
    (step,) = found
    assert step.frame == frames.send("/queue/a", BINARY, headers=[("y", "z")])
    assert step.id == 3 and asked == [1]


@pytest.mark.parametrize(
    ("pace", "delays"),
    [
        (Pace(), [0.0, 2.0, 0.0, 9.0]),  # the clock was set back by a second between the second and the third
        (Pace(speed=4.0), [0.0, 0.5, 0.0, 2.25]),
        (Pace(speed=0.5), [0.0, 4.0, 0.0, 18.0]),
        (Pace(None, rate=100.0), [0.0, 0.01, 0.01, 0.01]),
        (FAST, [0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_when(mixed: Path, pace: Pace, delays: list[float]) -> None:
    found, _ = steps(mixed, Choice(pace=pace))
    assert [step.delay for step in found] == pytest.approx(delays)
    db = files.look(mixed)
    assert replay.survey(db, Choice(pace=pace)).seconds == pytest.approx(sum(delays))
    db.close()


@given(st.lists(st.floats(0, 1e10), min_size=1), st.floats(0.01, 100))
def test_no_delay_is_negative_and_a_growing_clock_keeps_its_span(walls: list[float], speed: float) -> None:
    pace = Pace(speed)
    pairs = list(zip([None, *walls], walls, strict=False))
    assert all(pace.delay(before, wall) >= 0 for before, wall in pairs)
    walls.sort()
    total = sum(pace.delay(before, wall) for before, wall in zip([None, *walls], walls, strict=False))
    assert total == pytest.approx((walls[-1] - walls[0]) / speed, rel=1e-6, abs=1e-3)


def test_the_range_and_what_is_done_and_delays_count_from_the_first_that_is_sent(mixed: Path) -> None:
    assert ids(mixed, Choice(first=4)) == [4, 5, 6]
    assert ids(mixed, Choice(last=4)) == [2, 4]
    assert ids(mixed, Choice(matching=lambda first, last: [3, 4, 9])) == [4]
    found, _ = steps(mixed, Choice(), frozenset({2, 5}))
    assert [(step.id, step.delay) for step in found] == [(4, 0.0), (6, 8.0)]


def test_more_records_than_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "PAGE", 7)
    path = capture(tmp_path / "a.stomptui", [send("/queue/a", b"%d" % n) for n in range(28)])
    assert ids(path, Choice()) == list(range(1, 29))
    asked = []

    def even(first: int, last: int) -> list[int]:
        asked.append((first, last))
        return [id_ for id_ in range(first, last + 1) if id_ % 2 == 0]

    assert ids(path, Choice(matching=even)) == list(range(2, 29, 2))
    assert asked == [(1, 7), (8, 14), (15, 21), (22, 28)]


def test_what_is_recorded_while_it_is_replayed_is_not_replayed(mixed: Path) -> None:
    db = files.go_on(mixed)
    going = replay.steps(db, Choice(last=replay.newest(db)))
    assert next(going).id == 2
    append(db, [send("/queue/a")], 7)
    assert [step.id for step in going] == [4, 5, 6]
    db.close()


def transacted(name: str, body: bytes, settlement: Settlement = Settlement.NONE, connection: int = 1) -> Kept:
    return Kept(send("/queue/a", body, ("transaction", name)), None, settlement, connection)


def test_only_committed_transactions_are_replayed_and_the_others_counted(tmp_path: Path) -> None:
    path = capture(
        tmp_path / "a.stomptui",
        [
            frames.begin("t"),
            transacted("t", b"aborted", Settlement.LOST),
            send("/queue/a", b"alone"),
            frames.abort("t"),
            frames.begin("t"),
            transacted("t", b"committed"),
            transacted("t", b"of another connection", connection=2),
            frames.commit("t"),
            frames.begin("r"),
            transacted("r", b"refused", Settlement.LOST),
            frames.commit("r"),
            frames.begin("w"),
            transacted("w", b"commit never confirmed", Settlement.STAGED),
            frames.commit("w"),
            frames.begin("o"),
            transacted("o", b"still open", Settlement.STAGED),
            transacted("never begun", b"?"),
        ],
    )
    found, left_out = steps(path, Choice())
    assert [step.frame.body for step in found] == [b"alone", b"committed"]
    assert all(step.frame.first("transaction") is None for step in found)
    assert left_out == {
        "in transactions aborted or lost": 2,
        "in transactions of which no end was recorded": 4,
    }
    assert ids(path, Choice(last=6)) == [3, 6]  # the COMMIT counts though it is beyond


def test_a_message_that_came_again_is_sent_once(tmp_path: Path) -> None:
    path = capture(
        tmp_path / "a.stomptui",
        [
            message("/queue/a", b"one"),
            message("/queue/a", b"two"),
            Kept(message("/queue/a", b"one"), earlier=1),
            Kept(message("/queue/a", b"one"), earlier=3),
        ],
    )
    found, left_out = steps(path, Choice(messages=True))
    assert [step.id for step in found] == [1, 2] and left_out == {replay.REDELIVERED: 2}
    assert ids(path, Choice(messages=True, first=2)) == [2, 3]  # of what came before, nothing is sent
    assert ids(path, Choice(messages=True), frozenset({1})) == [2]


def test_a_send_without_destination_is_left_out(tmp_path: Path) -> None:
    path = capture(tmp_path / "a.stomptui", [Frame("SEND", [("x", "1")]), send("/queue/a")])
    found, left_out = steps(path, Choice())
    assert [step.id for step in found] == [2] and left_out == {replay.NOWHERE: 1}


def test_a_survey_counts_by_where_it_goes(mixed: Path) -> None:
    db = files.look(mixed)
    edits = Edits((Rule("/queue/*", "/queue/test.*"),))
    found = replay.survey(db, Choice(edits=edits), skip={6})
    db.close()
    assert (found.total, found.octets) == (3, 3 + 256 + 9)
    assert found.destinations == {"/queue/test.a": 1, "/queue/test.b": 1, "/queue/test.c": 1}


@pytest.mark.parametrize(
    ("rules", "destination", "target"),
    [
        ([("/queue/a", "/queue/b")], "/queue/a", "/queue/b"),
        ([("/queue/a", "/queue/b")], "/queue/ab", "/queue/ab"),
        ([("/queue/*", "/queue/all")], "/queue/a", "/queue/all"),
        ([("/queue/*", "/amq/queue/*")], "/queue/a.b", "/amq/queue/a.b"),
        ([("*", "/queue/x*")], "", "/queue/x"),
        ([("/queue/a", "/q/1"), ("/queue/*", "/q/2")], "/queue/a", "/q/1"),
        ([("/queue/*", "/q/2"), ("/queue/a", "/q/1")], "/queue/a", "/q/2"),
        ([("/queue/a", "/queue/b"), ("/queue/b", "/queue/c")], "/queue/a", "/queue/b"),
    ],
)
def test_where_to(rules: list[tuple[str, str]], destination: str, target: str) -> None:
    assert Edits(tuple(Rule(*rule) for rule in rules)).destination(destination) == target


def test_headers_are_replaced_in_their_place_added_at_the_end_and_removed() -> None:
    headers = (("a", "1"), ("b", "2"), ("a", "3"), ("c", "4"))
    edits = Edits((), (("a", "x"), ("n", "5"), ("a", "y")), frozenset({"c"}))
    assert edits.headers(headers) == (("a", "x"), ("a", "y"), ("b", "2"), ("n", "5"))
    assert Edits().headers(headers) == headers
    assert Edits((), (("c", "own"),), frozenset({"c"})).headers((("c", "4"),)) == (("c", "own"),)
