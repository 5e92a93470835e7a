"""The page about the broker: all that is known of it, safe, and at every size."""

from __future__ import annotations

import pytest

from stomptui.brokers.facts import Known
from stomptui.brokers.generic import WORDS
from stomptui.console.dialogs.broker import COMMANDS, BrokerScreen, broker_entries, broker_lines
from stomptui.stomp.limits import Limits
from tests.console.hostile import TEXT, screen_is_harmless
from tests.console.opened import opened
from tests.console.views import CONNECTED, session, take, view


def told(width: int = 100) -> str:
    lines = [line.plain for line in broker_lines(view(session()), width)]
    assert max(map(len, lines)) <= width
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("width", [40, 78, 118])
def test_it_says_all_that_is_known_of_the_broker(width: int) -> None:
    text = told(width)
    words = view(session()).words
    assert words.name == "RabbitMQ"
    said = [words.nack_summary, words.ack_covers, words.on_close, words.on_unsubscribe, words.on_abort]
    said += [words.on_gone, words.on_age or "?", words.on_error or "?", words.without_login or "?"]
    said += [limit.says for limit in words.limits]
    said += [outcome.words for outcome in words.nack]
    said += [each.meaning for each in words.destinations]
    said += [each.meaning for command in COMMANDS for each in words.headers_of(command)]
    assert [one for one in said if " ".join(one.split()) not in text] == []


def test_it_says_what_was_agreed() -> None:
    entries = dict(broker_entries(view(session())))["Agreed"]
    words = [words for _, words in entries]
    assert "STOMP 1.2 granted" in words and "RabbitMQ/3.10.8" in words
    assert any(one.startswith("in effect none out, none in") for one in words)


def test_what_was_not_seen_says_so() -> None:
    words = view(session()).words
    read = [each for each in words.headers_of("SEND") if each.known is Known.READ]
    entries = dict(broker_entries(view(session())))["Headers of SEND"]
    assert read
    assert all(
        ("not seen on a running one" in said) == (name in {each.name for each in read})
        for name, said in entries
    )


def test_an_unknown_broker_is_told_by_the_specification() -> None:
    made = session()
    plain = view(made, words=WORDS)
    text = " ".join(words for _, entries in broker_entries(plain) for _, words in entries)
    assert Known.SPECIFIED.value in text


def test_hostile_words_of_a_broker_are_harmless() -> None:
    made = session()
    take(made, CONNECTED.replace(b"RabbitMQ/3.10.8", b"\x1b]52;c;x\x07\x9b[/"))
    made.state.server = made.state.session_id = TEXT
    text = "\n".join(line.plain for line in broker_lines(view(made), 80))
    assert not any(ord(letter) < 32 and letter != "\n" for letter in text)
    assert "\x9b" not in text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_one_key_shows_it_and_another_ends_it(size: tuple[int, int]) -> None:
    async with opened(size=size) as console:
        await console.press("i")
        await console.until(lambda: isinstance(console.app.screen, BrokerScreen))
        await console.pilot.pause()
        screen_is_harmless(console.app)
        await console.press("escape")
        await console.until(lambda: console.app.screen is console.main)


def test_limits_are_told_of_both_ends() -> None:
    entries = dict(broker_entries(view(session()), Limits(body=1 << 20, header_line=1000)))["Limits"]
    assert ("here", "body 1 MiB (max-body), head 16 MiB (max-head)") in entries
    assert ("", "header line 1,000 octets (max-header)") in entries
    read = [words for _, words in entries if "4.x" in words]
    assert read and all(words.endswith("(not seen on a running one)") for words in read)
    plain = dict(broker_entries(view(session(), words=WORDS)))["Limits"]
    assert plain == [("", "none that is known of this broker")]


def test_who_one_is_without_a_login() -> None:
    made = session()
    made.state.login = None
    entries = dict(broker_entries(view(made)))["Agreed"]
    assert any(name == "login" and "none was given: its default user" in words for name, words in entries)
    made.state.login = "ops"
    assert ("login", "ops") in dict(broker_entries(view(made)))["Agreed"]


def test_the_age_that_costs_the_connection_is_told() -> None:
    entries = dict(broker_entries(view(session())))["What RabbitMQ does"]
    assert ("", "consumer_timeout: 30 minutes as shipped, looked at once a minute") in entries
    assert any(name == "age" and "ends the connection" in words for name, words in entries)


async def test_the_limits_of_the_uri_are_on_the_page() -> None:
    async with opened(options="?max-body=1MiB") as console:
        await console.press("i")
        await console.until(lambda: isinstance(console.app.screen, BrokerScreen))
        page = console.app.screen
        assert isinstance(page, BrokerScreen)
        text = " ".join(line.plain for line in page.lines(100))
        assert "body 1 MiB (max-body)" in text
