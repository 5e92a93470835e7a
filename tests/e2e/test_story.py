"""From the first message to the last resort, on a real broker: record, find, filter, ack, kill, open, export,
send again."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import PROGRAM, Start

TOKEN = "t0ken-9f3c"


def orders(broker: RealBroker, destination: str) -> None:
    """Four refunds and two orders, one refund above 100."""
    for kind, number, total in (
        ("order", 4708, 12.0),
        ("refund", 4709, 99.9),
        ("refund", 4710, 250.0),
        ("order", 4711, 300.0),
        ("refund", 4712, 1.5),
        ("refund", 4713, 101.0),
    ):
        body = json.dumps({"id": number, "total": total})
        steps.publish(broker, destination, body, headers=(f"type:{kind}", f"x-token:{TOKEN}"))


def test_from_the_first_message_to_the_last_resort(
    start: Start,
    rabbitmq: RealBroker,
    destination: str,
    destinations: Callable[[], str],
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    orders(rabbitmq, destination)
    file, exported = tmp_path / "orders.stomptui", tmp_path / "orders.ndjson"

    # Record, find, filter, ack in the filtered feed.
    terminal = steps.subscribed(start, rabbitmq, destination, "--capture", str(file), columns=120, rows=40)
    steps.marked(terminal, "*", '"id": 4713')
    terminal.press("/")
    terminal.wait_for("Find")
    terminal.type("4711")
    terminal.press("enter")
    terminal.wait_for("'4711' in")
    steps.wait_cursor(terminal, '"id": 4711')
    terminal.press("f")
    terminal.wait_for("tab completes")
    terminal.type("type = 'refund' AND body.total > 100")
    terminal.press("enter")
    terminal.wait_for("filter: type = 'refund' AND body.total > 100", "2 of")
    terminal.wait_gone('"id": 4709')
    terminal.press("u")
    steps.wait_cursor(terminal, '"id": 4710')
    terminal.press("a")
    terminal.wait_for("ACK", "receipt after")
    steps.marked(terminal, "a", '"id": 4710')
    steps.wait_cursor(terminal, '"id": 4713')  # the next that matches, not the next of all

    # Kill it, and look at what there was.
    terminal.process.send_signal(signal.SIGKILL)
    terminal.process.wait()
    terminal = start("open", str(file), columns=120, rows=40)
    terminal.wait_for("recording", "5 unsettled then")
    steps.marked(terminal, "a", '"id": 4710')
    terminal.press("a")
    terminal.wait_for("nothing can be sent")
    assert steps.quit_console(terminal) == ""

    # Export without the token.
    done = subprocess.run(
        [PROGRAM, "export", str(file), "-o", str(exported), "--redact-header", "x-token"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "6 values of header x-token" in done.stderr
    assert TOKEN not in exported.read_text() and '"id\\": 4713' in exported.read_text()

    # The broker has all but the one that was acked; send those again elsewhere that matter.
    assert sorted(json.loads(body)["id"] for body in steps.emptied(rabbitmq, destination)) == [
        4708, 4709, 4711, 4712, 4713
    ]  # fmt: skip
    elsewhere = destinations()
    command = [PROGRAM, "replay", str(file), rabbitmq.uri, "--messages", "--fast", "--yes"]
    command += ["--map", f"{destination}={elsewhere}", "--filter", "type = 'refund' AND body.total > 100"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "confirmed 2 of 2" in done.stdout
    sent = steps.consume(rabbitmq, elsewhere, 2)
    assert [json.loads(one.body)["id"] for one in sent] == [4710, 4713]
    assert [one.first(b"x-token") for one in sent] == [TOKEN.encode()] * 2
