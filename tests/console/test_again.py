"""Which subscriptions a new connection owes, and which it does not have."""

from __future__ import annotations

from stomptui.console.again import IMPOSSIBLE, Again, Awaited
from stomptui.net.subscription import Wanted
from stomptui.stomp.frame import AckMode
from tests.console.views import session

ORDERS = Wanted("sub-1", "/queue/orders", AckMode.CLIENT_INDIVIDUAL, 10, ())
AUDIT = Wanted("7", "/topic/audit", AckMode.AUTO, None, ())
MADE = session(1).state
"""A connection on which /queue/orders is subscribed to."""

NOT_YET = Awaited("7", "/topic/audit", "auto")


def test_what_is_not_made_again_yet_is_awaited() -> None:
    made = Again()
    made.connected([ORDERS, AUDIT])
    assert made.awaited([ORDERS, AUDIT], MADE, connected=True) == (NOT_YET,)
    lost = Awaited("sub-1", "/queue/orders", "client-individual")
    assert made.awaited([ORDERS, AUDIT], MADE, connected=False) == (lost, NOT_YET)


def test_what_is_refused_stays_until_it_is_dismissed() -> None:
    made = Again()
    assert made.rejected("7", "no such topic") is None  # it was asked for the first time
    made.connected([ORDERS, AUDIT])
    refused = NOT_YET._replace(refused="no such topic")
    assert made.rejected("7", "no such topic") == refused
    made.connected([ORDERS])
    for connected in (True, False):
        assert refused in made.awaited([ORDERS], MADE, connected=connected)
    assert made.dismiss("7")
    assert not made.dismiss("7")
    assert made.awaited([ORDERS], MADE, connected=True) == ()


def test_one_for_which_nothing_was_sent_is_not_passed_over_in_silence() -> None:
    made = Again()
    made.connected([ORDERS, AUDIT])
    assert made.awaited([ORDERS], MADE, connected=True) == (NOT_YET._replace(refused=IMPOSSIBLE),)


def test_one_that_was_ended_while_it_was_awaited_is_no_loss() -> None:
    made = Again()
    made.connected([ORDERS, AUDIT])
    assert not made.dismiss("7")
    assert made.awaited([ORDERS], MADE, connected=True) == ()
