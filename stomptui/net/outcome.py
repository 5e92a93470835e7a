"""What the broker made of a frame, for those who wait for it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Generator
from functools import partial
from typing import TYPE_CHECKING

from stomptui.net.explain import broker_words
from stomptui.stomp.errors import BrokerError, ConnectionLost, LocalProtocolError, StompError
from stomptui.stomp.events import Confirmed, ErrorReceived, Rejected, Unconfirmed

if TYPE_CHECKING:
    from stomptui.net.line import Line

DECIDED = 4096
"""Outcomes kept for those who ask later, or again; a call that asks at once never needs one."""

ERRORS = 16
"""ERROR frames kept so that a refusal, which comes right after its ERROR, can quote it."""


Refused = Callable[[], StompError]
"""Makes the error anew for each who waits, so that no two share a traceback."""


class Confirmation:
    """A frame that was sent; awaiting it waits until the broker confirms it and gives the seconds it took.

    It raises BrokerError when the broker refused the frame, ConnectionLost when that will never be known,
    TimedOut when the time limit of the client passed, and LocalProtocolError if no receipt was asked for.
    """

    __slots__ = ("_line", "_outcomes", "number", "transaction")

    def __init__(self, line: Line, outcomes: Outcomes, number: int, transaction: str | None) -> None:
        self._line = line
        self._outcomes = outcomes
        self.number = number
        self.transaction = transaction

    def __await__(self) -> Generator[None, None, float]:
        return self.within(None).__await__()

    async def within(self, seconds: float | None) -> float:
        """Wait as awaiting it does, but at most `seconds`; None is the client's own limit."""
        return await self._line.confirmed(self._outcomes, self.number, seconds)

    def __repr__(self) -> str:
        return f"<Confirmation {self.number}>"


class Outcomes:
    """Who waits for which frame, and what was decided while nobody waited."""

    def __init__(self) -> None:
        self._asked: dict[int, str] = {}
        self._waiting: dict[int, list[asyncio.Future[float]]] = {}
        self._decided: OrderedDict[int, float | Refused] = OrderedDict()
        self._errors: deque[ErrorReceived] = deque(maxlen=ERRORS)

    def owns(self, event: ErrorReceived) -> bool:
        """Whether a waiting call will be told of this ERROR by itself."""
        return event.answers is not None and event.answers in self._waiting

    def ask(self, number: int, command: str) -> None:
        """Expect an outcome of frame `number`, which asks for a receipt; after a refusal another one."""
        if isinstance(self._decided.get(number), float):
            return  # confirmed behind that refusal, in the same read
        self._asked[number] = command
        self._decided.pop(number, None)

    def asked(self, number: int) -> bool:
        """Whether frame `number` has, or will have, an outcome."""
        return number in self._asked or number in self._decided

    def name(self, number: int) -> str:
        """What to call frame `number` towards people."""
        return f"{self._asked.get(number, 'a frame')} (frame {number:05d})"

    async def of(self, number: int) -> float:
        """The seconds to the receipt of frame `number`; raises the error that it met."""
        decided = self._decided.get(number)
        if decided is not None:
            if isinstance(decided, float):
                return decided
            raise decided()
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(number, [])
        waiting.append(future)
        try:
            return await future
        finally:
            waiting.remove(future)
            if not waiting and self._waiting.get(number) is waiting:
                del self._waiting[number]

    def learn(self, event: Confirmed | Rejected | Unconfirmed | ErrorReceived, *, over: str | None) -> None:
        """Take in what the session found out; `over` says why the connection has ended, if it has."""
        if isinstance(event, ErrorReceived):
            self._errors.append(event)
        elif isinstance(event, Confirmed):
            self._decide(event.number, float(event.latency))
        elif isinstance(event, Rejected):
            for error in self._errors:
                if error.number == event.error:
                    sure = "" if event.sure else " (a guess: this broker does not say which frame it means)"
                    words = f"{event.command} was refused: {broker_words(error.frame)}{sure}"
                    self._decide(event.number, partial(BrokerError, words, error.frame))
        elif over is not None:
            words = f"{event.command} was not confirmed, its outcome is unknown: {over}"
            self._decide(event.number, partial(ConnectionLost, words))
        else:
            words = f"{event.command} was not done: its transaction ended without a COMMIT"
            self._decide(event.number, partial(LocalProtocolError, words))

    def fail(self, refused: Refused) -> bool:
        """Raise what `refused` makes in every waiting call; returns whether there was one."""
        numbers = tuple(self._waiting)
        for number in numbers:
            self._give(number, refused)
        return bool(numbers)

    def _decide(self, number: int, outcome: float | Refused) -> None:
        self._asked.pop(number, None)
        if number in self._waiting:
            self._give(number, outcome)
        self._decided[number] = outcome
        if len(self._decided) > DECIDED:
            self._decided.popitem(last=False)

    def _give(self, number: int, outcome: float | Refused) -> None:
        for future in self._waiting.pop(number):
            if future.done():
                continue
            if isinstance(outcome, float):
                future.set_result(outcome)
            else:
                future.set_exception(outcome())
