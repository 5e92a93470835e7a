"""The guard on a production broker: one rule that says of every frame why it may not be sent."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from stomptui import brokers
from stomptui.brokers.facts import Known
from stomptui.brokers.words import is_copy
from stomptui.render.text import printable
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from stomptui.brokers import Words
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.state import State


class Kind(StrEnum):
    """What a guard does; the values are those of the settings."""

    NONE = ""
    READ_ONLY = "read-only"
    ASK = "ask"


HARMLESS = frozenset({"CONNECT", "STOMP", "UNSUBSCRIBE", "DISCONNECT", "BEGIN", "ABORT"})
"""Commands that take nothing and leave nothing at the broker: BEGIN and ABORT, of a ping, hold nothing."""
ASKED = frozenset({"SEND", "ACK", "NACK", "COMMIT"})
"""Commands that change something for others."""
PLAIN = frozenset({"id", "destination", "ack", "receipt", "selector"})
"""Headers of a SUBSCRIBE that cannot name or make a queue that others share, or that stays."""
UNLOCK = "! unlocks"
"""How to go on, in words, unless the key is another one."""
_WHAT = {
    "SEND": "nothing is sent",
    "ACK": "nothing is settled",
    "NACK": "nothing is settled",
    "COMMIT": "no transaction is begun or committed",
    "HEART-BEAT": "heart-beats are sent as promised",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """What is guarded, whether the engineer has unlocked it, and in which words that is done."""

    kind: Kind = Kind.NONE
    unlocked: bool = False
    how: str = UNLOCK

    @property
    def locked(self) -> bool:
        """Whether nothing may be sent that takes or changes something."""
        return self.kind is Kind.READ_ONLY and not self.unlocked

    @property
    def asks(self) -> bool:
        """Whether each sending is asked about."""
        return self.kind is Kind.ASK

    @property
    def words(self) -> str:
        """`read-only`, `unlocked`, `ask` or nothing, as the status row has it."""
        return "unlocked" if self.unlocked and self.kind is Kind.READ_ONLY else self.kind.value


def why_not(
    guard: Guard,
    command: str,
    frame: Frame | None = None,
    words: Words | None = None,
    *,
    agreed: bool = True,
) -> str | None:
    """Say why `command` may not be sent, None when it may.

    Of a SUBSCRIBE that needs the `frame` and the broker's `words`; without them it is told whether any may
    be. `agreed` says whether the engineer was asked about it.
    """
    if guard.asks and command in ASKED and not agreed:
        return f"{command} was not asked about, and this console asks before it sends"
    if not guard.locked or command in HARMLESS:
        return None
    if command == "SUBSCRIBE":
        why = _takes(frame, words) if frame is not None and words is not None else None
        return None if why is None else f"read-only: {why}; {guard.how}"
    return f"read-only: {_WHAT.get(command, f'no {printable(command)} is sent')}; {guard.how}"


def _takes(frame: Frame, words: Words) -> str | None:
    """What a SUBSCRIBE would take from others or leave behind, None when it is nothing."""
    names = [name for name, _ in frame.headers]
    allowed = PLAIN | {words.dialect.prefetch_header}
    for name in names:
        if name not in allowed:
            return f"the header {printable(name)} may name a queue that others share, or one that stays"
        if names.count(name) > 1:
            return f"the header {printable(name)} stands twice, and brokers differ in which one holds"
    where = frame.first("destination") or ""
    kind = words.destination_kind(where)
    if words.known is Known.SPECIFIED or kind == "destination":  # habits are no promise
        return f"nothing says what {printable(where)} is to this broker, and of a queue it takes messages"
    if not is_copy(kind):
        return f"a subscription to a {kind} takes messages from others"
    mode = frame.first("ack") or AckMode.AUTO.value
    return None if mode == AckMode.AUTO else f"in mode {printable(mode)} messages are held; auto holds none"


class Agreed(NamedTuple):
    """What the engineer agreed to send, and on which connection."""

    commands: frozenset[str]
    connection: int


_agreed: ContextVar[Agreed | None] = ContextVar("agreed", default=None)
"""Holds in the flow that has asked, and ends with it."""


class Lock:
    """The guard of one run; `kind` None leaves it to the settings."""

    def __init__(self, kind: Kind | None = None) -> None:
        self._told = kind is not None
        self._key = "!"
        self.guard = Guard(kind or Kind.NONE)

    def settle(self, kind: Kind, key: str) -> None:
        """Take the guard of the settings unless the command line gave one; `key` is the one that unlocks."""
        self._key = key
        how = f"leave it out, and subscribe in the console once {key} has unlocked it"
        self.guard = Guard(self.guard.kind if self._told else kind, how=how)

    def begin(self) -> None:
        """Know that there are keys from now on."""
        self.guard = replace(self.guard, how=f"{self._key} unlocks")

    def permit(self, command: str, frame: Frame | None, state: State) -> str | None:
        """Say why a frame may not leave: what the client asks before each; None when it may."""
        if self.guard.kind is Kind.NONE:
            return None
        agreed = _agreed.get()
        fits = agreed is not None and command in agreed.commands and agreed.connection == state.connection
        return why_not(self.guard, command, frame, brokers.words(state.dialect), agreed=fits)

    def agree(self, commands: frozenset[str], connection: int) -> None:
        """Let the flow that runs now send these, on that connection only."""
        _agreed.set(Agreed(commands, connection))

    def open(self, unlocked: bool) -> None:
        """Unlock it, or lock it again."""
        self.guard = replace(self.guard, unlocked=unlocked)
