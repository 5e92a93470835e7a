"""The tree of destinations in the side: its rows at every width, its cursor, and the keys that reach it."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from stomptui.capture.counts import Counts
from stomptui.console.panes.subscriptions import Shown, SubscriptionsPane
from stomptui.console.view import View
from stomptui.console.widgets.destinations import MANY, DestinationTree
from stomptui.console.widgets.figures import count_words, has_blocks, rate_words, sparkline
from tests.console.hostile import TEXT, Bench, screen_is_harmless, screen_text
from tests.console.opened import Opened, opened
from tests.console.views import session, view

NOW = 100.5
RATE = re.compile(r"[0-9][kM]?/s(?= |$)")


def counted(*destinations: str, **more: int) -> Counts:
    counts = Counts(**more)
    for second in range(90, 100):
        for place, name in enumerate(destinations):
            counts.add(second, name, "sub-1", place + 1, place % 2, 100 * place, 50)
    return counts


def seen(counts: Counts, now: float = NOW) -> View:
    return view(session(1), counts=counts, now=now)


def drawn(tree: DestinationTree, at: View, width: int = 34, height: int = 20, **more: bool) -> list[str]:
    options = {"focused": True, "blocks": False, **more}
    return [line.plain.rstrip() for line in tree.draw(at, width, height, **options)]


def rows(tree: DestinationTree, at: View) -> list[str]:
    tree.look_at(at)
    return [row.node.path for row in tree.rows]


SHOP = ("/queue/shop.in", "/queue/shop.out", "/queue/stock", "/topic/prices")


def test_a_row_tells_what_came_how_fast_and_how_it_went() -> None:
    lines = drawn(DestinationTree(), seen(counted(*SHOP)))
    assert lines[:7] == [
        ">- /queue        60  5.4/s 9999999",
        "  - /shop        30  2.7/s 9999999",
        "     .in         10  0.9/s 9999999",
        "     .out        20  1.8/s 9999999",
        "    /stock       30  2.7/s 9999999",
        " - /topic        40  3.6/s 9999999",
        "    /prices      40  3.6/s 9999999",
    ]
    assert lines[-2:] == [" /queue", " 60 came, 10 sent, 3.0 kB"]


@pytest.mark.parametrize("width", [20, 28, 34, 43, 60, 90, 200])
@pytest.mark.parametrize("blocks", [True, False])
def test_no_row_is_wider_than_the_pane_and_all_columns_stand_in_line(width: int, blocks: bool) -> None:
    counts = counted(*SHOP, "/queue/" + "山田" * 40, "/queue/a" * 30, TEXT)
    counts.add(99, "/queue/large", "sub-1", 123_456_789, 98_765_432, 10**12, 10**9)
    lines = drawn(DestinationTree(), seen(counts), width, 40, blocks=blocks)
    assert max(map(cell_len, lines)) <= width
    found = [(line, RATE.search(line)) for line in lines]
    ends = [cell_len(line[: match.end()]) for line, match in found if match]
    assert len(ends) > 5 and len(set(ends)) == 1
    if width >= 90:
        assert "largest" in lines[0] and "98.8M" in "".join(lines)


def test_there_may_be_no_room_for_a_sparkline() -> None:
    counts = counted(*SHOP)
    counts.add(100, "/queue/late", "sub-1", 1, 0, 1, 1)
    for now in (NOW, 102.5, 105.5):
        lines = drawn(DestinationTree(), seen(counts, now), 16, 3)
        assert len(lines) == 3 and lines[0].startswith(">- /queue")


def test_the_cursor_is_a_destination_that_arrivals_do_not_move() -> None:
    tree = DestinationTree()
    counts = counted(*SHOP)
    rows(tree, seen(counts))
    tree.move(3)
    assert tree.path == "/queue/shop.out"
    counts.add(100, "/queue/a", "sub-1", 1, 0, 1, 1)
    assert rows(tree, seen(counts, 101.0)).index("/queue/shop.out") == 4
    assert tree.path == "/queue/shop.out" and tree.node is not None and tree.node.received == 20
    tree.by_rate = True
    assert rows(tree, seen(counts, 101.0))[:3] == ["/queue", "/queue/shop", "/queue/shop.out"]
    assert tree.path == "/queue/shop.out"


def test_left_closes_and_goes_up_right_opens_and_goes_in() -> None:
    tree, at = DestinationTree(), seen(counted(*SHOP))
    rows(tree, at)
    tree.move(3)
    tree.fold()
    assert tree.path == "/queue/shop"
    tree.fold()
    assert rows(tree, at) == ["/queue", "/queue/shop", "/queue/stock", "/topic", "/topic/prices"]
    tree.fold()
    tree.fold()
    assert (tree.path, rows(tree, at)) == ("/queue", ["/queue", "/topic", "/topic/prices"])
    tree.fold()
    assert tree.path == "/queue"
    tree.unfold()
    tree.unfold()
    tree.unfold()
    tree.unfold()
    assert tree.path == "/queue/shop.in"
    tree.unfold()
    assert tree.path == "/queue/shop.in"
    assert tree.click(4) and tree.path == "/queue/stock" and not tree.click(40)


def test_many_stay_closed_until_somebody_opens_them_and_open_under_the_cursor() -> None:
    few = [f"/temp-queue/{n}" for n in range(MANY)]
    tree = DestinationTree()
    counts = counted(*few)
    assert len(rows(tree, seen(counts))) == MANY + 1
    tree.move(-99)
    counts.add(100, "/temp-queue/new", "sub-1", 1, 0, 1, 1)
    assert rows(tree, seen(counts)) == ["/temp-queue"]
    tree.unfold()
    assert len(rows(tree, seen(counts))) == MANY + 2


def test_what_is_looked_into_does_not_close_by_itself() -> None:
    tree = DestinationTree()
    counts = counted(*(f"/temp-queue/{n}" for n in range(MANY)))
    rows(tree, seen(counts))
    tree.move(3)
    counts.add(100, "/temp-queue/new", "sub-1", 1, 0, 1, 1)
    assert len(rows(tree, seen(counts))) == MANY + 2
    assert tree.path == "/temp-queue/2"
    tree.move(-99)
    counts.add(101, "/temp-queue/newer", "sub-1", 1, 0, 1, 1)
    assert len(rows(tree, seen(counts))) == MANY + 3


def test_closing_leaves_the_cursor_on_what_was_closed() -> None:
    tree, at = DestinationTree(), seen(counted("/q/sh.a", "/q/sh.b", "/q/shop.a", "/q/shop.b"))
    rows(tree, at)
    tree.move(1)
    assert tree.path == "/q/sh"
    tree.fold()
    tree.move(2)
    assert tree.path == "/q/shop.a"
    tree.click(2)
    tree.click(2)
    assert (tree.path, rows(tree, at)) == ("/q/shop", ["/q", "/q/sh", "/q/shop"])


def test_what_fell_off_is_one_row() -> None:
    tree = DestinationTree()
    counts = counted(*(f"/temp-queue/{n}" for n in range(30)), limit=8)
    tree.look_at(seen(counts))
    last = tree.rows[-1].node
    assert (last.name, last.named) == (f"({counts.forgotten} others)", False)
    assert last.received + tree.rows[0].node.received == counts.total.received
    tree.move(99)
    assert drawn(tree, seen(counts))[-2] == " those quiet for longest, together"


def test_the_cursor_stays_in_view_and_few_lines_are_enough() -> None:
    tree = DestinationTree()
    at = seen(counted(*(f"/q/{n}" for n in range(19))))
    for by, wanted in ((99, ">   /18"), (-9, ">   /9"), (-99, ">- /q")):
        rows(tree, at)
        tree.move(by)
        for height in (1, 3, 6, 12):
            assert any(line.startswith(wanted) for line in drawn(tree, at, 34, height)), (by, height)
            assert len(drawn(tree, at, 34, height)) == height
    assert drawn(tree, at, focused=False)[0].startswith(" - /q")


def test_figures_take_few_cells() -> None:
    assert [count_words(n) for n in (0, 9999, 10_000, 999_499, 999_500, 10**9)] == [
        *("0", "9999", "10.0k", "999k", "1.0M", "1.0G")
    ]
    assert [rate_words(rate) for rate in (0.04, 9.94, 9.96, 9999.4, 12_345.0, 3e7)] == [
        *("0.0/s", "9.9/s", "10/s", "9999/s", "12k/s", "30M/s")
    ]


def test_a_sparkline_shows_what_came_at_all() -> None:
    assert sparkline([0, 1, 50, 100], blocks=True) == " ▁▄█"
    assert sparkline([0, 1, 50, 100], blocks=False) == ".159"
    assert sparkline([0, 0], blocks=False) == ".." and sparkline([], blocks=True) == ""


@pytest.mark.parametrize(
    ("environment", "blocks"),
    [
        ({"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, True),
        ({"TERM": "tmux", "LC_CTYPE": "C.UTF-8"}, True),
        ({"TERM": "xterm", "LANG": "ja_JP.UTF-8"}, False),
        ({"TERM": "xterm", "LANG": "zh_CN.UTF-8", "LC_CTYPE": "C.UTF-8"}, False),
        ({"TERM": "xterm", "LANG": "en_US.UTF-8", "LC_ALL": "C"}, False),
        ({"TERM": "linux", "LANG": "en_US.UTF-8"}, False),
        ({"TERM": "xterm"}, False),
    ],
)
def test_blocks_are_drawn_where_they_are_sure_to_take_one_cell(
    environment: dict[str, str], blocks: bool
) -> None:
    assert has_blocks(environment) is blocks


class Alone(Bench):
    def compose(self):  # type: ignore[no-untyped-def]
        yield SubscriptionsPane()


@pytest.mark.parametrize("size", [(30, 8), (37, 12), (200, 30)])
async def test_hostile_destinations_are_harmless(size: tuple[int, int]) -> None:
    app = Alone()
    async with app.run_test(size=size) as pilot:
        pane = app.query_one(SubscriptionsPane)
        pane.focus()
        pane.next_view()
        counts = counted(TEXT, f"/queue/{TEXT}", *(f"/queue/{piece}" for piece in TEXT.split("[")))
        for _ in range(12):
            pane.show(seen(counts))
            pane.action_down()
            await pilot.pause()
            screen_is_harmless(app)


@pytest.mark.parametrize(
    ("width", "right"), [(30, "[tree]"), (37, "[tree]"), (46, "[tree]"), (80, "v:  list [tree] rate  ledger")]
)
async def test_the_title_says_how_it_is_looked_at(width: int, right: str) -> None:
    app = Alone()
    async with app.run_test(size=(width, 12)) as pilot:
        pane = app.query_one(SubscriptionsPane)
        pane.show(seen(counted(*SHOP)))
        pane.next_view()
        await pilot.pause()
        assert screen_text(app).splitlines()[0].rstrip().endswith(f"{right} ==")


async def test_without_any_message_it_says_so() -> None:
    app = Alone()
    async with app.run_test(size=(40, 8)) as pilot:
        pane = app.query_one(SubscriptionsPane)
        pane.next_view()
        pane.show(seen(Counts()))
        await pilot.press("down", "right", "end")
        assert "nothing came yet" in screen_text(app) and pane.destination is None


async def shop(console: Opened) -> None:
    for destination in ("/topic/shop.in", "/topic/shop.out"):
        await console.subscribe(destination, ack="auto")
        await console.client.send(destination, b"12345")
    await console.arrived(2)


async def test_v_in_subscriptions_shows_the_tree_and_leaves_the_message_alone() -> None:
    async with opened() as console:
        await shop(console)
        pane, message = console.main.subscriptions, console.main.message
        before = message.view
        await console.press("1", "v")
        assert (pane.way, message.view) == (Shown.TREE, before)
        await console.until(lambda: len(pane.destinations.rows) == 4, "the tree")
        assert [row.node.name for row in pane.destinations.rows] == ["/topic", "/shop", ".in", ".out"]
        node = pane.destinations.rows[3].node
        assert (node.received, node.sent, node.octets, node.largest) == (1, 1, 10, 5)
        await console.press("down", "left")
        assert [row.node.name for row in pane.destinations.rows] == ["/topic", "/shop"]
        await console.press("right", "G", "up")
        assert pane.destination == "/topic/shop.in"
        await console.press("v", "v", "v", "2", "v")
        assert (pane.way, message.view) == (Shown.LIST, before.next())


async def test_no_subscription_is_ended_that_is_not_seen() -> None:
    async with opened() as console:
        await shop(console)
        await console.press("1", "v", "G", "delete")
        await console.until_said("no subscription under the cursor")
        assert all(not one.closed for one in console.client.state.subscriptions.values())


async def test_enter_on_a_destination_shows_its_frames_alone() -> None:
    async with opened() as console:
        await shop(console)
        await console.press("1", "v", "g", "enter")
        await console.until_said("nothing to open under the cursor")
        await console.press("G", "up", "enter")
        await console.until_said("Only frames of /topic/shop.in are shown")
        await console.until(lambda: console.main.feed.matches is not None and console.main.record)
        record = console.main.record
        assert console.main.pane == "feed" and record is not None and record.frame is not None
        assert record.frame.first("destination") == "/topic/shop.in"
        assert record.frame.command == "MESSAGE"


async def test_at_80_columns_the_tree_lies_over_the_feed_and_has_the_larger_part() -> None:
    async with opened((80, 24)) as console:
        await shop(console)
        await console.press("1")
        low = console.main.subscriptions.size.height
        await console.press("v")
        await console.until(lambda: "Destinations 2" in screen_text(console.app), "the tree")
        assert console.main.subscriptions.size.height > low
        assert ".out" in screen_text(console.app)


async def test_subscriptions_show_sizes_and_how_they_go_where_there_is_room() -> None:
    app = Alone()
    made = session(1)
    for width, wanted in (
        (34, "1/10 999999 2.0/s"),
        (50, "10 B 9999999999"),
        (28, "client-indiv 1/10  2.0/s"),
    ):
        async with app.run_test(size=(width, 8)) as pilot:
            pane = app.query_one(SubscriptionsPane)
            pane.blocks = False
            counts = Counts()
            for second in range(60, 100):
                counts.add(second, "/queue/orders", "sub-1", 2, 0, 20, 10)
            pane.show(view(made, counts=counts, now=100.0))
            await pilot.pause()
            assert wanted in screen_text(app).splitlines()[2]
        app = Alone()
