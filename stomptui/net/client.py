"""The client: a broker as an asynchronous API."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from stomptui.net import goodbye, request, settling, subscribing
from stomptui.net.ping import Ping, ping
from stomptui.net.transaction import Transaction, abandon
from stomptui.stomp import frame as frames
from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.frame import AckMode, Frame, Headers, pairs
from stomptui.stomp.unruly import WITHHELD

if TYPE_CHECKING:
    from stomptui.net.line import Line
    from stomptui.net.outcome import Confirmation
    from stomptui.net.reconnect import Reconnecting
    from stomptui.net.settling import Settlements
    from stomptui.net.stream import EventStream
    from stomptui.net.subscription import Message, Subscription
    from stomptui.stomp.events import Closed
    from stomptui.stomp.session import Session
    from stomptui.stomp.state import State
    from stomptui.stomp.uri import Endpoint


class Client:
    """A broker, by one connection at a time; made by `connect`, and used in that event loop alone.

    Unless told otherwise in `connect`, the end of its connection is the end of it; where it reconnects,
    `state`, `session` and `endpoint` are those of the newest connection.
    """

    def __init__(self, line: Line, reconnecting: Reconnecting) -> None:
        self._line = line
        self._reconnecting = reconnecting

    # What is known.

    @property
    def endpoint(self) -> Endpoint:
        """The broker that it is, or was last, connected to."""
        return self._line.endpoint

    @property
    def session(self) -> Session:
        """The protocol's side of the connection: what may be sent, and `state`."""
        return self._line.link.session

    @property
    def state(self) -> State:
        """What is known of the connection; read only."""
        return self._line.link.session.state

    @property
    def connected(self) -> bool:
        """Whether there is a connection now."""
        return self._line.open

    @property
    def closed(self) -> asyncio.Future[Closed]:
        """Done, with how and why, when there is no connection and none is made by itself.

        Each task has its own: a wait that is cancelled ends no other.
        """
        return self._line.end()

    @property
    def failure(self) -> Exception | None:
        """The exception that ended the connection, if one did: the system's, or RemoteProtocolError."""
        return self._line.link.error

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """What is subscribed to, in the order in which it is made again on each new connection."""
        return tuple(self._line.delivery.subscriptions.values())

    @property
    def undelivered(self) -> int:
        """How many messages arrived and wait for the iteration of their subscription."""
        return self._line.delivery.undelivered

    def events(self) -> EventStream:
        """Every event from now on, of all connections: iterate over what this gives.

        It begins with the Connected of the connection there is, if any, and ends when none is left or will be
        made. What nobody takes stops the reading.
        """
        return self._line.delivery.stream(self._line.connected)

    @property
    def reading(self) -> bool:
        """Whether `stop_reading` is not in force; pauses that end by themselves do not count."""
        return self._line.reading

    def stop_reading(self) -> None:
        """Read no more until `resume_reading` or `disconnect`: the broker holds what it has to send."""
        self._line.stop_reading(True)

    def throttle(self, throttled: bool) -> None:
        """Read no more while whoever takes the events is behind, except for what a call awaits.

        Heart-beats are not judged meanwhile. Holds until it is called again, on later connections too.
        """
        self._line.delivery.throttled = throttled
        self._line.delivery.steer()

    def hurry(self, hurried: bool) -> None:
        """Spend most of the loop's time on what arrives while nobody types, or leave half of it to others."""
        self._line.delivery.hurry(hurried)

    def resume_reading(self) -> None:
        """Read on after `stop_reading`."""
        self._line.stop_reading(False)

    # Sending.

    def transmit(
        self, frame: Frame, *, force: bool = False, join: bool = True, automatic: bool = True
    ) -> Confirmation:
        """Write one frame at once; awaiting the result gives the outcome if a receipt is asked for.

        With `join` it takes the `transaction` header of the joined transaction; `automatic` says whether
        later frames join the one that a BEGIN opens. Raises LocalProtocolError if the session refuses it
        (`force` sends it all the same), Offline when there is no connection.
        """
        return self._line.transmit(frame, force=force, join=join, automatic=automatic)

    async def confirmation(self, number: int, *, within: float | None = None) -> float:
        """Wait for the outcome of frame `number` of this connection; gives the seconds it took.

        Raises BrokerError (refused), ConnectionLost or TimedOut (unknown, the latter after `within` seconds
        or the client's own limit), and LocalProtocolError when there is nothing to wait for.
        """
        return await self._line.confirmed(self._line.outcomes, number, within)

    async def send(
        self,
        destination: str,
        body: bytes | str = b"",
        *,
        headers: Headers = (),
        content_type: str | None = None,
        content_length: bool | None = None,
        transaction: str | None = None,
        join: bool = True,
        receipt: bool = False,
    ) -> Confirmation:
        """Send a message; a `str` body goes as UTF-8. With `receipt` wait until the broker confirms it.

        In a transaction the confirmation comes with its COMMIT at the latest: it is returned, not awaited.
        `content_length` None leaves it to what suits this broker. Raises BrokerError (refused),
        ConnectionLost or TimedOut (unknown), Offline and LocalProtocolError (nothing was sent).
        STOMP 1.2, SEND.
        """
        line = self._line
        await line.turn()
        if content_length is None:
            content_length = line.state.dialect.content_length
        frame = frames.send(
            destination,
            body.encode() if isinstance(body, str) else body,
            content_type=content_type,
            headers=headers,
            receipt=line.session.next_receipt() if receipt else None,
            transaction=transaction,
            content_length=content_length,
        )
        sent = line.transmit(frame, join=join)
        return await line.outcome(sent, receipt)

    async def reply(
        self,
        message: Message,
        body: bytes | str = b"",
        *,
        headers: Headers = (),
        content_type: str | None = None,
        receipt: bool = False,
    ) -> Confirmation:
        """Send an answer to the `reply-to` of `message`, with its `correlation-id` if it has one.

        Raises LocalProtocolError when it has no `reply-to`; else as `send`.
        """
        place, correlation = message.first("reply-to"), message.first("correlation-id")
        if place is None:
            raise LocalProtocolError(f"message {message.number:05d} has no reply-to: no reply is expected")
        own = pairs(headers)
        if correlation is not None and all(name != "correlation-id" for name, _ in own):
            own = (("correlation-id", correlation), *own)
        return await self.send(place, body, headers=own, content_type=content_type, receipt=receipt)

    async def request(
        self,
        destination: str,
        body: bytes | str = b"",
        *,
        headers: Headers = (),
        content_type: str | None = None,
        reply_to: str | None = None,
        timeout: float = 30.0,  # noqa: ASYNC109 - the words say what did not come
    ) -> Message:
        """Send a message that asks for a reply and wait for that, at most `timeout` seconds.

        It is sent with `reply-to` and `correlation-id`, and never in a transaction. Replies come on a
        temporary queue of this connection, where this broker has those; else name a destination in
        `reply_to`, which is subscribed to. Raises TimedOut when no reply came, BrokerError, ConnectionLost
        and LocalProtocolError.
        """
        return await request.request(
            self,
            self._line,
            destination,
            body,
            headers=headers,
            content_type=content_type,
            reply_to=reply_to,
            seconds=timeout,
        )

    async def subscribe(
        self,
        destination: str,
        *,
        ack: AckMode | str = AckMode.AUTO,
        id: str | None = None,
        prefetch: int | None = None,
        headers: Headers = (),
        receipt: bool = True,
        deliver: bool = True,
    ) -> Subscription:
        """Subscribe, and wait until the broker confirms it unless `receipt` is False.

        `prefetch` (messages) is written in this broker's own header. Without `deliver` messages are only
        told to `on_events`, and the subscription has nothing to iterate. Raises as `send` does.
        STOMP 1.2, SUBSCRIBE.
        """
        return await subscribing.subscribe(
            self,
            self._line,
            destination,
            AckMode(ack),
            id=id,
            prefetch=prefetch,
            headers=headers,
            receipt=receipt,
            deliver=deliver,
        )

    async def unsubscribe(self, id: str, *, headers: Headers = ()) -> None:
        """End a subscription and wait for the receipt; its iteration ends after what had arrived.

        STOMP 1.2, UNSUBSCRIBE.
        """
        await subscribing.unsubscribe(self._line, id, headers)

    def ack(
        self,
        message: Message | int,
        *,
        headers: Headers = (),
        transaction: str | None = None,
        join: bool = True,
        receipt: bool = False,
    ) -> Coroutine[Any, Any, Confirmation]:
        """ACK a message, given itself or the number of its frame on this connection.

        Raises LocalProtocolError, with the reason, where that is impossible or would cost the connection;
        StaleMessage when the message came on one that has ended. STOMP 1.2, ACK.
        """
        return settling.settle(
            self,
            "ACK",
            message,
            headers=headers,
            transaction=transaction,
            join=join,
            receipt=receipt,
        )

    def nack(
        self,
        message: Message | int,
        *,
        headers: Headers = (),
        transaction: str | None = None,
        join: bool = True,
        receipt: bool = False,
    ) -> Coroutine[Any, Any, Confirmation]:
        """NACK a message; what becomes of it differs from broker to broker (see `brokers.words`).

        Raises as `ack` does. STOMP 1.2, NACK.
        """
        return settling.settle(
            self,
            "NACK",
            message,
            headers=headers,
            transaction=transaction,
            join=join,
            receipt=receipt,
        )

    async def settle_many(
        self, command: str, numbers: Iterable[int], *, headers: Headers = (), receipt: bool = False
    ) -> Settlements:
        """ACK or NACK the messages `numbers` of this connection in order, in slices of 8 ms, one write each.

        A message that is refused is reported and the others go on; raises ConnectionLost.
        """
        return await settling.settle_many(self._line, command, numbers, headers=headers, receipt=receipt)

    # Transactions.

    async def begin(self, name: str | None = None, *, automatic: bool = True) -> str:
        """Begin a transaction and wait for the receipt; gives its name.

        Frames join it by themselves while it is the only `automatic` one that is open. When this raises, as
        `send` does, or is cancelled, none is open. STOMP 1.2, BEGIN.
        """
        await self._line.turn()
        name = self.session.next_transaction() if name is None else name
        frame = frames.begin(name, receipt=self.session.next_receipt())
        sent = self._line.transmit(frame, automatic=automatic)
        connection = self.state.connection
        try:
            await sent
        except BaseException:  # cancelled too: what is sent later would join it, and never be committed
            abandon(self, name, connection)
            raise
        return name

    async def commit(self, name: str) -> None:
        """Commit and wait for the receipt. STOMP 1.2, COMMIT.

        Raises BrokerError when the broker refuses, TransactionLost when its connection had ended before.
        """
        await self._line.do(frames.commit(name, receipt=self.session.next_receipt()), awaited=True)

    async def abort(self, name: str) -> None:
        """Abort and wait for the receipt; what it had acked is unsettled again. STOMP 1.2, ABORT."""
        await self._line.do(frames.abort(name, receipt=self.session.next_receipt()), awaited=True)

    def transaction(self) -> Transaction:
        """`async with client.transaction() as tx`: commits at the end, aborts on an exception."""
        return Transaction(self)

    async def ping(self) -> Ping:
        """Ask for two receipts, with BEGIN and ABORT of an empty transaction: no queue is touched."""
        return await ping(self._line)

    # The end, or not.

    def reconnect(self) -> None:
        """Try to connect again now, though the next try is not due, or no more would be made.

        Raises LocalProtocolError while there is a connection, and after `disconnect`. What comes of it is
        told as events.
        """
        if self._line.leaving:
            raise LocalProtocolError("the client has disconnected; connect() makes a new one")
        if self.connected:
            raise LocalProtocolError("there is a connection already; nothing is to be made again")
        self._reconnecting.now()

    def withhold_beats(self, seconds: float) -> None:
        """Send no heart-beats for so long, at most 600 s and this connection: to see what the broker does.

        Frames go as always. Raises LocalProtocolError where none are in effect, ValueError, and Offline.
        """
        self._line.misbehave(WITHHELD, seconds)

    def delay_beats(self, by: float, seconds: float) -> None:
        """Send each heart-beat later `by` so many seconds, for `seconds`; else as `withhold_beats`."""
        self._line.misbehave(by, seconds)

    def keep_beats(self) -> None:
        """Send heart-beats as promised again, before the time that was given is over."""
        self._line.link.behave()

    def drop_connection(self, reason: str = "given up here") -> None:
        """Close at once as if the connection were lost: it is made again where that is wanted."""
        if self.connected:
            self._line.link.abort(reason)

    async def disconnect(self, timeout: float = 2.0) -> None:  # noqa: ASYNC109 - nothing is cancelled
        """Send DISCONNECT, wait at most `timeout` seconds for its receipt, then close; reading is resumed.

        Raises nothing when the connection has ended already. An ERROR that nobody was told of is raised
        after the connection is closed. STOMP 1.2, DISCONNECT.
        """
        await goodbye.disconnect(self._line, timeout)

    def abort_connection(self, reason: str = "closed here without DISCONNECT") -> None:
        """Close at once: no DISCONNECT, what was written last may be lost, nothing is made again."""
        self._reconnecting.stop()
        goodbye.abort(self._line, reason)
