"""What each broker does: its dialect, and the words that say so."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stomptui.brokers import activemq, artemis, demo, generic, rabbitmq
from stomptui.brokers.ending import at_the_end, at_unsubscribe, taken_back_soon
from stomptui.brokers.errors import first_that_fits
from stomptui.brokers.facts import Destination, Explanation, Header, Known
from stomptui.brokers.peeking import Peek
from stomptui.brokers.words import NackOutcome, ReplyQueue, Words
from stomptui.stomp import refusals

if TYPE_CHECKING:
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.frame import Frame

__all__ = [
    "Destination",
    "Explanation",
    "Header",
    "Known",
    "NackOutcome",
    "Peek",
    "ReplyQueue",
    "Words",
    "at_the_end",
    "at_unsubscribe",
    "explained",
    "may_pass",
    "recognise",
    "taken_back_soon",
    "words",
]

# By how the `server` header begins; the first that fits wins, so Artemis stands before ActiveMQ.
_BY_SERVER: tuple[tuple[str, Words], ...] = (
    ("RabbitMQ", rabbitmq.WORDS),
    ("ActiveMQ-Artemis", artemis.WORDS),
    ("Apache-Artemis", artemis.WORDS),
    ("ActiveMQ", activemq.WORDS),
    ("stomptui-demo", demo.WORDS),
)

_TAKEN = re.compile(r"Client: .* already connected from ")
_PASSES = re.compile(
    r"(?:access to vhost '[^']*' refused for user '[^']*': )?"
    r"(?:(?:the )?(?:broker|server|node|service|virtual host|vhost)(?: '[^']*'| [^ ,;]+)?(?: is)?(?: still)?"
    r" (?:starting|stopping|shutting down|not ready|overloaded|(?:too )?busy)"
    r"|too many (?:\w+ )?(?:connections|clients)"
    r"|(?:exceeded )?(?:the )?maximum number of (?:\w+ ){0,2}(?:connections|clients)(?: reached)?(?:: \d+)?"
    r"|(?:\w+ )?connections? limit(?: \(?\d+\)?)?(?: is)?(?: reached| exceeded)?)"
    r"(?:[,;] (?:please )?(?:try|retry)(?: again)? later)?[.!]?",
    re.IGNORECASE,
)
"""All of what a program says that has no room, or is not there yet or any more: whatever else it says could
be about the login. ActiveMQ and RabbitMQ write of limits like this; the rest was seen on no broker here.
"""
_LOGIN = re.compile(
    r"log.?in|sign.?in|passcode|password|authenti|authori[sz]|credential|permission|denied|locked|account|token"
    r"|secret|suspend|disabled|unknown|invalid|wrong|attempt|fail|\bbarred|\bban|block|reject",
    re.IGNORECASE,
)
"""What may be about a login, in whatever else it stands."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+-]{0,39}")


def recognise(frame: Frame) -> Dialect:
    """The dialect of the broker that sent this CONNECTED, by its `server` header.

    A broker that is not known speaks as the specification says, under its own name where that is plain.
    """
    server = frame.first("server") or ""
    for start, known in _BY_SERVER:
        if server.startswith(start):
            return known.dialect
    name = _PLAIN_NAME.match(server)
    dialect = generic.WORDS.dialect
    return replace(dialect, name=name[0].strip()) if name is not None else dialect


def words(dialect: Dialect) -> Words:
    """The words for a dialect; for one that is not known, the cautious ones."""
    for _, known in _BY_SERVER:
        if known.dialect == dialect:
            return known
    return replace(generic.WORDS, dialect=dialect)


def may_pass(frame: Frame) -> bool:
    """Whether this ERROR refuses a CONNECT for what may be over soon, whoever asks and with what login.

    Broker starts or stops, has no room, or an earlier connection has the client-id: after a loss that is
    one's own, which ActiveMQ keeps until its heart-beats are missed. What also speaks of a login does not
    pass: to try that again may lock an account.
    """
    said = refusals.words(frame)
    passes = _PASSES.fullmatch(said.partition("\n")[0].strip()) is not None and not _LOGIN.search(said)
    return passes or _TAKEN.search(said) is not None


def explained(dialect: Dialect, frame: Frame) -> Explanation | None:
    """What an ERROR of this broker usually means, None for words that are not known."""
    return first_that_fits(words(dialect).explanations, frame)
