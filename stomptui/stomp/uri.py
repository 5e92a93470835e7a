"""Where to connect and as whom: `stomp://user:pass@host:port/vhost?heartbeat=5`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from stomptui.stomp.endpoint import SCHEMES, WEB_SCHEMES, Endpoint, virtual_host
from stomptui.stomp.limits import Limits
from stomptui.stomp.options import ENDPOINT, FAILOVER, LIMITS, OPTIONS, TLS, WEB, split
from stomptui.stomp.percent import UriError, decoded, nearest

__all__ = ["OPTIONS", "Endpoint", "UriError", "fits", "parse_uri", "read_uri"]

_FORM = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<authority>[^/?#]*)(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?"
)
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+(?:%[\w.%-]+)?)\]|(?P<name>[^\[\]:]*))(?::(?P<port>[^:]*))?")


def parse_uri(text: str) -> Endpoint:
    """Read the URI of one broker; `host` or `host:port` alone is taken for `stomp://`. Raises UriError.

    Every part is percent-decoded: a slash in a virtual host is `%2F`. No path, or `/`, is the virtual host
    `/`; else it is the path without its first slash. The path of ws:// and wss:// is that of the HTTP
    request, and stays as it is. Several brokers, and options on connecting again, are `parse_failover`'s.
    """
    if text[:9].lower() == "failover:":
        raise UriError("failover: names several brokers; here only one is asked for")
    endpoint, rest = read_uri(text, {})
    for name in rest:
        raise UriError(f"option {name!r} is about connecting again, and here only a broker is asked for")
    return endpoint


def read_uri(text: str, defaults: Mapping[str, str]) -> tuple[Endpoint, dict[str, str]]:
    """An endpoint, and its options on connecting again; `defaults` are options that it may leave out."""
    form = _FORM.fullmatch(text)
    if form is None or not text.isprintable() or " " in text:
        raise UriError("not a URI: write stomp://user@host:port/virtual-host, and other signs as %XX")
    if "@" in (form["path"] or "") + (form["query"] or ""):
        # Nothing of the text is shown: what looks like a host or a path may be half of a passcode.
        raise UriError("an @ after the host: write / and ? of a passcode as %2F and %3F, @ elsewhere as %40")
    scheme = (form["scheme"] or "stomp").lower()
    port, tls = _scheme(scheme)
    user, at, place = form["authority"].rpartition("@")
    login, colon, passcode = user.partition(":")
    match = _HOST.fullmatch(place)
    host = decoded(match["six"] or match["name"], "host") if match else ""
    if match is None or not host:
        raise UriError(f"no host in the URI: write {scheme}://host:port, an IPv6 address in [brackets]")
    if "," in host:
        raise UriError("a comma in the host: several brokers are written failover:(stomp://a,stomp://b)")
    port = _port(match["port"], port)
    path = form["path"] or ""
    decoded(path, "path")
    own = split(form["query"] or "")
    _check(own, scheme, "login" if at else None, "passcode" if colon else None)
    kept = {name: value for name, value in defaults.items() if fits(name, scheme)}
    if at:
        kept.pop("login", None)
    if colon:
        kept.pop("passcode", None)
    endpoint = Endpoint(
        host,
        port,
        scheme,
        virtual_host(scheme, path),
        decoded(login, "user") if at else None,
        decoded(passcode, "passcode") if colon else None,
        tls=tls,
        path=quote(path or "/", "%/:;,=~!$&'()*+") if scheme in WEB_SCHEMES else path,
    )
    return _with(endpoint, {**kept, **own}), {name: own[name] for name in own if name in FAILOVER}


def fits(option: str, scheme: str) -> bool:
    """Whether an option means anything on connections of a scheme."""
    return SCHEMES[scheme][1] if option in TLS else scheme in WEB_SCHEMES if option in WEB else True


def _with(endpoint: Endpoint, options: Mapping[str, str]) -> Endpoint:
    changes: dict[str, Any] = {}
    limits: dict[str, int] = {}
    for name, text in options.items():
        for known, into in ((ENDPOINT, changes), (LIMITS, limits)):
            if name in known:
                into[known[name].field] = known[name].read(name, text)
    endpoint = replace(endpoint, limits=Limits(**limits), **changes)
    if endpoint.key is not None and endpoint.cert is None:
        raise UriError("key= in the URI without cert=: name the client's certificate too")
    return endpoint


def _check(options: Mapping[str, str], scheme: str, *given: str | None) -> None:
    for name in options:
        if name in given:
            raise UriError(f"the {name} stands before the host and in {name}=; leave one out")
        if not fits(name, scheme):
            other = "wss" if scheme == "ws" else "stomp+ssl" if name in TLS else "ws:// or wss"
            what = "TLS" if name in TLS else "WebSocket"
            raise UriError(f"{name}= in the URI is for {what}, which {scheme}:// is not: use {other}://")


def _scheme(scheme: str) -> tuple[int, bool]:
    if scheme not in SCHEMES:
        near = nearest(scheme, ("stomp", "stomp+ssl", "ws", "wss", "failover"))
        raise UriError(f"unknown scheme {scheme}://{near}; use stomp://, stomp+ssl://, ws:// or wss://")
    return SCHEMES[scheme]


def _port(text: str | None, default: int) -> int:
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 0 < int(text) < 65536:
        raise UriError("the port is not a number from 1 to 65535 (a passcode writes @ as %40, : as %3A)")
    return int(text)
