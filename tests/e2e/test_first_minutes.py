"""The first three minutes: what the demo invites a newcomer to do."""

from __future__ import annotations

import re

from tests.e2e import steps
from tests.e2e.conftest import Start


def test_the_first_three_minutes(start: Start) -> None:
    terminal = start("demo")
    terminal.wait_for("Demo broker, keeps nothing. u: first unsettled message, ?: keys.")
    terminal.wait_for("10 unsettled")

    terminal.press("u")
    terminal.wait_until(lambda: steps.under_cursor(terminal), "no cursor")
    first = (steps.under_cursor(terminal) or "")[:5]
    terminal.wait_for(f"Message {first}")

    terminal.press("a")
    terminal.wait_for(f"ACK {first} sent, receipt after")
    terminal.wait_for(f" {first}", "< a")
    terminal.wait_until(lambda: (steps.under_cursor(terminal) or first)[:5] != first, "the cursor stays")

    second = (steps.under_cursor(terminal) or "")[:5]
    terminal.press("x")
    terminal.wait_for(f"NACK {second}:", "b back to queue (comes again at once)", "d discard", "esc")
    terminal.press("b")
    terminal.wait_for("< x", f" {second} ")
    terminal.press("G")
    terminal.wait_for("*R2")
    terminal.press("U")
    terminal.wait_for(f"second delivery of {second}")

    terminal.press("/")
    terminal.wait_for("enter finds")
    terminal.type("4711")
    terminal.press("enter")
    terminal.wait_until(lambda: "4711" in (steps.under_cursor(terminal) or ""), "4711 is not found")
    found = (steps.under_cursor(terminal) or "")[:5]
    terminal.press("n")  # harmless: there is no other
    terminal.wait_for(f"'4711' in {found}", "round the end")
    terminal.press("a")
    terminal.wait_for(f"ACK {found} sent, receipt after")
    terminal.wait_until(lambda: (steps.under_cursor(terminal) or found)[:5] != found, "the cursor stays")

    terminal.press("up")
    terminal.wait_for(f"Message {found}")
    terminal.press("r")
    terminal.wait_for(f"Compose  from {found}", "draft kept")
    terminal.wait_field("To ")
    terminal.tab_to("== Body", times=2)
    terminal.press(*["right"] * len('{"id":4711,"total":'), "delete")
    terminal.wait_for('"total":9.90')
    terminal.press("8")
    terminal.wait_for('"total":89.90')
    terminal.press("ctrl+r")
    terminal.wait_for("SEND", "confirmed")
    terminal.press("G")
    terminal.wait_for("> ", "SEND /queue/orders", "receipted")

    terminal.press("t")
    terminal.wait_for("b begin")
    terminal.press("b")
    terminal.wait_for("tx-1 0")
    terminal.press("u")
    terminal.wait_until(lambda: steps.under_cursor(terminal), "no cursor")
    steps.wait_cursor(terminal, "")  # a key settles only what has been seen
    terminal.press("a")
    terminal.wait_for("staged in tx-1")
    terminal.wait_for("< t")
    terminal.press("t")
    terminal.wait_for("abort tx-1")
    terminal.press("x")
    terminal.wait_for("aborted, confirmed by receipt, 1 message is unsettled again")

    terminal.press("4")
    terminal.wait_for("asked")
    terminal.wait_for("in effect")
    terminal.press("p")
    terminal.wait_for("ping", "ms")
    terminal.press("escape")
    terminal.wait_gone("== Session")

    terminal.press("G")
    terminal.wait_until(lambda: steps.under_cursor(terminal) is None, "still a cursor")

    terminal.press("ctrl+q")
    terminal.wait_for("unsettled: this broker puts them back as redelivered. Quit?")
    terminal.press("y")
    assert terminal.exit_code() == 0
    assert terminal.clean()
    [line] = terminal.after_screen().strip().splitlines()
    assert re.search(r"\d+ unsettled: this broker puts them back as redelivered", line)
