"""What the brokers' ERRORs usually mean; each broker's are tried before those of any broker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.brokers.facts import Explanation
    from stomptui.stomp.frame import Frame

SOUGHT = 4096
"""Characters of the message, and octets of the body, in which a known text is sought."""


def first_that_fits(explanations: Iterable[Explanation], frame: Frame) -> Explanation | None:
    """The first of `explanations` whose pattern is in an ERROR, None for a text that is not known."""
    line = frame.start(SOUGHT).decode("utf-8", "replace").lstrip().partition("\n")[0]
    text = f"{(frame.first('message') or '')[:SOUGHT]}\n{line}"
    return next((each for each in explanations if each.pattern.search(text)), None)
