"""The options of a URI: how each is read, and written again."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from stomptui.stomp.escapes import VERSIONS
from stomptui.stomp.percent import UriError, decoded, nearest, quoted

_SIZE = re.compile(r"([0-9]{1,12})(|KiB|MiB|GiB)", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?", re.ASCII)
_SOURCE = re.compile(r"(?:env|file):.+|prompt", re.DOTALL)
_HTTP_QUERY = re.compile(r"(?:[!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*")
_BIND = re.compile(
    r"\[(?P<six>[^\[\]]+)\](?::(?P<port>[0-9]{1,5}))?|(?P<four>[0-9.]+):(?P<of>[0-9]{1,5})", re.ASCII
)
_UNITS = {"GiB": 1 << 30, "MiB": 1 << 20, "KiB": 1 << 10, "": 1}

TLS = frozenset(("verify", "ca", "cert", "key"))
"""Options with a meaning on a connection over TLS only."""

WEB = frozenset(("query",))
"""Options with a meaning on WebSocket only."""

FOREIGN = {
    "bind_host_port": "bind",
    "cacert": "ca",
    "cafile": "ca",
    "initialreconnectdelay": "delay",
    "maxreconnectattempts": "attempts",
    "maxreconnectdelay": "max-delay",
    "source_address": "bind",
    "startupmaxreconnectattempts": "attempts",
    "user": "login",
    "username": "login",
}
"""What others call some of these options, in lower case; not near enough to be found by their letters."""


class Option(NamedTuple):
    """Which field it sets; `read(name, text)` gives its value or raises UriError, `show` its text."""

    field: str
    read: Callable[[str, str], Any]
    show: Callable[[Any], str] = quoted


def bad(name: str, text: str, words: str) -> NoReturn:
    raise UriError(f"{name}={text if text.isprintable() else ascii(text)} in the URI {words}")


def _text(name: str, text: str) -> str:
    return text


def _seconds(name: str, text: str) -> float:
    if not _SECONDS.fullmatch(text) or not float(text):
        bad(name, text, "is not a number of seconds")
    return float(text)


def _heart_beat(name: str, text: str) -> tuple[int, int]:
    periods = text.split(",") if "," in text else [text, text]
    if len(periods) != 2 or not all(map(_SECONDS.fullmatch, periods)):
        bad(name, text, "is not a number of seconds, or SEND,RECEIVE in seconds; 0 for none")
    return round(float(periods[0]) * 1000), round(float(periods[1]) * 1000)


def _count(name: str, text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text, re.ASCII) or not int(text):
        bad(name, text, "is not a number from 1 on")
    return int(text)


def _size(name: str, text: str) -> int:
    match = _SIZE.fullmatch(text)
    if match is None or not int(match[1]):
        bad(name, text, "is not a size: write octets, or 100KiB, 64MiB, 1GiB")
    return int(match[1]) * _UNITS[match[2]]


def _switch(name: str, text: str) -> bool:
    if text not in ("yes", "no"):
        bad(name, text, "has two values: write yes or no")
    return text == "yes"


def _verify(name: str, text: str) -> bool:
    if text not in ("yes", "none"):
        bad(name, text, "has two values: write none to accept any certificate, or yes")
    return text == "yes"


def _version(name: str, text: str) -> str:
    if text not in VERSIONS:
        bad(name, text, f"is no version: STOMP has {', '.join(VERSIONS)}")
    return text


def _file(name: str, text: str) -> str:
    if not text or "\0" in text:
        bad(name, text, "is no file: write the path of a PEM file")
    return text


def _http_query(name: str, text: str) -> str:
    if not _HTTP_QUERY.fullmatch(text):  # not shown either: some hold a token
        raise UriError(
            f"{name}= in the URI is no HTTP query: write what is special in it as %25XX, a blank as %2520"
        )
    return text


def _source(name: str, text: str) -> str:
    # The value is never shown: it may be the passcode itself.
    if not _SOURCE.fullmatch(text) or "\0" in text:
        place = "USER@HOST" if name == "login" else "USER:PASSCODE@HOST"
        raise UriError(
            f"{name}= in the URI is env:NAME, file:PATH or prompt; the {name} itself belongs in {place}"
        )
    return text


def _bind(name: str, text: str) -> tuple[str, int]:
    match = _BIND.fullmatch(text)
    address = (match["six"] or match["four"]) if match else text
    port = int((match["port"] or match["of"] or 0) if match else 0)
    try:
        six = ipaddress.ip_address(address).version == 6
    except ValueError:
        six, port = False, -1
    if not 0 <= port <= 65535 or (match is not None and six != bool(match["six"])):
        bad(name, text, "is no IP address: write ADDRESS or ADDRESS:PORT of this machine, ADDRESS as [::1]")
    return address, port


def _number(value: float) -> str:
    return f"{value:f}".rstrip("0").rstrip(".")


def _show_heart_beat(periods: tuple[int, int]) -> str:
    send, receive = (_number(period / 1000) for period in periods)
    return send if send == receive else f"{send},{receive}"


def _show_size(octets: int) -> str:
    unit = next(unit for unit in _UNITS if octets % _UNITS[unit] == 0)
    return f"{octets // _UNITS[unit]}{unit}"


def _show_bind(place: tuple[str, int]) -> str:
    address, port = place
    host = f"[{address}]" if ":" in address else address
    return quoted(f"{host}:{port}" if port else host, ":[]")


def _path(text: str) -> str:
    return quoted(text, "/:")


def _yes(value: bool) -> str:
    return "yes" if value else "no"


ENDPOINT = {
    "host": Option("virtual_host", _text),
    "heartbeat": Option("heart_beat", _heart_beat, _show_heart_beat),
    "heartbeat-grace": Option("beat_margin", _seconds, _number),
    "version": Option("version", _version),
    "timeout": Option("timeout", _seconds, _number),
    "escape-connect": Option("escape_connect", _switch, _yes),
    "login": Option("login_source", _source, _path),
    "passcode": Option("passcode_source", _source, _path),
    "verify": Option("verify", _verify, lambda verify: "yes" if verify else "none"),
    "ca": Option("ca", _file, _path),
    "cert": Option("cert", _file, _path),
    "key": Option("key", _file, _path),
    "query": Option("query", _http_query),
    "bind": Option("bind", _bind, _show_bind),
}
"""Options that set a field of an Endpoint."""

LIMITS = {
    "max-body": Option("body", _size, _show_size),
    "max-head": Option("head", _size, _show_size),
    "max-header": Option("header_line", _size, _show_size),
    "max-headers": Option("headers", _count, str),
}
"""Options that set a field of its Limits."""

RECONNECT = {
    "reconnect": Option("reconnect", _switch),
    "attempts": Option("attempts", _count),
    "delay": Option("first", _seconds),
    "max-delay": Option("longest", _seconds),
}
"""Options that say how to connect again, on a single URI or after the bracket of failover:( )."""

FAILOVER = {"randomize": Option("randomize", _switch), **RECONNECT}
"""Options that stand after the bracket only."""

OPTIONS = tuple(sorted({*ENDPOINT, *LIMITS, *FAILOVER}))
"""All that are known."""


def split(query: str) -> dict[str, str]:
    """The options of a query, decoded; raises UriError for one that is unknown or stands twice."""
    options: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        name = decoded(name, "query")
        if name not in OPTIONS:
            raise UriError(f"unknown option {name!r} in the URI{_known(name)}")
        if name in options:
            raise UriError(f"option {name!r} stands twice in the URI; leave one out")
        options[name] = decoded(value, f"option {name}")
    return options


def _known(name: str) -> str:
    if foreign := FOREIGN.get(name.lower()):
        unit = " (in seconds)" if "delay" in foreign else ""
        return f"; did you mean {foreign!r}{unit}?"
    return nearest(name, OPTIONS) or f"; known are {', '.join(OPTIONS)}"
