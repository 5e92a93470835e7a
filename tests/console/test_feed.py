"""The feed as a widget: keys, the mouse, what it posts and what it paints."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.theme import Theme

from stomptui.capture.store import Capture
from stomptui.console import themes
from stomptui.console.palette import variables
from stomptui.console.widgets.feed import Feed
from stomptui.render.text import printable
from stomptui.stomp.events import Settlement
from tests.capture import made

HEIGHT = 10


class FeedApp(App[None]):
    """Nothing but a feed; `told` holds what it posted."""

    def __init__(self, capture: Capture) -> None:
        super().__init__()
        self.feed = Feed(capture)
        self.told: list[object] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield self.feed

    def on_mount(self) -> None:
        self.feed.focus()

    def on_feed_cursor_moved(self, message: Feed.CursorMoved) -> None:
        self.told.append(message.id)

    def on_feed_follow_changed(self, message: Feed.FollowChanged) -> None:
        self.told.append(f"following {message.following}")


def app_of(*bodies: bytes, settlement: Settlement = Settlement.UNSETTLED) -> FeedApp:
    capture = Capture()
    capture.extend(made.message(n, body, settlement=settlement) for n, body in enumerate(bodies, 1))
    return FeedApp(capture)


def many(count: int) -> FeedApp:
    return app_of(*[b"body %d" % number for number in range(1, count + 1)])


def arrive(app: FeedApp, count: int) -> None:
    last = app.feed.capture.last_number
    app.feed.capture.extend(made.messages(last + 1, last + count))
    app.feed.refresh_rows()


def lines(app: FeedApp) -> list[str]:
    """What is on the screen, the scroll bar left out."""
    screen = app.screen._compositor.render_strips()
    return [strip.text[:-1].rstrip() for strip in screen]


def bodies(app: FeedApp) -> list[str]:
    return [line[30:] if line else "" for line in lines(app)]


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()


async def test_it_follows_what_arrives_at_every_tick() -> None:
    app = many(3)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        assert bodies(app)[:4] == [" body 1", " body 2", " body 3", ""]
        app.feed.capture.extend(made.messages(4, 30))
        await settle(pilot)
        assert bodies(app)[3] == "", "it looks only when it is told to"
        app.feed.refresh_rows()
        await settle(pilot)
        assert [line[1:6] for line in lines(app)] == [f"{number:05d}" for number in range(21, 31)]
        assert app.feed.newest == 30 and app.told == []


async def test_keys_move_the_cursor_and_end_following() -> None:
    app = many(50)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await pilot.press("up")
        assert app.feed.cursor == 49 and not app.feed.following
        await pilot.press("k", "j", "j", "pageup")
        assert app.feed.cursor == 41
        await pilot.press("ctrl+d")
        assert app.feed.cursor == 50
        assert app.told[:2] == ["following False", 49]
        assert app.told[-1] == 50
        app.feed.follow()
        await settle(pilot)
        assert app.told[-2:] == ["following True", None]
        app.feed.top()
        await settle(pilot)
        assert app.feed.cursor == 1 and lines(app)[0].startswith(">00001 ")


async def test_the_cursor_stays_on_its_record_while_messages_pour_in() -> None:
    app = many(20)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        assert app.feed.next_unsettled() == 1
        await settle(pilot)
        before = lines(app)
        for _ in range(20):
            arrive(app, 50)
            await settle(pilot)
        assert app.feed.cursor == 1 and app.feed.cursor_in_view and lines(app) == before
        assert app.feed.new == 1000


async def test_what_is_not_in_view_costs_no_repaint(monkeypatch: pytest.MonkeyPatch) -> None:
    app = many(4)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        painted: list[int] = []
        refresh = app.feed.refresh

        def watched(*regions: Region, **options: bool) -> Feed:
            painted.extend(region.y for region in regions or [Region(0, -1, 0, 0)])
            return refresh(*regions, **options)

        monkeypatch.setattr(app.feed, "refresh", watched)
        app.feed.refresh_rows()
        assert painted == []
        arrive(app, 1)
        assert painted == [4], "one row more is one line"
        arrive(app, 100)
        assert painted[1:] == [-1], "all rows moved up: everything"
        app.feed.move(0)
        await settle(pilot)
        painted.clear()
        for _ in range(5):
            arrive(app, 1)
        assert painted == []


async def test_a_settled_message_shows_its_mark_at_the_next_look() -> None:
    app = many(5)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        assert lines(app)[1][22] == "*"
        app.feed.capture.extend([made.settled((2,), Settlement.ACKED)])
        app.feed.refresh_rows()
        await settle(pilot)
        assert [line[22] for line in lines(app)[:3]] == ["*", "a", "*"]


async def test_the_mouse_puts_the_cursor_where_it_clicks_and_the_wheel_scrolls() -> None:
    app = many(50)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await pilot.click(Feed, offset=(30, 4))
        assert app.feed.cursor == 45 and not app.feed.following
        for _ in range(4):
            await pilot._post_mouse_events([events.MouseScrollUp], Feed, offset=(30, 4))
        assert app.feed.cursor == 45 and not app.feed.cursor_in_view
        assert lines(app)[0].startswith(" 00029 ")
        await pilot.click(Feed, offset=(79, 0))
        assert lines(app)[0].startswith(" 00001 ")
        await pilot.click(Feed, offset=(79, HEIGHT - 1))
        assert lines(app)[-1].startswith(" 00050 ")
        assert app.feed.cursor == 45


async def test_a_click_takes_the_focus() -> None:
    app = many(5)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        app.screen.set_focus(None)
        await pilot.click(Feed, offset=(30, 1))
        assert app.feed.has_focus and app.feed.cursor == 2


async def test_while_hidden_it_still_knows_what_is_looked_at() -> None:
    app = many(50)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        app.feed.go_to(20)
        app.feed.display = False
        await settle(pilot)
        app.feed.go_to(45)
        assert app.feed.cursor == 45 and app.feed.cursor_in_view
        app.feed.display = True
        await settle(pilot)
        assert any(line.startswith(">00045 ") for line in lines(app))


async def test_a_click_below_the_last_row_changes_nothing() -> None:
    app = many(3)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await pilot.click(Feed, offset=(10, 7))
        assert app.feed.following and app.feed.cursor is None


async def test_selection_shows_and_counts() -> None:
    app = many(12)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        app.feed.top()
        app.feed.toggle_selected()
        app.feed.extend(1)
        await settle(pilot)
        assert app.feed.selection == {1, 2, 3}
        assert [line[6] for line in lines(app)[:4]] == ["+", "+", "+", " "]
        app.feed.capture.extend([made.settled((4,), Settlement.ACKED)])
        assert app.feed.select(app.feed.unsettled()) == 11
        assert app.feed.select((1, 10, 11, 12)) == 4
        assert app.feed.selection == {1, 10, 11, 12}
        app.feed.clear_selection()
        await settle(pilot)
        assert app.feed.selection == set() and lines(app)[0][6] == " "


async def test_rows_are_drawn_anew_for_another_size_and_another_theme() -> None:
    app = many(30)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await pilot.resize_terminal(120, 16)
        assert len(lines(app)) == 16 and lines(app)[0].startswith(" 00015 ")
        before = app.screen._compositor.render_strips()[0]
        app.theme = "textual-light"
        await settle(pilot)
        after = app.screen._compositor.render_strips()[0]
        assert before.text == after.text
        assert [segment.style for segment in before] != [segment.style for segment in after]


@pytest.mark.parametrize("theme", themes.shipped(), ids=lambda theme: str(theme.name))
async def test_marks_and_cursor_are_seen_in_every_theme(theme: Theme) -> None:
    app = many(5)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        app.register_theme(theme)
        app.theme = theme.name
        app.feed.go_to(3)
        await settle(pilot)
        plain, cursor = app.screen._compositor.render_strips()[1:3]
        assert (plain.text[22], cursor.text[0]) == ("*", ">")
        styles = [segment.style for segment in cursor if segment.style is not None]
        assert len(set(styles)) > 1
        for style in styles:
            assert style.reverse or style.color != style.bgcolor or style.color is None or theme.ansi
        assert set(styles[:-1]).isdisjoint(segment.style for segment in plain)


async def test_focus_changes_how_the_cursor_looks_and_not_what_it_says() -> None:
    app = many(5)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        app.feed.go_to(3)
        await settle(pilot)
        before = app.screen._compositor.render_strips()[2]
        app.screen.set_focus(None)
        await settle(pilot)
        after = app.screen._compositor.render_strips()[2]
        assert before.text == after.text and before.text.startswith(">00003 ")
        assert [segment.style for segment in before] != [segment.style for segment in after]


async def test_text_that_was_searched_is_set_off() -> None:
    app = app_of(b"one Two three", b"two")
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        plain = app.screen._compositor.render_strips()[0]
        app.feed.set_off("tWO")
        await settle(pilot)
        strips = app.screen._compositor.render_strips()
        assert strips[0].text == plain.text
        assert any(segment.text == "Two" for segment in strips[0])
        assert any(segment.text == "two" for segment in strips[1])


HOSTILE = [
    b"a long enough text with \x1b]52;c;aGk=\x07",
    b"\xc2\x9b31mred",
    b"[/bold] [link=x]",
    "\u202eabc\u200b\U000e0041".encode(),
    b"\xff\xfe",
    b"\x00\x08\x7f",
    "注文".encode() * 60,
]


async def test_whatever_arrives_is_only_text_on_the_screen() -> None:
    app = app_of(*HOSTILE)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        app.feed.go_to(3)
        await settle(pilot)
        shown = lines(app)
        assert all(printable(line) == line for line in shown)
        assert "\u241b]52;c;aGk=\u2407" in shown[0] and "[/bold] [link=x]" in shown[2]
        strips = app.screen._compositor.render_strips()
        assert all(strip.cell_length == 80 for strip in strips)


async def test_an_empty_feed_takes_every_key() -> None:
    app = FeedApp(Capture())
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await pilot.press("up", "down", "pageup", "pagedown")
        app.feed.top()
        app.feed.toggle_selected()
        app.feed.extend(1)
        app.feed.follow()
        await settle(pilot)
        assert app.feed.next_unsettled() is None and app.feed.select(app.feed.unsettled()) == 0
        assert app.feed.following and set(lines(app)) == {""}
