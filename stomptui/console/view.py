"""What the panes are shown at a tick: one frozen picture of the session and of the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stomptui.stomp.events import Settlement

if TYPE_CHECKING:
    from stomptui.brokers import Words
    from stomptui.stomp.state import State


@dataclass(frozen=True, slots=True)
class Current:
    """The record under the cursor, as far as keys need to know it."""

    id: int
    number: int
    command: str
    settlement: Settlement
    to_broker: bool
    in_view: bool


@dataclass(frozen=True, slots=True)
class View:
    """The session (`state`, read only) and where the engineer is looking, at `now` (monotonic seconds)."""

    now: float
    address: str
    state: State
    words: Words
    alive: bool
    reading: bool = True
    rate: float = 0.0
    rates: dict[str, float] = field(default_factory=dict)
    """Messages a second, by subscription id."""
    current: Current | None = None
    following: bool = True
    selected: int = 0
    found: bool = False
    """Whether a search has been made, so that next and previous mean something."""
    pane: str = "feed"
    """The pane in focus: feed, message, subscriptions or session."""
    subscription: str | None = None
    """The subscription under the cursor of its pane."""
    beats: bool = False
