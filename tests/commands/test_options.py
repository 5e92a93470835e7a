"""What the options of the command line ask for."""

from __future__ import annotations

import sys

import click
import pytest
from click.testing import CliRunner

from stomptui.commands.connect import connect
from stomptui.commands.headers import SET_BY
from stomptui.commands.ordered import First, subscriptions
from stomptui.commands.session import Plan
from stomptui.console.guard import Kind
from stomptui.stomp import frame as frames
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("login:x", "login already: the URI sets it, as stomp://USER@HOST or with ?login="),
        ("passcode:hunter2", "passcode already: it is asked for, or taken from $STOMPTUI_PASSCODE or"),
        ("host:x", "host already: the path of the URI sets it, or ?host="),
        (" host : x", "host already"),
        ("heart-beat:1,1", "heart-beat already: ?heartbeat= in the URI sets it"),
        ("accept-version:1.2", "accept-version already: ?version= in the URI sets it"),
    ],
)
def test_a_header_that_connect_has_already_is_refused(text: str, words: str) -> None:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(connect, ["stomp://127.0.0.1:1", "--header", text])
    assert result.exit_code == 2
    assert f"Invalid value for '--header': CONNECT has a header {words}" in result.output
    assert "hunter2" not in result.output


def test_what_sets_a_header_is_known_for_every_header_of_connect() -> None:
    made = frames.connect("v", versions=("1.2",), login="l", passcode="p", heart_beat=(1, 1))
    assert {name for name, _ in made.headers} == set(SET_BY)


@pytest.mark.parametrize(
    ("uri", "arguments", "words"),
    [
        ("stomp://mq", ("--header", "a:b\nc"), "CONNECT: header 'a' holds a line feed"),
        ("stomp://mq", ("--header", "a\n:b"), r"CONNECT: header 'a\n' holds a line feed"),
        ("stomp://mq", ("--header", "a:b\rc"), "CONNECT: header 'a' holds a carriage return"),
        ("stomp://mq?escape-connect=yes", ("--header", "a:b\0c"), "CONNECT: header 'a' holds a NUL"),
        ("stomp://mq", ("--header", "content-length:3"), "content-length says '3', but the body has 0"),
        ("stomp://mq?host=a%0Ab", (), "CONNECT: header 'host' holds a line feed"),
        (
            "failover:(stomp://a?escape-connect=yes,stomp://b)",
            ("--header", "a:b\nc"),
            "CONNECT: header 'a' holds a line feed",
        ),
        ("ws://mq", ("--http-header", "a:hunter2\nc"), "the HTTP header a holds a line end"),
        ("ws://mq", ("--http-header", "a b:c"), "'a b' is no name of an HTTP header"),
        ("ws://mq", ("--origin", "x\n"), "the HTTP header Origin holds a line end"),
    ],
)
def test_a_header_that_cannot_be_written_is_refused(uri: str, arguments: tuple[str, ...], words: str) -> None:
    result = CliRunner().invoke(connect, [uri, *arguments])
    assert result.exit_code == 2
    assert result.output.startswith("stomptui: ") and result.output.count("\n") == 1
    assert words in result.output
    assert "hunter2" not in result.output


def test_a_line_feed_that_the_uri_has_escaped_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[Plan] = []
    monkeypatch.setattr("stomptui.commands.session.run", plans.append)
    monkeypatch.setattr(sys.modules["stomptui.commands.connect"], "need_a_terminal", lambda: None)
    result = CliRunner().invoke(connect, ["stomp://mq?escape-connect=yes", "--header", "a:b\nc"])
    assert result.exit_code == 0, result.output
    assert plans[0].headers == (("a", "b\nc"),)


def test_the_plan_is_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[Plan] = []
    monkeypatch.setattr("stomptui.commands.session.run", plans.append)
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


@pytest.mark.parametrize(
    ("arguments", "kind", "told"),
    [
        ((), Kind.NONE, False),
        (("--read-only",), Kind.READ_ONLY, True),
        (("--ask", "--ask"), Kind.ASK, True),
        (("--no-guard",), Kind.NONE, True),
    ],
)
def test_the_guard_of_the_command_line(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], kind: Kind, told: bool
) -> None:
    plans: list[Plan] = []
    monkeypatch.setattr("stomptui.commands.session.run", plans.append)
    monkeypatch.setattr(sys.modules["stomptui.commands.connect"], "need_a_terminal", lambda: None)
    result = CliRunner().invoke(connect, ["stomp://mq", *arguments])
    assert result.exit_code == 0, result.output
    lock = plans[0].lock
    assert lock.guard.kind is kind
    lock.settle(Kind.READ_ONLY, "!")
    assert lock.guard.kind is (kind if told else Kind.READ_ONLY)


def test_two_guards_are_refused() -> None:
    result = CliRunner().invoke(connect, ["stomp://mq", "--read-only", "--ask"])
    assert result.exit_code == 2 and "exclude each other" in result.output
