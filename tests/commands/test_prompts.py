"""Whom to log in as, and what is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from stomptui import UriError, parse_failover
from stomptui.commands.prompts import with_credentials


def completed(uri: str, typed: str = "") -> tuple[list[tuple[str | None, str | None]], str]:
    """Login and passcode of each broker, and what was asked."""
    with CliRunner().isolation(input=typed) as (_, asked, *_others):
        endpoints = with_credentials(parse_failover(uri)).endpoints
        words = asked.getvalue().decode()
    return [(each.login, each.passcode) for each in endpoints], words


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STOMPTUI_LOGIN", "STOMPTUI_PASSCODE"):
        monkeypatch.delenv(name, raising=False)


def test_nobody() -> None:
    assert completed("stomp://a") == ([(None, None)], "")


def test_a_user_is_asked_for_the_passcode() -> None:
    found, asked = completed("stomp://me@a", "secret\n")
    assert found == [("me", "secret")]
    assert asked.startswith("Passcode of me at a:61613: ")
    assert completed("stomp://me:own@a") == ([("me", "own")], "")
    assert completed("stomp://me@a", "\n")[0] == [("me", "")]


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOMPTUI_PASSCODE", "secret")
    assert completed("stomp://a") == ([(None, None)], "")
    assert completed("stomp://me@a") == ([("me", "secret")], "")
    monkeypatch.setenv("STOMPTUI_LOGIN", "ops")
    assert completed("failover:(stomp://a,stomp://me@b)") == ([("ops", "secret"), ("me", "secret")], "")


def test_each_user_is_asked_once() -> None:
    found, asked = completed(
        "failover:(stomp://me@a,stomp://me@b,stomp://you@c,stomp://me:own@d)", "one\ntwo\n"
    )
    assert found == [("me", "one"), ("me", "one"), ("you", "two"), ("me", "own")]
    assert asked.count("Passcode of") == 2


def test_prompts_that_the_uri_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOMPTUI_PASSCODE", "unused")
    found, asked = completed("failover:(stomp://a,stomp://b)?login=prompt&passcode=prompt", "me\nsecret\n")
    assert found == [("me", "secret"), ("me", "secret")]
    assert asked.startswith("User at a:61613: ")
    assert asked.count(": ") == 2
    assert completed("stomp://a?passcode=prompt", "alone\n")[0] == [(None, "alone")]


def test_what_has_a_place_is_looked_up_for_each_connection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WHO", "ops")
    (tmp_path / "token").write_text("first\n")
    uri = f"stomp://a?login=env:WHO&passcode=file:{tmp_path}/token"
    [endpoint] = with_credentials(parse_failover(uri)).endpoints
    assert (endpoint.login, endpoint.login_source) == (None, "env:WHO")
    assert (endpoint.passcode, endpoint.passcode_source) == (None, f"file:{tmp_path}/token")
    found, asked = completed("stomp://a?login=env:WHO", "secret\n")
    assert asked.startswith("Passcode of ops at a:61613")
    assert found == [(None, "secret")]


def test_what_is_not_there_is_said_at_once() -> None:
    with pytest.raises(UriError, match="login=env:NOBODY_SETS_THIS: there is no such variable"):
        completed("stomp://a?login=env:NOBODY_SETS_THIS")
