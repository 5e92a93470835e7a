"""From the console to the shell: what `C` copies sends the same message again."""

from __future__ import annotations

import base64
import os
import re
import subprocess
from pathlib import Path

from tests.brokers.peer import Peer
from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import PROGRAM, Start

OSC_52 = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")


def test_the_command_line_from_the_clipboard_sends_it_again(
    start: Start, broker: RealBroker, destination: str, environment: dict[str, str]
) -> None:
    terminal = steps.subscribed(start, broker, destination, "--prefetch", "1")
    body = '{"id":4711,\n "who":"it\'s $(me) %s \\ \x1b"}'
    steps.publish(broker, destination, body, headers=["content-type:application/json", "x-odd:a\\cb"])
    steps.marked(terminal, "*", "4711")
    terminal.press("u")
    steps.wait_cursor(terminal, "4711")
    terminal.press("C")
    terminal.wait_for("copy 0", "s stomptui send . p Python . f raw frame . esc")
    terminal.press("s")
    terminal.wait_for("as stomptui send,", "offered to the terminal's clipboard")
    [line] = [base64.b64decode(found) for found in OSC_52.findall(bytes(terminal.written))]
    assert line.decode().isprintable()
    own = {"STOMPTUI_LOGIN": broker.login, "STOMPTUI_PASSCODE": broker.passcode}
    path = f"{Path(PROGRAM).parent}:{os.environ['PATH']}"
    command = line.replace(destination.encode(), destination.encode() + b".again")
    done = subprocess.run(
        ["sh", "-c", command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**environment, **own, "PATH": path},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0 and b" confirmed after " in done.stderr, done.stderr
    with Peer(broker) as peer:
        peer.subscribe(destination + ".again")
        again = peer.receive()
    assert again.body == body.encode()
    assert again.first(b"content-type") == b"application/json" and again.first(b"x-odd") == b"a\\cb"
    terminal.press("a")
    steps.marked(terminal, "a", "4711")
