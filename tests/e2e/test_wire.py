"""The wire in a terminal, at real brokers: from a message to the octets of both directions and back."""

from __future__ import annotations

from tests.brokers.peer import Peer
from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start


def test_from_a_message_to_its_octets_to_those_that_asked_for_it_and_back(
    start: Start, broker: RealBroker, destination: str
) -> None:
    terminal = steps.subscribed(start, broker, destination, columns=120, rows=40)
    with Peer(broker) as peer:
        peer.publish(destination, b"first light", "x-note:a\\cb")
    steps.marked(terminal, "*", "first light")
    terminal.press("u")
    steps.wait_cursor(terminal, "first light")
    terminal.press("W", "z")
    terminal.wait_for("== Wire  0", "connection 1  STOMP 1.2", "v: [wire] hex")
    terminal.wait_for("x-note:a\\cb\u240a")
    terminal.wait_for("first light\u2400")
    assert terminal.line("< ", "MESSAGE ", " octets ---")
    assert terminal.line(" ! ") is None, "nothing of this departs"
    terminal.press("v")
    terminal.wait_for("4d 45 53 53 41 47 45 0a", "MESSAGE.")
    terminal.press("v")
    terminal.wait_for("first light\u2400")
    terminal.press("g")
    terminal.wait_for("> 00001 ", "CONNECT ", "octets ---")
    terminal.wait_for("passcode:***\u240a")
    terminal.wait_for("> 00003 ", "SUBSCRIBE ", "octets ---")
    terminal.wait_for(f"destination:{destination}\u240a")
    terminal.press("G")
    terminal.wait_for("first light\u2400")
    terminal.press("escape", "escape")
    terminal.wait_for("== Feed")
    terminal.wait_for("== Message ", "[pretty]")
    terminal.press("u")
    steps.wait_cursor(terminal, "first light")
    terminal.press("a")
    steps.marked(terminal, "a", "first light")
    steps.quit_console(terminal)
