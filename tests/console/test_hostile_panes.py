"""Hostile text in what a session knows reaches the cells of every pane and row harmless."""

from __future__ import annotations

from typing import Any

import pytest
from textual.content import Content
from textual.widget import Widget

from stomptui import brokers
from stomptui.capture.store import Capture
from stomptui.console.panes.feed import FeedPane
from stomptui.console.panes.session import SessionPane
from stomptui.console.panes.status import StatusRow
from stomptui.console.panes.subscriptions import SubscriptionsPane
from stomptui.console.view import View
from stomptui.console.widgets.notice import Notice
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import Malformed
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.state import State
from tests.console.hostile import OCTETS, SHORT, TEXT, Bench, screen_is_harmless

SIZES = [(80, 24), (30, 12), (140, 40)]


def raw(frame: Frame) -> bytes:
    """Write `frame` as it would look on the wire, every hostile octet but the line feed as it is."""
    lines = [frame.command, *(f"{name}:{value}" for name, value in frame.headers), "", ""]
    head = "\n".join(line.replace("\n", "\\n") for line in lines)
    return head.encode("utf-8", "surrogatepass") + frame.body + b"\0"


class Panes(Bench):
    """A pane over a state that was told nothing but hostile things."""

    def __init__(self, make: Any) -> None:
        super().__init__()
        self.pane: Widget = make()
        self.state = State(recognise=brokers.recognise)
        self.capture = Capture()

    def compose(self) -> Any:
        yield self.pane

    def sent(self, frame: Frame) -> None:
        self.capture.extend(self.state.observe("to_broker", frame.with_raw(raw(frame)), 1.0))

    def came(self, frame: Frame) -> None:
        self.capture.extend(self.state.observe("to_client", frame.with_raw(raw(frame)), 2.0))

    def live_through(self, text: str) -> None:
        self.sent(frames.connect(text, login=text, passcode=text))
        connected = (("version", "1.2"), ("server", text), ("session", text), ("heart-beat", text))
        self.came(Frame("CONNECTED", connected))
        for mode in AckMode:
            self.sent(
                frames.subscribe(text, f"{mode}{text}", ack=mode, headers=((text, text),), receipt=text)
            )
        self.sent(frames.begin(text))
        for mode in AckMode:
            pairs = [
                ("subscription", f"{mode}{text}"),
                ("destination", text),
                ("message-id", text),
                ("ack", text),
            ]
            self.came(Frame("MESSAGE", [*pairs, ("content-type", text), (text, text)], OCTETS))
        self.sent(frames.send(text, OCTETS, transaction=text, receipt=text))
        self.sent(frames.settle("ACK", [("id", text)], transaction=text))
        self.sent(Frame(text, [(text, text)]))
        self.came(Frame(text, [(text, text)]))
        self.came(Frame("RECEIPT", [("receipt-id", text)]))
        self.came(Frame("ERROR", [("message", text), ("receipt-id", text)], OCTETS))
        self.capture.extend(self.state.observe_malformed(Malformed(OCTETS, 0, text, text), 3.0))

    def view(self) -> View:
        words = brokers.words(self.state.dialect)
        return View(now=9.0, address=TEXT, state=self.state, words=words, subscription=TEXT)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("make", [SubscriptionsPane, SessionPane, lambda: StatusRow(markup=False)])
async def test_panes_and_status(make: Any, size: tuple[int, int]) -> None:
    app = Panes(make)
    async with app.run_test(size=size) as pilot:
        for text in (*SHORT, TEXT):
            app.live_through(text)
            app.pane.show(app.view())  # type: ignore[attr-defined]
            await pilot.pause()
            screen_is_harmless(app)


@pytest.mark.parametrize("size", SIZES)
async def test_feed(size: tuple[int, int]) -> None:
    capture = Capture()
    app = Panes(lambda: FeedPane(capture, extra_columns=["header:x", "body:id"]))
    app.capture = capture
    async with app.run_test(size=size) as pilot:
        assert isinstance(app.pane, FeedPane)
        app.pane.show(app.view())
        for text in (*SHORT, TEXT):
            app.live_through(text)
            app.pane.feed.go_to(capture.last_id)
            app.pane.show(app.view())
            await pilot.pause()
            screen_is_harmless(app)
        app.pane.feed.follow()
        app.pane.feed.show_beats(True)
        app.pane.show(app.view())
        await pilot.pause()
        screen_is_harmless(app)


async def test_what_the_feed_says_while_nothing_comes() -> None:
    capture = Capture()
    app = Panes(lambda: FeedPane(capture))
    app.capture = capture
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(app.pane, FeedPane)
        app.sent(frames.connect(TEXT, login=TEXT))
        app.came(Frame("CONNECTED", [("version", "1.2"), ("server", TEXT)]))
        app.pane.show(app.view())
        await pilot.pause()
        screen_is_harmless(app)
        app.sent(frames.subscribe(TEXT, TEXT, receipt=TEXT))
        app.pane.show(app.view())
        await pilot.pause()
        screen_is_harmless(app)


async def test_the_message_row_and_toasts() -> None:
    app = Panes(lambda: Notice(markup=False))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        assert isinstance(app.pane, Notice)
        for text in (*SHORT, TEXT):
            for severity in ("information", "warning", "error"):
                app.pane.say(text, severity)
                await pilot.pause()
                screen_is_harmless(app)


def test_the_check_reads_what_is_painted() -> None:
    """The same check over a widget that prints what it is given must fail."""

    class Careless(Widget):
        def render(self) -> Content:
            return Content(TEXT)

    async def look() -> None:
        app = Panes(Careless)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            screen_is_harmless(app)

    import asyncio

    with pytest.raises(AssertionError):
        asyncio.run(look())
