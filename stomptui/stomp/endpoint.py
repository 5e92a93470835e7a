"""One broker: where it is, whom to log in as, and what to ask for."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from stomptui.stomp.limits import DEFAULTS, Limits
from stomptui.stomp.options import ENDPOINT, LIMITS
from stomptui.stomp.percent import decoded, quoted

SCHEMES = {
    "stomp": (61613, False),
    "stomp+ssl": (61614, True),
    "stomps": (61614, True),
    "ws": (80, False),
    "wss": (443, True),
}
"""Scheme: its default port, and whether it means TLS."""

WEB_SCHEMES = ("ws", "wss")

HEART_BEAT = (10_000, 10_000)
"""Milliseconds asked for both ways unless the URI says otherwise."""

TIMEOUT = 10.0
"""Seconds for connecting and logging in unless the URI says otherwise."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A broker's address, whom to log in as, and what to ask for.

    `virtual_host` is what CONNECT's `host` header carries; `heart_beat` is in milliseconds, `timeout` in
    seconds. With `tls` the broker's certificate is checked against `ca` (a file; the system's store without
    it) unless `verify` is False, and the client shows `cert` with `key` (files). Over WebSocket `path` and
    `query` are those of the HTTP request. `login_source` and `passcode_source` say where to take them from:
    `env:NAME`, `file:PATH`, `prompt`. `bind` is the address of this machine to connect from, and the port, 0
    for any. `beat_margin` are the seconds beyond two heart-beat periods after which a silent broker is given
    up, None for what the client says. str() is the URI without the passcode; in `query` a token may be.
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
    query: str = field(default="", repr=False)
    verify: bool = True
    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    limits: Limits = DEFAULTS
    login_source: str | None = None
    passcode_source: str | None = None
    bind: tuple[str, int] | None = None
    beat_margin: float | None = None

    @property
    def address(self) -> str:
        """`host:port`, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        user = "" if self.login is None else quoted(self.login) + "@"
        host = f"[{quoted(self.host, ':')}]" if ":" in self.host else quoted(self.host)
        options = "&".join(_options(self))
        return f"{self.scheme}://{user}{host}:{self.port}{self.path}{'?' if options else ''}{options}"


def virtual_host(scheme: str, path: str) -> str:
    """The virtual host that a path means: over WebSocket none, for there it is that of the HTTP request."""
    return "/" if scheme in WEB_SCHEMES else decoded(path[1:], "path") or "/"


def _options(endpoint: Endpoint) -> list[str]:
    usual = {each.name: each.default for each in fields(Endpoint)}
    usual["virtual_host"] = virtual_host(endpoint.scheme, endpoint.path)
    options = []
    for name, (of, _, show) in ENDPOINT.items():
        if (value := getattr(endpoint, of)) != usual[of]:
            options.append(f"{name}={show(value)}")
    for name, (of, _, show) in LIMITS.items():
        if (value := getattr(endpoint.limits, of)) != getattr(DEFAULTS, of):
            options.append(f"{name}={show(value)}")
    return options
