"""Several brokers in one URI: `failover:(stomp://a,stomp://b)?randomize=yes`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from stomptui.stomp.backoff import Backoff
from stomptui.stomp.endpoint import Endpoint
from stomptui.stomp.options import FAILOVER, RECONNECT, split
from stomptui.stomp.percent import UriError
from stomptui.stomp.uri import fits, read_uri

_LIST = re.compile(r"(?i:failover):(?://)?\((?P<uris>.*)\)(?:\?(?P<query>[^()#]*))?", re.DOTALL)
_BETWEEN = re.compile(r",(?=[A-Za-z][A-Za-z0-9+.-]*://)")
"""A comma that no scheme follows belongs to the URI before it: `heartbeat=5,5`."""


class Failover(NamedTuple):
    """The brokers to connect to, one at a time, and how to come back to them.

    `endpoints` are tried in this order, or with `randomize` in one made by chance. `reconnect` is None when
    the URI does not say whether to connect again.
    """

    endpoints: tuple[Endpoint, ...]
    randomize: bool = False
    backoff: Backoff = Backoff()
    reconnect: bool | None = None


def parse_failover(text: str) -> Failover:
    """Read `failover:(uri,uri)?options`, or a single URI; raises UriError, which says which one is bad.

    Each URI in the brackets begins with its scheme; a comma in front of a scheme ends the one before, and
    every other comma belongs to it. Options behind the brackets are `randomize` (yes or no: take the order
    of the list), `reconnect`, `attempts`, `delay` and `max-delay` (seconds); all others are the defaults of
    the URIs within. A single URI takes those on reconnecting among its own.
    """
    if text[:9].lower() != "failover:":
        if _BETWEEN.search(text):
            raise UriError("several URIs: write them as failover:(stomp://a,stomp://b)")
        endpoint, rest = read_uri(text, {})
        _misplaced(rest, RECONNECT, "is for several brokers: write failover:(URI,URI)?")
        return _failover((endpoint,), rest)
    form = _LIST.fullmatch(text)
    if form is None:
        raise UriError(
            "not a list of brokers: write failover:(stomp://a,stomp://b)?option=value, other ( ) as %28 %29"
        )
    options = split(form["query"] or "")
    defaults = {name: value for name, value in options.items() if name not in FAILOVER}
    endpoints = tuple(
        _inner(uri, number, defaults) for number, uri in enumerate(_BETWEEN.split(form["uris"]), 1)
    )
    for name in defaults:
        if not any(fits(name, endpoint.scheme) for endpoint in endpoints):
            raise UriError(f"{name}= behind the brackets means nothing to any of the brokers; leave it out")
    return _failover(endpoints, {name: value for name, value in options.items() if name in FAILOVER})


def _inner(uri: str, number: int, defaults: Mapping[str, str]) -> Endpoint:
    # The URI is not shown, only its number: what is wrong with it may be within its passcode.
    try:
        endpoint, rest = read_uri(uri, defaults)
        _misplaced(rest, {}, "stands behind the brackets of failover:(URI,URI)?")
    except UriError as error:
        raise UriError(f"broker {number} of the list: {error}") from None
    return endpoint


def _misplaced(options: Mapping[str, str], allowed: Mapping[str, object], words: str) -> None:
    for name in options:
        if name not in allowed:
            raise UriError(f"option {name!r} {words}{name}={'yes' if name == 'randomize' else '...'}")


def _failover(endpoints: tuple[Endpoint, ...], options: Mapping[str, str]) -> Failover:
    read: dict[str, Any] = {
        FAILOVER[name].field: FAILOVER[name].read(name, text) for name, text in options.items()
    }
    usual = Backoff()
    first = read.get("first", min(usual.first, read.get("longest", usual.first)))
    longest = read.get("longest", max(usual.longest, first))
    if first > longest:
        raise UriError(f"delay={options['delay']} in the URI is longer than max-delay={options['max-delay']}")
    return Failover(
        endpoints,
        read.get("randomize", False),
        Backoff(first, longest, attempts=read.get("attempts")),
        read.get("reconnect"),
    )
