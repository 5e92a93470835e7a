"""`stomptui send` to a real broker, as the console copies it: a shell runs it, and the same message comes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stomptui import connect
from stomptui.render import copy_as
from stomptui.stomp import frame as frames
from tests.brokers.real import RealBroker
from tests.brokers.test_replay import MESSAGES, publish, take


def sh(broker: RealBroker, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line in a shell that finds stomptui, and whose environment says whom to log in as."""
    own = {"STOMPTUI_LOGIN": broker.login, "STOMPTUI_PASSCODE": broker.passcode}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", line],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **own, "PATH": path},
        check=False,
    )


async def test_what_is_copied_arrives_as_what_was_sent(
    broker: RealBroker, destinations: Callable[..., str]
) -> None:
    first, second = destinations("first"), destinations("second")
    async with connect(broker.uri) as client:
        await publish(client, first, MESSAGES)
        was = await take(client, first, len(MESSAGES))
        usual = client.state.dialect.content_length
        for body, headers in MESSAGES:
            frame = frames.send(second, body, headers=headers, content_length=usual)
            done = sh(broker, copy_as.shell(copy_as.Source(frame, broker.uri_for(), content_length=usual)))
            assert done.returncode == 0 and done.stdout == "", done.stderr
            assert re.fullmatch(rf"SEND to {re.escape(second)} confirmed after [\d.]+ m?s\n", done.stderr)
        assert await take(client, second, len(MESSAGES)) == was


@pytest.mark.parametrize(
    ("place", "option", "words"),
    [
        ("/none/such", "--receipt", "SEND to /none/such rejected: "),
        # For an exchange that is not there it leaves DISCONNECT unharmed, and only the receipt tells.
        ("/none/such", "--no-receipt", "SEND to /none/such rejected: "),
        ("/exchange/none/key", "--receipt", "no exchange 'none'"),
    ],
)
def test_rabbitmq_rejects_it_whether_it_closes_for_that_or_not(
    rabbitmq: RealBroker, place: str, option: str, words: str
) -> None:
    done = sh(rabbitmq, f"stomptui send '{rabbitmq.uri_for()}' {place} --body x {option}")
    assert done.returncode == 3 and words in done.stderr, done.stderr


def test_rabbitmq_confirms_what_it_drops_and_that_is_said(rabbitmq: RealBroker) -> None:
    done = sh(rabbitmq, f"stomptui send '{rabbitmq.uri_for()}' /topic/nobody.listens --body x")
    assert done.returncode == 0
    assert done.stderr.endswith("; RabbitMQ confirms it and drops it when no queue is bound for it\n")


def test_a_login_that_is_refused_is_not_sent(rabbitmq: RealBroker) -> None:
    uri = rabbitmq.uri_for("nobody", "wrong")
    done = sh(rabbitmq, f"stomptui send '{uri}' /queue/x --body x")
    assert done.returncode == 1 and "SEND to /queue/x was not sent: " in done.stderr
    assert "wrong" not in done.stderr
