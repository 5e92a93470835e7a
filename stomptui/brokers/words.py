"""What a broker does, in words for the engineer who is about to do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from stomptui.brokers.facts import Destination, Explanation, Header, Known, Limit
    from stomptui.brokers.peeking import Peek
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.frame import AckMode, Frame, Headers
    from stomptui.stomp.subscription import Subscription


class NackOutcome(NamedTuple):
    """One thing that a NACK can do: its key, its words, the headers that ask for it, and how it is told."""

    key: str
    words: str
    headers: tuple[tuple[str, str], ...]
    done: str


class ReplyQueue(NamedTuple):
    """How one asks for a private place for replies: a name behind `prefix` goes into `reply-to` of a SEND."""

    prefix: str
    subscribe: bool
    """Whether one must SUBSCRIBE to that destination before the SEND.

    Otherwise the broker makes the subscription when it sees the `reply-to`; its id is the destination.
    """


class Advice(Protocol):
    """Says what a SUBSCRIBE with these fields would do; one line each, the most important first."""

    def __call__(
        self,
        destination: str,
        mode: AckMode,
        prefetch: int | None,
        headers: Headers = (),
        others: Iterable[Subscription] = (),
    ) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Words:
    """One broker, told. Texts are fit for half a line; none ends with a full stop."""

    dialect: Dialect
    nack: tuple[NackOutcome, ...]
    """What a NACK can do here; empty where the broker knows none."""
    nack_summary: str
    on_close: str
    """What the broker does with unsettled messages when the connection ends: "this broker ..."."""
    on_unsubscribe: str
    """The same for the messages of a subscription that is closed."""
    on_abort: str
    """The same for what was acked or nacked in a transaction that is aborted."""
    content_length: str
    """What a content-length in SEND does to the message: "this broker ..."."""
    content_length_makes_bytes: bool | None
    """Whether JMS consumers then get a BytesMessage, without it a TextMessage; None where it is not known."""
    on_gone: str
    """The same for what was a subscription's own and ends with it, as a topic's copies: see `stays`."""
    stays: Callable[[Subscription], bool]
    """Whether what a subscription holds unsettled is there still once it, or its connection, has ended."""
    known: Known
    """How the words above are known; headers, destinations and explanations each say it themselves."""
    destinations: tuple[Destination, ...]
    """The forms of destination that the broker gives a meaning; the first that fits tells the kind."""
    headers: tuple[Header, ...]
    """The broker's own first, then the specification's."""
    explanations: tuple[Explanation, ...]
    """What its ERRORs mean; the first that fits holds."""
    subscribe_advice: Advice
    destination_kind: Callable[[str], str]
    """`queue`, `topic`, `exchange`, `temporary queue`, ...; `destination` where it cannot be told."""
    not_resent: frozenset[str]
    """Headers left out when a received message is sent again: the broker's own and harmful ones."""
    dead_letter_origin: Callable[[Frame], str | None]
    """The destination from which a dead-lettered message came, None for any other message."""
    may_drop: Callable[[str], str | None]
    """How a message sent to a destination may be lost though it is confirmed, None where it is kept."""
    examples: tuple[tuple[str, str], ...]
    """Forms of destination and what subscribing to each means."""
    peek: Peek
    """How one looks at a queue without taking from it, and what that changes."""
    give_back: str | None = None
    """How a message is put back without a NACK, None where there is no way."""
    nack_of: Callable[[Frame], tuple[NackOutcome, ...]] | None = None
    """What a NACK does to one message, where that hangs on its headers."""
    limits: tuple[Limit, ...] = ()
    """What it takes at most, as far as that is known."""
    without_login: str | None = None
    """Who one is without a login in CONNECT."""
    on_age: str | None = None
    """What the broker does once a message is unsettled for `dialect.consumer_timeout`: "this broker ..."."""
    on_error: str | None = None
    """What its ERRORs say of the frame that they answer: "this broker ..."."""
    reply_queue: ReplyQueue | None = None
    """Where replies to a request can be had that nobody else reads, None where no way is known."""
    silence_closes: float | None = None
    """Heart-beat periods without a sign of life from here after which it had closed at the latest.

    It may be up to one fewer, as a broker looks once in a while; None where nobody saw it.
    """
    separators: tuple[str, ...] = ("/", ".")
    """Where a destination goes down a level, as people name them; STOMP itself gives it no parts."""

    @property
    def name(self) -> str:
        return self.dialect.name

    def nack_for(self, frames: Iterable[Frame]) -> tuple[NackOutcome, ...]:
        """What a NACK of these messages can do; what is said of any where it is not the same for all."""
        if self.nack_of is None:
            return self.nack
        outcomes = {self.nack_of(frame) for frame in frames}
        return outcomes.pop() if len(outcomes) == 1 else self.nack

    def headers_of(self, command: str) -> tuple[Header, ...]:
        """What a frame of this command may carry here, one entry a name; the broker's own word goes first."""
        command = "CONNECT" if command == "STOMP" else command
        found: dict[str, Header] = {}
        for each in self.headers:
            if command in each.frames:
                found.setdefault(each.name, each)
        return tuple(found.values())

    def header(self, command: str, name: str) -> Header | None:
        """What a header means in a frame of this command, None for one that is not known."""
        return next((each for each in self.headers_of(command) if each.name == name), None)

    @property
    def ack_covers(self) -> str:
        """What an ACK settles on a subscription in mode `client`: "an ACK settles ..."."""
        return self.dialect.ack_covers.value

    @property
    def nack_covers(self) -> str:
        """The same for a NACK."""
        return self.dialect.nack_covers.value

    @property
    def set_by_broker(self) -> frozenset[str]:
        return self.dialect.set_by_broker


def is_copy(kind: str) -> bool:
    """Whether each subscriber of such a destination gets its own copy."""
    return kind in ("topic", "exchange", "temporary topic")
