"""What a frame from the broker does to the state; a MESSAGE costs two header look-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.stomp import marking, refusals
from stomptui.stomp.escapes import ESCAPED, SIMPLE
from stomptui.stomp.events import (
    Connected,
    ErrorReceived,
    Event,
    FrameReceived,
    MessageReceived,
    ReceiptReceived,
    Rejected,
    Settlement,
)
from stomptui.stomp.frame import AckMode
from stomptui.stomp.heartbeat import negotiate, parse
from stomptui.stomp.ledger import Key, Unsettled
from stomptui.stomp.outcomes import confirmed, give_up, rejected
from stomptui.stomp.phase import EXPECTED, Phase
from stomptui.stomp.subscription import prefetch

if TYPE_CHECKING:
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.state import State
    from stomptui.stomp.subscription import Subscription


_BY_MESSAGE_ID = ("1.0", "1.1")
"""The versions in which an ACK names a message by its `message-id`, not by its `ack`."""

# Looked up here, since each look into an Enum shows in the time that a MESSAGE takes.
_CONNECTED, _AUTO, _UNSETTLED = Phase.CONNECTED, AckMode.AUTO, Settlement.UNSETTLED

_AS_WRITTEN = ESCAPED | SIMPLE
"""The rules of a head whose values stand in it as we would write them in STOMP 1.2."""

_ACK = b"\nack:"


def received(state: State, frame: Frame, number: int, now: float, phase: Phase) -> list[Event]:
    """Fold in one frame to the client that is no MESSAGE; `phase` is the one in which it came."""
    command = frame.command
    if command not in EXPECTED[phase]:
        marking.unexpected(frame, phase)
    if command == "RECEIPT":
        return _receipt(state, frame, number, now)
    if command == "ERROR":
        return _error(state, frame, number, now, phase)
    if command == "CONNECTED" and phase is Phase.CONNECTING:
        return _connected(state, frame, number, now)
    return [FrameReceived(state.connection, number, now, frame)]


def _connected(state: State, frame: Frame, number: int, now: float) -> list[Event]:
    state.version = version = frame.first("version", "1.0")
    state.server = frame.first("server")
    state.session_id = frame.first("session")
    state.connected_at = now
    state.dialect = state.recognise(frame)
    for made in state.subscriptions.values():  # A client need not wait for CONNECTED.
        made.prefetch = prefetch(made.headers, state.dialect.prefetch_header)
    if version not in state.asked_versions:
        words = f"version {marking.shown(version or '')} was not asked for"
        marking.add(frame, "version", words, "STOMP 1.2, Protocol Negotiation")
    try:
        state.offered = parse(frame.first("heart-beat"))
    except ValueError as error:
        state.offered = (0, 0)
        state.beats_mark = f"{error}, so there are none"
        marking.add(frame, "heart-beat", state.beats_mark, "STOMP 1.2, Heart-beating")
    state.beats = negotiate(state.asked, state.offered)
    return [Connected(state.connection, number, now, frame)]


def message(state: State, frame: Frame, now: float) -> MessageReceived:
    """Fold in a MESSAGE, which comes most, and changes no phase."""
    state.frames = number = state.frames + 1
    state.last_received = now
    if state.phase is not _CONNECTED and "MESSAGE" not in EXPECTED[state.phase]:
        marking.unexpected(frame, state.phase)
    made = state.latest
    if made is None or not frame.raw.startswith(made.opening):
        name = frame.first("subscription")
        made = state.latest = state.subscriptions.get(name) if name is not None else None
    if made is None:
        made = state.find_subscription(name, frame)
        if made is None:
            replies = state.dialect.reply_subscriptions
            replied = name is not None and replies is not None and name.startswith(replies)
            settlement = Settlement.AUTO if replied else Settlement.NONE
            return MessageReceived(state.connection, number, now, frame, settlement)
    made.delivered += 1
    if made.confirmed is None:
        made.confirmed, made.refused = now, False
    deliveries, earlier = 1, None
    if state.given_back.count and _again(state, frame):
        before = state.given_back.recognise(frame, state.dialect)
        deliveries, earlier = (1, None) if before is None else (before.deliveries + 1, before.number)
    if made.mode is _AUTO:
        settlement = Settlement.AUTO
    else:
        settlement = _UNSETTLED
        key = why_not = None
        at = -1
        if frame._rules == _AS_WRITTEN and not frame.marks and state.version == "1.2":
            at = frame.raw.find(_ACK, 0, frame.end)
        if at < 0:
            at = -len(_ACK)
            key, why_not = _key(state.version, made, frame, number)
        made.unsettled += 1
        state.ledger.add(
            Unsettled(
                number,
                made.id,
                made.destination,
                made.mode,
                frame,
                now,
                key,
                deliveries,
                earlier,
                why_not,
                at + len(_ACK),
            )
        )
        if made.closed:
            settlement = Settlement.LOST
            give_up(state, made, [state.ledger[number]], now)
    # By way of `tuple`, in half of the time.
    told = (state.connection, number, now, frame, settlement, deliveries, earlier, made.id)
    return tuple.__new__(MessageReceived, told)


def _again(state: State, frame: Frame) -> bool:
    """Whether the broker says that it delivered this message before; mostly it is answered at once."""
    raw = frame.raw
    if raw and b"redelivered:true" not in raw and (state.version != "1.0" or b"redelivered" not in raw):
        return False
    return frame.first("redelivered") == "true"


def _key(version: str | None, made: Subscription, frame: Frame, number: int) -> tuple[Key, str | None]:
    """What an ACK must name a message by, and why it cannot where that is not enough."""
    if version not in _BY_MESSAGE_ID and (named := frame.first("ack")) is not None:
        return named, None
    message_id = frame.first("message-id")
    if message_id is None:
        return f"\0{number}", "the broker sent it without message-id, so no ACK can name it"
    if version in _BY_MESSAGE_ID:
        return (made.id, message_id), None
    return message_id, "the broker sent it without the ack header that STOMP 1.2 settles by"


def _receipt(state: State, frame: Frame, number: int, now: float) -> list[Event]:
    pending = state.receipts.receipted(frame.first("receipt-id"), now)
    if pending is None:
        return [ReceiptReceived(state.connection, number, now, frame, None, None)]
    latency = now - pending.sent_at
    events: list[Event] = [ReceiptReceived(state.connection, number, now, frame, pending.number, latency)]
    if pending.command not in state.dialect.receipt_is_no_proof:
        return events + confirmed(state, pending, now)
    if not pending.refused:
        state.receipts.unproved(pending)
    return events


def _error(state: State, frame: Frame, number: int, now: float, phase: Phase) -> list[Event]:
    connection = state.connection
    if phase is Phase.CONNECTING:
        connect = state.connect_number
        return [
            ErrorReceived(connection, number, now, frame, connect, True),
            Rejected(connection, now, connect, "CONNECT", number, True),
        ]
    before = state.refusal
    if before is not None and before.frame.raw == frame.raw:
        return [ErrorReceived(connection, number, now, frame, before.answers, before.sure, before.number)]
    receipt_id = frame.first("receipt-id")
    nobodys = refusals.unprompted(state.dialect, frame)
    if nobodys:
        state.patience = refusals.waited(state.dialect, frame) or state.patience
    blamed = None if nobodys else state.receipts.blame(receipt_id, now)
    if receipt_id is None:
        state.receipts.suspect(number, state.dialect.receipt_is_no_proof)
    sure = receipt_id is not None and blamed is not None
    answers = None if blamed is None else blamed.number
    told = ErrorReceived(connection, number, now, frame, answers, sure)
    if refusals.of_one_frame(state.dialect, frame):
        state.refusal = told
    return [told] if blamed is None else [told, *rejected(state, blamed, number, sure, now)]
