"""Copy a frame as what sends it again: the row, what is handed to the terminal, and what is said."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

from stomptui.console.dialogs.copy_as import CopyAsRow
from stomptui.console.flows.copy_as import _bare
from stomptui.stomp.uri import parse_uri
from tests.console.hostile import screen_text
from tests.console.looking import looking, story
from tests.console.opened import Opened, opened

HOSTILE = "\x1b]52;c;aGk=\x07\u202e'$(touch ran)"


async def copied(console: Opened, *keys: str) -> str:
    """What is handed to the terminal when `C` and then `keys` are pressed, once that is said."""
    await console.press("C")
    await console.until(lambda: isinstance(console.app.screen, CopyAsRow))
    await console.press(*keys)
    await console.until_said("offered to the terminal's clipboard")
    return console.app.clipboard


async def message(console: Opened, body: bytes, headers: dict[str, str]) -> None:
    await console.subscribe("/queue/q")
    console.broker.publish("/queue/q", body, headers)
    await console.arrived(1)
    await console.press("u")


async def test_a_message_as_a_command_line() -> None:
    async with opened((80, 24)) as console:
        await message(console, b'{"id":1}', {"x-a": HOSTILE})
        await console.press("C")
        await console.until(lambda: isinstance(console.app.screen, CopyAsRow))
        number = f"{next(iter(console.client.state.ledger)):05d}"
        shown = " ".join(screen_text(console.app).split())
        assert f"copy {number} as: s stomptui send . p Python . f raw frame . esc" in shown
        await console.press("s")
        await console.until_said("offered")
        text = console.app.clipboard
        assert text.isprintable() and "\x1b" not in text
        words = shlex.split(text)
        assert words[:4] == ["stomptui", "send", f"stomp://{console.client.endpoint.address}/", "/queue/q"]
        assert words[4:] == [
            *("--header", "x-a:\\x1b]52;c;aGk=\\x07\\u202e'$(touch ran)"),
            *("--body", '{"id":1}'),
        ]
        octets = len(text.encode())
        assert console.said == f"{number} as stomptui send, {octets} B, offered to the terminal's clipboard."


async def test_a_message_as_a_script_and_as_it_was_on_the_wire() -> None:
    async with opened() as console:
        await message(console, b"\xff\0", {"x": "y"})
        script = await copied(console, "p")
        values = [
            ast.literal_eval(node.value) for node in ast.parse(script).body if isinstance(node, ast.Assign)
        ]
        assert values[1:] == ["/queue/q", [("x", "y")], b"\xff\0"]
        console.main.say("")
        assert (await copied(console, "f")).startswith("MESSAGE\n")
        assert "not exact" in console.said and console.said.startswith("The frame of ")


async def test_what_is_no_message_is_offered_as_what_it_can_be() -> None:
    async with opened((80, 24)) as console:
        await console.subscribe("/queue/q")
        await console.until(lambda: console.app.capture.last_id >= 3)
        subscribe = next(
            number
            for number in range(1, console.app.capture.last_id + 1)
            if (record := console.app.capture.record(number))
            and record.frame
            and record.frame.command == "SUBSCRIBE"
        )
        console.main.feed.go_to(subscribe)
        await console.press("C")
        await console.until(lambda: isinstance(console.app.screen, CopyAsRow))
        shown = " ".join(screen_text(console.app).split())
        assert "not s: SUBSCRIBE is not sent again, only SEND and MESSAGE are" in shown
        await console.press("s", "y", "x")
        assert isinstance(console.app.screen, CopyAsRow)
        await console.press("p")
        await console.until_said("as Python, ")
        assert "subscribe(DESTINATION, ack='client-individual'" in console.app.clipboard
        await console.press("C")
        await console.until(lambda: isinstance(console.app.screen, CopyAsRow))
        await console.press("escape")
        await console.until_said("Nothing was copied.")


async def test_it_needs_a_frame() -> None:
    async with opened() as console:
        await console.press("C")
        await console.until_said("no frame under the cursor")


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("stomp://ops:secret@mq1/shop", "stomp://mq1:61613/shop"),
        ("wss://ops:secret@mq1/ws?query=token%3Dt", "wss://mq1:443/ws"),
        ("stomp://mq1/?login=env:USER&passcode=file:/run/pass", "login=env:USER&passcode=file:/run/pass"),
    ],
)
def test_neither_login_nor_passcode_nor_token_is_copied(uri: str, shown: str) -> None:
    assert _bare(parse_uri(uri)).endswith(shown)


async def test_a_recording_names_the_broker_that_it_is_of(tmp_path: Path) -> None:
    steps = await story(tmp_path / "a.stomptui")
    async with looking(tmp_path / "a.stomptui") as seen:
        seen.main.feed.go_to(next(then.id for then in steps if then.unsettled == 3))
        await seen.press("C", "s")
        await seen.until(lambda: "offered" in seen.said)
        assert re.match(r"stomptui send 'stomp://127\.0\.0\.1:\d+/?' /queue/", seen.app.clipboard)
