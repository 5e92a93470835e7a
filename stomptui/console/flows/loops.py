"""NACKs that bring a message back at once, again and again: noticed before they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console.flows.plan import number_words
from stomptui.console.steps import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from stomptui.stomp.ledger import Unsettled
    from stomptui.stomp.state import State

OFTEN = 3
"""Deliveries of a message from which a NACK that brings it back is a loop, until somebody says otherwise."""


def coming_back(
    state: State, numbers: Iterable[int], headers: Sequence[tuple[str, str]]
) -> Generator[None, None, list[Unsettled]]:
    """Find those that came often already and that a NACK with `headers` brings back, in steps."""
    found: list[Unsettled] = []
    if not state.dialect.gives_back(dict(headers).get("requeue")):
        return found
    for at, number in enumerate(numbers, 1):
        if at % AT_ONCE == 0:
            yield
        entry = state.ledger.get(number)
        if entry is not None and entry.deliveries >= OFTEN:
            found.append(entry)
    return found


def loop_words(found: Sequence[Unsettled]) -> str:
    """Say which of `found` came most often, and that it comes again; nothing where there are none."""
    if not found:
        return ""
    most = max(found, key=lambda entry: entry.deliveries)
    others = f", and {len(found) - 1} more as often" if len(found) > 1 else ""
    came = f"{number_words(most.number)} came {most.deliveries} times already{others}"
    return f"{came}: it comes again at once."
