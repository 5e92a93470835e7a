"""An export in a thread of its own: what is chosen, and that giving up leaves nothing."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import pytest

from stomptui.capture import files, recordings
from stomptui.capture.filter import FilterError, parse
from stomptui.capture.record import Origin
from stomptui.capture.store import Capture
from stomptui.capture.transfer import alongside
from stomptui.capture.transfer.alongside import Exporting, Order
from stomptui.capture.transfer.rules import rules
from stomptui.capture.transfer.target import TransferError
from stomptui.capture.wanted import Wanted
from stomptui.stomp import events as ev
from tests.capture.filled import contents, loaded, made, result
from tests.capture.made import message, messages


@pytest.fixture(params=["file", "memory"])
def capture(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Capture, None, None]:
    """Forty messages, every tenth a refund, and a heart-beat after each tenth."""
    recording = recordings.record(tmp_path / "a.stomptui") if request.param == "file" else None
    kept = Capture(recording=recording, origin=lambda _: Origin("stomp://mq1:61613"))
    for number in range(1, 41):
        tenth = number % 10 == 0
        kept.extend([message(number, headers=(("type", "refund" if tenth else "order"),))])
        if tenth:
            kept.extend([ev.HeartBeatReceived(1, number / 1000, 1)])
    yield kept
    kept.close(30)


def ended(capture: Capture, order: Order) -> Exporting:
    exporting = started(capture, order)
    assert exporting.wait(30)
    return exporting


def started(capture: Capture, order: Order) -> Exporting:
    if capture.archive is not None:
        return alongside.from_file(capture, order)
    return result(alongside.from_memory(capture, order))


def ids(path: Path) -> list[int]:
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    return [line["id"] for line in lines if line["line"] == "record"]


def test_all_comes_back_by_an_import(capture: Capture, tmp_path: Path) -> None:
    exporting = ended(capture, Order(tmp_path / "x"))
    done = exporting.result()
    assert done is not None and (done.records, exporting.missing, exporting.share) == (44, 0, 1.0)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o600
    loaded(tmp_path / "x", tmp_path / "b.stomptui")
    with files.look(tmp_path / "b.stomptui") as db:
        there = contents(db)
        assert len(there["frame"]) == 44 and len(there["octets"]) == 40
        if capture.archive is None:  # a file knows a connection by its CONNECTED
            assert db.execute("SELECT * FROM connection").fetchone()[:3] == (1, "stomp://mq1:61613", "client")


@pytest.mark.parametrize(
    ("form", "beats", "count"),
    [("ndjson", False, 40), ("csv", True, 44), ("raw", True, 40), ("bodies", True, 40)],
)
def test_it_counts_what_a_form_has(
    capture: Capture, tmp_path: Path, form: str, beats: bool, count: int
) -> None:
    done = ended(capture, Order(tmp_path / "x", form, beats)).result()
    assert done is not None and done.records == count
    if form == "bodies":
        assert len(list((tmp_path / "x").iterdir())) == count


def test_a_selection(capture: Capture, tmp_path: Path) -> None:
    chosen = (capture.first_id + 2, capture.first_id + 30, capture.first_id + 31)
    done = ended(capture, Order(tmp_path / "x", ids=chosen)).result()
    assert done is not None and done.records == 3 and ids(tmp_path / "x") == list(chosen)
    assert ended(capture, Order(tmp_path / "none", ids=())).result() == (0, ())
    gone = ended(capture, Order(tmp_path / "y", ids=(chosen[0], 4711)))
    done = gone.result()
    assert done is not None and (done.records, gone.missing) == (1, 1)


def test_a_filter(capture: Capture, tmp_path: Path) -> None:
    wanted = Wanted(filter=parse("type = 'refund'", now=time.time()))
    done = ended(capture, Order(tmp_path / "x", wanted=wanted)).result()
    assert done is not None and done.records == 4
    assert [id_ - capture.first_id for id_ in ids(tmp_path / "x")] == [9, 20, 31, 42]


def test_what_was_removed_is_told(capture: Capture, tmp_path: Path) -> None:
    done = ended(capture, Order(tmp_path / "x", rules=rules(["TYPE"]))).result()
    assert done is not None and done.removed == ("40 values of header type",)
    assert b"refund" not in (tmp_path / "x").read_bytes()


def test_a_failure_is_told_and_leaves_nothing(capture: Capture, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with pytest.raises(TransferError, match="there is such a file"):
        ended(capture, Order(tmp_path / "x")).result()
    with pytest.raises(TransferError, match="No such file or directory; nothing of it is left"):
        ended(capture, Order(tmp_path / "no" / "x")).result()
    assert (tmp_path / "x").read_text() == "mine"
    assert {path.name[0] for path in tmp_path.iterdir()} == {"a", "x"} - (
        {"a"} if not capture.archive else set()
    )


def test_giving_up_leaves_nothing(tmp_path: Path) -> None:
    capture = Capture(recording=recordings.record(tmp_path / "a.stomptui"))
    capture.extend(messages(1, 5_000))
    told: list[tuple[str, ...]] = []

    def look() -> sqlite3.Connection:
        """Give up when the first slice is asked for: from then on there is a file."""
        db = files.look(tmp_path / "a.stomptui")

        def gives_up(statement: str) -> None:
            if "octets" in statement and not told:
                told.append(tuple(path.name[:3] for path in tmp_path.glob(".x.*.part")))
                exporting.cancel()

        db.set_trace_callback(gives_up)
        return db

    ready = threading.Event()

    def settle(_stopped: Callable[[], bool]) -> None:
        ready.wait(30)

    exporting = Exporting(Order(tmp_path / "x"), look, settle)
    assert capture.archive is not None and capture.archive.flush(30)
    ready.set()
    assert exporting.wait(30) and exporting.result() is None
    assert told == [(".x.",)]
    assert not list(tmp_path.glob("*x*.part")) and not (tmp_path / "x").exists()
    capture.close(30)


def test_what_the_file_cannot_take_is_counted(tmp_path: Path) -> None:
    made(tmp_path / "a.stomptui").close()
    exporting = Exporting(Order(tmp_path / "x"), lambda: files.look(tmp_path / "a.stomptui"), last=20)
    assert exporting.wait(30)
    done = exporting.result()
    assert done is not None and (done.records, exporting.missing) == (17, 3)


def test_a_filter_that_cannot_go_on_is_told(tmp_path: Path) -> None:
    made(tmp_path / "a.stomptui").close()

    class Tiring(Wanted):
        def ids(self, db: sqlite3.Connection, first: int, last: int) -> Sequence[int]:
            raise FilterError("it took too long", 0, 1)

    order = Order(tmp_path / "x", wanted=Tiring())
    exporting = Exporting(order, lambda: files.look(tmp_path / "a.stomptui"))
    assert exporting.wait(30)
    with pytest.raises(TransferError, match="nothing was written: it took too long"):
        exporting.result()


def test_a_device_is_never_replaced(tmp_path: Path) -> None:
    made(tmp_path / "a.stomptui").close()
    os.mkfifo(tmp_path / "pipe")
    order = Order(tmp_path / "pipe", force=True)
    exporting = Exporting(order, lambda: files.look(tmp_path / "a.stomptui"))
    assert exporting.wait(30)
    with pytest.raises(TransferError, match="is a device or a pipe"):
        exporting.result()
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
