"""A client of bare octets and frames: what it does not do itself, nothing does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from stomptui.demo import Broker
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import Decoder, HeartBeat, encode
from stomptui.stomp.frame import Frame

PATIENCE = 10.0
"""Seconds after which a test gives up on an answer; no test waits for it when all is well."""


class Client:
    """A socket to the broker; frames are read one at a time, heart-beats counted in `beats`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.decoder = Decoder()
        self.beats = 0
        self.version: str | None = None
        self._items: Iterator[object] = iter(())
        self._receipts = 0

    def write(self, *sent: Frame) -> None:
        self.writer.write(b"".join(encode(frame, self.version) for frame in sent))

    def octets(self, data: bytes) -> None:
        self.writer.write(data)

    async def frame(self) -> Frame:
        """The next frame; EOFError when the broker closes before it is whole."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for item in self.decoder:
                    if isinstance(item, HeartBeat):
                        self.beats += item.count
                        continue
                    assert isinstance(item, Frame), item
                    return item
                data = await self.reader.read(65536)
                if not data:
                    raise EOFError
                self.decoder.receive(data)

    async def message(self) -> Frame:
        frame = await self.frame()
        assert frame.command == "MESSAGE", frame
        return frame

    async def error(self) -> Frame:
        frame = await self.frame()
        assert frame.command == "ERROR", frame
        return frame

    async def closed(self) -> bytes:
        """What is left until the broker closes, heart-beats apart."""
        async with asyncio.timeout(PATIENCE):
            return (self.decoder.unread + await self.reader.read()).lstrip(b"\n")

    async def answered(self, frame: Frame) -> list[Frame]:
        """Send a frame and ask for a receipt; what came before that receipt."""
        self._receipts += 1
        receipt = f"r-{self._receipts}"
        self.write(Frame(frame.command, (*frame.headers, ("receipt", receipt)), frame.body))
        before = []
        while (answer := await self.frame()).command != "RECEIPT":
            before.append(answer)
        assert answer.headers == (("receipt-id", receipt),)
        return before

    async def quiet(self) -> None:
        """Assert that nothing is on its way: a receipt comes and nothing else does."""
        assert await self.answered(frames.begin(f"quiet-{self._receipts}")) == []

    async def subscribe(
        self, destination: str, id_: str = "s", ack: str = "client-individual", **headers: str
    ) -> None:
        pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
        frame = frames.subscribe(destination, id_, ack=frames.AckMode(ack), headers=pairs)
        assert await self.answered(frame) == []

    async def ack(self, message: Frame, command: str = "ACK", **headers: str) -> list[Frame]:
        """Settle a message by the ids of the version; what came before the receipt."""
        pairs = [(name, value) for name, value in headers.items()]
        if self.version == "1.2":
            ids = [("id", message.first("ack") or "")]
        else:
            ids = [("message-id", message.first("message-id") or "")]
            if (subscription := message.first("subscription")) is not None:
                ids.append(("subscription", subscription))
        return await self.answered(Frame(command, (*ids, *pairs)))

    async def nack(self, message: Frame, **headers: str) -> list[Frame]:
        return await self.ack(message, "NACK", **headers)


@asynccontextmanager
async def socket(broker: Broker) -> AsyncIterator[Client]:
    """A socket on which nothing was sent yet."""
    reader, writer = await asyncio.open_connection("127.0.0.1", broker.port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


@asynccontextmanager
async def connected(
    broker: Broker, version: str = "1.2", heart_beat: tuple[int, int] = (0, 0)
) -> AsyncIterator[Client]:
    """A client that has its CONNECTED."""
    async with socket(broker) as client:
        client.write(frames.connect("/", versions=(version,), heart_beat=heart_beat))
        answer = await client.frame()
        assert answer.command == "CONNECTED", answer
        assert answer.first("version") == version
        client.version = version
        yield client
