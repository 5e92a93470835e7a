"""What a client writes to and waits on: the open connection, or the next one once it has been made again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from stomptui.net.outcome import Confirmation, Outcomes
from stomptui.stomp.errors import LocalProtocolError, TimedOut, TransactionLost
from stomptui.stomp.events import Closed, Connected, TransactionEnded
from stomptui.stomp.phase import TRANSACTED

if TYPE_CHECKING:
    from stomptui.net.delivery import Delivery
    from stomptui.net.link import Link
    from stomptui.net.offline import Queue
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.session import Session
    from stomptui.stomp.state import State
    from stomptui.stomp.uri import Endpoint


Permit = Callable[[str, "Frame | None", "State"], str | None]
"""Says why a command may not be sent, None when it may; the frame is left out for an ACK or NACK as usual.

`HEART-BEAT` stands for heart-beats that are not sent as promised.
"""

LOST_KEPT = 1_000
"""Names of lost transactions that are remembered: whoever still means one has it open now."""


class Keeper(Protocol):
    """What makes a lost connection again."""

    def lost(self, closed: Closed) -> bool:
        """Begin to make it again; returns whether it does."""

    def stop(self) -> None:
        """Give up what is under way."""


class Line:
    """A client's connection of the moment, and what outlives it; `link` is the last that was open."""

    link: Link
    endpoint: Endpoint
    outcomes: Outcomes
    connected: Connected

    def __init__(
        self, delivery: Delivery, receipt_time: float, queue: Queue | None, permit: Permit | None = None
    ) -> None:
        self.delivery = delivery
        self.receipt_time = receipt_time
        self.keeper: Keeper | None = None
        self.leaving = False
        self.reading = True
        """Whether the user lets it read; holds for the next connection too."""
        self.over: asyncio.Future[Closed] = asyncio.get_running_loop().create_future()
        """Done when there is no connection and none will be made by itself; awaited by nobody."""
        self._ends: WeakKeyDictionary[Any, asyncio.Future[Closed]] = WeakKeyDictionary()
        self._queue = queue
        self._permit = permit
        self._lost_transactions: dict[str, int] = {}
        self._lost_joined: str | None = None
        """The lost transaction that frames joined by themselves, until one that would have is refused."""

    @property
    def session(self) -> Session:
        return self.link.session

    @property
    def state(self) -> State:
        return self.link.session.state

    @property
    def open(self) -> bool:
        return not self.link.closed.done()

    def begin(self, link: Link, endpoint: Endpoint, connected: Connected) -> None:
        """Go on with a connection that has just been logged in."""
        self.link, self.endpoint, self.connected, self.outcomes = link, endpoint, connected, Outcomes()
        self.delivery.begin(self, link, self.outcomes)
        if not self.reading:
            link.stop(True)
        if self._queue is not None:
            self._queue.wake()

    def transmit(
        self, frame: Frame, *, force: bool = False, join: bool = True, automatic: bool = True
    ) -> Confirmation:
        """Write one frame at once; see `Client.transmit`."""
        self._must_be_permitted(frame.command, frame)
        if self._lost_transactions:
            self._refuse_lost(frame)
            if join and frame.command in TRANSACTED and frame.first("transaction") is None:
                self._refuse_joining(frame.command)
        sent = self.link.transmit(frame, force=force, join=join, automatic=automatic)
        if frame.first("receipt") is not None and not self.outcomes.asked(sent.number):
            # Unless who was told of the frame has ended the connection.
            self.outcomes.ask(sent.number, frame.command)
        return Confirmation(self, self.outcomes, sent.number, sent.transaction)

    def settle(self, command: str, number: int) -> Confirmation:
        """Write ACK or NACK of message `number` at once."""
        return Confirmation(self, self.outcomes, *self.settle_as(command, number))

    def settle_as(self, command: str, number: int) -> tuple[int, str | None]:
        """Do as `settle`; gives the number of the frame and the transaction in which it waits."""
        if self._permit is not None:
            self._must_be_permitted(command, None)
        if self._lost_joined is not None:
            self._refuse_joining(command)
        return self.link.settle(command, number)

    def misbehave(self, by: float, seconds: float) -> None:
        """Withhold or delay heart-beats; see `Client.withhold_beats`."""
        self._must_be_permitted("HEART-BEAT", None)
        self.link.misbehave(by, seconds)

    def _must_be_permitted(self, command: str, frame: Frame | None) -> None:
        if self._permit is not None and (why := self._permit(command, frame, self.state)) is not None:
            raise LocalProtocolError(why)

    async def do(
        self, frame: Frame, *, awaited: bool, join: bool = True, automatic: bool = True
    ) -> Confirmation:
        """Write a frame once there is room; with `awaited` its outcome is, unless a transaction holds it."""
        self._refuse_lost(frame)
        await self.ready()
        return await self.outcome(self.transmit(frame, join=join, automatic=automatic), awaited)

    async def outcome(self, sent: Confirmation, awaited: bool) -> Confirmation:
        """Await the outcome of what was sent, unless a transaction holds it."""
        if awaited and sent.transaction is None:
            await sent
        else:
            await self.link.give_way()
        return sent

    async def ready(self) -> None:
        """Wait until there is room to write; raises Offline, TimedOut, an ERROR that nobody was told of."""
        self.delivery.raise_unowned()
        if self.link.has_room:
            self.link.must_be_open()
            return
        try:
            async with asyncio.timeout(self.receipt_time):
                await self.link.writable()
        except TimeoutError:
            raise TimedOut(
                f"the broker has not read what waits for it within {self.receipt_time:g} s; this was not sent"
            ) from None

    async def turn(self) -> None:
        """Wait until it is ready; where sends are queued while offline, for a connection too."""
        if self._queue is not None and not self.over.done() and (len(self._queue) or not self.open):
            await self._queue.turn(lambda: self.open or self.over.done())
        await self.ready()

    async def confirmed(self, outcomes: Outcomes, number: int, within: float | None = None) -> float:
        """Wait for the outcome of frame `number` of the connection of `outcomes`."""
        if not outcomes.asked(number):
            self.link.must_be_open()
            words = f"frame {number:05d} asked for no receipt, or its outcome is long forgotten"
            raise LocalProtocolError(words)
        limit = self.receipt_time if within is None else within
        name = outcomes.name(number)
        try:
            async with asyncio.timeout(limit):
                with self.delivery.reading_on():
                    return await outcomes.of(number)
        except TimeoutError:
            stopped = "" if self.reading else "; reading is stopped, and the receipt may wait to be read"
            words = f"{name} was not confirmed within {limit:g} s, its outcome is unknown{stopped}"
            raise TimedOut(words) from None

    def stop_reading(self, stopped: bool) -> None:
        self.reading = not stopped
        self.link.stop(stopped)

    def transaction_ended(self, event: TransactionEnded) -> None:
        """Remember a transaction that was lost, by its name."""
        if event.outcome == "lost":
            self._lost_transactions[event.name] = event.connection
            if self.state.joined_at_end == event.name:
                self._lost_joined = event.name
            if len(self._lost_transactions) > LOST_KEPT:
                del self._lost_transactions[next(iter(self._lost_transactions))]

    def end(self) -> asyncio.Future[Closed]:
        """Done as `over` is, one for each task that asks: to be cancelled ends no other's wait."""
        if self.over.done():
            return self.over
        loop = asyncio.get_running_loop()
        whose = asyncio.current_task() or loop
        own = self._ends.get(whose)
        if own is None or own.done():
            own = self._ends[whose] = loop.create_future()
        return own

    def finish(self, closed: Closed) -> None:
        """There is no connection, and none will be made by itself; does nothing the second time."""
        if self.over.done():
            return
        self.delivery.finish(None if closed.clean else closed.reason)
        if self._queue is not None:
            self._queue.fail(closed.reason)
        self.over.set_result(closed)
        for own in self._ends.values():
            if not own.done():
                own.set_result(closed)

    def revive(self) -> None:
        """A connection is being made again after all."""
        if self.over.done():
            self.over = asyncio.get_running_loop().create_future()
            for subscription in self.delivery.subscriptions.values():
                subscription.begin_again()

    def ended(self, closed: Closed) -> None:
        """The connection ended: it is made again, or that was it."""
        if self.leaving or self.keeper is None or not self.keeper.lost(closed):
            self.finish(closed)

    def _refuse_joining(self, command: str) -> None:
        # Once: who hears of it decides what becomes of the rest. Sent alone it would be a surprise.
        name, self._lost_joined = self._lost_joined, None
        if name is not None and self.state.joined is None:
            raise TransactionLost(
                f"{command}: it would have joined transaction {name}, which was lost with connection "
                f"{self._lost_transactions.get(name, self.state.connection)}; nothing of that was done"
            )

    def _refuse_lost(self, frame: Frame) -> None:
        name = frame.first("transaction")
        if frame.command in ("BEGIN", "COMMIT", "ABORT"):
            self._lost_joined = None
        if name is None or name not in self._lost_transactions:
            return
        if frame.command == "BEGIN" or name in self.state.transactions:
            self._lost_transactions.pop(name)
            return
        lost = f"transaction {name} was lost with connection {self._lost_transactions[name]}"
        raise TransactionLost(f"{frame.command}: {lost}, nothing of it was done")
