"""The workbench: what is staged where, which transaction frames join, how they end, and where keys lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from stomptui import brokers
from stomptui.brokers.activemq import ACTIVEMQ
from stomptui.brokers.artemis import ARTEMIS
from stomptui.brokers.rabbitmq import RABBITMQ
from stomptui.brokers.transacting import in_transaction
from stomptui.console.dialogs.transaction import LISTED, TransactionRow
from stomptui.console.endings import IN_DOUBT, KEPT, Ending, Endings
from stomptui.console.panes.workbench import WorkbenchPane
from stomptui.console.widgets.workbench import Place, Workbench
from stomptui.console.widgets.workbench_rows import ending_row, heading_row, staged_row
from stomptui.stomp import events as ev
from stomptui.stomp import frame as frames
from stomptui.stomp.dialect import Dialect
from stomptui.stomp.frame import Frame
from stomptui.stomp.session import Session
from stomptui.stomp.transactions import Staged, Transaction
from tests.console.hostile import TEXT, Bench, screen_is_harmless, screen_text
from tests.console.looking import looking, story
from tests.console.opened import Opened, opened
from tests.console.views import session, view


def two_open() -> Session:
    """tx-1 with two ACKs, tx-2 with a SEND; the latter is joined."""
    made = session(4)
    for name in ("tx-1", "tx-2"):
        made.transmit(frames.begin(name), 1.0)
    ids = list(made.state.ledger)
    for number in ids[:2]:
        made.transmit(made.settle_frame("ACK", number, transaction="tx-1"), 2.0)
    made.transmit(Frame("SEND", [("destination", "/queue/out"), ("transaction", "tx-2")]), 3.0)
    made.join("tx-2")
    return made


def drawn(bench: Workbench, made: Session, width: int = 46, height: int = 12, **options: object) -> list[str]:
    seen = view(made, now=13.0, **options)
    bench.take(seen)
    return [line.plain.rstrip() for line in bench.draw(seen, width, height, focused=True)]


def test_each_transaction_heads_what_is_staged_in_it_in_order() -> None:
    made, bench = two_open(), Workbench()
    first, second = list(made.state.ledger)[:2]
    one, two, three = (staged.number for each in made.state.transactions.values() for staged in each.staged)
    lines = drawn(bench, made)
    assert [" ".join(line.split()) for line in lines[:5]] == [
        "tx-1 2 ACK 12s",
        f"{one:05d} ACK {first:05d}",
        f"{two:05d} ACK {second:05d}",
        ">tx-2, joined 1 SEND 12s",
        f"{three:05d} SEND /queue/out",
    ]
    assert "settles 2" in drawn(bench, made, width=100)[0]


def test_the_cursor_goes_over_headings_and_frames_and_stays_where_it_is() -> None:
    made, bench = two_open(), Workbench()
    drawn(bench, made)
    assert bench.cursor == Place("tx-2")
    bench.move(1)
    send = made.state.transactions["tx-2"].staged[0].number
    assert bench.cursor == Place("tx-2", send)
    bench.move(-100)
    assert bench.cursor == Place("tx-1")
    bench.move(2)
    there = bench.cursor
    made.transmit(made.settle_frame("ACK", list(made.state.ledger)[2], transaction="tx-1"), 4.0)
    lines = drawn(bench, made)
    assert bench.cursor == there and lines[2].startswith(">")
    assert bench.click(4) and bench.cursor == Place("tx-1", made.state.transactions["tx-1"].staged[2].number)
    assert not bench.click(11)


def test_of_very_many_only_what_is_seen_is_drawn() -> None:
    made, bench = session(1), Workbench()
    made.transmit(frames.begin("tx-1"), 1.0)
    transaction = made.state.transactions["tx-1"]
    transaction.staged += [Staged(100 + n, "SEND", f"/queue/{n}") for n in range(100_000)]
    assert "100,000 SEND" in drawn(bench, made, height=10)[0]
    bench.move(1 << 30)
    lines = drawn(bench, made, height=10)
    assert len(lines) == 10 and lines[-1].startswith("> 100099 SEND /queue/99999")
    del transaction.staged[50_000:]
    lines = drawn(bench, made, height=10)
    assert lines[-1].startswith("> 50099") and bench.row_of(bench.cursor or Place("")) == 50_000


def test_a_frame_that_settles_more_than_one_message_says_how_many() -> None:
    more = staged_row(Staged(7, "ACK", 5, (3, 4, 5)), 46, under_cursor=False).plain
    assert more.split() == ["00007", "ACK", "00005", "settles", "3"]
    back = staged_row(Staged(7, "NACK", 5, (5,), again=True), 46, under_cursor=False).plain
    assert back.split() == ["00007", "NACK", "00005", "comes", "again"]


def test_a_transaction_whose_commit_awaits_its_receipt_says_so() -> None:
    made, bench = two_open(), Workbench()
    made.transmit(frames.commit("tx-2", receipt="r-9"), 4.0)
    assert "COMMIT sent" in next(line for line in drawn(bench, made) if "tx-2" in line)


def endings(made: list[ev.Event], holder: Endings | None = None) -> list[tuple[str, str, float | None]]:
    holder = holder or Endings()
    holder.take(made)
    return [(one.name, one.outcome, one.latency) for one in holder.last]


def sent(number: int, command: str, name: str = "tx-1") -> ev.Event:
    made = frames.commit(name) if command == "COMMIT" else frames.abort(name)
    return ev.FrameSent(1, number, 1.0, made)


def ended(outcome: str, name: str = "tx-1", settled: int = 1) -> ev.Event:
    return ev.TransactionEnded(1, 2.0, name, outcome, 0, settled)


def test_an_ending_says_how_long_its_receipt_took_whichever_is_told_first() -> None:
    confirmed = ev.Confirmed(1, 2.0, 7, "COMMIT", 0.25)
    for order in ([confirmed, ended("committed")], [ended("committed"), confirmed]):
        assert endings([sent(7, "COMMIT"), *order]) == [("tx-1", "committed", 0.25)]


def test_a_commit_without_an_answer_is_in_doubt_and_nothing_else_is() -> None:
    unconfirmed = ev.Unconfirmed(1, 2.0, 7, "COMMIT")
    for order in ([unconfirmed, ended("lost")], [ended("lost"), unconfirmed]):
        both = endings([sent(7, "COMMIT"), *order, ended("lost", "tx-2")])
        assert both == [("tx-2", "lost", None), ("tx-1", IN_DOUBT, None)]
    assert endings([ended("lost")]) == [("tx-1", "lost", None)]
    refused = ev.Rejected(1, 2.0, 7, "COMMIT", 8, True)
    assert endings([sent(7, "COMMIT"), refused, ended("lost")]) == [("tx-1", "lost", None)]
    abort = [sent(7, "ABORT"), ended("lost"), ev.Unconfirmed(1, 2.0, 7, "ABORT")]
    assert endings(abort) == [("tx-1", "lost", None)]


def test_a_ping_is_no_ending_and_only_the_last_are_kept() -> None:
    assert endings([sent(7, "ABORT"), ended("aborted", settled=0)]) == []
    holder = Endings()
    for number in range(KEPT + 5):
        endings([ended("aborted", f"tx-{number}")], holder)
    assert [one.name for one in holder.last] == [f"tx-{n}" for n in range(KEPT + 4, 4, -1)]


def test_the_last_endings_stand_under_what_is_open() -> None:
    made, bench = two_open(), Workbench()
    holder = Endings()
    endings([sent(7, "COMMIT", "tx-0"), ended("lost", "tx-0"), ev.Unconfirmed(1, 2.0, 7, "COMMIT")], holder)
    lines = drawn(bench, made, width=90, height=6, endings=holder.last)
    assert lines[5].startswith(" tx-0 in doubt: its COMMIT was not confirmed: done or not, only the broker")
    assert lines[5].endswith(" 11s ago")


@pytest.mark.parametrize(
    ("dialect", "first"),
    [
        (RABBITMQ, "confirms a SEND in a transaction with its COMMIT only"),
        (ACTIVEMQ, "takes no NACK in a transaction"),
        (ARTEMIS, "does an ACK in a transaction at once"),
    ],
)
def test_what_surprises_most_is_said_first(dialect: Dialect, first: str) -> None:
    said = in_transaction(brokers.words(dialect))
    assert said[0].startswith(first) and said[-1].startswith("on ABORT ")


def test_with_nothing_open_the_key_and_the_facts_are_whole_in_a_narrow_pane() -> None:
    lines = drawn(Workbench(), session(1), width=30, height=16)
    words = " ".join(" ".join(lines).split())
    assert words.startswith("no transaction is open: t, then b, begins one - this broker ")
    assert in_transaction(view(session(1)).words)[-1] in words
    assert len(lines) == 16 and all(len(line) <= 30 for line in lines)


def test_the_one_under_the_cursor_is_meant_also_beyond_those_that_have_a_digit() -> None:
    made = session(1)
    names = [f"tx-{number}" for number in range(LISTED + 2)]
    for name in names:
        made.transmit(frames.begin(name), 1.0)
    row = TransactionRow(tuple(made.state.transactions.values()), names[0], meant=names[-1])
    assert row._only == names[-1]
    gone = TransactionRow(tuple(made.state.transactions.values()), names[0], meant="ended")
    assert gone._only == names[0]


async def test_hostile_names_are_harmless() -> None:
    made = session(1)
    made.transmit(frames.begin(TEXT.replace("\0", "").replace("\ud800", "")), 1.0)

    class Alone(Bench):
        def compose(self):  # type: ignore[no-untyped-def]
            yield WorkbenchPane()

    app = Alone()
    async with app.run_test(size=(60, 16)) as pilot:
        pane = app.query_one(WorkbenchPane)
        pane.styles.display = "block"
        pane.on = True
        pane.show(view(made))
        await pilot.pause()
        assert "Transactions 1" in screen_text(app)
        screen_is_harmless(app)
    transaction = Transaction(TEXT, 1, 0.0)
    for row in (
        heading_row(transaction, {}, 0, 1.0, 40, joined=True, under_cursor=True),
        staged_row(Staged(1, "SEND", TEXT), 40, under_cursor=True),
        ending_row(ending_of(TEXT), 3.0, 40),
    ):
        assert row.cell_length <= 40 and row.plain.isprintable()


def ending_of(name: str) -> Ending:
    holder = Endings()
    holder.take([ended("lost", name)])
    return holder.last[0]


async def staged_in_two(console: Opened) -> list[int]:
    """tx-1 with an ACK, tx-2 with another; the numbers of three messages."""
    await console.subscribe("/queue/q")
    for index in range(3):
        console.broker.publish("/queue/q", f"body {index}".encode())
    await console.arrived(3)
    numbers = list(console.client.state.ledger)
    await console.press("t", "b")
    await console.until_said("tx-1 begun: what you send and ack joins it. ")
    await console.press("u", "a")
    await console.until_said("staged in tx-1")
    await console.press("t", "b")
    await console.until_said("tx-2 begun beside 1 more")
    await console.press("J", "J")
    await console.until_said("New frames join tx-2.")
    await console.press("a")
    await console.until_said("staged in tx-2")
    return numbers


async def test_one_key_changes_what_new_frames_join_round_and_round() -> None:
    async with opened() as console:
        await console.press("J")
        await console.until_said("no transaction is open")
        await staged_in_two(console)
        for words, joined in (
            ("New frames stay outside any transaction.", None),
            ("New frames join tx-1.", "tx-1"),
            ("New frames join tx-2.", "tx-2"),
        ):
            await console.press("J")
            await console.until_said(words)
            assert console.client.state.joined == joined


async def test_commit_and_abort_mean_the_transaction_under_the_cursor() -> None:
    async with opened() as console:
        first, _, third = await staged_in_two(console)
        state = console.client.state
        await console.press("T")
        await console.until(lambda: "tx-2, joined" in screen_text(console.app))
        assert console.main.pane == "session"
        await console.press("home", "t", "x")
        await console.until_said("tx-1 aborted, confirmed by receipt, 1 message is unsettled again")
        assert list(state.transactions) == ["tx-2"]
        await console.press("t", "c")
        await console.until_said("tx-2 committed, confirmed by receipt")
        await console.until(lambda: not state.transactions)
        assert list(state.ledger) == [first, third]
        text = screen_text(console.app)
        assert "tx-2 committed, " in text and "tx-1 aborted, " in text
        await console.press("T")
        assert console.main.pane == "feed"
        await console.until(lambda: "== Session" in screen_text(console.app))


async def test_enter_goes_to_the_frame_and_escape_goes_back() -> None:
    async with opened((80, 24)) as console:
        await staged_in_two(console)
        [staged] = console.client.state.transactions["tx-2"].staged
        await console.press("T", "j", "enter")
        await console.until(lambda: console.main.feed.cursor == console.id_of(staged.number))
        assert console.main.pane == "feed"
        await console.press("4")
        assert console.main.pane == "session" and console.main.workbench.has_focus
        await console.press("k", "enter")
        await console.until_said("No frame is under the cursor")
        await console.press("escape")
        assert console.main.pane == "feed" and not console.main.workbench.on
        await console.until(lambda: "Transactions 2" not in screen_text(console.app))


async def test_what_surprises_is_said_at_begin_where_there_is_room_and_else_where_it_stands() -> None:
    for size, words in (((80, 24), "T says what may surprise."), ((200, 60), "This broker on ABORT ")):
        async with opened(size) as console:
            await console.press("t", "b")
            await console.until_said(f"tx-1 begun: what you send and ack joins it. {words}")
            assert len(console.said) < size[0] - 1


async def test_a_send_is_staged_reached_and_counted() -> None:
    async with opened((120, 40)) as console:
        await console.press("t", "b")
        await console.until_said("tx-1 begun")
        await console.client.send("/queue/out", b"x")
        await console.press("T")
        await console.until(lambda: "1 SEND" in screen_text(console.app))
        [staged] = console.client.state.transactions["tx-1"].staged
        await console.until(lambda: f"{staged.number:05d} SEND /queue/out" in screen_text(console.app))
        await console.press("j", "enter")
        await console.until(lambda: console.main.feed.cursor == console.id_of(staged.number))
        await console.press("t", "c")
        await console.until_said("tx-1 committed, confirmed by receipt: 1 SEND, 0 messages settled.")
        await console.until(lambda: "tx-1 committed, " in screen_text(console.app))


async def test_the_mouse_goes_to_what_is_staged_and_back() -> None:
    async with opened((120, 40)) as console:
        await staged_in_two(console)
        [staged] = console.client.state.transactions["tx-2"].staged
        await console.press("T")
        pane = console.main.workbench
        await console.until(lambda: pane.bench.cursor == Place("tx-2"))
        await console.pilot.click(pane, offset=(3, 1))
        assert pane.bench.cursor == Place("tx-1")
        await console.pilot.click(pane, offset=(3, 4), times=2)
        await console.until(lambda: console.main.feed.cursor == console.id_of(staged.number))
        await console.pilot.click(pane, offset=(3, 0))
        await console.until(lambda: "== Session" in screen_text(console.app))


async def test_a_recording_shows_what_was_staged_then(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    steps = await story(path)
    [then] = [one for one in steps if one.transactions]
    async with looking(path) as seen:
        await seen.at(then.id)
        await seen.press("T")
        await seen.until(lambda: "Transactions 1" in screen_text(seen.app))
        assert "1 ACK" in screen_text(seen.app)
        await seen.press("T")
        await seen.until(lambda: "== Session" in screen_text(seen.app))
