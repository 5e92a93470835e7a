"""Staying connected: which broker next, how long to wait, what to make again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from stomptui import brokers
from stomptui.net.subscribing import again
from stomptui.stomp.errors import AccessRefused, BrokerError, ConnectionLost, StompError, TimedOut
from stomptui.stomp.events import Closed, GivenUp, Retrying

if TYPE_CHECKING:
    from stomptui.net.line import Line
    from stomptui.stomp.backoff import Backoff
    from stomptui.stomp.failover import Failover
    from stomptui.stomp.uri import Endpoint

LASTED = 5.0
"""Seconds after which a connection is a success: one that ends at once shall not be made in circles."""

OpenOne = Callable[["Endpoint"], Awaitable[None]]
"""Connects the line to one broker, or raises StompError in words."""


async def open_first(failover: Failover, open_one: OpenOne) -> None:
    """Connect to the first broker of the list that can be; every one is tried once.

    Raises BrokerError or AccessRefused as soon as one refuses to let us in, unless that may pass, else what
    the only one met, or ConnectionLost for all.
    """
    endpoints = list(failover.endpoints)
    if failover.randomize:
        random.shuffle(endpoints)
    failures: list[StompError] = []
    for endpoint in endpoints:
        try:
            await open_one(endpoint)
            return
        except StompError as error:
            if is_refusal(error):  # it would say so again, and some count wrong passcodes
                raise
            failures.append(error)
    if len(failures) == 1:
        raise failures[0]
    words = "; ".join(str(failure) for failure in failures)
    raise ConnectionLost(f"none of the {len(failures)} brokers can be reached: {words}")


def is_refusal(error: StompError) -> bool:
    """Whether one is not let in, and would not be later either, for all that is known."""
    if isinstance(error, BrokerError):
        return not brokers.may_pass(error.frame)
    return isinstance(error, AccessRefused)


class Reconnecting:
    """Makes the connection of a line again whenever it is lost, as `backoff` has it."""

    def __init__(self, line: Line, failover: Failover, backoff: Backoff | None, open_one: OpenOne) -> None:
        self._line = line
        self._failover = failover
        self._backoff = backoff
        self._open_one = open_one
        self._attempt = 0
        self._since = 0.0
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    def opened(self) -> None:
        """Learn that there is a connection."""
        self._since = asyncio.get_running_loop().time()

    def lost(self, closed: Closed) -> bool:
        """Begin to make the connection again; returns whether that is done by itself."""
        if self._backoff is None and self._task is None:
            return False
        if asyncio.get_running_loop().time() - self._since >= LASTED:
            self._attempt = 0
        self._line.delivery.forget_what_comes_again()
        if self._task is None:
            self._task = asyncio.create_task(self._keep_on(closed.reason), name="reconnecting")
        return True

    def now(self) -> None:
        """Try at once: wait no longer, or begin again after it was given up."""
        self._line.revive()
        self._attempt = 0
        self._hurry.set()
        if self._task is None:
            self._task = asyncio.create_task(self._keep_on(""), name="reconnecting")

    def stop(self) -> None:
        """Give up what is under way."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _keep_on(self, reason: str) -> None:
        line, again = self._line, True
        while not line.open:
            if self._hurry.is_set() or (again and await self._wait(reason)):
                self._hurry.clear()
                self._attempt += 1
                reason, again = await self._try()
                continue
            connection, now = line.state.connection, asyncio.get_running_loop().time()
            line.delivery.tell([GivenUp(connection, now, reason)])
            if not self._hurry.is_set():  # else who was told wants one more
                self._task = None
                line.finish(Closed(connection, now, reason, False))
                return
        self._hurry.clear()
        self._task = None

    async def _try(self) -> tuple[str, bool]:
        """Connect and subscribe again; returns why that failed, if it did, and whether to go on."""
        try:
            await open_first(self._failover, self._open_one)
            await self._subscribe_again()
        except StompError as error:
            if is_refusal(error):
                return f"{error}; a refused login is not tried again by itself", False
            return str(error), True
        except (Exception, asyncio.CancelledError) as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            # Of a function of the caller's, which gives the credentials.
            asyncio.get_running_loop().call_exception_handler(
                {"message": "reconnecting failed", "exception": error}
            )
            return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__, False
        return self._line.link.ended_why or "", True

    async def _wait(self, reason: str) -> bool:
        """Wait until the next try is due; returns whether there is to be one."""
        if self._backoff is None:
            return False
        limit = self._backoff.attempts
        if limit is not None and self._attempt >= limit:
            return False
        seconds = self._backoff.wait(self._attempt, random.random())
        now = asyncio.get_running_loop().time()
        connection = self._line.state.connection
        self._line.delivery.tell([Retrying(connection, now, self._attempt + 1, seconds, reason)])
        try:
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
        except TimeoutError:
            pass
        return True

    async def _subscribe_again(self) -> None:
        # One after the other: of several under way, an ERROR does not say which it means.
        for subscription in tuple(self._line.delivery.subscriptions.values()):
            if self._line.delivery.subscriptions.get(subscription.id) is subscription:
                try:
                    await again(self._line, subscription)
                except TimedOut:  # it may have been made: messages will tell
                    continue
