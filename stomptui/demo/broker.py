"""The embedded broker: a listening socket on the loopback interface, and what tests ask of it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Final

from stomptui.demo.connection import Connection
from stomptui.demo.destinations import QUEUE_LIMIT, Destinations
from stomptui.demo.faults import Faults
from stomptui.demo.queues import Queue
from stomptui.demo.refusals import Refused
from stomptui.demo.subscriptions import Subscription
from stomptui.stomp.codec import Limits, encode
from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.frame import Frame, Headers

LOOPBACK = "127.0.0.1"
LOGIN_TIME = 10.0
"""Seconds that a client has for CONNECT, as with RabbitMQ."""
RECEIVED_LIMIT = 10_000
"""Frames that `Broker.received` remembers."""


class Broker:
    """A STOMP 1.0, 1.1 and 1.2 broker in memory: it keeps nothing and is no production broker.

    It has queues (/queue/NAME, round robin) and topics (/topic/NAME), both made by naming them, and listens
    on the loopback interface only. Use it as `async with Broker() as broker`, from that one event loop.

    One deviation from the specification, which has a broker close the connection after every ERROR: as
    brokers do, it keeps it open after a frame that was readable but could not be done; see
    `Faults.errors_close`.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        faults: Faults | None = None,
        queue_limit: int = QUEUE_LIMIT,
        limits: Limits | None = None,
        login_time: float = LOGIN_TIME,
    ) -> None:
        self.port = port
        """The port it listens on; 0 until it is known."""
        self.faults: Final = Faults() if faults is None else faults
        """Change its fields at any time."""
        self.destinations = Destinations(queue_limit)
        self.connections: list[Connection] = []
        self.received: deque[Frame] = deque(maxlen=RECEIVED_LIMIT)
        """The last frames that clients sent, in order, without their passcodes."""
        self._limits = Limits() if limits is None else limits
        self._login_time = login_time
        self._server: asyncio.Server | None = None
        self._accepted = 0
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    @property
    def uri(self) -> str:
        return f"stomp://{LOOPBACK}:{self.port}/"

    async def __aenter__(self) -> Broker:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, after `stop` at the port there was; what waits in the queues is still there."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more and end every connection; does nothing when it does not listen."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            self.drop_connections()
            await self.until(lambda: not self.connections)
            await server.wait_closed()

    def publish(self, destination: str, body: bytes | str = b"", headers: Headers = ()) -> None:
        """Send a message as a client would.

        Raises `ValueError` for a destination of another form, or a header that no frame can carry.
        """
        pairs = [pair for pair in Frame("SEND", headers).headers if pair[0] != "content-length"]
        octets = body.encode() if isinstance(body, str) else body
        try:
            encode(Frame("SEND", pairs), "1.2")
            self.destinations.publish(destination, pairs, octets)
        except (LocalProtocolError, Refused) as error:
            raise ValueError(str(error)) from None
        self.destinations.dispatch()
        self._changed()

    def queue(self, destination: str) -> Queue:
        """The queue of /queue/NAME, with its depth and counts; an empty one when it is new."""
        return self.destinations.queue(destination)

    def subscriptions(self, destination: str) -> list[Subscription]:
        """Who is subscribed to a destination now, in the order of the connections."""
        return [
            subscription
            for connection in self.connections
            for subscription in connection.peer.subscriptions.values()
            if subscription.queue.destination == destination
        ]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is asked again after whatever clients do or `publish` does."""
        if condition():
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((condition, done))
        await done

    def drop_connections(self, *, reset: bool = False) -> None:
        """End every connection without ERROR; `reset` drops what is not written yet."""
        for connection in list(self.connections):
            connection.close(reset=reset)

    def _accept(self) -> Connection:
        self._accepted += 1
        connection = Connection(
            self._accepted,
            self.destinations,
            self.faults,
            self._limits,
            self._login_time,
            self._remember,
            self._connection_changed,
        )
        self.connections.append(connection)
        return connection

    def _remember(self, frame: Frame) -> None:
        self.received.append(frame.redacted())

    def _connection_changed(self, connection: Connection) -> None:
        if not connection.open:
            self.connections.remove(connection)
        self._changed()

    def _changed(self) -> None:
        waiting, self._waiting = self._waiting, []
        for condition, done in waiting:
            if done.cancelled():
                continue
            if condition():
                done.set_result(None)
            else:
                self._waiting.append((condition, done))
