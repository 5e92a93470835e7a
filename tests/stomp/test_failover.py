"""Several brokers in one URI, and the options on connecting again."""

from __future__ import annotations

import pytest

from stomptui.stomp.backoff import Backoff
from stomptui.stomp.endpoint import Endpoint
from stomptui.stomp.failover import Failover, parse_failover
from stomptui.stomp.uri import UriError, parse_uri

A, B = Endpoint("a"), Endpoint("b")

GOOD = [
    ("stomp://a", Failover((A,))),
    ("a:61613", Failover((A,))),
    ("failover:(stomp://a)", Failover((A,))),
    ("failover:(stomp://a,stomp://b)", Failover((A, B))),
    ("failover://(stomp://b,stomp://a)", Failover((B, A))),
    ("FAILOVER:(stomp://a,stomp://b)", Failover((A, B))),
    ("failover:(stomp://a,stomp://b)?", Failover((A, B))),
    ("failover:(stomp://a,stomp://b)?randomize=yes", Failover((A, B), randomize=True)),
    ("failover:(stomp://a,stomp://b)?randomize=no", Failover((A, B))),
    ("failover:(stomp://a,stomp://b)?reconnect=no", Failover((A, B), reconnect=False)),
    (
        "failover:(stomp://a,stomp://b)?reconnect=yes&attempts=7&delay=1.5&max-delay=9",
        Failover((A, B), backoff=Backoff(1.5, 9, attempts=7), reconnect=True),
    ),
    (
        "stomp://a?reconnect=yes&attempts=7&delay=1.5&max-delay=9",
        Failover((A,), backoff=Backoff(1.5, 9, attempts=7), reconnect=True),
    ),
    ("stomp://a?delay=40", Failover((A,), backoff=Backoff(40, 40))),
    ("stomp://a?max-delay=0.1", Failover((A,), backoff=Backoff(0.1, 0.1))),
]


@pytest.mark.parametrize(("text", "failover"), GOOD)
def test_it_is_read(text: str, failover: Failover) -> None:
    assert parse_failover(text) == failover


@pytest.mark.parametrize(
    "uris",
    [
        ("stomp://a?heartbeat=5,5", "stomp://b?heartbeat=1,2"),
        ("stomp://me:p,w@a/v,w", "stomp+ssl://b:1/x?ca=/tmp/a,b.pem"),
        ("stomp://a?host=(x)", "wss://b/p(1)?query=a,b"),
        ("stomp://[::1]:7/v", "ws://[fe80::1%25eth0]/ws"),
        ("stomp://a/)?host=(,x",),
    ],
)
def test_only_a_comma_in_front_of_a_scheme_ends_a_uri(uris: tuple[str, ...]) -> None:
    endpoints = parse_failover(f"failover:({','.join(uris)})?attempts=3").endpoints
    assert endpoints == tuple(map(parse_uri, uris))


def test_options_behind_the_brackets_are_the_defaults_of_those_within() -> None:
    text = "failover:(stomp://a?heartbeat=1,stomp://b/v)?heartbeat=3&host=w&max-body=1KiB&timeout=2"
    assert parse_failover(text).endpoints == (
        parse_uri("stomp://a?heartbeat=1&host=w&max-body=1KiB&timeout=2"),
        parse_uri("stomp://b/v?heartbeat=3&host=w&max-body=1KiB&timeout=2"),
    )


def test_a_default_stays_away_from_brokers_for_which_it_means_nothing() -> None:
    plain, over_tls, web = parse_failover(
        "failover:(stomp://a,stomp+ssl://b,wss://c)?ca=/ca.pem&query=t%3D1"
    ).endpoints
    assert plain == A
    assert (over_tls.ca, over_tls.query) == ("/ca.pem", "")
    assert (web.ca, web.query) == ("/ca.pem", "t=1")


def test_a_user_within_replaces_the_default_login() -> None:
    first, second, third = parse_failover(
        "failover:(stomp://me:own@a,stomp://me@b,stomp://c)?login=env:L&passcode=file:/p"
    ).endpoints
    assert (first.login, first.login_source, first.passcode, first.passcode_source) == (
        "me",
        None,
        "own",
        None,
    )
    assert (second.login, second.login_source, second.passcode_source) == ("me", None, "file:/p")
    assert (third.login, third.login_source, third.passcode_source) == (None, "env:L", "file:/p")


BAD = [
    ("stomp://a,stomp://b", "write them as failover:(stomp://a,stomp://b)"),
    ("failover:stomp://a,stomp://b", "write failover:(stomp://a,stomp://b)"),
    ("failover:", "write failover:(stomp://a,stomp://b)"),
    ("failover:(stomp://a", "write failover:(stomp://a,stomp://b)"),
    ("failover:(stomp://a)x", "write failover:(stomp://a,stomp://b)"),
    ("failover:(stomp://a)?host=(", "other ( ) as %28 %29"),
    ("failover:()", "broker 1 of the list: no host"),
    ("failover:(stomp://a,)", "broker 1 of the list: a comma in the host"),
    ("failover:(a,b)", "broker 1 of the list: a comma in the host"),
    ("failover:(stomp://a,tcp://b)", "broker 2 of the list: unknown scheme tcp://"),
    ("failover:(stomp://a, stomp://b)", "broker 1 of the list: not a URI"),
    ("failover:(stomp://a?heartbeat=x,stomp://b)", "broker 1 of the list: heartbeat=x"),
    ("failover:(stomp://a,stomp://b)?heartbeat=x", "heartbeat=x"),
    ("failover:(failover:(stomp://a))", "broker 1 of the list: "),
    ("failover:(stomp://a?delay=1)", "option 'delay' stands behind the brackets"),
    ("failover:(stomp://a?randomize=yes)", "option 'randomize' stands behind the brackets"),
    ("stomp://a?randomize=yes", "write failover:(URI,URI)?randomize=yes"),
    ("failover:(stomp://a,ws://b)?verify=none", "verify= behind the brackets means nothing"),
    ("failover:(stomp://a)?initialReconnectDelay=10", "did you mean 'delay' (in seconds)?"),
    ("failover:(stomp://a)?maxReconnectDelay=10", "did you mean 'max-delay' (in seconds)?"),
    ("failover:(stomp://a)?maxReconnectAttempts=10", "did you mean 'attempts'?"),
    ("failover:(stomp://a)?startupMaxReconnectAttempts=1", "did you mean 'attempts'?"),
    ("failover:(stomp://a)?Randomize=yes", "did you mean 'randomize'?"),
    ("failover:(stomp://a)?randomize=true", "randomize=true in the URI has two values: write yes or no"),
    ("stomp://a?attempts=0", "attempts=0 in the URI is not a number from 1 on"),
    ("stomp://a?delay=0", "delay=0 in the URI is not a number of seconds"),
    ("stomp://a?delay=3&max-delay=2", "delay=3 in the URI is longer than max-delay=2"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_a_bad_one_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(UriError) as caught:
        parse_failover(text)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "stomp://me:s3cret@a,stomp://me:s3cret@b",
        "failover:stomp://me:s3cret@a",
        "failover:(stomp://a,stomp://me:s3cret@b:x)",
        "failover:(stomp://a,stomp://me:x,stomp://s3cret@b:x)",
        "failover:(stomp://a?passcode=s3cret)",
        "failover:(stomp://a)?passcode=s3cret",
    ],
)
def test_no_complaint_shows_a_passcode(text: str) -> None:
    with pytest.raises(UriError) as caught:
        parse_failover(text)
    assert "s3cret" not in str(caught.value)


def test_no_passcode_is_in_its_repr() -> None:
    assert "s3cret" not in repr(parse_failover("failover:(stomp://me:s3cret@a)"))
