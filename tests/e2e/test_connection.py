"""The connection as the engineer sees it: heart-beats, refusals, an editor for long, and how it ends."""

from __future__ import annotations

import re
import signal
import sys
import time

import pytest

from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start


def test_heart_beats_are_counted(start: Start, broker: RealBroker) -> None:
    """Asked for every second: three of each direction are seen in the feed, and the session pane says so."""
    terminal = start("connect", f"{broker.uri}/?heartbeat=1", columns=120, rows=40)
    terminal.wait_for("OK", "in ")
    terminal.wait_for("in effect 1s out, 1s in")
    terminal.press("b")
    terminal.wait_until(
        lambda: (
            sum(int(n) for n in re.findall(r"< .*beat.*?(\d*)", terminal.text) if n) >= 3
            or len(re.findall(r"< +heart-beat", terminal.text)) >= 3
        ),
        "no three heart-beats received",
    )
    terminal.wait_until(lambda: len(re.findall(r"> +heart-beat", terminal.text)) >= 3, "no three sent")
    assert terminal.line("LATE") is None


def test_a_bad_destination_shows_the_brokers_own_words(start: Start, broker: RealBroker) -> None:
    bad, words = {
        "rabbitmq": ("/nowhere/at/all", "Unknown destination"),
        "activemq": ("/queue/ro.1", "not authorized"),
    }[broker.name]
    terminal = start("connect", broker.uri_for("reader", "secret"), columns=120, rows=40)
    terminal.wait_for("OK", "unsettled")
    terminal.press("c")
    terminal.wait_field("To ")
    terminal.type(bad)
    terminal.wait_for("To", bad)
    terminal.press("ctrl+r")
    terminal.wait_for(words)


def test_the_editor_may_stay_open_for_longer_than_two_heart_beats(
    start: Start, broker: RealBroker, destination: str, tmp_path: object
) -> None:
    """The editor waits for four seconds, and the connection with beats every second lives on."""
    editor = f"{sys.executable} -c \"import sys, time; print('editing', flush=True); time.sleep(4.5); "
    editor += "open(sys.argv[1], 'a').write('edited')\""
    terminal = start("connect", f"{broker.uri}/?heartbeat=1", EDITOR=editor, VISUAL=editor)
    terminal.wait_for("OK", "unsettled")
    terminal.press("c")
    terminal.wait_field("To ")
    terminal.type(destination)
    terminal.wait_for("To", destination)
    terminal.press("f4")
    terminal.wait_for("editing")
    terminal.wait_for("Compose", "draft kept")
    terminal.wait_for("edited")
    terminal.press("ctrl+r")
    terminal.wait_for("SEND", "confirmed")
    [frame] = steps.consume(broker, destination, 1)
    assert frame.body == b"edited"
    assert terminal.line("LATE") is None and terminal.line("OK") is not None


def test_quitting_with_an_unsettled_message_asks_first(
    start: Start, broker: RealBroker, destination: str
) -> None:
    terminal = steps.subscribed(start, broker, destination)
    steps.publish(broker, destination, "held")
    steps.marked(terminal, "*", "held")
    terminal.press("ctrl+q")
    terminal.wait_for("1 unsettled: this broker")
    terminal.press("enter")  # the default is no
    terminal.wait_for("Still here")
    terminal.press("ctrl+q")
    terminal.wait_for("1 unsettled: this broker")
    terminal.press("y")
    assert terminal.exit_code() == 0
    assert terminal.clean()
    [line] = terminal.after_screen().strip().splitlines()
    assert "1 unsettled" in line
    [frame] = steps.consume(broker, destination, 1)
    assert frame.body == b"held" and frame.first(b"redelivered") == b"true"


def test_quitting_with_nothing_to_lose_does_not_ask(start: Start, broker: RealBroker) -> None:
    terminal = steps.connected(start, broker)
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    assert terminal.clean()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_it_in_order(
    start: Start, broker: RealBroker, destination: str, number: signal.Signals
) -> None:
    terminal = steps.subscribed(start, broker, destination)
    steps.publish(broker, destination, "held")
    steps.marked(terminal, "*", "held")
    terminal.signal(number)
    assert terminal.exit_code() == 128 + number
    assert terminal.clean()
    [frame] = steps.consume(broker, destination, 1)
    assert frame.body == b"held" and frame.first(b"redelivered") == b"true"


def test_a_lost_terminal_ends_it_in_order(start: Start, broker: RealBroker, destination: str) -> None:
    terminal = steps.subscribed(start, broker, destination)
    steps.publish(broker, destination, "held")
    steps.marked(terminal, "*", "held")
    terminal.hang_up()
    assert terminal.exit_code() == 128 + signal.SIGHUP
    [frame] = steps.consume(broker, destination, 1)
    assert frame.body == b"held" and frame.first(b"redelivered") == b"true"


def test_a_terminal_that_is_lost_without_a_signal_ends_it_too(
    start: Start, broker: RealBroker, destination: str
) -> None:
    """Only the writes fail: the event loop must not be held up, and the message must go back."""
    terminal = start("connect", broker.uri, "--subscribe", destination, deaf=True)
    terminal.wait_for("OK", "unsettled")
    steps.publish(broker, destination, "held")
    steps.marked(terminal, "*", "held")
    terminal.hang_up()
    assert terminal.exit_code() == 128 + signal.SIGHUP
    [frame] = steps.consume(broker, destination, 1)
    assert frame.body == b"held" and frame.first(b"redelivered") == b"true"


def test_a_terminal_that_stalls_costs_neither_beats_nor_the_screen(
    start: Start, broker: RealBroker, destination: str
) -> None:
    """Nothing is read from the terminal for four beats while keys are pressed; then all is there again."""
    terminal = start("connect", f"{broker.uri}/?heartbeat=1", "--subscribe", destination)
    terminal.wait_for("OK", "unsettled")
    terminal.stall()
    for turn in range(8):
        steps.publish(broker, destination, f"turn {turn}")
        for _ in range(14):  # a frame each that nobody takes, far more than are kept
            terminal.press("z")
            time.sleep(0.04)  # what is awaited is that time passes: four beats each way
    terminal.take()
    terminal.wait_for("OK", "8 unsettled")
    terminal.press("2", "G")
    terminal.wait_for("turn 7")
    terminal.wait_for("== Message")
    assert terminal.line("LATE") is None and terminal.line("CLOSED") is None


def test_the_passcode_is_asked_for_before_the_screen_opens(start: Start, broker: RealBroker) -> None:
    terminal = start("connect", broker.uri_for(broker.login))
    terminal.wait_for("asscode")
    assert 1049 not in terminal.modes()
    terminal.type(broker.passcode)
    terminal.press("enter")
    terminal.wait_for("OK", "unsettled")
    steps.quit_console(terminal)


@pytest.mark.parametrize(("columns", "rows"), [(40, 10), (80, 24), (120, 40)])
def test_a_certificate_that_is_not_checked_is_told_of_as_long_as_that_lasts(
    start: Start, rabbitmq: RealBroker, columns: int, rows: int
) -> None:
    uri = f"stomp+ssl://{rabbitmq.login}:{rabbitmq.passcode}@127.0.0.1:{rabbitmq.tls_port}/?verify=none"
    terminal = start("connect", uri, columns=columns, rows=rows)
    terminal.wait_for("OK", "verify=none")
    terminal.press("4")
    terminal.wait_for("OK", "verify=none")
    steps.quit_console(terminal)
