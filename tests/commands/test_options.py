"""What the options of the command line ask for."""

from __future__ import annotations

import sys

import click
import pytest
from click.testing import CliRunner

from stomptui.commands.connect import connect
from stomptui.commands.ordered import First, subscriptions
from stomptui.commands.session import Plan
from stomptui.stomp.failover import parse_failover


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


def test_the_plan_is_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[Plan] = []
    monkeypatch.setattr("stomptui.commands.session.run", lambda plan: plans.append(plan) or 0)
    monkeypatch.setattr(sys.modules["stomptui.commands.connect"], "need_a_terminal", lambda: None)
    uri = "failover:(stomp://me:own@a,wss://you:own@b/ws)?reconnect=yes"
    arguments = [uri, "--header", "client-id:me:1 ", "--header", "X-Token:", "--no-reconnect"]
    arguments += ["--http-header", "Authorization: Bearer t", "--origin", "https://x", "--no-mouse"]
    result = CliRunner().invoke(connect, arguments)
    assert result.exit_code == 0, result.output
    assert plans == [
        Plan(
            parse_failover(uri),
            reconnect=False,
            login=plans[0].login,
            headers=(("client-id", "me:1 "), ("X-Token", "")),
            redact=("X-Token",),
            http_headers=(("Authorization", "Bearer t"),),
            origin="https://x",
            mouse=False,
        )
    ]
    assert plans[0].reconnects
