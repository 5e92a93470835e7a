"""Sending by hand: own headers, again with a change, elsewhere, in a transaction; seen by another client."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.brokers.peer import Peer
from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start
from tests.e2e.terminal import Terminal


def compose(terminal: Terminal, destination: str, headers: str, body: str) -> None:
    """Fill the form and send it."""
    terminal.press("c")
    terminal.wait_field("To ")
    terminal.type(destination)
    terminal.wait_for("To", destination)
    terminal.tab_to("== Headers")
    terminal.type(headers)
    terminal.wait_for(headers.rpartition("\r")[2])
    terminal.tab_to("== Body")
    terminal.type(body)
    terminal.wait_for(body)
    terminal.press("ctrl+r")


def test_three_headers_arrive_byte_exact(start: Start, broker: RealBroker, destination: str) -> None:
    """One has a colon, a backslash and a line break in its value; one is repeated: brokers keep its first."""
    terminal = steps.connected(start, broker, columns=120, rows=40)
    with Peer(broker) as peer:
        peer.subscribe(destination)
        compose(terminal, destination, "x-odd:a:b\\\\c\\nd\rx-twice:one\rx-twice:two\rx-plain:yes", "by hand")
        terminal.wait_for("SEND", "confirmed")
        frame = peer.receive()
    assert frame.body == b"by hand"
    assert frame.first(b"x-odd") == rb"a\cb\\c\nd"
    assert frame.all(b"x-twice") == [b"one"]
    assert frame.first(b"x-plain") == b"yes"
    terminal.wait_for("> ", "SEND", "receipted")


def test_resend_with_one_field_changed(start: Start, broker: RealBroker, destination: str) -> None:
    body = '{"id":4711,"total":99.90}'
    terminal = steps.subscribed(start, broker, destination, "--prefetch", "1")
    steps.publish(broker, destination, body, headers=["content-type:application/json", "x-tenant:acme"])
    steps.marked(terminal, "*", "4711")
    terminal.press("u")
    steps.wait_cursor(terminal, "4711")
    terminal.press("r")
    terminal.wait_for("Compose  from", "draft kept")
    terminal.wait_for("left out:", "message-id")
    terminal.wait_field("To ")
    terminal.tab_to("== Body", times=2)
    terminal.press("end", "left", *["backspace"] * len("99.90"))
    terminal.wait_for('"total":}')
    terminal.type("89.90")
    terminal.wait_for('"total":89.90}')
    terminal.press("ctrl+r")
    terminal.wait_for("SEND", "confirmed")
    [frame] = steps.consume(broker, destination, 1)
    assert frame.body == b'{"id":4711,"total":89.90}'
    assert frame.first(b"x-tenant") == b"acme"
    assert frame.all(b"message-id") and len(frame.all(b"destination")) == 1


def test_move_to_another_queue(
    start: Start, broker: RealBroker, destination: str, destinations: Callable[..., str]
) -> None:
    other = destinations("other")
    terminal = steps.subscribed(start, broker, destination, columns=120, rows=40)
    steps.publish(broker, destination, "moved", headers=["x-tenant:acme"])
    steps.marked(terminal, "*", "moved")
    terminal.press("u")
    steps.wait_cursor(terminal, "moved")
    terminal.press("m")
    terminal.wait_field("Move ")
    terminal.type(other)
    terminal.press("enter")
    terminal.wait_for("moved to", "committed")
    steps.marked(terminal, "a", "moved")
    [frame] = steps.consume(broker, other, 1)
    assert (frame.body, frame.first(b"x-tenant")) == (b"moved", b"acme")
    steps.quit_console(terminal)
    assert steps.emptied(broker, destination) == []


@pytest.mark.parametrize("end", ["commit", "abort"])
def test_a_transaction(start: Start, broker: RealBroker, destination: str, end: str) -> None:
    """Another client has what was committed only after the commit, and what was aborted never."""
    terminal = steps.connected(start, broker)
    with Peer(broker) as peer:
        peer.subscribe(destination)
        terminal.press("t")
        terminal.wait_for("b begin")
        terminal.press("b")
        terminal.wait_for("tx-1 0")
        compose(terminal, destination, "x-by:hand", "in a transaction")
        terminal.wait_for("tx-1 1")
        terminal.wait_for("> t", "SEND")
        peer.publish(destination, b"outside")
        assert peer.receive().body == b"outside"
        terminal.press("t")
        terminal.wait_for(f"{end} tx-1")
        terminal.press("c" if end == "commit" else "x")
        terminal.wait_for("committed" if end == "commit" else "aborted")
        terminal.wait_for("tx -")
        peer.publish(destination, b"afterwards")
        came = [peer.receive().body]
        if end == "commit":
            came.append(peer.receive().body)
        assert sorted(came) == [b"afterwards", b"in a transaction"][: len(came)]


def test_an_ack_in_an_aborted_transaction_is_undone(
    start: Start, broker: RealBroker, destination: str
) -> None:
    terminal = steps.subscribed(start, broker, destination)
    steps.publish(broker, destination, "kept")
    steps.marked(terminal, "*", "kept")
    terminal.press("t")
    terminal.wait_for("b begin")
    terminal.press("b")
    terminal.wait_for("tx-1 0")
    terminal.press("u")
    steps.wait_cursor(terminal, "kept")
    terminal.press("a")
    steps.marked(terminal, "t", "kept")
    terminal.press("t")
    terminal.wait_for("abort tx-1")
    terminal.press("x")
    terminal.wait_for("1 message is unsettled again")
    steps.marked(terminal, "*", "kept")
    steps.quit_console(terminal)
    assert steps.emptied(broker, destination) == ["kept"]


def test_the_draft_survives(start: Start, broker: RealBroker, destination: str) -> None:
    terminal = steps.connected(start, broker)
    terminal.press("c")
    terminal.wait_field("To ")
    terminal.type(destination)
    terminal.wait_for("To", destination)
    terminal.tab_to("== Body", times=2)
    terminal.type("not yet")
    terminal.wait_for("not yet")
    terminal.press("escape")
    terminal.wait_for("draft is kept")
    terminal.press("c")
    terminal.wait_for("not yet")
    terminal.wait_for("To", destination)
