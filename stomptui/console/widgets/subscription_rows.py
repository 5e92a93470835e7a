"""How a subscription looks in its pane: two rows of any width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from stomptui.console.widgets.figures import rate_words, sparkline
from stomptui.render.body import size
from stomptui.render.text import printable

if TYPE_CHECKING:
    from stomptui.capture.tally import Tally
    from stomptui.console.again import Awaited
    from stomptui.stomp.subscription import Subscription

SPARK = (5, 30)
"""Seconds, and cells, that are worth a sparkline, and that are enough."""


def subscription_rows(
    subscription: Subscription,
    tally: Tally | None,
    now: float,
    width: int,
    *,
    under_cursor: bool,
    blocks: bool,
    rule: tuple[int, int] | None = None,
) -> tuple[Content, Content]:
    """Draw one subscription in two rows: where and how many are unsettled; how, held of prefetch, rate.

    With a `rule` that settles there by itself, how many it has settled of how many stands before all that.

    Before the rate, as far as there is room: the mean size of its bodies, and how it went.
    """
    held = f"{subscription.unsettled}*" if subscription.unsettled else ""
    first = _where(subscription.destination, held, width, under_cursor=under_cursor)
    if subscription.confirmed is None:
        return first, Content.styled("   asked, not confirmed yet", "$muted")
    details = f"   {_mode(subscription)}" if rule is None else f"   {_ruled(subscription, rule)}"
    speed = rate_words(tally.rate(now) if tally is not None else 0.0)
    room = width - len(details) - len(speed) - 2
    mean = spark = ""
    if tally is not None and tally.received:
        sizes = f"{size(tally.octets // tally.received)}"
        if room - len(sizes) - 1 >= SPARK[0]:
            mean = sizes
            room -= len(sizes) + 1
        if room >= SPARK[0]:
            cells = min(room, SPARK[1])
            spark = sparkline(tally.seconds(now, cells), blocks=blocks)
    right = " ".join(part for part in (mean, spark, speed) if part)
    space = max(width - len(details) - len(right), 1)
    second = Content.assemble(
        (details, "bold $caution" if rule is not None else "$caution" if full(subscription) else "$muted"),
        (" " * space + (f"{mean} " if mean else ""), "$muted"),
        (f"{spark} " if spark else "", "$good"),
        (speed, "$muted"),
    )
    return first, second


def awaited_rows(
    awaited: Awaited, width: int, *, online: bool, under_cursor: bool
) -> tuple[Content, Content]:
    """Draw one that is not there again: lost and to be made again, or refused in the broker's words."""
    first = _where(awaited.destination, "", width, under_cursor=under_cursor)
    if awaited.refused:
        words = f"   refused: {printable(awaited.refused)}"
        cut = words if len(words) <= width else f"{words[: width - 1]}~"
        return first, Content.styled(cut, "$bad $bad-style")
    words = "being made again" if online else "lost, to be made again"
    return first, Content.styled(f"   {words}", "$caution")


def _where(destination: str, held: str, width: int, *, under_cursor: bool) -> Content:
    mark = ">" if under_cursor else " "
    room = max(width - 2 - len(held), 4)
    shown = printable(destination)
    if len(shown) > room:
        shown = "~" + shown[-(room - 1) :]
    return Content.assemble(
        (mark, "bold $title-focus"),
        (shown.ljust(room), "bold" if under_cursor else ""),
        (" ", ""),
        (held, "bold $unsettled"),
    )


def _mode(subscription: Subscription) -> str:
    mode = str(subscription.mode)
    if mode == "auto":
        return "auto"
    short = "client-indiv" if mode == "client-individual" else mode
    if subscription.prefetch is None:
        return f"{short} {subscription.unsettled} held"
    mark = " full" if full(subscription) else ""
    return f"{short} {subscription.unsettled}/{subscription.prefetch}{mark}"


def _ruled(subscription: Subscription, rule: tuple[int, int]) -> str:
    """How a rule goes there: `rule 7/10  3/10 held`; without the mode, for which there is no room."""
    held = str(subscription.unsettled)
    if subscription.prefetch is not None:
        held += f"/{subscription.prefetch}"
    return f"rule {rule[0]}/{rule[1]}  {held} {'full' if full(subscription) else 'held'}"


def full(subscription: Subscription) -> bool:
    """Whether the broker sends no more until some are settled."""
    return subscription.prefetch is not None and subscription.unsettled >= subscription.prefetch
