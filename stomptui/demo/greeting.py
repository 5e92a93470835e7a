"""CONNECT and its answer: version, virtual host, heart-beats."""

from __future__ import annotations

from dataclasses import dataclass

from stomptui.demo.faults import Faults
from stomptui.demo.refusals import Refused
from stomptui.stomp.frame import Frame
from stomptui.stomp.heartbeat import Beats, negotiate, parse

SERVER = "stomptui-demo/1.0 (keeps nothing: no production broker)"
"""The `server` header: clients know this broker by its beginning."""
VERSIONS = ("1.2", "1.1", "1.0")
SHORTEST_BEAT = 10
"""Milliseconds between heart-beats that the broker agrees to at least: shorter ones only cost time."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """What was agreed on, and the CONNECTED frame that says so; `beats` from the broker's point of view."""

    version: str
    beats: Beats
    frame: Frame


def greet(frame: Frame, number: int, faults: Faults) -> Greeting:
    """Answer the first frame of connection `number`; raises `Refused`, which ends the connection."""
    if frame.command not in ("CONNECT", "STOMP"):
        raise Refused("not connected", f"{frame.command} came before CONNECT.", closes=True)
    version = agree(frame.first("accept-version"))
    host = frame.first("host")
    if host is None and version != "1.0":
        raise Refused("missing host", f"CONNECT needs a 'host' header in STOMP {version}.", closes=True)
    if faults.refuse_login:
        words = f"Access refused for user '{frame.first('login', '')}'."
        raise Refused("access refused", words, closes=True)
    if faults.refuse_host:
        raise Refused("unknown virtual host", f"Virtual host '{host}' does not exist here.", closes=True)
    try:
        asked = parse(frame.first("heart-beat")) if version != "1.0" else (0, 0)
    except ValueError as error:
        raise Refused("unreadable heart-beat", str(error), closes=True) from None
    offered = (shortest(asked[1]), shortest(asked[0]))
    headers = [("version", version), ("server", SERVER), ("session", f"session-{number}")]
    if version != "1.0":
        headers.append(("heart-beat", f"{offered[0]},{offered[1]}"))
    return Greeting(version, negotiate(offered, asked), Frame("CONNECTED", headers))


def agree(accepted: str | None) -> str:
    """The highest version that both know; STOMP 1.0 clients name none."""
    if accepted is None:
        return "1.0"
    theirs = [version.strip() for version in accepted.split(",")]
    for version in VERSIONS:
        if version in theirs:
            return version
    known = ",".join(reversed(VERSIONS))
    words = f"This broker speaks STOMP {known}, not '{accepted}'."
    raise Refused("no common version", words, closes=True, headers={"version": known})


def shortest(period: int) -> int:
    """The period the broker agrees to when asked for `period` ms; 0 stays 0."""
    return max(period, SHORTEST_BEAT) if period else 0
