"""Connecting: what is said, what is understood, and what is never shown."""

from __future__ import annotations

import pytest

from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.events import FrameSent
from stomptui.stomp.frame import Frame
from stomptui.stomp.phase import Phase
from stomptui.stomp.session import Session
from tests.stomp.playbook import ACTIVEMQ, ARTEMIS, RABBITMQ, error, frames, message, play


def test_connect_says_what_it_was_given() -> None:
    script = play(host="/v", login="ops", passcode="secret", headers={"client-id": "c"})
    sent = script.session.connect(0.0)
    assert sent.data == (
        b"CONNECT\naccept-version:1.0,1.1,1.2\nhost:/v\nlogin:ops\npasscode:secret\n"
        b"heart-beat:10000,10000\nclient-id:c\n\n\0"
    )
    assert (script.state.host, script.state.login, script.state.asked) == ("/v", "ops", (10_000, 10_000))
    assert script.state.phase is Phase.CONNECTING


def test_the_passcode_never_shows() -> None:
    session = Session(
        login="ops", passcode="secret", headers={"token": "hidden"}, redact=("passcode", "token")
    )
    sent = session.connect(0.0)
    event = sent.events[0]
    assert isinstance(event, FrameSent)
    assert b"secret" in sent.data
    for shown in (event.frame.raw, repr(sent).encode(), str(event.frame.headers).encode()):
        assert b"secret" not in shown
        assert b"hidden" not in shown
    assert event.frame.first("passcode") == "***"


@pytest.mark.parametrize("command", ["CONNECT", "connect", " STOMP"])
def test_nor_does_one_that_is_sent_by_force(command: str) -> None:
    script = play().connects()
    sent = script.session.transmit(Frame(command, {"passcode": "secret"}), 1.0, force=True)
    assert b"secret" in sent.data
    assert "secret" not in repr(sent.events)
    event = sent.events[0]
    assert isinstance(event, FrameSent)
    assert b"secret" not in event.frame.raw


def test_a_second_connected_changes_nothing() -> None:
    script = play().connects().subscribes("/queue/q")
    script.gets(b"CONNECTED\nversion:1.0\n\n\0").gets(message("a:b")).settles("ACK", 5)
    assert script.state.ledger.gone(5) is not None
    assert script.written[-1] == b"ACK\nid:a-a\\cb\n\n\0"


@pytest.mark.parametrize(
    ("server", "name"),
    [
        (RABBITMQ, "RabbitMQ"),
        (ACTIVEMQ, "ActiveMQ"),
        (ARTEMIS, "Artemis"),
        ("stomptui-demo/1.0 (keeps nothing)", "Demo broker"),
        ("coilmq/1.1.0", "coilmq"),
        ("\x1b]0;x", "STOMP broker"),
        (None, "STOMP broker"),
    ],
)
def test_the_broker_is_recognised(server: str | None, name: str) -> None:
    script = play().connects(server, "1.2", ("session", "s-1"))
    assert (script.state.dialect.name, script.state.server, script.state.session_id) == (name, server, "s-1")


def test_connected_without_version_is_1_0() -> None:
    script = play()
    script.session.connect(0.0)
    script.gets(b"CONNECTED\nsession:s\n\n\0")
    assert (script.state.version, script.state.phase) == ("1.0", Phase.CONNECTED)


def test_rabbitmq_escapes_in_1_0_too() -> None:
    script = play().connects(RABBITMQ, "1.0")
    script.gets(b"MESSAGE\nx:a\\cb\n\n\0")
    message = script.events[-1]
    assert message.frame.first("x") == "a:b"  # type: ignore[union-attr]
    script.sends(frames.send("/queue/q", headers={"x": "a\nb"}, content_length=False))
    assert script.written[-1] == b"SEND\ndestination:/queue/q\nx:a\\nb\n\n\0"


def test_an_error_before_connected_refuses_connect() -> None:
    script = play()
    script.sends(script.session._connect).gets(error())
    script.tells("> 1 CONNECT", "< 2 ERROR about 1 surely", "1 CONNECT refused by 2 surely")
    assert script.state.phase is Phase.FAILED
    script.closes().tells("closed uncleanly").refuses(frames.send("/queue/q"), "the connection has failed")


def test_a_second_connected_is_shown_with_a_mark() -> None:
    again = b"CONNECTED\nversion:1.1\nsession:other\n\n\0"
    script = play().connects(None, "1.2", ("session", "first")).gets(again)
    frame = script.events[0].frame  # type: ignore[union-attr]
    assert [mark.code for mark in frame.marks] == ["unexpected"]
    script.tells("< 3 CONNECTED")
    assert (script.state.version, script.state.session_id) == ("1.2", "first")


def test_a_broken_stream_fails_the_connection() -> None:
    script = play().connects()
    script.session.receive(b"MESSAGE\ncontent-length:x\n\n\0")
    with pytest.raises(RemoteProtocolError):
        script.session.next_events(1.0)
    assert script.state.phase is Phase.FAILED
    assert script.session.decoder.unread.startswith(b"MESSAGE")


def test_a_version_that_was_not_asked_for_is_marked() -> None:
    script = play(versions=("1.2",))
    script.session.connect(0.0)
    script.gets(b"CONNECTED\nversion:1.1\n\n\0")
    assert [mark.code for mark in script.events[-1].frame.marks] == ["version"]  # type: ignore[union-attr]
    assert script.state.version == "1.1"


def test_octets_that_form_no_frame_are_counted_and_shown() -> None:
    play().connects().gets(b"ME\0SSAGE\n\n\0").tells("< 3 malformed", "< 4 SSAGE")


def test_disconnect_waits_for_its_receipt() -> None:
    script = play().connects()
    script.sends(frames.disconnect(receipt="bye")).tells("> 3 DISCONNECT")
    assert script.state.phase is Phase.DISCONNECTING
    script.refuses(frames.send("/queue/q"), "DISCONNECT was sent")
    script.gets(Frame("RECEIPT", [("receipt-id", "bye")]))
    script.tells("< 4 RECEIPT of 3", "3 DISCONNECT confirmed").closes(clean=True).tells("closed cleanly")
    assert script.state.phase is Phase.CLOSED


def test_force_sends_what_the_rules_refuse() -> None:
    script = play().connects().refuses(frames.commit("nope"), "is not open")
    script.sends(frames.commit("nope"), force=True).tells("> 3 COMMIT")
    script.sends(Frame("FROB"), force=True).tells("> 4 FROB")
    script.refuses(Frame("FROB"), "'FROB' is no STOMP client frame")
