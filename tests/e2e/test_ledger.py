"""The ledger in a terminal, at real brokers: the ids that an ACK carries, and one cursor with the feed."""

from __future__ import annotations

import re

import pytest

from tests.brokers.real import RealBroker
from tests.e2e import steps
from tests.e2e.conftest import Start
from tests.e2e.terminal import Terminal

CURSOR = re.compile(r">(\d{5}) \*")
"""The ledger's row under the cursor; the feed's goes on with a time."""


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_settling_from_the_ledger(
    start: Start, broker: RealBroker, destination: str, size: tuple[int, int]
) -> None:
    columns, rows = size
    terminal = steps.subscribed(start, broker, destination, columns=columns, rows=rows)
    steps.publish(broker, destination, "first", "second", "third")
    terminal.wait_for("3 unsettled")
    terminal.press("l")
    terminal.wait_for("Ledger 3")
    first = at(terminal, not_at="")
    terminal.press("down")
    second = at(terminal, not_at=first)
    terminal.wait_for("id:")  # what an ACK would carry, in full
    terminal.press("a")
    terminal.wait_for("Ledger 2")
    terminal.wait_for("ACK", second, "receipt after")
    third = at(terminal, not_at=second)
    terminal.press("enter")
    terminal.wait_for(f">{third}", "< *", "third")
    assert first < second < third
    steps.quit_console(terminal)
    assert steps.emptied(broker, destination) == ["first", "third"]


def at(terminal: Terminal, *, not_at: str) -> str:
    """Wait until the ledger's cursor is on another message, which the message pane shows; its number."""
    found: list[str] = []

    def there() -> bool:
        row = CURSOR.search(terminal.text)
        found[:] = [row[1]] if row is not None else []
        return row is not None and row[1] != not_at and terminal.line(f"Message {row[1]}") is not None

    terminal.wait_until(there, f"the ledger's cursor is still on {not_at!r}")
    return found[0]
