"""What the panes are shown at a tick: one frozen picture of the session and of the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stomptui.capture.counts import Counts
from stomptui.console.guard import Guard
from stomptui.stomp.events import Settlement
from stomptui.stomp.phase import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stomptui.brokers import Words
    from stomptui.console.again import Awaited
    from stomptui.console.endings import Ending
    from stomptui.console.outage import Outage
    from stomptui.console.recorded import Recorded
    from stomptui.stomp.state import State
    from stomptui.stomp.unruly import Unruly


@dataclass(frozen=True, slots=True)
class Current:
    """The record under the cursor, as far as keys need to know it."""

    id: int
    connection: int
    number: int
    command: str
    settlement: Settlement
    to_broker: bool
    in_view: bool
    subscription: str | None = None
    """The id of the subscription that it names."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """The filter of the feed: of `of` records `found` match, in the `share` of them that was looked at."""

    text: str
    found: int
    of: int
    share: float = 1.0
    trouble: str = ""
    """Why it does not go on, in words."""


@dataclass(frozen=True, slots=True)
class View:
    """The session (`state`, read only) and where the engineer is looking, at `now` (monotonic seconds)."""

    now: float
    address: str
    state: State
    words: Words
    outage: Outage | None = None
    """None while there is a connection; otherwise `state` is that of the last one."""
    retry: str = "R"
    """The key that connects now."""
    unverified: bool = False
    """Whether the broker's certificate is not checked."""
    awaited: tuple[Awaited, ...] = ()
    """Subscriptions that are not there again after a reconnect, or were refused then."""
    reading: bool = True
    unrecorded: str = ""
    """Why what arrives is not written to the recording now, in words."""
    rate: float = 0.0
    """Messages a second."""
    counts: Counts = field(default_factory=Counts)
    """What came and went, by destination and by subscription; read only."""
    current: Current | None = None
    following: bool = True
    selected: int = 0
    found: bool = False
    """Whether a search has been made, so that next and previous mean something."""
    pane: str = "feed"
    """The pane in focus: feed, message, subscriptions or session."""
    subscription: str | None = None
    """The subscription under the cursor of its pane."""
    destination: str | None = None
    """The destination under the same cursor."""
    beats: bool = False
    endings: tuple[Ending, ...] = ()
    """How the last transactions ended, the newest first."""
    collecting: bool = False
    """Whether ACK and NACK are collected instead of sent."""
    collected: int = 0
    """How many are, and not sent yet."""
    rules: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """The rules that settle by themselves, by subscription: how many they have settled, of how many."""
    filtered: Filtered | None = None
    """None when the feed shows all."""
    guard: Guard = field(default_factory=Guard)
    """What may be sent."""
    unruly: Unruly | None = None
    """How our heart-beats are sent otherwise than promised; may be over by `now`."""
    recorded: Recorded | None = None
    """What recording is looked at, and when in it: `state` and `now` are of that moment; None when live."""

    @property
    def alive(self) -> bool:
        """Whether there is a connection, or was one then."""
        if self.recorded is not None:
            return not self.recorded.instead and self.state.phase not in (Phase.CLOSED, Phase.FAILED)
        return self.outage is None

    @property
    def misbehaving(self) -> Unruly | None:
        """How our heart-beats are sent otherwise than promised; None where they are not."""
        how = self.unruly
        if how is None or not self.alive or self.recorded is not None or not how.left(self.now):
            return None
        return how

    def over(self, connection: int) -> bool:
        """Whether a connection has ended by now; never in a recording, where nothing goes on."""
        return self.recorded is None and (not self.alive or self.state.connection != connection)
