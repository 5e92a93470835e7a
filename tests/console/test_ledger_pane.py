"""The ledger: what is unsettled, what an ACK would carry and cover, and the cursor it has with the feed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from stomptui.console.panes.subscriptions import Shown, SubscriptionsPane
from stomptui.console.widgets import ledger as module
from stomptui.console.widgets.ledger import LedgerList
from stomptui.console.widgets.ledger_rows import carried
from stomptui.demo.sample import order
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import encode
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.session import Session
from tests.console.hostile import TEXT, Bench, screen_is_harmless, screen_text
from tests.console.opened import Opened, opened
from tests.console.views import current, session, take, view

INDIVIDUAL = AckMode.CLIENT_INDIVIDUAL


def two(mode: AckMode = INDIVIDUAL) -> Session:
    """Two subscriptions on RabbitMQ, whose messages come by turns: three of the first, two of the second."""
    made = session(0)
    for name in ("first", "second"):
        made.transmit(made.subscribe_frame(f"/queue/{name}", mode=mode, prefetch=3, id=name), 0.0)
    for count in range(5):
        name = ("first", "second")[count % 2]
        head = f"MESSAGE\nsubscription:{name}\nmessage-id:m{count}\nack:a\\c{count}"
        take(made, f"{head}\ndestination:/queue/{name}\n\nbody\0".encode())
    return made


def numbers(made: Session) -> list[int]:
    return list(made.state.ledger)


def rows(listed: LedgerList, of: object, height: int = 30, width: int = 46) -> list[str]:
    lines = listed.draw(of, width, height, focused=True)  # type: ignore[arg-type]
    return [line.plain.rstrip() for line in lines]


def test_messages_stand_under_their_subscription_oldest_first() -> None:
    made = two()
    listed, seen = LedgerList(), view(made, now=10.0)
    listed.take(seen)
    drawn = [line for line in rows(listed, seen) if line]
    ids = numbers(made)
    assert drawn[0].split() == ["/queue/first", "3/3"]
    assert [int(line.split()[0]) for line in drawn[1:4]] == ids[0::2]
    assert drawn[4].split() == ["/queue/second", "2/3"]
    assert [int(line.split()[0]) for line in drawn[5:7]] == ids[1::2]
    assert drawn[1].split()[1:] == ["*", "10s", "a:0"]


@pytest.mark.parametrize(("mode", "counts"), [(INDIVIDUAL, [1] * 5), (AckMode.CLIENT, [1, 2, 3, 4, 5])])
@pytest.mark.parametrize("limit", [module.COUNTED, 0])
def test_what_an_ack_covers_is_counted_by_the_rule_of_the_broker(
    mode: AckMode, counts: Sequence[int], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On RabbitMQ all that the connection holds up to there; of long lists the place in them tells."""
    monkeypatch.setattr(module, "COUNTED", limit)
    made = two(mode)
    listed, seen = LedgerList(), view(made, now=10.0)
    listed.take(seen)
    assert [listed.covers(seen, made.state.ledger[number]) for number in numbers(made)] == counts


def test_too_many_to_count_are_not_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is staged is in the list and yet not settled: its places do not tell then."""
    monkeypatch.setattr(module, "COUNTED", 0)
    made = two(AckMode.CLIENT)
    ids = numbers(made)
    made.transmit(frames.begin("tx-1"), 1.0)
    made.transmit(made.settle_frame("ACK", ids[0], transaction="tx-1"), 1.0)
    listed = LedgerList()
    seen = view(made, now=10.0, current=current(ids[3]))
    listed.take(seen)
    assert [listed.covers(seen, made.state.ledger[number]) for number in ids] == [0, None, None, None, None]
    told = " ".join(line.strip() for line in rows(listed, seen))
    assert f"ACK {ids[3]:05d} settles more than this one: " in told


def test_a_name_of_wide_characters_leaves_the_count_in_its_column() -> None:
    made = session(0)
    made.transmit(made.subscribe_frame("/queue/" + "訂" * 9, mode=INDIVIDUAL, id="s"), 0.0)
    take(made, "MESSAGE\nsubscription:s\nmessage-id:m\nack:a\ndestination:/queue/訂\n\n\0".encode())
    listed, seen = LedgerList(), view(made, now=10.0)
    listed.take(seen)
    assert listed.draw(seen, 46, 5, focused=True)[0].cell_length == 46


def test_of_very_many_one_order_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GROUPED", 4)
    made = two()
    listed, seen = LedgerList(), view(made, now=10.0)
    listed.take(seen)
    drawn = [line for line in rows(listed, seen, width=80) if line]
    assert drawn[0].strip() == "all subscriptions, 5"
    assert [line.split()[5] for line in drawn[1:]] == [f"id:a:{count}" for count in range(5)]
    assert [line.split()[4] for line in drawn[1:]] == ["first", "second", "first", "second", "first"]


def test_what_an_ack_carries_is_that_of_the_version() -> None:
    made = Session()
    made.connect(0.0)
    take(made, b"CONNECTED\nversion:1.1\n\n\0")
    made.transmit(made.subscribe_frame("/queue/a", mode=INDIVIDUAL, id="s"), 0.0)
    take(made, b"MESSAGE\nsubscription:s\nmessage-id:m 1\ndestination:/queue/a\n\n\0")
    [entry] = made.state.ledger.values()
    assert carried(entry) == (("message-id", "m 1"), ("subscription", "s"))
    frame = made.settle_frame("ACK", entry.number)
    assert sorted(frame.headers) == sorted(carried(entry))


@pytest.mark.parametrize("by", [1, -1, 3, -3, 100, -100])
def test_the_cursor_passes_over_headings(by: int) -> None:
    made = two()
    listed, ids = LedgerList(), numbers(made)
    order = ids[0::2] + ids[1::2]
    listed.take(view(made, now=10.0))
    assert listed.moved(by) == order[0 if by > 0 else -1] or abs(by) > 1
    for number in ids:
        listed.take(view(made, now=10.0, current=current(number)))
        assert listed.cursor == number
        moved = listed.moved(by)
        assert moved in order
        step = order.index(moved) - order.index(number)
        assert step * by > 0 or number in (order[0], order[-1])


def test_a_long_list_is_drawn_around_the_cursor_alone() -> None:
    made = session(400)
    listed, ids = LedgerList(), numbers(made)
    for number in (ids[0], ids[399], ids[200], ids[199]):
        seen = view(made, now=10.0, current=current(number))
        listed.take(seen)
        drawn = rows(listed, seen, height=12)
        assert len(drawn) == 12
        assert sum(line.startswith(f">{number:05d}") for line in drawn) == 1
        assert any(f"ACK {number:05d} id:" in line for line in drawn)
    for y in range(1, 12):
        found = listed.clicked(y)
        assert found is None or f"{found:05d}" in drawn[y - 1]


async def test_a_hostile_id_is_harmless() -> None:
    made = session(0)
    made.transmit(made.subscribe_frame("/queue/a", mode=INDIVIDUAL, id="s"), 0.0)
    hostile = TEXT.replace("\0", "").replace("\ud800", "")  # which no frame can hold
    headers = [("subscription", "s"), ("message-id", "m"), ("ack", hostile), ("destination", "/queue/a")]
    take(made, encode(Frame("MESSAGE", headers), "1.2"))

    class Alone(Bench):
        def compose(self):  # type: ignore[no-untyped-def]
            yield SubscriptionsPane()

    app = Alone()
    async with app.run_test(size=(60, 16)) as pilot:
        pane = app.query_one(SubscriptionsPane)
        pane.look(Shown.LEDGER)
        [number] = numbers(made)
        pane.show(view(made, current=current(number)))
        await pilot.pause()
        assert f"{number:05d}" in screen_text(app)
        screen_is_harmless(app)


async def three(console: Opened) -> list[int]:
    """Three unsettled messages, by number."""
    for number in range(4708, 4711):
        console.broker.publish(*order(number))
    await console.subscribe("/queue/orders")
    await console.until(lambda: console.client.state.ledger.open == 3)
    await console.pilot.pause()
    return list(console.client.state.ledger)


def at(console: Opened) -> int | None:
    """The number of the frame under the feed's cursor."""
    cursor = console.main.feed.cursor
    record = console.main.capture.brief(cursor) if cursor is not None else None
    return record.number if record is not None else None


async def test_one_cursor_goes_from_the_feed_to_the_ledger_and_back() -> None:
    async with opened() as console:
        first, second, third = await three(console)
        await console.press("l")
        assert console.main.pane == "subscriptions" and console.main.subscriptions.way is Shown.LEDGER
        assert at(console) == first
        await console.press("down")
        assert at(console) == second
        await console.press("end")
        assert at(console) == third
        await console.press("up", "enter")
        assert console.main.pane == "feed" and at(console) == second
        await console.press("l", "l")
        assert console.main.pane == "feed" and at(console) == second


async def test_a_settles_what_the_ledger_shows_and_goes_on() -> None:
    async with opened() as console:
        first, second, third = await three(console)
        await console.press("l", "down")
        await console.until(lambda: console.main.subscriptions.ledger.cursor == second)
        await console.until(lambda: console.main.feed.cursor_looked_at)
        await console.press("a")
        await console.until(lambda: list(console.client.state.ledger) == [first, third])
        await console.until(lambda: console.main.subscriptions.ledger.cursor == third)
        await console.until(lambda: f"{second:05d}" not in _shown(console))
        assert f"{first:05d}" in _shown(console)


async def test_arrivals_leave_the_cursor_where_it_is() -> None:
    async with opened() as console:
        first, *_ = await three(console)
        await console.press("l")
        console.broker.publish(*order(4711))
        await console.until(lambda: console.client.state.ledger.open == 4)
        await console.until(lambda: "Ledger 4" in _shown(console))
        assert at(console) == first and console.main.subscriptions.ledger.cursor == first


async def test_nothing_unsettled_is_said() -> None:
    async with opened() as console:
        await console.press("l")
        await console.until_said("Nothing is unsettled.")
        await console.press("down", "enter")
        assert console.main.feed.following


def _shown(console: Opened) -> str:
    return console.main.subscriptions.render().plain
