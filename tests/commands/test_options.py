"""Options that belong to the `--subscribe` before them."""

from __future__ import annotations

import click
import pytest

from stomptui.commands.connect import connect
from stomptui.commands.ordered import First, subscriptions


def first(*arguments: str) -> tuple[First, ...]:
    context = connect.make_context("connect", ["stomp://x", *arguments])
    given = context.params
    return subscriptions(context, given["subscribe"], given["ack"], given["prefetch"])


def test_none() -> None:
    assert first() == ()


def test_each_belongs_to_the_one_before() -> None:
    assert first(
        *("--subscribe", "/queue/a", "--ack", "client", "--theme", "dusk"),
        *("--subscribe", "/queue/b", "--prefetch", "3", "--ack=auto"),
        *("--subscribe", "/queue/c"),
        *("--subscribe=/queue/d", "--prefetch=1"),
    ) == (
        First("/queue/a", "client", None),
        First("/queue/b", "auto", 3),
        First("/queue/c", None, None),
        First("/queue/d", None, 1),
    )


@pytest.mark.parametrize("option", [("--ack", "client"), ("--prefetch", "1")])
def test_one_before_any_subscribe_is_refused(option: tuple[str, str]) -> None:
    with pytest.raises(click.UsageError, match=f"{option[0]} belongs to the --subscribe before it"):
        first(*option, "--subscribe", "/queue/a")


def test_one_given_twice_is_refused() -> None:
    with pytest.raises(click.UsageError, match="--ack is given twice for --subscribe /queue/a"):
        first("--subscribe", "/queue/a", "--ack", "client", "--ack", "auto")


@pytest.mark.parametrize("option", [("--ack", "maybe"), ("--prefetch", "0"), ("--prefetch", "many")])
def test_what_is_no_value_is_refused(option: tuple[str, str]) -> None:
    with pytest.raises(click.UsageError):
        first("--subscribe", "/queue/a", *option)
