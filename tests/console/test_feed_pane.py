"""The title over the feed, and what stands below it while nothing comes."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static

from stomptui import brokers
from stomptui.capture.store import Capture
from stomptui.console.palette import variables
from stomptui.console.panes.feed import FeedPane
from stomptui.console.view import View
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import encode
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.state import State
from tests.capture import made


class Pane(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.capture = Capture()
        self.state = State(recognise=brokers.recognise)
        self.pane = FeedPane(self.capture)
        self.now = 0.0

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield self.pane

    def sent(self, frame: Frame) -> None:
        encoded = frame.with_raw(encode(frame, "1.2"))
        self.capture.extend(self.state.observe("to_broker", encoded, self.now))

    def came(self, frame: Frame) -> None:
        self.capture.extend(self.state.observe("to_client", made.received(frame), self.now))

    def connect(self, server: str = "RabbitMQ/3.10.8") -> None:
        self.sent(frames.connect("/", login="ops"))
        self.came(Frame("CONNECTED", (("version", "1.2"), ("server", server))))

    def subscribe(self, destination: str, name: str, mode: AckMode = AckMode.CLIENT_INDIVIDUAL) -> None:
        headers = (("prefetch-count", "10"),) if mode is not AckMode.AUTO else ()
        self.sent(frames.subscribe(destination, name, ack=mode, headers=headers))

    def message(self, number: int, name: str = "s-1", destination: str = "/queue/orders") -> None:
        headers = (("subscription", name), ("message-id", f"m-{number}"), ("ack", f"a-{number}"))
        self.came(Frame("MESSAGE", (*headers, ("destination", destination)), b"{}"))

    def show(self) -> None:
        words = brokers.words(self.state.dialect)
        self.pane.show(View(now=self.now, address="mq1", state=self.state, words=words))

    def rule(self) -> str:
        return str(self.pane.query_one("#feed-title", Static).content)

    def hint(self) -> str:
        below = self.pane.query_one("#feed-hint", Static)
        return str(below.content) if below.display else ""


async def test_the_title_names_what_is_subscribed_and_where_one_is() -> None:
    app = Pane()
    async with app.run_test(size=(80, 6)) as pilot:
        app.connect()
        app.show()
        assert app.rule().startswith("== Feed  nothing subscribed ===")
        assert app.rule().endswith("= 00002  following ==")
        app.subscribe("/queue/orders", "s-1")
        for number in range(3):
            app.message(number)
        app.show()
        assert app.rule().startswith("== Feed  /queue/orders  client-individual 3/10 ==")
        await pilot.pause()
        app.pane.feed.go_to(5)
        for number in range(4):
            app.message(number + 3)
        app.show()
        assert app.rule().endswith(" 00005/00010  4 new (G) ==")
        app.pane.feed.select(app.pane.feed.unsettled())
        app.show()
        assert app.rule().endswith(" 7 selected  00005/00010 ==")
        app.subscribe("/topic/audit", "s-2", AckMode.AUTO)
        app.show()
        assert app.rule().startswith("== Feed  all destinations ==")
        assert len(app.rule()) == 80


async def test_a_narrow_title_says_what_has_room() -> None:
    app = Pane()
    async with app.run_test(size=(40, 12)):
        app.connect()
        app.subscribe("/queue/\x1b[2Jorders.with.a.long.name", "s-1")
        app.show()
        assert len(app.rule()) == 40 and "\x1b" not in app.rule()


async def test_with_nothing_subscribed_it_says_how_to() -> None:
    app = Pane()
    async with app.run_test(size=(80, 12)) as pilot:
        app.show()
        assert app.hint() == ""
        app.connect("RabbitMQ/\x1b3.10")
        app.show()
        await pilot.pause()
        assert app.hint().startswith(
            "Connected to RabbitMQ \u241b3.10 as ops, vhost '/'. Nothing is subscribed."
        )
        assert "  s  subscribe   /queue/NAME (compete)" in app.hint()
        shown = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
        assert shown[1].endswith("CONNECT /  versions 1.0,1.1,1.2, beats none")
        assert any("Nothing is subscribed" in line for line in shown)


async def test_with_nothing_coming_it_says_why_that_may_be() -> None:
    app = Pane()
    async with app.run_test(size=(120, 12)):
        app.connect()
        app.subscribe("/queue/orders", "s-1")
        app.now = 2.0
        app.show()
        assert app.hint() == "/queue/orders: asked 2.0s ago, not confirmed yet."
        app.state.subscriptions["s-1"].confirmed = 2.0
        app.subscribe("/topic/audit", "s-2", AckMode.AUTO)
        app.state.subscriptions["s-2"].confirmed = 2.0
        app.now = 42.0
        app.show()
        assert app.hint().splitlines() == [
            "/queue/orders confirmed 40s ago, 0 messages, vhost '/'. "
            "Empty, taken by another consumer, or another vhost.",
            "/topic/audit confirmed 40s ago, 0 messages, vhost '/'. "
            "Nothing was published since, or it is another vhost.",
        ]
        app.message(1)
        app.show()
        assert app.hint() == ""
