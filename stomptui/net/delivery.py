"""What arrives reaches those who wait for it: callbacks, iterations, calls; and how much may pile up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakSet

from stomptui.net.explain import broker_words
from stomptui.net.request import Replies
from stomptui.net.stream import EventStream
from stomptui.stomp.errors import BrokerError, ConnectionLost
from stomptui.stomp.events import (
    Closed,
    Confirmed,
    ErrorReceived,
    Event,
    FrameSent,
    MessageReceived,
    Rejected,
    Settled,
    TransactionEnded,
    Unconfirmed,
)

if TYPE_CHECKING:
    from stomptui.net.line import Line
    from stomptui.net.link import Link
    from stomptui.net.outcome import Outcomes
    from stomptui.net.subscription import Subscription

HIGH_WATER = 1_000
"""Messages that wait for their iterations above which reading pauses: a second of a quick consumer's work."""

HIGH_WATER_OCTETS = 16 * 1024 * 1024
"""The same in octets of those messages, for brokers with large bodies."""

EVENTS = 10
"""Events that count as one message: one of those brings several, and most hold next to nothing."""

LOOKED_AT = frozenset({FrameSent, Settled})
"""What is told and reaches no call and no iteration; two for each ACK."""

OnEvents = Callable[[list[Event]], None]
OnError = Callable[[BrokerError], None]

T = TypeVar("T")


class Delivery:
    """Takes the events of a client's connections, a list a slice; one connection at a time."""

    def __init__(self, on_events: OnEvents | None, on_error: OnError | None) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self.replies = Replies()
        self.undelivered = 0
        self.undelivered_octets = 0
        self._streams: WeakSet[EventStream] = WeakSet()
        self._streamed = False
        self._on_events = on_events
        self._on_error = on_error
        self.unowned: BrokerError | None = None
        """The ERROR that came while no call and no iteration waited."""
        self.throttled = False
        """Whether whoever takes the events is behind, and nothing is to be read that nobody awaits."""
        self._hurried = False
        self._awaiting = 0
        self._line: Line
        self._link: Link
        self._outcomes: Outcomes

    def begin(self, line: Line, link: Link, outcomes: Outcomes) -> None:
        """Go on with the events of `link`."""
        self._line, self._link, self._outcomes = line, link, outcomes
        link.take = self.take
        link.slot.shared = self._on_events is not None
        link.watched = link.slot.shared or self._streamed
        self.hurry(self._hurried)
        self.steer()

    def hurry(self, hurried: bool) -> None:
        """Spend most of the loop's time on what arrives, or leave half of it to others."""
        self._hurried = hurried
        self._link.slot.hurry(hurried)

    def tell(self, events: list[Event]) -> None:
        """Tell what happened to those who only look."""
        if self._streamed:
            for stream in tuple(self._streams):
                stream.extend(events)
        if self._on_events is not None:
            _guarded(self._on_events, events)  # last: it may end all this

    def take(self, events: list[Event]) -> None:
        """Take what happened: it is told first, then it reaches the calls and iterations that wait."""
        self.tell(events)
        subscriptions, replies = self.subscriptions, self.replies
        name, keep = None, None  # those of the last message, which are mostly those of the next
        for event in events:
            if type(event) in LOOKED_AT:
                continue
            if type(event) is not MessageReceived:
                self._learn(event)
                name, keep = None, None  # whoever learnt of it may have unsubscribed
            elif not replies.waiting or not replies.take(event):
                if event.subscription != name:
                    name = event.subscription
                    subscription = None if name is None else subscriptions.get(name)
                    keep = None if subscription is None else subscription.keeping()
                if keep is not None:
                    keep(event)
                    self.undelivered += 1
                    self.undelivered_octets += len(event.frame.raw)
        self.steer()

    def _learn(self, event: Event) -> None:
        if isinstance(event, ErrorReceived):
            self._outcomes.learn(event, over=None)
            if event.again is None and not self._outcomes.owns(event):
                self._nobody_owns(event)
        elif isinstance(event, Confirmed | Rejected | Unconfirmed):
            self._outcomes.learn(event, over=self._link.ended_why)
        elif isinstance(event, TransactionEnded):
            self._line.transaction_ended(event)
        elif isinstance(event, Closed):
            self._outcomes.fail(partial(ConnectionLost, event.reason))
            self.replies.fail(partial(ConnectionLost, event.reason))
            self._line.ended(event)

    def stream(self, first: Event) -> EventStream:
        """Keep every event from now on for an iteration that somebody holds, and `first` while it is open."""
        stream = EventStream(self)
        if self._line.open:
            stream.extend([first])
        if self._line.over.done():
            stream.end()
        else:
            self._streams.add(stream)
            self._streamed = self._link.watched = True
        return stream

    def delivered(self, *messages: MessageReceived) -> None:
        """An iteration took messages, or they count no more."""
        self.undelivered -= len(messages)
        self.undelivered_octets -= sum(len(message.frame.raw) for message in messages)
        self.steer()

    def taken(self, octets: int) -> None:
        """An iteration took one message of so many octets."""
        self.undelivered -= 1
        self.undelivered_octets -= octets
        if self._link.held:
            self.steer()

    def unsubscribed(self, subscription: Subscription) -> None:
        """No more will come: what nobody has taken yet stays, but holds up the others no longer."""
        if self.subscriptions.get(subscription.id) is subscription:
            del self.subscriptions[subscription.id]
        self.delivered(*subscription.uncounted())
        subscription.end()

    def forget_what_comes_again(self) -> None:
        """Drop what nobody took of a lost connection where the broker delivers it again."""
        for subscription in self.subscriptions.values():
            self.delivered(*subscription.forget())

    def finish(self, why: str | None) -> None:
        """There is no connection and none will be made: iterations end, with ConnectionLost if `why`."""
        for subscription in self.subscriptions.values():
            subscription.end(why)
        for stream in tuple(self._streams):
            stream.end()
        self._streams.clear()  # what they keep holds up no later connection

    def raise_unowned(self) -> None:
        """Raise `unowned`, once."""
        error, self.unowned = self.unowned, None
        if error is not None:
            raise error

    @contextmanager
    def reading_on(self) -> Iterator[None]:
        """Read on while something is awaited: it lies behind the messages that nobody has taken yet.

        What then exceeds the high-water mark is kept and counted.
        """
        self._awaiting += 1
        self.steer()
        try:
            yield
        finally:
            self._awaiting -= 1
            self.steer()

    def steer(self) -> None:
        """Read, or hold it, as what is undelivered and who waits have it."""
        count, octets = self.undelivered, self.undelivered_octets
        if self._streamed:
            for stream in self._streams:
                count += stream.undelivered // EVENTS
                octets += stream.octets
        if self._awaiting:
            self._link.hold(False)
        elif self.throttled:
            self._link.hold(True)
        elif count >= HIGH_WATER or octets >= HIGH_WATER_OCTETS:
            self._link.hold(not self._behind())
        elif count <= HIGH_WATER // 2 and octets <= HIGH_WATER_OCTETS // 2:
            self._link.hold(False)

    def _behind(self) -> bool:
        """Whether an iteration waits for what lies behind messages that its own task, or nobody, takes.

        A task that asks in one subscription and awaits the reply in another would wait for ever.
        """
        every: list[Subscription | EventStream] = [*self.subscriptions.values(), *self._streams]
        waiting = {one.taker for one in every if one.waits}
        return bool(waiting) and all(
            one.taker is None or one.taker.done() or one.taker in waiting for one in every if one.undelivered
        )

    def refused(self, error: BrokerError) -> None:
        """Tell `on_error` of an ERROR that is nobody's; without it keep it for the next call."""
        if self._on_error is not None:
            _guarded(self._on_error, error)
        else:
            self.unowned = error

    def _nobody_owns(self, event: ErrorReceived) -> None:
        words = broker_words(event.frame)
        if self._on_error is not None:
            self.refused(BrokerError(words, event.frame))
            return
        raised = self._outcomes.fail(partial(BrokerError, words, event.frame))
        raised |= self.replies.fail(partial(BrokerError, words, event.frame))
        for subscription in self.subscriptions.values():
            raised |= subscription.fail(BrokerError(words, event.frame))
        if not raised:
            self.refused(BrokerError(words, event.frame))


def _guarded(call: Callable[[T], None], argument: T) -> None:
    try:
        call(argument)
    except (Exception, asyncio.CancelledError) as error:
        # A fault of the caller's function must not cost the connection: it is reported.
        asyncio.get_running_loop().call_exception_handler(
            {"message": f"{call!r} raised; the connection goes on", "exception": error}
        )
