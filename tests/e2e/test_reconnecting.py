"""Brokers that die, hang and come back, and a second one to go on with: seen from a terminal."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from stomptui.demo.faults import Faults
from stomptui.demo.thread import serve_in_thread
from tests.brokers.private import Private
from tests.e2e import steps
from tests.e2e.conftest import Start

QUEUE = "/queue/orders"
KEPT = ("persistent:true",)
"""A header of SEND: what the broker has confirmed outlives it."""


def test_a_rabbitmq_that_was_killed_is_met_again_and_messages_flow(
    start: Start, mortal_rabbitmq: Private
) -> None:
    broker = mortal_rabbitmq.broker
    terminal = steps.subscribed(start, broker, QUEUE)
    steps.publish(broker, QUEUE, "held", headers=KEPT)
    steps.marked(terminal, "*", "held")
    mortal_rabbitmq.kill()
    steps.marked(terminal, "!", "held")
    terminal.wait_for("LOST", "R now")
    mortal_rabbitmq.start()
    terminal.press("R")
    terminal.wait_for("conn", "OK", "1 unsettled")
    steps.marked(terminal, "*R", "held")
    steps.publish(broker, QUEUE, "later")
    steps.marked(terminal, "*", "later")
    terminal.press("u")
    steps.wait_cursor(terminal, "held")
    terminal.press("a")
    terminal.wait_for("ACK", "receipt after")
    terminal.press("a")
    terminal.wait_for("None unsettled")
    steps.quit_console(terminal)
    assert steps.emptied(broker, QUEUE) == []


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (200, 60)])
def test_the_second_broker_takes_over(
    start: Start, two_brokers: tuple[Private, Private], columns: int, rows: int
) -> None:
    one, two = two_brokers
    uri = f"failover:({one.uri},{two.uri})"
    terminal = start("connect", uri, "--subscribe", QUEUE, columns=columns, rows=rows)
    terminal.wait_for(f":{one.broker.port}", "OK")
    steps.publish(one.broker, QUEUE, "at the first", headers=KEPT)
    steps.marked(terminal, "*", "at the first")
    one.kill()
    terminal.wait_for(f":{two.broker.port}", "conn", "OK", "0 unsettled")
    steps.marked(terminal, "!", "at the first")
    steps.publish(two.broker, QUEUE, "at the second")
    steps.marked(terminal, "*", "at the second")
    terminal.press("u")
    steps.wait_cursor(terminal, "at the second")
    terminal.press("a")
    terminal.wait_for("ACK", "receipt after")
    steps.quit_console(terminal)
    one.start()
    assert steps.emptied(one.broker, QUEUE) == ["at the first"]
    assert steps.emptied(two.broker, QUEUE) == []


def test_without_a_broker_keys_say_why_and_what_is_typed_stays(
    start: Start, mortal_activemq: Private
) -> None:
    broker = mortal_activemq
    terminal = start("connect", f"{broker.uri}?delay=3600&max-delay=3600", "--subscribe", QUEUE)
    terminal.wait_for("OK", "unsettled")
    steps.publish(broker.broker, QUEUE, "held", headers=KEPT)
    steps.marked(terminal, "*", "held")
    terminal.press("u")
    steps.wait_cursor(terminal, "held")
    broker.kill()
    terminal.wait_for("LOST, next try in", "R now")
    terminal.press("a")
    terminal.wait_for("no connection: next try in", "R tries now")
    terminal.press("c")
    terminal.wait_field("To ")
    terminal.type("/queue/out")
    terminal.wait_for("To", "/queue/out")
    terminal.press("ctrl+r")
    terminal.wait_for("not sent: no connection")
    terminal.press("escape")
    terminal.wait_for("draft is kept")
    terminal.press("R")
    terminal.wait_for("Not connected yet", "connection refused")
    broker.start()
    terminal.press("R")
    terminal.wait_for("conn", "OK", "1 unsettled")
    terminal.press("c")
    terminal.wait_for("To", "/queue/out")
    terminal.press("ctrl+r")
    terminal.wait_for("SEND", "confirmed")
    assert len(steps.consume(broker.broker, "/queue/out", 1)) == 1
    steps.quit_console(terminal)


def test_without_reconnecting_only_the_key_connects(start: Start, mortal_activemq: Private) -> None:
    broker = mortal_activemq
    terminal = steps.connected(start, broker.broker, "--no-reconnect")
    broker.kill()
    terminal.wait_for("NOT CONNECTED: R connects")
    broker.start()
    terminal.press("R")
    terminal.wait_for("conn", "OK")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_while_it_waits_ends_it_in_order(
    start: Start, mortal_activemq: Private, number: signal.Signals
) -> None:
    broker = mortal_activemq
    terminal = start("connect", f"{broker.uri}?delay=3600&max-delay=3600")
    terminal.wait_for("OK", "unsettled")
    broker.kill()
    terminal.wait_for("LOST, next try")
    terminal.signal(number)
    assert terminal.exit_code() == 128 + number
    assert terminal.clean()


def test_quitting_while_it_waits_does_not_ask(start: Start, mortal_activemq: Private) -> None:
    broker = mortal_activemq
    terminal = start("connect", f"{broker.uri}?delay=3600&max-delay=3600", "--subscribe", QUEUE)
    terminal.wait_for("OK", "unsettled")
    steps.publish(broker.broker, QUEUE, "held", headers=KEPT)
    steps.marked(terminal, "*", "held")
    broker.kill()
    terminal.wait_for("LOST, next try")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 1
    assert terminal.clean()
    [line] = terminal.after_screen().strip().splitlines()
    assert "there was no connection to" in line


@pytest.fixture
def faults() -> Faults:
    """What the embedded broker does wrong; fields may be changed while it runs."""
    return Faults()


@pytest.fixture
def demo(faults: Faults) -> Iterator[str]:
    """The URI of an embedded broker, with a user and heart-beats each second."""
    with serve_in_thread(sample=False, faults=faults) as uri:
        yield uri.replace("stomp://", "stomp://ops:stale@") + "?heartbeat=1"


def test_a_broker_that_falls_silent_is_noticed_and_met_again(start: Start, demo: str, faults: Faults) -> None:
    terminal = start("connect", f"{demo}&timeout=1", columns=120, rows=40)
    terminal.wait_for("OK", "unsettled")
    faults.silent_after = 0
    terminal.wait_for("connection closed: the broker was silent for")
    terminal.wait_for("LOST")
    faults.silent_after = None
    terminal.wait_for("connection", "OK", "unsettled")


def test_a_refused_login_waits_for_another_passcode(start: Start, demo: str, faults: Faults) -> None:
    terminal = start("connect", f"{demo}&timeout=1", "--subscribe", QUEUE)
    terminal.wait_for("OK", "unsettled")
    faults.refuse_login = True
    faults.silent_after = 0
    terminal.wait_for("LOST")
    faults.silent_after = None
    terminal.wait_for("NOT CONNECTED: R connects")
    terminal.press("R")
    terminal.wait_for("Passcode of ops at 127.0.0.1")
    faults.refuse_login = False
    terminal.type("fresh")
    terminal.press("enter")
    terminal.wait_for("conn", "OK")
    assert b"fresh" not in terminal.written
    terminal.wait_for("SUBSCRIBE", QUEUE, "receipted")
    steps.quit_console(terminal)
