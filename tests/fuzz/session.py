"""What must hold of a session whatever the broker and the user do: the input is a script of what both do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from stomptui import brokers
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import Limits, encode
from stomptui.stomp.errors import LocalProtocolError, RemoteProtocolError
from stomptui.stomp.events import Confirmed, Event, FrameSent, Rejected, TransactionEnded, Unconfirmed
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.phase import AFTER_CLOSE, NEXT, Phase
from stomptui.stomp.session import Sent, Session
from tests.fuzz.script import Script

SERVERS = (None, "RabbitMQ/3.10.8", "ActiveMQ/5.17.2", "ActiveMQ-Artemis/2.31.2", "made/1 up")
BEATS = ("0,0", "1000,1000", "1,0", "0,5", "x", "99999999999,1")
WAITS = (0.0, 0.05, 0.1, 1.0, 30.0, 100_000.0)
IDS = ("1", "2", "", "a:b\n", "T_1@@q@@1")
DESTINATIONS = ("/queue/q", "/topic/t", "")
REACHED = {
    *((before, after) for (before, _, _), after in NEXT.items()),
    *AFTER_CLOSE.items(),
    *((phase, Phase.FAILED) for phase in Phase),  # octets that cannot be read
    *((phase, phase) for phase in Phase),
}


class Run:
    """A session under way, all that it told, and the time."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.now = float(script.number())
        self.session = Session(
            recognise=brokers.recognise,
            heart_beat=script.choose(((10_000, 10_000), (0, 0), (1, 1))),
            strict=script.choose((False, True)),
            limits=Limits(header_line=200, head=400, headers=10, body=300),
        )
        self.events: list[Event] = []
        self.closed = False

    def sent(self, sent: Sent) -> None:
        self.events += sent.events

    def transmit(self, frame: Frame) -> None:
        """Send what may be sent, or by force; the answer beforehand is the one that is got."""
        how = self.script.number()
        force, join = how % 4 == 3, how % 8 < 4
        why_not = self.session.why_not(frame, join=join)
        before = self.session.state.frames
        try:
            self.sent(self.session.transmit(frame, self.now, force=force, join=join, automatic=how < 128))
        except LocalProtocolError as error:
            assert force or why_not in (None, str(error))
            assert self.session.state.frames == before
        else:
            assert force or why_not is None
            assert self.session.state.frames == before + 1

    def receive(self, octets: bytes) -> None:
        self.session.receive(octets)
        try:
            while events := self.session.next_events(self.now):
                self.events += events
        except RemoteProtocolError:
            assert self.session.state.phase is Phase.FAILED

    def come(self, frame: Frame) -> None:
        self.receive(encode(frame, self.session.state.version or "1.2", escapes_1_0=True) + b"\n")


def connect(run: Run) -> None:
    run.transmit(run.session._connect)


def connected(run: Run) -> None:
    headers = [
        ("version", run.script.choose(("1.2", "1.1", "1.0", "2.0"))),
        ("heart-beat", run.script.choose(BEATS)),
    ]
    server = run.script.choose(SERVERS)
    run.come(Frame("CONNECTED", headers if server is None else [*headers, ("server", server)]))


def message(run: Run) -> None:
    number = run.script.number()
    headers = [
        ("subscription", run.script.choose(IDS)),
        ("message-id", f"m-{number % 8}"),
        ("ack", f"a-{number % 16}"),
        ("destination", run.script.choose(DESTINATIONS)),
        ("redelivered", run.script.choose(("false", "true"))),
    ]
    del headers[5 - number // 32 :]
    run.come(Frame("MESSAGE", headers, b"body"))


def receipt(run: Run) -> None:
    run.come(Frame("RECEIPT", [("receipt-id", f"r-{run.script.number() % 32}")]))


def oldest_receipt(run: Run) -> None:
    awaited = next(iter(run.session.state.receipts), "r-0")
    run.come(Frame(run.script.choose(("RECEIPT", "ERROR")), [("receipt-id", awaited)]))


def error(run: Run) -> None:
    run.come(Frame("ERROR", [("message", "no")], b"no"))


def garbage(run: Run) -> None:
    run.receive(run.script.octets())


def beat(run: Run) -> None:
    run.receive(b"\n" * (1 + run.script.number() % 3))


def subscribe(run: Run) -> None:
    run.transmit(
        run.session.subscribe_frame(
            run.script.choose(DESTINATIONS),
            mode=run.script.choose(tuple(AckMode)),
            prefetch=run.script.choose((None, 10)),
            id=run.script.choose((*IDS, None)),
            receipt=wanted(run),
        )
    )


def unsubscribe(run: Run) -> None:
    run.transmit(run.session.unsubscribe_frame(run.script.choose(IDS), receipt=wanted(run)))


def send(run: Run) -> None:
    run.transmit(frames.send(run.script.choose(DESTINATIONS), b"body", receipt=wanted(run)))


def settle(run: Run) -> None:
    command, number = run.script.choose(("ACK", "NACK")), run.script.number() % 64
    why_not = run.session.why_not_settle(command, number)
    try:
        frame = run.session.settle_frame(
            command, number, receipt=wanted(run), force=run.script.choose((False, True))
        )
    except LocalProtocolError as refused:
        assert why_not is None or str(refused) == why_not
    else:
        run.transmit(frame)


def bound(run: Run) -> None:
    make = run.script.choose((frames.begin, frames.commit, frames.abort))
    name = run.script.choose((*list(run.session.state.transactions)[:3], run.session.next_transaction()))
    run.transmit(make(name, receipt=wanted(run)))


def disconnect(run: Run) -> None:
    run.transmit(frames.disconnect(receipt=wanted(run)))


def join(run: Run) -> None:
    name = run.script.choose((*list(run.session.state.transactions)[:3], None, "tx-99"))
    try:
        run.session.join(name)
    except LocalProtocolError:
        run.session.join_automatically()


def wait(run: Run) -> None:
    run.now += run.script.choose(WAITS)
    run.sent(run.session.tick(run.now))


def deadline(run: Run) -> None:
    """Do what is due when it is due: a driver that goes on by deadlines does not go round in circles."""
    due = run.session.deadline()
    if due is not None:
        run.now = max(run.now, due)
        run.sent(run.session.tick(run.now))
        later = run.session.deadline()
        assert later is None or later > run.now, (due, later)


def pause(run: Run) -> None:
    run.session.paused(run.now)


def resume(run: Run) -> None:
    run.session.resumed(run.now)


def close(run: Run) -> None:
    run.events += run.session.closed("ended", run.now, run.script.choose((False, True)))
    run.closed = True


def wanted(run: Run) -> str | None:
    """A new receipt-id, or none."""
    return run.session.next_receipt() if run.script.number() % 4 else None


ACTIONS: tuple[Callable[[Run], None], ...] = (
    *(
        connect,
        connected,
        message,
        message,
        receipt,
        oldest_receipt,
        error,
        garbage,
        beat,
        subscribe,
        unsubscribe,
    ),
    *(send, settle, settle, bound, disconnect, join, wait, deadline, pause, resume, close),
)


def check(data: bytes) -> None:
    """Follow the script `data` to its end, and look after each step; raises AssertionError."""
    run = Run(Script(data))
    while run.script.left and not run.closed:
        phase = run.session.state.phase
        run.script.choose(ACTIONS)(run)
        assert (phase, run.session.state.phase) in REACHED
        consistent(run)
    if not run.closed:
        close(run)
    consistent(run)
    assert run.session.deadline() is None
    assert run.session.tick(run.now + 1e6) == Sent(b"", [])
    assert run.session.closed("again", run.now, True) == []
    accounted(run)


def consistent(run: Run) -> None:
    """The books of the state agree with each other."""
    state = run.session.state
    ledger = state.ledger
    unsettled = list(ledger.values())
    assert [entry.number for entry in unsettled] == sorted(ledger)
    staged = [entry for entry in unsettled if entry.transaction is not None]
    assert ledger.open == len(unsettled) - len(staged)
    assert all(entry.transaction in state.transactions for entry in staged)
    assert not ledger.held.keys() & ledger.keys()
    for subscription in state.subscriptions.values():
        assert subscription.unsettled == len(ledger.of(subscription.id)), subscription
    per_subscription = Counter(entry.subscription for entry in unsettled)
    assert per_subscription.keys() <= state.subscriptions.keys()
    assert all(count == len(ledger.of(name)) for name, count in per_subscription.items())
    assert state.joined is None or state.joined in state.transactions
    assert all(pending.receipt_id == name for name, pending in state.receipts.items())
    assert len(state.overdue(run.now)) <= len(state.receipts)


def accounted(run: Run) -> None:
    """Every frame that asked for a receipt has come to one end, and every transaction too."""
    asked = {
        event.number
        for event in run.events
        if type(event) is FrameSent and event.frame.first("receipt") is not None
    }
    ends = {kind: Counter[int]() for kind in (Confirmed, Rejected, Unconfirmed)}
    for event in run.events:
        if type(event) in ends:
            ends[type(event)][event.number] += 1
    for kind, numbers in ends.items():
        assert all(count == 1 for count in numbers.values()), (kind, numbers)
    assert not ends[Unconfirmed].keys() & (ends[Confirmed].keys() | ends[Rejected].keys())
    lost = asked - ends[Confirmed].keys() - ends[Rejected].keys() - ends[Unconfirmed].keys()
    assert not lost, lost
    begun = Counter(
        event.frame.first("transaction")
        for event in run.events
        if type(event) is FrameSent and event.frame.command == "BEGIN"
    )
    assert begun == Counter(event.name for event in run.events if type(event) is TransactionEnded)
    assert not run.session.state.receipts and not run.session.state.ledger
    assert not run.session.state.transactions
