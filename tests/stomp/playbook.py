"""Scripts for a session: what is sent, what comes, and everything that is told of it, compared whole.

    play(session).connects().sends(frame).tells("> 3 SEND /queue/q").gets(octets).tells(...)

Time is what the script says: it starts at 0 and stands still until `at` moves it.
"""

from __future__ import annotations

from typing import Any

import pytest

from stomptui import brokers
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import encode
from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.events import Event
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.session import Session

RABBITMQ = "RabbitMQ/3.10.8"
ACTIVEMQ = "ActiveMQ/5.17.2"
ARTEMIS = "ActiveMQ-Artemis/2.31.2 ActiveMQ Artemis Messaging Engine"


def told(event: Event) -> str:
    """One event in a few words, with everything in it but its time, its connection and its frame's octets."""
    name, fields = type(event).__name__, event._asdict()
    number = fields.get("number")
    match name:
        case "FrameSent":
            about = fields["frame"].first("destination") or ""
            joined = f" in {fields['transaction']}" if fields["transaction"] else ""
            return f"> {number} {fields['frame'].command} {about}".rstrip() + joined
        case "MessageReceived":
            again = f" R{fields['deliveries']}" if fields["deliveries"] != 1 else ""
            after = f" of {fields['earlier']}" if fields["earlier"] is not None else ""
            return f"< {number} MESSAGE {fields['settlement'].name}{again}{after}"
        case "Connected" | "FrameReceived":
            return f"< {number} {fields['frame'].command}"
        case "ReceiptReceived":
            return f"< {number} RECEIPT of {fields['answers']}"
        case "ErrorReceived":
            again = f" again {fields['again']}" if fields["again"] is not None else ""
            return f"< {number} ERROR{again} about {fields['answers']}{' surely' if fields['sure'] else ''}"
        case "MalformedReceived":
            return f"< {number} malformed"
        case "Settled":
            return f"{','.join(map(str, fields['numbers']))} {fields['settlement'].name}"
        case "Confirmed":
            return f"{number} {fields['command']} confirmed"
        case "Rejected":
            return f"{number} {fields['command']} refused by {fields['error']}{' surely' * fields['sure']}"
        case "Unconfirmed":
            return f"{number} {fields['command']} unconfirmed"
        case "TransactionEnded":
            return f"{fields['name']} {fields['outcome']}: {fields['sent']} sent, {fields['settled']} settled"
        case "HeartBeatReceived":
            return f"{fields['count']} beats in"
        case "HeartBeatSent":
            return "beat out"
        case "HeartBeatMissed":
            return f"beat missed after {fields['silence']:g}"
        case "Closed":
            return f"closed {'cleanly' if fields['clean'] else 'uncleanly'}"
    raise AssertionError(name)


class Play:
    """A script that runs while it is written down; `events` holds what was told and not yet looked at."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.state = session.state
        self.now = 0.0
        self.events: list[Event] = []
        self.written: list[bytes] = []

    def at(self, now: float) -> Play:
        """Let time pass until `now`."""
        self.now = now
        return self

    def ticks(self, now: float) -> Play:
        """Let time pass until `now` and do what is due then."""
        self.now = now
        return self._take(self.session.tick(now))

    def connects(self, server: str | None = None, version: str = "1.2", *headers: tuple[str, str]) -> Play:
        """Frames 1 and 2: CONNECT and CONNECTED; nothing is left to be told."""
        self._take(self.session.connect(self.now))
        own = (("version", version), *((("server", server),) if server else ()), *headers)
        self.gets(Frame("CONNECTED", own))
        self.events.clear()
        return self

    def subscribes(self, destination: str, mode: AckMode = AckMode.CLIENT_INDIVIDUAL, **fields: Any) -> Play:
        """Subscribe; nothing is left to be told."""
        self.sends(self.session.subscribe_frame(destination, mode=mode, **fields))
        self.events.clear()
        return self

    def sends(self, frame: Frame, **how: bool) -> Play:
        return self._take(self.session.transmit(frame, self.now, **how))

    def settles(self, command: str, number: int, **fields: Any) -> Play:
        return self.sends(self.session.settle_frame(command, number, **fields))

    def refuses(self, frame: Frame, *words: str, **how: bool) -> Play:
        """The frame is refused in one line that holds `words`, and nothing has changed."""
        before = (self.state.frames, dict(self.state.ledger), dict(self.state.receipts))
        with pytest.raises(LocalProtocolError) as refused:
            self.session.transmit(frame, self.now, **how)
        assert (self.state.frames, dict(self.state.ledger), dict(self.state.receipts)) == before
        return self._said(str(refused.value), words)

    def cannot_settle(self, command: str, number: int, *words: str) -> Play:
        """No frame can be made that settles `number`, in one line that holds `words`."""
        with pytest.raises(LocalProtocolError) as refused:
            self.session.settle_frame(command, number)
        assert self.session.why_not_settle(command, number) == str(refused.value)
        return self._said(str(refused.value), words)

    def gets(self, *items: Frame | bytes) -> Play:
        """These octets arrive; a frame is written as a broker of this version would."""
        for item in items:
            octets = encode(item, self.state.version) if isinstance(item, Frame) else item
            self.session.receive(octets + b"\n" if isinstance(item, Frame) else octets)
            while events := self.session.next_events(self.now):
                self.events += events
        return self

    def closes(self, *, clean: bool = False) -> Play:
        self.events += self.session.closed("ended", self.now, clean)
        return self

    def tells(self, *expected: str) -> Play:
        """Everything told since the last look is exactly this."""
        said, self.events = [told(event) for event in self.events], []
        assert said == list(expected)
        return self

    def writes(self, *expected: bytes) -> Play:
        """Everything written since the last look is exactly this."""
        written, self.written = self.written, []
        assert written == list(expected)
        return self

    def _take(self, sent: Any) -> Play:
        self.events += sent.events
        if sent.data:
            self.written.append(sent.data)
        return self

    def _said(self, text: str, words: tuple[str, ...]) -> Play:
        assert "\n" not in text
        missing = [word for word in words if word not in text]
        assert not missing, text
        return self


def play(session: Session | None = None, **fields: Any) -> Play:
    """A script for a session that recognises the real brokers, or for the one given."""
    return Play(session if session is not None else Session(recognise=brokers.recognise, **fields))


def message(
    name: str, *headers: tuple[str, str], subscription: str | None = "1", body: bytes = b"hello"
) -> Frame:
    """A MESSAGE with the ids `m-NAME` and (first, as a broker writes it) `a-NAME`."""
    own = [] if subscription is None else [("subscription", subscription)]
    own += [("message-id", f"m-{name}"), ("ack", f"a-{name}"), *headers, ("destination", "/queue/q")]
    return Frame("MESSAGE", own, body)


def receipt(receipt_id: str) -> Frame:
    return Frame("RECEIPT", [("receipt-id", receipt_id)])


def error(*headers: tuple[str, str]) -> Frame:
    return Frame("ERROR", [("message", "no"), *headers], b"no")


__all__ = [
    "ACTIVEMQ",
    "ARTEMIS",
    "RABBITMQ",
    "Play",
    "error",
    "frames",
    "message",
    "play",
    "receipt",
    "told",
]
