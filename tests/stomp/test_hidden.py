"""What a broker sends back of a login: hidden octet for octet, so that lengths and places stay."""

from __future__ import annotations

import pytest

from stomptui.stomp.events import ErrorReceived
from stomptui.stomp.session import Session


def answered(octets: bytes, *, login: str = "ops", passcode: str = "12:45") -> ErrorReceived:
    """The ERROR that comes of `octets`."""
    session = Session("/", login=login, passcode=passcode)
    session.connect(0.0)
    session.receive(octets)
    (event,) = (event for event in session.next_events(0.1) if isinstance(event, ErrorReceived))
    return event


def test_plain_and_escaped() -> None:
    body = b"passcode:12:45 refused"
    head = b"ERROR\nmessage:not 12\\c45\ncontent-length:%d\nbad line\n\n" % len(body)
    frame = answered(head + body + b"\0").frame
    assert frame.raw == (head + body + b"\0").replace(b"12:45", b"*****").replace(b"12\\c45", b"******")
    assert frame.body == b"passcode:***** refused"
    assert frame.first("message") == "not ******"
    assert frame.marks[0].offset == head.index(b"bad line")


@pytest.mark.parametrize(("login", "passcode"), [("guest", "guest"), ("ops", "bad")])
def test_what_would_hide_more_than_it_keeps_stays(login: str, passcode: str) -> None:
    octets = b"ERROR\nmessage:bad login of guest\n\nbad\0"
    assert answered(octets, login=login, passcode=passcode).frame.raw == octets


def test_other_errors_are_as_they_came() -> None:
    octets = b"ERROR\nmessage:no\n\nnothing of it\0"
    assert answered(octets).frame.raw == octets
