"""Where to connect and as whom: `stomp://user:pass@host:port/vhost?heartbeat=5`."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from stomptui.stomp.errors import StompError
from stomptui.stomp.escapes import VERSIONS
from stomptui.stomp.limits import DEFAULTS, Limits

SCHEMES = {"stomp": (61613, False), "stomp+ssl": (61614, True), "stomps": (61614, True)}
"""Scheme: its default port, and whether it means TLS."""

LATER = ("ws", "wss", "failover")
"""Schemes that are known, but not supported yet."""

OPTIONS = ("escape-connect", "heartbeat", "host", "timeout", "version")

HEART_BEAT = (10_000, 10_000)
"""Milliseconds asked for both ways unless the URI says otherwise."""

TIMEOUT = 10.0
"""Seconds for connecting and logging in unless the URI says otherwise."""

_FORM = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<authority>[^/?#]*)(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?"
)
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+(?:%[\w.%-]+)?)\]|(?P<name>[^\[\]:]*))(?::(?P<port>[^:]*))?")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class UriError(StompError, ValueError):
    """A URI cannot be used; the text says what is wrong and what to do, and never shows a passcode."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A broker's address, whom to log in as, and what to ask for.

    `virtual_host` is what CONNECT's `host` header carries; `heart_beat` is in milliseconds, `timeout` in
    seconds. With `tls` the broker's certificate is checked against `ca` (a file; the system's store without
    it) unless `verify` is False, and the client shows `cert` with `key` (files). Over WebSocket `path` and
    `query` are those of the HTTP request. `login_source` and `passcode_source` say where to take them from:
    `env:NAME`, `file:PATH`, `prompt`. str() is the URI without the passcode.
    """

    host: str
    port: int = 61613
    scheme: str = "stomp"
    virtual_host: str = "/"
    login: str | None = None
    passcode: str | None = field(default=None, repr=False)
    heart_beat: tuple[int, int] = HEART_BEAT
    version: str | None = None
    escape_connect: bool = False
    timeout: float = TIMEOUT
    tls: bool = False
    path: str = ""
    query: str = ""
    verify: bool = True
    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    limits: Limits = DEFAULTS
    login_source: str | None = None
    passcode_source: str | None = None

    @property
    def address(self) -> str:
        """`host:port`, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        user = "" if self.login is None else _quoted(self.login) + "@"
        host = f"[{_quoted(self.host, ':')}]" if ":" in self.host else _quoted(self.host)
        return f"{self.scheme}://{user}{host}:{self.port}{self.path}{_query(self)}"


def parse_uri(text: str) -> Endpoint:
    """Read a URI; `host` or `host:port` alone is taken for `stomp://`. Raises UriError.

    Every part is percent-decoded: a slash in a virtual host is `%2F`. No path, or `/`, is the virtual host
    `/`; else it is the path without its first slash. stomp+ssl:// and stomps:// set `tls` (whether TLS is
    spoken is the caller's affair); ws://, wss:// and failover: are refused as not supported yet.
    """
    if text.startswith("failover:"):
        raise UriError("failover: URIs are not supported yet; name one broker")
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
    host = _decoded(match["six"] or match["name"], "host") if match else ""
    if match is None or not host:
        raise UriError(f"no host in the URI: write {scheme}://host:port, an IPv6 address in [brackets]")
    path = form["path"] or ""
    options = _options(form["query"] or "")
    return Endpoint(
        host=host,
        port=_port(match["port"], port),
        scheme=scheme,
        virtual_host=options.get("host", _virtual_host(path)),
        login=_decoded(login, "user") if at else None,
        passcode=_decoded(passcode, "passcode") if colon else None,
        heart_beat=_heart_beat(options["heartbeat"]) if "heartbeat" in options else HEART_BEAT,
        version=_version(options.get("version")),
        escape_connect=_switch("escape-connect", options.get("escape-connect", "no")),
        timeout=_seconds("timeout", options["timeout"]) if "timeout" in options else TIMEOUT,
        tls=tls,
        path=path,
    )


def _scheme(scheme: str) -> tuple[int, bool]:
    if scheme in LATER:
        raise UriError(f"{scheme}:// is not supported yet; use stomp://")
    if scheme not in SCHEMES:
        raise UriError(
            f"unknown scheme {scheme}://{_nearest(scheme, ('stomp', 'stomp+ssl', *LATER))}; use stomp://"
        )
    return SCHEMES[scheme]


def _port(text: str | None, default: int) -> int:
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 0 < int(text) < 65536:
        raise UriError("the port is not a number from 1 to 65535 (a passcode writes @ as %40, : as %3A)")
    return int(text)


def _options(query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        name = _decoded(name, "query")
        if name not in OPTIONS:
            known = _nearest(name, OPTIONS) or f"; known are {', '.join(OPTIONS)}"
            raise UriError(f"unknown option {name!r} in the URI{known}")
        if name in options:
            raise UriError(f"option {name!r} stands twice in the URI; leave one out")
        options[name] = _decoded(value, f"option {name}")
    return options


def _nearest(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _decoded(text: str, part: str) -> str:
    if _PERCENT.search(text):
        raise UriError(f"a % in the {part} is followed by no two hex digits; write %25 for the sign itself")
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise UriError(f"the {part} is not UTF-8 once its %XX are decoded") from None


def _heart_beat(text: str) -> tuple[int, int]:
    send, comma, receive = text.partition(",")
    first = _seconds("heartbeat", send)
    second = _seconds("heartbeat", receive) if comma else first
    return round(first * 1000), round(second * 1000)


def _seconds(option: str, text: str) -> float:
    value = float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text, re.ASCII) else math.nan
    if math.isnan(value) or (option == "timeout" and not value):
        form = "seconds, or SEND,RECEIVE in seconds; 0 for none" if option == "heartbeat" else "seconds"
        raise UriError(f"{option}={text} in the URI is not a number of {form}")
    return value


def _version(text: str | None) -> str | None:
    if text is not None and text not in VERSIONS:
        raise UriError(f"version={text} in the URI: STOMP has {', '.join(VERSIONS)}")
    return text


def _switch(option: str, text: str) -> bool:
    if text not in ("yes", "no"):
        raise UriError(f"{option}={text} in the URI: write yes or no")
    return text == "yes"


def _virtual_host(path: str) -> str:
    return _decoded(path[1:], "path") or "/"


def _query(endpoint: Endpoint) -> str:
    options = []
    if endpoint.virtual_host != _virtual_host(endpoint.path):
        options.append(f"host={_quoted(endpoint.virtual_host)}")
    if endpoint.heart_beat != HEART_BEAT:
        send, receive = (f"{period / 1000:.3f}".rstrip("0").rstrip(".") for period in endpoint.heart_beat)
        options.append(f"heartbeat={send}" if send == receive else f"heartbeat={send},{receive}")
    if endpoint.version is not None:
        options.append(f"version={endpoint.version}")
    if endpoint.timeout != TIMEOUT:
        options.append(f"timeout={endpoint.timeout:f}".rstrip("0").rstrip("."))
    if endpoint.escape_connect:
        options.append("escape-connect=yes")
    return "?" + "&".join(options) if options else ""


def _quoted(text: str, safe: str = "") -> str:
    """Quote what a URI gives a meaning; letters of all languages stay legible."""
    return "".join(quote(sign, safe) if sign.isascii() or not sign.isprintable() else sign for sign in text)
