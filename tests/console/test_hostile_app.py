"""The console on a broker that says nothing but hostile things: every screen it opens stays harmless."""

from __future__ import annotations

from typing import Any

import pytest

from stomptui import connect
from stomptui.commands.session import Inbox
from stomptui.console.app import ConsoleApp
from stomptui.console.settings import Settings
from stomptui.stomp.codec import escape
from stomptui.stomp.frame import AckMode
from tests.console.hostile import OCTETS, PIECES, TEXT, screen_is_harmless, screen_text
from tests.net.peer import Peer, serving

MESSAGES = 12


def header(text: str) -> bytes:
    """Write a header's value for the wire: escaped as STOMP 1.2 does, else octet by octet."""
    return escape(text.replace("\0", ""), "1.2").encode("utf-8", "surrogatepass")


def unescaped(text: str) -> bytes:
    """Write a value for CONNECTED, in which nothing is escaped."""
    return text.translate(dict.fromkeys(map(ord, "\0\r\n"))).encode("utf-8", "surrogatepass")


def message(number: int, text: str) -> bytes:
    head = [
        b"MESSAGE", b"subscription:1", b"message-id:%d" % number, b"ack:%d" % number,
        b"destination:/queue/" + header(text), b"content-type:" + header(text),
        header(text) + b":" + header(text), b"content-length:%d" % len(OCTETS),
    ]  # fmt: skip
    return b"\n".join(head) + b"\n\n" + OCTETS + b"\0\n"


async def hostile(peer: Peer) -> None:
    """Be a broker that means harm."""
    named = unescaped("".join(PIECES[:2])), unescaped(TEXT)
    await peer.accept(b"CONNECTED\nversion:1.2\nserver:%s\nsession:%s\n\n\0" % named)
    async for frame in peer.frames():
        if frame.command == "SUBSCRIBE":
            name = frame.first("id") or ""
            for number in range(MESSAGES):
                text = PIECES[number % len(PIECES)]
                octets = message(number, text).replace(b"subscription:1", b"subscription:" + name.encode())
                await peer.send(octets)
            await peer.send(b"ERROR\nmessage:" + header(TEXT) + b"\n\n" + OCTETS.replace(b"\0", b"") + b"\0")
            await peer.send(b"ME\0SS" + OCTETS.replace(b"\n", b"") + b"\n\n\0")
            await peer.send(header(TEXT[:60]) + b"\nx:y\n\n\0")
        if frame.first("receipt") is not None:
            await peer.receipt(frame)


async def until(pilot: Any, done: Any) -> None:
    """Let the app run until `done()`; its own clock draws, so this waits for the clock, not for a time."""
    for _ in range(2000):
        if done():
            return
        await pilot.pause(0.01)
    raise AssertionError("it never came about")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_screen_over_a_hostile_broker(size: tuple[int, int]) -> None:
    async with serving(hostile) as address:
        inbox = Inbox()
        client = await connect(f"stomp://{address}/?heartbeat=0", on_events=inbox)
        app = ConsoleApp(client, Settings())
        async with app.run_test(size=size, notifications=True) as pilot:
            inbox.open(app.on_events)
            await pilot.pause()
            screen_is_harmless(app)
            await client.subscribe(
                "/queue/orders", ack=AckMode.CLIENT_INDIVIDUAL, receipt=False, deliver=False
            )
            await until(pilot, lambda: app.capture.count > MESSAGES + 5)
            await until(pilot, lambda: "Not a frame" in screen_text(app))
            await pilot.pause()
            screen_is_harmless(app)
            await walk(app, pilot)
            app.toast(TEXT, "Title", "error")
            await pilot.pause()
            screen_is_harmless(app)
            app.exit()
        client.abort_connection()


async def walk(app: ConsoleApp, pilot: Any) -> None:
    """Open everything that shows a message, over each of the frames in turn."""
    for _ in range(MESSAGES):
        await pilot.press("U")
        screen_is_harmless(app)
    for key in ("v", "h", "v", "v", "v"):
        await pilot.press(key)
        screen_is_harmless(app)
    for key in ("r", "x", "m", "s", "t", "c", "slash", "question_mark", "ctrl+p"):
        await pilot.press(key)
        await until(pilot, lambda: app.screen is not app.main)
        await pilot.pause()
        screen_is_harmless(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
    for key in ("1", "4", "3", "2", "z", "z"):
        await pilot.press(key)
        screen_is_harmless(app)
