"""Where the messages come from: the tree of destinations in the side."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Start


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_destinations_are_a_tree_that_leads_to_their_frames(start: Start, columns: int, rows: int) -> None:
    terminal = start("demo", columns=columns, rows=rows)
    terminal.wait_for("Demo broker, keeps nothing.")
    terminal.wait_for("< .", "prices")
    terminal.press("1")
    terminal.wait_for("Subscriptions 2")
    terminal.press("v")
    terminal.wait_for("Destinations 2", "[tree]")
    terminal.wait_for(">- /queue", "10")
    terminal.wait_for("  /prices", "/s")
    terminal.press("left")
    terminal.wait_for(">+ /queue")
    terminal.press("down", "down")
    terminal.wait_for(">   /prices")
    terminal.press("enter")
    terminal.wait_for("Only frames of /topic/prices are shown")
    terminal.wait_for("filter: destination = '/topic/prices'")
    terminal.press("1", "v")
    terminal.wait_for("Destinations 2", "[rate]")
    terminal.press("v")
    terminal.wait_for("== Ledger 10")
    terminal.press("v")
    terminal.wait_for("Subscriptions 2")


def test_without_blocks_a_sparkline_is_digits(start: Start) -> None:
    terminal = start("demo", columns=120, rows=40, LANG="C", LC_ALL="C")
    terminal.wait_for("prices", "< .")
    terminal.press("1", "v")
    terminal.wait_for("/prices", "9", "...")
    assert not set("▁▂▃▄▅▆▇█").intersection(terminal.text)
