"""What a broker does, in words for the engineer who is about to do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.frame import Frame, Headers
    from stomptui.stomp.subscription import Subscription

COMPETE = "queue: you compete, each message you get its consumers do not"
COPY = "topic, exchange: a copy, nobody loses anything"
AUTO = "auto: the broker forgets each message once it is sent to you"


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
    give_back: str | None = None
    """How a message is put back without a NACK, None where there is no way."""
    nack_of: Callable[[Frame], tuple[NackOutcome, ...]] | None = None
    """What a NACK does to one message, where that hangs on its headers."""
    reply_queue: ReplyQueue | None = None
    """Where replies to a request can be had that nobody else reads, None where no way is known."""

    @property
    def name(self) -> str:
        return self.dialect.name

    def nack_for(self, frames: Iterable[Frame]) -> tuple[NackOutcome, ...]:
        """What a NACK of these messages can do; what is said of any where it is not the same for all."""
        if self.nack_of is None:
            return self.nack
        outcomes = {self.nack_of(frame) for frame in frames}
        return outcomes.pop() if len(outcomes) == 1 else self.nack

    @property
    def set_by_broker(self) -> frozenset[str]:
        return self.dialect.set_by_broker


def nobody_keeps(kind: str) -> str | None:
    """How a message is lost where each subscriber gets a copy, None for a queue."""
    if is_copy(kind) or kind == "destination":
        return "the broker confirms it and, on a topic to which nobody is subscribed, drops it"
    return None


def is_copy(kind: str) -> bool:
    """Whether each subscriber of such a destination gets its own copy."""
    return kind in ("topic", "exchange", "temporary topic")


def what_it_does(kind: str, mode: AckMode, prefetch: int | None, *, bounded: bool) -> list[str]:
    """The advice that every broker shares: compete or copy, `auto`, and a prefetch that is missing.

    `bounded` says whether this broker can be asked for a prefetch at all.
    """
    lines = []
    if is_copy(kind):
        lines.append(COPY)
    elif kind == "destination":
        lines.append("a queue: you compete for its messages; a topic: you get a copy")
    else:
        lines.append(COMPETE)
    if mode is AckMode.AUTO and not is_copy(kind):
        lines.append(AUTO)
    if mode is AckMode.AUTO and prefetch is not None and bounded:
        lines.append("prefetch has no effect in mode auto")
    if mode is not AckMode.AUTO and prefetch is None and not is_copy(kind):
        lines.append(
            "no prefetch: the broker may send you the whole queue, and its consumers get none of it"
            if bounded
            else "this broker has no prefetch that is known: it may send you the whole queue"
        )
    return lines


def header(headers: Headers, name: str) -> str | None:
    """The first value of `name`, None without one."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return next((value for key, value in pairs if key == name), None)
