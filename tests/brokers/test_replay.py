"""Replays into a real broker: the same bodies and headers come out, less what the broker adds."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from stomptui import Client, Event, FrameSent, MessageReceived, brokers, connect
from stomptui.capture import files, stored
from stomptui.capture.decode import VERSIONS
from stomptui.capture.edits import Edits, Rule
from stomptui.capture.pace import FAST
from stomptui.capture.record import Record
from stomptui.capture.replay import Choice
from stomptui.commands import replay_plan
from stomptui.commands.replay_run import End
from stomptui.stomp.events import Connected, Settlement
from tests.brokers.real import RealBroker
from tests.capture.recorded import capture, send
from tests.commands.replaying import Run

Headers = tuple[tuple[str, str], ...]

MESSAGES: list[tuple[bytes, Headers]] = [
    (b'{"id":4711}', (("content-type", "application/json"), ("x-tenant", "acme"))),
    (b"", ()),
    (b"", (("content-type", "text/plain"), ("empty", ""))),
    (b"\0", ()),
    (b"a\0b\n\n\0", (("content-type", "application/octet-stream"),)),
    (bytes(range(256)) * 300, ()),
    (b"\r\n\r\n", (("x-escapes", "a:b\\c\nd\\n"), ("x:name\\", "1"))),
    ("grüße \u202e\x1b[31m".encode(), (("x-ü", "日本"), ("x-octets", "\udc9b\udcff"))),
    (b"MESSAGE\n\n\0", (("persistent", "true"), ("priority", "7"), ("correlation-id", "c-1"))),
]


class Recorder:
    """Writes what a client sends and receives to a capture file, as it happens."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = files.create(path)
        self._protocol = 0
        self._rows: list[stored.Row] = []

    def __call__(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Connected | FrameSent | MessageReceived):
                frame, id_ = event.frame, len(self._rows) + 1
                if isinstance(event, Connected):
                    escapes = brokers.recognise(frame).escapes_1_0
                    self._protocol = VERSIONS.index(frame.first("version")) + 4 * escapes
                protocol = 0 if frame.command in ("CONNECT", "CONNECTED") else self._protocol
                to_broker = isinstance(event, FrameSent)
                settlement = getattr(event, "settlement", Settlement.NONE)
                number, time = event.number, event.time
                record = Record(id_, 1, number, time, 1.8e9 + time, to_broker, frame, frame.raw, settlement)
                self._rows.append(stored.row_of(record, protocol))

    def close(self) -> None:
        self._db.execute("BEGIN")
        stored.insert(self._db, self._rows)
        self._db.execute("COMMIT")
        self._db.close()


async def publish(client: Client, destination: str, messages: Sequence[tuple[bytes, Headers]]) -> None:
    for body, headers in messages:
        await client.send(destination, body, headers=headers, receipt=True)


async def take(client: Client, destination: str, count: int) -> list[tuple[bytes, set[tuple[str, str]]]]:
    """Body and headers of each message, without those that the broker sets; in order."""
    own = brokers.words(client.state.dialect).set_by_broker | {"destination"}
    # Of each message ActiveMQ says when it was sent, RabbitMQ which receipt its publisher asked for.
    own |= {"timestamp", "receipt", "expires"}
    mode = "client" if client.state.version == "1.0" else "client-individual"
    subscription = await client.subscribe(destination, ack=mode)
    taken = []
    for _ in range(count):
        message = await anext(subscription)
        taken.append((message.body, {pair for pair in message.headers if pair[0] not in own}))
        await message.ack(receipt=True)
    await client.unsubscribe(subscription.id)
    return taken


def elsewhere(source: str, target: str) -> Edits:
    return Edits((Rule(source, target),))


async def test_sends_come_out_the_same(
    broker: RealBroker, destinations: Callable[..., str], tmp_path: Path
) -> None:
    first, second = destinations("first"), destinations("second")
    recorder = Recorder(tmp_path / "a.stomptui")
    async with connect(broker.uri, on_events=recorder) as client:
        await publish(client, first, MESSAGES)
        was = await take(client, first, len(MESSAGES))
    recorder.close()
    run = Run(recorder.path, broker.uri, Choice(edits=elsewhere(first, second), pace=FAST))
    done = await run()
    assert done.end is End.DONE and done.flight.confirmed == len(MESSAGES), done.flight.refusals
    async with connect(broker.uri) as client:
        again = await take(client, second, len(MESSAGES))
    assert again == was
    assert sorted(body for body, _ in again) == sorted(body for body, _ in MESSAGES)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
async def test_messages_come_out_the_same(
    broker: RealBroker, destinations: Callable[..., str], tmp_path: Path, version: str
) -> None:
    first, second = destinations("first"), destinations("second")
    messages = MESSAGES
    if (broker.name, version) == ("activemq", "1.0"):  # it writes line breaks in 1.0 headers as they are
        messages = [(body, headers) for body, headers in MESSAGES if not any("\n" in v for _, v in headers)]
    recorder = Recorder(tmp_path / "a.stomptui")
    async with connect(broker.uri) as publisher:
        await publish(publisher, first, messages)
    async with connect(
        broker.uri_for(broker.login, broker.passcode, query=f"version={version}"), on_events=recorder
    ) as client:
        was = await take(client, first, len(messages))
        here = brokers.words(client.state.dialect).not_resent
    recorder.close()
    db = files.look(recorder.path)
    choice = Choice(
        messages=True,
        edits=elsewhere(first, second),
        pace=FAST,
        not_resent=replay_plan.not_resent(db, here),
    )
    done = await Run(recorder.path, broker.uri, choice)()
    db.close()
    assert done.flight.confirmed == len(messages), done.flight.refusals
    async with connect(broker.uri_for(broker.login, broker.passcode, query=f"version={version}")) as client:
        again = await take(client, second, len(messages))
    assert again == was


def numbered(tmp_path: Path, destination: str, count: int, odd: dict[int, str] | None = None) -> Path:
    """A capture of SENDs with their record ids for bodies, some of them elsewhere."""
    places = [(odd or {}).get(id_, destination) for id_ in range(1, count + 1)]
    kept = [send(place, b"%d" % id_, ("persistent", "true")) for id_, place in enumerate(places, 1)]
    return capture(tmp_path / "a.stomptui", kept)


async def test_rabbitmq_names_no_frame_and_the_refused_one_is_found_all_the_same(
    rabbitmq: RealBroker, destination: str, tmp_path: Path
) -> None:
    path = numbered(tmp_path, destination, 600, {20: "/none/such"})
    run = Run(path, rabbitmq.uri)
    done = await run()
    (refusal,) = done.flight.refusals
    assert done.end is End.REJECTED and refusal.sure and refusal.sent is not None
    assert (refusal.sent.id, refusal.sent.destination) == (20, "/none/such")
    assert brokers.explained(done.dialect, refusal.error) is not None  # type: ignore[arg-type]
    assert not done.flight.unknown and 19 <= done.flight.confirmed == done.sent - 1 < 599
    async with connect(rabbitmq.uri) as client:
        got = [int(body) for body, _ in await take(client, destination, done.flight.confirmed)]
    assert set(got) == run.progress.confirmed


async def test_rabbitmq_closes_for_an_exchange_that_is_not_there_and_resuming_finds_which(
    rabbitmq: RealBroker, destination: str, tmp_path: Path
) -> None:
    """Its words may be lost among those for the SENDs behind it, and so are the receipts before it."""
    path = numbered(tmp_path, destination, 600, {20: "/exchange/none-such/key"})
    first = Run(path, rabbitmq.uri)
    done = await first()
    assert done.end in (End.REJECTED, End.CLOSED)
    before = first.progress
    # The broker resets the connection: that may take the ERROR with it before it is read.
    assert done.flight.refusals or (done.end is End.CLOSED and 20 in before.unknown)
    assert 20 in before.rejected | before.unknown
    second = Run(path, rabbitmq.uri, again_unknown=True, keep_going=True)
    done = await second()
    (refusal,) = done.flight.refusals
    assert refusal.sure and refusal.sent is not None and refusal.sent.id == 20
    assert "no exchange 'none-such'" in refusal.words
    assert done.end is End.DONE and not second.progress.unknown  # connected again
    assert second.progress.confirmed == set(range(1, 601)) - {20}
    async with connect(rabbitmq.uri) as client:
        await client.send(destination, b"0", receipt=True)
        subscription = await client.subscribe(destination)
        got: list[int] = []
        while not got or got[-1] != 0:
            got.append(int((await anext(subscription)).body))
    assert set(got) == {0} | second.progress.confirmed
    assert {id_ for id_ in got if got.count(id_) > 1} <= before.unknown


def killed(command: list[str], journal: Path) -> None:
    """Run a replay and kill it once some hundreds are confirmed."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while not journal.exists() or journal.read_bytes().count(b"\nc ") < 300:
        assert process.poll() is None, "it ended before it was to be killed"
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait(20)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


async def test_killed_in_the_middle_and_resumed_each_confirmed_one_comes_exactly_once(
    rabbitmq: RealBroker, destination: str, tmp_path: Path
) -> None:
    count = 3000
    path, journal = numbered(tmp_path, destination, count), tmp_path / "journal"
    command = [sys.executable, "-m", "stomptui", "replay", str(path), rabbitmq.uri]
    command += ["--fast", "--yes", "--journal", str(journal)]
    await asyncio.to_thread(killed, command, journal)
    lines = [line.split() for line in journal.read_bytes().splitlines()[1:]]
    confirmed = {int(id_) for what, id_ in lines if what == b"c"}
    unknown = {int(id_) for _, id_ in lines} - confirmed
    assert 300 <= len(confirmed) < count and len(unknown) <= 256
    done = await asyncio.to_thread(run, *command, "--resume")
    assert done.returncode == (1 if unknown else 0), done.stderr
    assert f"confirmed {count - len(confirmed) - len(unknown):,} of" in done.stdout
    assert ("--again-unknown" in done.stderr) == bool(unknown)
    done = await asyncio.to_thread(run, *command, "--resume", "--again-unknown")
    assert done.returncode == 0, done.stderr
    got = []
    async with connect(rabbitmq.uri) as client:
        subscription = await client.subscribe(destination)
        await client.send(destination, b"end", receipt=True)
        async for message in subscription:
            if message.body == b"end":
                break
            got.append(int(message.body))
    assert set(got) == set(range(1, count + 1))
    assert {id_ for id_ in got if got.count(id_) > 1} <= unknown
