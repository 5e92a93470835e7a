"""What the brokers' ERRORs usually mean; each broker's are tried before those of any broker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stomptui.stomp.refusals import words

if TYPE_CHECKING:
    from stomptui.brokers.facts import Explanation
    from stomptui.stomp.frame import Frame


def first_that_fits(explanations: Iterable[Explanation], frame: Frame) -> Explanation | None:
    """The first of `explanations` whose pattern is in an ERROR, None for a text that is not known."""
    text = words(frame)
    return next((each for each in explanations if each.pattern.search(text)), None)
