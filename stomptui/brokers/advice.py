"""What a SUBSCRIBE would do, as far as every broker does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from stomptui.brokers.words import is_copy
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from stomptui.stomp.frame import Headers
    from stomptui.stomp.subscription import Subscription

COMPETE = "queue: you compete, each message you get its consumers do not"
COPY = "topic, exchange: a copy, nobody loses anything"
AUTO = "auto: the broker forgets each message once it is sent to you"


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


def asks(subscription: Subscription, name: str, value: str | None = None) -> bool:
    """Whether a SUBSCRIBE had a header of that name, and with that value if one is given."""
    found = header(subscription.headers, name)
    return found is not None and value in (None, found)


def nobody_keeps(kind: str) -> str | None:
    """How a message is lost where each subscriber gets a copy, None for a queue."""
    if is_copy(kind) or kind == "destination":
        return "the broker confirms it and, on a topic to which nobody is subscribed, drops it"
    return None
