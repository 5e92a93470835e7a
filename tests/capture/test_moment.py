"""The state that is folded from a recording is the one that the session had then, at every record."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from stomptui import brokers, connect
from stomptui.brokers.rabbitmq import RABBITMQ
from stomptui.capture import checkpoint, moment, stored
from stomptui.capture.files import CaptureError, create, look
from stomptui.capture.moment import Moments
from stomptui.capture.moment_fold import Fact, fold, where
from stomptui.demo import Broker
from stomptui.net.client import Client
from stomptui.stomp import frame as frames
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.events import Event
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.phase import UNREADABLE
from stomptui.stomp.session import Session
from stomptui.stomp.snapshot import snapshot
from stomptui.stomp.state import State
from tests.capture.made import received
from tests.capture.moment_script import script
from tests.capture.moments import Recognise, Recorded

PATIENCE = 10.0


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    return Recorded(tmp_path / "a.stomptui")


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("mode", [AckMode.CLIENT, AckMode.CLIENT_INDIVIDUAL])
@pytest.mark.parametrize("rabbitmq", [False, True])
async def test_it_is_the_live_state_at_every_record(
    tmp_path: Path, version: str, mode: AckMode, rabbitmq: bool
) -> None:
    if version == "1.0":
        mode = AckMode.CLIENT
    recognise: Recognise = (lambda _: RABBITMQ) if rabbitmq else brokers.recognise
    recorded = Recorded(tmp_path / "a.stomptui", recognise)
    checkpoints = await script(recorded, recognise, version, mode)
    last = max(recorded.live)
    assert last - len(recorded.live) <= 1, "a tick may send a heart-beat and miss one at once"
    assert last > 40
    moments = Moments(recorded.db, recognise)
    for id_ in sorted(recorded.live):  # the cursor goes down, from checkpoint to checkpoint
        recorded.same(id_, moments.at(id_).state)
    for id_ in sorted(recorded.live, reverse=True):
        recorded.same(id_, moments.at(id_).state)
    for id_ in (*checkpoints, last):  # straight there, from a checkpoint
        for at in {id_ - 1, id_, id_ + 3} & recorded.live.keys():
            recorded.same(at, Moments(recorded.db, recognise).at(at).state)
    recorded.db.execute("DELETE FROM checkpoint")
    for id_ in recorded.live:  # from the start
        recorded.same(id_, Moments(recorded.db, recognise).at(id_).state)


async def test_a_client_that_reconnects(recorded: Recorded) -> None:
    holder: list[Client] = []
    changed = asyncio.Event()

    def on_events(events: list[Event]) -> None:
        recorded.keep(events, holder[0].state if holder else None)
        changed.set()

    async def until(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                changed.clear()
                await changed.wait()

    async with Broker() as broker:
        for number in range(30):
            broker.publish("/queue/q", f"{number}")
        async with connect(broker.uri, on_events=on_events, reconnect=True) as client:
            holder.append(client)
            await client.subscribe("/queue/q", ack="client-individual", prefetch=10, deliver=False)
            await until(lambda: len(client.state.ledger) == 10)
            numbers = list(client.state.ledger)
            await client.settle_many("ACK", numbers[:3])
            await client.nack(numbers[3], receipt=True)
            name = await client.begin()
            await client.send("/queue/r", b"in it")
            broker.drop_connections()
            await until(lambda: client.state.connection == 2 and client.state.ledger)
            assert name not in client.state.transactions
            await client.ack(next(iter(client.state.ledger)), join=False, receipt=True)
    connections = set()
    moments = Moments(recorded.db, brokers.recognise)
    for id_ in sorted(recorded.live):
        shown = moments.at(id_)
        connections.add(shown.connection)
        recorded.same(id_, shown.state)
        assert shown.whole
    assert connections == {1, 2}
    assert moments.at(max(recorded.live)).state.predecessor == 1


def filled(path: Path, count: int, *, checkpoints: bool = False, connection: int = 1) -> sqlite3.Connection:
    """A client of one queue: each message is acked ten messages later."""
    recorded = Recorded(path)
    session = Session(connection=connection)
    recorded.keep(session.connect(0.0).events, session.state)
    said = [("version", "1.2"), ("server", "stomptui-demo/1"), ("session", "s")]
    for frame in (Frame("CONNECTED", said),):
        session.receive(received(frame, None).raw)
        recorded.keep(session.next_events(0.0), session.state)
    subscribe = frames.subscribe("/queue/q", "1", ack=AckMode.CLIENT_INDIVIDUAL)
    recorded.keep(session.transmit(subscribe, 0.0).events, session.state)
    recorded.db.execute("BEGIN")
    last, state = 0, session.state
    while state.frames < count:
        now = state.frames / 100
        own = [("subscription", "1"), ("message-id", f"m-{state.frames}"), ("ack", f"a-{state.frames}")]
        session.receive(received(Frame("MESSAGE", own, b"hello")).raw)
        recorded.keep(session.next_events(now), state)
        if len(state.ledger) > 10:
            recorded.keep(session.settle("ACK", next(iter(state.ledger)), now).events, state)
        if checkpoints and checkpoint.due(last, state.frames, [state]):
            last = recorded.checkpoint(state)
    recorded.db.execute("COMMIT")
    return recorded.db


@pytest.mark.parametrize("checkpoints", [False, True])
def test_no_more_is_folded_than_lies_between_two_checkpoints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checkpoints: bool
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY", 500)
    monkeypatch.setattr(moment, "STRETCH", 50)
    db = filled(tmp_path / "a.stomptui", 3_000, checkpoints=checkpoints)
    assert (db.execute("SELECT count(*) FROM checkpoint").fetchone()[0] > 4) == checkpoints
    folded: list[int] = []

    def counting(state: State, fact: Fact, whole: Callable[[int], Frame | None]) -> None:
        folded.append(fact.id)
        fold(state, fact, whole)

    monkeypatch.setattr(moment, "fold", counting)
    moments = Moments(db, brokers.recognise)

    def costs(id_: int) -> int:
        folded.clear()
        assert moments.at(id_).state.frames == id_
        return len(folded)

    assert costs(2_999) <= (600 if checkpoints else 2_999)
    assert costs(3_000) == 1
    assert costs(3_000) == 0
    assert costs(2_990) <= 150
    assert all(costs(id_) <= 150 for id_ in range(2_989, 2_980, -1))
    assert costs(700) <= 700
    assert costs(690) <= 150
    again = Moments(db, brokers.recognise)
    again.at(3_000)
    moments = again
    assert costs(1_700) <= 700, "without checkpoints in the file there are some in memory"
    db.close()


def test_it_is_ready_after_many_steps_that_are_all_given_back(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 3_000)
    moments = Moments(db, brokers.recognise)
    first = moments.at(5)
    before = snapshot(first.state)
    steps = moments.seek(3_000)
    next(steps)
    steps.close()
    assert snapshot(first.state) == before
    assert moments.at(6).state.frames == 6
    count = 0
    steps = moments.seek(2_500)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            ready = done.value
            break
        count += 1
    assert count > 1
    assert (ready.id, ready.state.frames, ready.state.ledger.open) == (2_500, 2_500, 11)
    db.close()


def test_a_checkpoint_that_cannot_be_read_is_told_and_passed_over(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 300)
    right = snapshot(Moments(db, brokers.recognise).at(300).state)
    for id_, text in ((100, "{"), (150, "[" * 100_000), (200, "null"), (290, '{"form":1}')):
        db.execute("INSERT INTO checkpoint VALUES (?, 1, ?)", (id_, text))
    moments = Moments(db, brokers.recognise)
    assert snapshot(moments.at(300).state) == right
    told = [fault.split(":")[0] for fault in moments.faults]
    assert told == ["checkpoint 290", "checkpoint 200", "checkpoint 150", "checkpoint 100"]
    db.close()


def test_a_frame_is_found_without_going_through_the_file(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 3_001)
    # Heart-beats between them, other connections around them, and one that was kept from long ago.
    db.execute("UPDATE frame SET id = -id")
    db.execute("UPDATE frame SET id = 100 - 2 * id")
    db.execute("UPDATE frame SET id = 1 WHERE number = 1")
    db.execute("UPDATE frame SET connection = 2 + (number > 1000) + (number > 2000)")
    db.execute("UPDATE frame SET number = number - 1000 WHERE connection = 3")
    db.execute("UPDATE frame SET number = number - 2000 WHERE connection = 4")
    columns = "connection, direction, time, wall, protocol, size, settlement"
    beats = f"SELECT id + 1, 0, 2, {columns} FROM frame WHERE id > 1"
    db.execute(f"INSERT INTO frame (id, number, kind, {columns}) {beats}")
    looks: list[int] = []
    db.set_progress_handler(lambda: looks.append(1), 1_000)
    rows = db.execute("SELECT id, connection, number FROM frame WHERE kind = 0").fetchall()
    assert len(looks) > 10, "to go through it all takes long enough to be counted"
    assert len(rows) == 3_001
    looks.clear()
    for id_, connection, number in rows[::10]:
        assert where(db, connection, number) == id_
        assert len(looks) < 3
        looks.clear()
    for connection, number in ((1, 1), (2, 1_001), (3, 0), (4, 1_002), (9, 1)):
        assert where(db, connection, number) is None
        assert len(looks) < 3
        looks.clear()
    db.close()


def test_connections_are_counted_as_in_the_file(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 50)
    state = Moments(db, brokers.recognise).at(40).state
    state.predecessor = 0
    db.execute("UPDATE frame SET connection = 8")
    db.executemany(
        "INSERT INTO checkpoint VALUES (?, ?, ?)",
        [(id_, 8, text) for id_, _, text in checkpoint.checkpoint_rows(40, checkpoint.hold([state]))],
    )
    shown = Moments(db, brokers.recognise).at(50)
    assert (shown.connection, shown.state.connection, shown.state.predecessor) == (8, 8, 7)
    assert list(shown.states) == [8]
    db.close()


def test_a_recording_that_begins_in_the_middle(tmp_path: Path) -> None:
    db = filled(tmp_path / "a.stomptui", 300)
    db.execute("DELETE FROM frame WHERE id < 100 AND id != 50")
    db.execute("UPDATE fact SET value = 100 WHERE name = 'window'")
    moments = Moments(db, brokers.recognise)
    shown = moments.at(200)
    assert (shown.whole, shown.state.version, shown.state.frames) == (False, "1.2", 200)
    assert not moments.at(50).whole
    with pytest.raises(CaptureError, match="record 51 is not in this recording"):
        moments.at(51)
    db.close()


def test_a_connection_whose_octets_could_not_be_read_has_failed(recorded: Recorded) -> None:
    session = Session()
    recorded.keep(session.connect(0.0).events, session.state)
    session.receive(b"CONNECTED\nversion:1.2\n\n\0MESSAGE\ncontent-length:x\n\n\0")
    recorded.keep(session.next_events(0.0), session.state)
    with pytest.raises(RemoteProtocolError) as error:
        session.next_events(0.0)
    recorded.keep(session.closed(f"{UNREADABLE}: {error.value}", 0.0, False), session.state)
    recorded.same(3, Moments(recorded.db, brokers.recognise).at(3).state)


def test_what_a_hostile_file_holds_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    filled(path, 30).close()
    db = sqlite3.connect(path)
    for column, value in (
        ("number", "x"),
        ("kind", 99),
        ("time", 9e999),
        ("beats", 1 << 62),
        ("connection", "x"),
    ):
        before = db.execute(f"SELECT {column} FROM frame WHERE id = 20").fetchone()[0]
        db.execute(f"UPDATE frame SET {column} = ? WHERE id = 20", (value,))
        db.commit()
        try:
            Moments(look(path), brokers.recognise).at(30)
        except CaptureError as error:
            assert "record 20 is damaged" in str(error)
        db.execute(f"UPDATE frame SET {column} = ? WHERE id = 20", (before,))
    db.execute("UPDATE octets SET head = ?, body = 7", (b"\xff\xfe" * 9,))
    db.commit()
    assert Moments(look(path), brokers.recognise).at(30).state.frames == 30
    db.execute("DROP TABLE octets")
    with pytest.raises(CaptureError, match="cannot be read"):
        Moments(db, brokers.recognise).at(30)
    db.close()


def test_when_a_checkpoint_is_due() -> None:
    state = Session().state
    assert not checkpoint.due(0, 9_999, [state])
    assert checkpoint.due(0, 10_000, [state])
    for number in range(60_000):
        state.ledger.held[number] = None  # type: ignore[assignment]
    assert not checkpoint.due(0, 59_999, [state])
    assert checkpoint.due(0, 60_000, [state])


def test_an_empty_recording(tmp_path: Path) -> None:
    db = create(tmp_path / "a.stomptui")
    assert list(stored.read(db, 0, 9)) == []
    with pytest.raises(CaptureError):
        Moments(db, brokers.recognise).at(1)
    db.close()
