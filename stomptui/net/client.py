"""The client: one connection to a broker as an asynchronous API."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from stomptui.net.explain import broker_words
from stomptui.net.outcome import Confirmation
from stomptui.net.subscription import Message, Subscription
from stomptui.net.transaction import Transaction
from stomptui.stomp import frame as frames
from stomptui.stomp.errors import BrokerError, LocalProtocolError, StompError, TimedOut
from stomptui.stomp.frame import AckMode, Frame, Headers

if TYPE_CHECKING:
    from stomptui.net.delivery import Delivery
    from stomptui.net.link import Link
    from stomptui.stomp.events import Closed
    from stomptui.stomp.session import Session
    from stomptui.stomp.state import State
    from stomptui.stomp.uri import Endpoint

SETTLE_SECONDS = 0.008
"""Seconds of a slice of `settle_many`, half a slot of the event loop that a screen shares."""


UNANSWERED = "closed here, the broker did not answer DISCONNECT in time"


class Ping(NamedTuple):
    """Seconds from BEGIN to its receipt, and from ABORT to its."""

    begin: float
    abort: float


class Settlements(NamedTuple):
    """What `settle_many` did: frames sent for messages, in order, and messages refused with the reason."""

    sent: tuple[Confirmation, ...]
    refused: tuple[tuple[int, str], ...]


class Client:
    """One open connection; made by `connect`. Everything runs in the event loop that made it."""

    def __init__(self, endpoint: Endpoint, link: Link, delivery: Delivery, receipt_time: float) -> None:
        self.endpoint = endpoint
        self.receipt_time = receipt_time
        """Seconds that a call waits for a receipt."""
        self._link = link
        self._delivery = delivery
        self._leaving = False

    # What is known.

    @property
    def session(self) -> Session:
        return self._link.session

    @property
    def state(self) -> State:
        """What is known of the connection; read only."""
        return self._link.session.state

    @property
    def closed(self) -> asyncio.Future[Closed]:
        """Done when the connection has ended, with how and why; never an exception."""
        return self._link.closed

    @property
    def failure(self) -> Exception | None:
        """The exception that ended the connection, if one did: the system's, or RemoteProtocolError."""
        return self._link.error

    @property
    def undelivered(self) -> int:
        """How many messages arrived and wait for the iteration of their subscription."""
        return self._delivery.undelivered

    @property
    def reading(self) -> bool:
        """Whether `stop_reading` is not in force; pauses that end by themselves do not count."""
        return self._link.reading

    def stop_reading(self) -> None:
        """Read no more until `resume_reading` or `disconnect`: the broker holds what it has to send."""
        self._link.stop(True)

    def resume_reading(self) -> None:
        self._link.stop(False)

    # Sending.

    def transmit(
        self, frame: Frame, *, force: bool = False, join: bool = True, automatic: bool = True
    ) -> Confirmation:
        """Write one frame at once; awaiting the result gives the outcome if a receipt is asked for.

        With `join` it takes the `transaction` header of the joined transaction; `automatic` says whether
        later frames join the one that a BEGIN opens. Raises LocalProtocolError if the session refuses it
        (`force` sends it all the same), ConnectionLost when there is none.
        """
        sent = self._link.transmit(frame, force=force, join=join, automatic=automatic)
        if frame.first("receipt") is not None:
            self._delivery.outcomes.ask(sent.number)
        return Confirmation(self, sent.number, sent.transaction)

    async def confirmation(self, number: int, *, within: float | None = None) -> float:
        """Wait for the outcome of frame `number`, which asked for a receipt; gives the seconds it took.

        Raises BrokerError (refused), ConnectionLost or TimedOut (unknown, the latter after `within` seconds
        or the client's own limit), and LocalProtocolError when there is nothing to wait for.
        """
        if not self._delivery.outcomes.asked(number):
            self._link.must_be_open()
            raise LocalProtocolError(f"frame {number} asked for no receipt, or its outcome is long forgotten")
        limit = self.receipt_time if within is None else within
        try:
            async with asyncio.timeout(limit):
                with self._delivery.reading_on():
                    return await self._delivery.outcomes.of(number)
        except TimeoutError:
            stopped = "" if self.reading else "; reading is stopped, and the receipt may wait to be read"
            words = f"frame {number} was not confirmed within {limit:g} s, its outcome is unknown{stopped}"
            raise TimedOut(words) from None

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
        `content_length` None leaves it to what suits this broker.
        """
        frame = frames.send(
            destination,
            body.encode() if isinstance(body, str) else body,
            content_type=content_type,
            headers=headers,
            receipt=self.session.next_receipt() if receipt else None,
            transaction=transaction,
            content_length=self.state.dialect.content_length if content_length is None else content_length,
        )
        return await self._do(frame, receipt, join=join)

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

        `prefetch` is written in this broker's own header. Without `deliver` messages are only told to
        `on_events`, and the subscription has nothing to iterate.
        """
        mode = AckMode(ack)
        frame = self.session.subscribe_frame(
            destination,
            mode=mode,
            prefetch=prefetch,
            id=id,
            headers=headers,
            receipt=self.session.next_receipt() if receipt else None,
        )
        await self._ready()
        name = frame.first("id") or destination
        subscription = Subscription(self, self._delivery, name, destination, mode, deliver=deliver)
        before = self._delivery.subscriptions.get(name)
        self._delivery.subscriptions[name] = subscription
        try:
            sent = self.transmit(frame)
            if receipt:
                await sent
        except BaseException as error:
            if before is None:
                self._delivery.subscriptions.pop(name, None)
            else:
                self._delivery.subscriptions[name] = before
            if not isinstance(error, StompError):  # cancelled: the broker would send to nobody
                self._abandon(name)
            raise
        return subscription

    def _abandon(self, name: str) -> None:
        made = self.state.subscriptions.get(name)
        if made is not None and not made.closed:
            with suppress(StompError):  # it has ended, or the broker has not read for long
                self.transmit(self.session.unsubscribe_frame(name))

    async def unsubscribe(self, id: str, *, headers: Headers = ()) -> None:
        """End a subscription and wait for the receipt; its iteration ends after what had arrived."""
        frame = self.session.unsubscribe_frame(id, headers=headers, receipt=self.session.next_receipt())
        await self._ready()
        subscription = self._delivery.subscriptions.get(id)
        sent = self.transmit(frame)
        try:
            await sent
        finally:  # whatever became of the receipt: nothing is to come any more
            if subscription is not None:
                self._delivery.unsubscribed(subscription)

    async def ack(
        self,
        message: Message | int,
        *,
        headers: Headers = (),
        transaction: str | None = None,
        join: bool = True,
        receipt: bool = False,
    ) -> Confirmation:
        """ACK a message, given itself or the number of its frame.

        Raises LocalProtocolError, with the reason, where that is impossible or would cost the connection.
        """
        return await self._settle("ACK", message, headers, transaction, join, receipt)

    async def nack(
        self,
        message: Message | int,
        *,
        headers: Headers = (),
        transaction: str | None = None,
        join: bool = True,
        receipt: bool = False,
    ) -> Confirmation:
        """NACK a message; what becomes of it differs from broker to broker (see `brokers.words`)."""
        return await self._settle("NACK", message, headers, transaction, join, receipt)

    async def settle_many(
        self, command: str, numbers: Iterable[int], *, headers: Headers = (), receipt: bool = False
    ) -> Settlements:
        """ACK or NACK the messages `numbers` in order, in slices of 8 ms with one write each.

        A message that is refused is reported and the others go on; raises ConnectionLost.
        """
        pending = deque(numbers)
        clock = asyncio.get_running_loop().time
        sent: list[Confirmation] = []
        refused: list[tuple[int, str]] = []
        while pending:
            await self._link.writable()
            stop = clock() + SETTLE_SECONDS
            with self._link.one_write():
                while pending and clock() < stop:
                    number = pending.popleft()
                    try:
                        sent.append(self.transmit(self._settling(command, number, headers, None, receipt)))
                    except LocalProtocolError as error:
                        refused.append((number, str(error)))
            await asyncio.sleep(0)
        return Settlements(tuple(sent), tuple(refused))

    # Transactions.

    async def begin(self, name: str | None = None, *, automatic: bool = True) -> str:
        """Begin a transaction and wait for the receipt; gives its name.

        Frames join it by themselves while it is the only `automatic` one that is open.
        """
        name = self.session.next_transaction() if name is None else name
        await self._do(frames.begin(name, receipt=self.session.next_receipt()), True, automatic=automatic)
        return name

    async def commit(self, name: str) -> None:
        """Commit and wait for the receipt; raises BrokerError when the broker refuses."""
        await self._do(frames.commit(name, receipt=self.session.next_receipt()), True)

    async def abort(self, name: str) -> None:
        """Abort and wait for the receipt; what it had acked is unsettled again."""
        await self._do(frames.abort(name, receipt=self.session.next_receipt()), True)

    def transaction(self) -> Transaction:
        """`async with client.transaction() as tx`: commits at the end, aborts on an exception."""
        return Transaction(self)

    async def ping(self) -> Ping:
        """Ask for two receipts, with BEGIN and ABORT of an empty transaction: no queue is touched."""
        name = self.session.next_transaction()
        await self._ready()
        begin = self.transmit(frames.begin(name, receipt=self.session.next_receipt()), automatic=False)
        abort = self.transmit(frames.abort(name, receipt=self.session.next_receipt()))
        first = await begin
        return Ping(first, await abort)

    # The end.

    async def disconnect(self, timeout: float = 2.0) -> None:  # noqa: ASYNC109 - nothing is cancelled
        """Send DISCONNECT, wait at most `timeout` seconds for its receipt, then close; reading is resumed.

        Raises nothing when the connection has ended already. An ERROR that nobody was told of is raised
        after the connection is closed.
        """
        if self._leaving:
            await asyncio.wait((self.closed,), timeout=timeout)
        elif not self.closed.done():
            self._leaving = True
            try:
                clean = await self._say_goodbye(timeout)
            except BaseException:  # cancelled: nobody else would close it
                self._link.abort("closed here, DISCONNECT was given up")
                raise
            await self._link.close("disconnected" if clean else UNANSWERED, clean=clean)
        self._delivery.raise_unowned()

    async def _say_goodbye(self, seconds: float) -> bool:
        until = asyncio.get_running_loop().time() + seconds
        self._link.stop(False)
        try:
            sent = self.transmit(frames.disconnect(receipt=self.session.next_receipt()))
        except StompError:  # it has ended, or the broker has not read for long
            return False
        while True:
            try:
                await self.confirmation(sent.number, within=until - asyncio.get_running_loop().time())
                return True
            except BrokerError as error:
                # Brokers that name no frame mean an earlier one: the receipt still comes, unless they close.
                self._delivery.refused(BrokerError(broker_words(error.frame), error.frame))
                self._delivery.outcomes.ask(sent.number)
            except StompError:
                return False

    def abort_connection(self, reason: str = "closed here without DISCONNECT") -> None:
        """Close at once: no DISCONNECT, what was written last may be lost."""
        self._link.abort(reason)

    # The rest is its own.

    async def _ready(self) -> None:
        self._delivery.raise_unowned()
        await self._link.writable()

    async def _do(
        self, frame: Frame, receipt: bool, *, join: bool = True, automatic: bool = True
    ) -> Confirmation:
        await self._ready()
        sent = self.transmit(frame, join=join, automatic=automatic)
        return await self._outcome(sent, receipt)

    async def _outcome(self, sent: Confirmation, receipt: bool) -> Confirmation:
        if receipt and sent.transaction is None:
            await sent
        else:
            await self._link.give_way()
        return sent

    async def _settle(
        self,
        command: str,
        message: Message | int,
        headers: Headers,
        transaction: str | None,
        join: bool,
        receipt: bool,
    ) -> Confirmation:
        number = message if isinstance(message, int) else message.number
        await self._ready()
        sent = self.transmit(self._settling(command, number, headers, transaction, receipt), join=join)
        return await self._outcome(sent, receipt)

    def _settling(
        self, command: str, number: int, headers: Headers, transaction: str | None, receipt: bool
    ) -> Frame:
        receipt_id = self.session.next_receipt() if receipt else None
        return self.session.settle_frame(
            command, number, headers=headers, transaction=transaction, receipt=receipt_id
        )
