"""One connection from nothing to CONNECTED, within its time limits, and what to say when that fails."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from stomptui import brokers
from stomptui.net import explain
from stomptui.net.credentials import must_be_known, resolve
from stomptui.net.link import Link
from stomptui.net.stage import stage_of
from stomptui.net.transport import open_transport
from stomptui.stomp.errors import BrokerError, ConnectionLost, RemoteProtocolError, TimedOut
from stomptui.stomp.events import Connected, ErrorReceived, Event, FrameSent
from stomptui.stomp.heartbeat import MARGIN
from stomptui.stomp.session import Session

if TYPE_CHECKING:
    import ssl

    from stomptui.net.transport import Transport
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.uri import Endpoint

VERSIONS = ("1.0", "1.1", "1.2")


class Credentials(NamedTuple):
    """Whom to log in as; None sends no such header."""

    login: str | None
    passcode: str | None

    def __repr__(self) -> str:
        return f"Credentials({self.login!r}, ***)"


AskCredentials = Callable[["Endpoint"], Credentials | Awaitable[Credentials]]
"""Asked before each connection, the first included: tokens expire."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How each connection of a client is opened; see `connect`."""

    # What may hold tokens is not for a repr, which some show with a traceback.
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    redact: tuple[str, ...] = ()
    close_on_missed_beats: bool = True
    beat_margin: float = MARGIN
    context: ssl.SSLContext | None = None
    http_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    origin: str | None = None
    credentials: AskCredentials | None = None


async def with_credentials(endpoint: Endpoint, terms: Terms) -> Endpoint:
    """The endpoint with the login and passcode to use now.

    Raises UriError, TimedOut, and what the function of the caller's does.
    """
    endpoint = resolve(endpoint)
    if terms.credentials is None:
        must_be_known(endpoint)
        return endpoint
    found = terms.credentials(endpoint)
    if inspect.isawaitable(found):
        found = await _in_time(found, endpoint)
    login, passcode = found
    return replace(endpoint, login=login, passcode=passcode, login_source=None, passcode_source=None)


async def _in_time(asked: Awaitable[Credentials], endpoint: Endpoint) -> Credentials:
    # A person who was asked types as long as it takes.
    typed = "prompt" in (endpoint.login_source, endpoint.passcode_source)
    limit = asyncio.timeout(None if typed else endpoint.timeout)
    try:
        async with limit:
            return await asked
    except TimeoutError:
        if limit.expired():
            raise TimedOut(explain.no_credentials_in_time(endpoint)) from None
        raise


def new_link(endpoint: Endpoint, terms: Terms, connection: int, predecessor: Session | None) -> Link:
    """A link that has no transport yet, for connection number `connection` of a client."""
    session = Session(
        host=endpoint.virtual_host,
        login=endpoint.login,
        passcode=endpoint.passcode,
        heart_beat=endpoint.heart_beat,
        versions=VERSIONS if endpoint.version is None else (endpoint.version,),
        headers=terms.headers,
        escape_connect=endpoint.escape_connect,
        connection=connection,
        recognise=brokers.recognise,
        limits=endpoint.limits,
        grace=terms.beat_margin if endpoint.beat_margin is None else endpoint.beat_margin,
        redact=terms.redact,
    )
    if predecessor is not None:
        session.succeed(predecessor)
    return Link(session, close_on_missed=terms.close_on_missed_beats)


async def open_wire(link: Link, endpoint: Endpoint, terms: Terms, *, known: bool = False) -> Transport:
    """Open what carries the octets of `link`; raises ConnectionLost and TimedOut in words.

    `known` says that the broker was there before; the words are others then.
    """
    limit = asyncio.timeout(endpoint.timeout)
    try:
        async with limit:
            return await open_transport(
                endpoint, link, context=terms.context, http_headers=terms.http_headers, origin=terms.origin
            )
    except OSError as error:
        if limit.expired():
            raise TimedOut(explain.no_connection_in_time(endpoint, stage_of(error), known=known)) from None
        raise ConnectionLost(explain.unreachable(error, endpoint, known=known)) from error


async def log_in(
    link: Link,
    transport: Transport,
    endpoint: Endpoint,
    terms: Terms,
    *,
    tell: Callable[[list[Event]], None],
    connected: Callable[[Link, Connected], Callable[[list[Event]], None] | None],
    known: bool = False,
) -> None:
    """Send CONNECT and wait for CONNECTED; events go to `tell` before it, then to what `connected` gives.

    What that wants is its own: when this is cancelled in that moment, it stays open unless it gave None.
    Raises BrokerError (refused), RemoteProtocolError (no STOMP broker), TimedOut, ConnectionLost.
    """
    answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
    sent: list[Frame] = []

    def take(events: list[Event]) -> None:
        for event in events:
            if isinstance(event, FrameSent):
                sent.append(event.frame)
            elif isinstance(event, ErrorReceived) and not answer.done():
                answer.set_result(event.frame)
            elif isinstance(event, Connected) and not answer.done():
                answer.set_result(event.frame)
                link.doubt = None
                link.take = connected(link, event) or take
                if link.take is not take:
                    link.take(events)
                    return
        tell(events)

    link.take = take
    link.doubt = partial(explain.not_stomp, endpoint=endpoint)
    try:
        link.begin(transport)
        await asyncio.wait(
            (answer, link.closed), timeout=endpoint.timeout, return_when=asyncio.FIRST_COMPLETED
        )
        answered = answer.result() if answer.done() else None
        _judge(link, endpoint, answered, sent, terms, transport.said, known)
    except BaseException as error:  # cancelled too: an open connection that nobody holds must not stay
        if link.take is take:
            link.abort(str(error) or "closed here before CONNECTED")
        raise


def _judge(
    link: Link,
    endpoint: Endpoint,
    answer: Frame | None,
    sent: list[Frame],
    terms: Terms,
    said: str,
    known: bool,
) -> None:
    if answer is not None:
        if answer.command == "ERROR":
            raise BrokerError(explain.refused(answer, endpoint, sent[0]), answer)
    elif not link.closed.done():
        raise TimedOut(explain.silent(endpoint, link.received_octets, known=known))
    elif isinstance(link.error, RemoteProtocolError):
        raise type(link.error)(explain.unreadable(link.error, link.first, endpoint), link.error.offset)
    else:
        raise ConnectionLost(
            explain.ended_before_connected(
                endpoint,
                link.error,
                _values(endpoint, terms),
                len(link.session.decoder.unread),
                said,
                known=known,
            )
        )


def _values(endpoint: Endpoint, terms: Terms) -> list[str]:
    # Never a local variable of a function that raises: some show those with the traceback.
    own = (endpoint.login or "", endpoint.passcode or "", endpoint.virtual_host)
    return [*own, *(value for _, value in terms.headers)]
