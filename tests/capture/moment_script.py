"""A session with the embedded broker in which nearly everything happens, recorded as it does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from stomptui.demo import Broker
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import Malformed
from stomptui.stomp.events import Event
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.session import Session
from tests.capture.moments import Recognise, Recorded

PATIENCE = 10.0


class Wire:
    """A session on a socket, one item at a time, so that there is a live state for every record."""

    def __init__(self, recorded: Recorded, session: Session, broker: Broker) -> None:
        self.recorded, self.session, self.broker = recorded, session, broker
        self.state = session.state
        self.ahead = 0.0

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.broker.port)
        sent = self.session.connect(self.now())
        self.writer.write(sent.data)
        self.keep(sent.events)
        await self.read_until(lambda: self.state.version is not None)

    def now(self) -> float:
        self.ahead += 0.001  # a clock of its own: on a busy machine graces and beats would end anywhere
        return 1000.0 + self.ahead

    def keep(self, events: list[Event]) -> None:
        self.recorded.keep(events, self.state)

    def send(self, frame: Frame, **how: bool) -> None:
        sent = self.session.transmit(frame, self.now(), **how)
        self.writer.write(sent.data)
        self.keep(sent.events)

    def settle(self, command: str, number: int) -> None:
        sent = self.session.settle(command, number, self.now())
        self.writer.write(sent.data)
        self.keep(sent.events)

    async def read_until(self, done: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not done():
                data = await self.reader.read(65536)
                assert data
                self.session.receive(data)
                while events := self.session.next_events(self.now()):
                    self.keep(events)

    async def unsettled(self, count: int) -> list[int]:
        await self.read_until(lambda: self.state.ledger.open >= count)
        return [n for n, entry in self.state.ledger.items() if entry.transaction is None]

    async def receipts(self) -> None:
        await self.read_until(lambda: not self.state.receipts)

    def tick(self, seconds: float) -> None:
        """Let seconds pass that do not."""
        self.ahead += seconds
        sent = self.session.tick(self.now())
        self.keep(sent.events)

    def close(self) -> None:
        self.keep(self.session.closed("lost", self.now(), False))
        self.writer.close()


async def script(recorded: Recorded, recognise: Recognise, version: str, mode: AckMode) -> list[int]:
    """Two connections in which nearly everything happens; returns the ids of checkpoints."""
    checkpoints = []
    async with Broker() as broker:
        session = Session(recognise=recognise, versions=(version,), heart_beat=(500, 500))
        wire = Wire(recorded, session, broker)
        for number in range(12):
            broker.publish("/queue/a", f"{number}", {"x": str(number % 3)})
            broker.publish("/queue/b", "b" * 5000)
        await wire.open()
        session.join(None)
        wire.send(session.subscribe_frame("/queue/a", mode=mode, prefetch=4, receipt=session.next_receipt()))
        wire.send(session.subscribe_frame("/queue/b", mode=AckMode.CLIENT, prefetch=3, receipt="b"))
        wire.send(session.subscribe_frame("/topic/t", mode=AckMode.AUTO))
        numbers = await wire.unsettled(7)
        await wire.receipts()
        checkpoints.append(recorded.checkpoint(wire.state))
        if version != "1.0":
            wire.settle("NACK", numbers[0])
        wire.settle("ACK", numbers[2])
        await wire.unsettled(6)
        wire.send(frames.begin("tx-1", receipt="begin"))
        session.join_automatically()
        entry = next(n for n, e in wire.state.ledger.items() if e.transaction is None)
        wire.settle("ACK", entry)
        wire.send(frames.send("/queue/c", b"\0" * 3000, receipt="sent"))
        broker.publish("/topic/t", "auto")
        checkpoints.append(recorded.checkpoint(wire.state))
        topic = next(one for one in wire.state.subscriptions.values() if one.destination == "/topic/t")
        await wire.read_until(lambda: topic.delivered)
        wire.send(frames.abort("tx-1", receipt="aborted"))
        await wire.read_until(lambda: not wire.state.transactions)
        wire.send(frames.begin("tx-2"))
        entry = next(n for n, e in wire.state.ledger.items() if e.transaction is None)
        wire.settle("ACK", entry)
        wire.send(frames.commit("tx-2", receipt="committed"))
        await wire.read_until(lambda: "committed" not in wire.state.receipts)
        checkpoints.append(recorded.checkpoint(wire.state))
        wire.tick(0.2)
        wire.send(frames.send("/nowhere", b"?", receipt="no"), force=True)
        wire.send(session.unsubscribe_frame("2", receipt="gone"))
        await wire.read_until(lambda: "gone" not in wire.state.receipts)
        wire.tick(60.0)
        wire.send(frames.begin("tx-3", receipt="begun"))
        wire.close()

        following = Session(recognise=recognise, versions=(version,), connection=2)
        following.succeed(session)
        second = Wire(recorded, following, broker)
        await second.open()
        second.send(following.subscribe_frame("/queue/a", mode=mode, receipt="again"))
        await second.unsettled(2)
        await second.receipts()
        second.keep(second.state.observe_malformed(Malformed(b"\0", 0, "a NUL", ""), second.now()))
        second.send(frames.disconnect(receipt="bye"))
        await second.receipts()
        second.close()
    return checkpoints
