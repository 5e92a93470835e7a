"""How a frame ended, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stomptui.render.span import latency
from stomptui.stomp.errors import StompError

if TYPE_CHECKING:
    from collections.abc import Awaitable


class Outcome(NamedTuple):
    """Words for half a line, and how grave they are, as the message row takes it."""

    words: str
    severity: str

    @property
    def good(self) -> bool:
        """Whether the broker did what was asked."""
        return self.severity == "information"


async def outcome(answer: Awaitable[float]) -> Outcome:
    """Wait for the `answer` to a frame that asked for a receipt, and say how it ended; raises nothing."""
    try:
        return Outcome(f"receipt after {latency(await answer)}", "information")
    except StompError as error:
        return Outcome(str(error), "error")
