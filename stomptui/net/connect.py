"""From a URI to an open client: connecting, logging in, and saying in one line why that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from stomptui import brokers
from stomptui.net import explain
from stomptui.net.client import Client
from stomptui.net.delivery import Delivery, OnError, OnEvents
from stomptui.net.link import Link
from stomptui.net.transport import open_transport
from stomptui.stomp.errors import BrokerError, ConnectionLost, RemoteProtocolError, StompError, TimedOut
from stomptui.stomp.events import Connected, ErrorReceived, Event, FrameSent
from stomptui.stomp.frame import SECRETS, Frame, Headers, pairs
from stomptui.stomp.session import Session
from stomptui.stomp.uri import Endpoint, parse_uri

if TYPE_CHECKING:
    from types import TracebackType

    from stomptui.net.transport import Transport

RECEIPT_TIME = 30.0
"""Seconds that a call waits for a receipt: brokers short of memory hold them back for long."""

VERSIONS = ("1.0", "1.1", "1.2")


class Connecting:
    """A client to be: `async with connect(...) as client`, or `client = await connect(...)`."""

    def __init__(self, opens: Callable[[], Coroutine[Any, Any, Client]]) -> None:
        self._opens = opens
        self._client: Client | None = None

    def __await__(self) -> Generator[Any, None, Client]:
        return self._opens().__await__()

    async def __aenter__(self) -> Client:
        self._client = await self._opens()
        return self._client

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._client is None:
            return
        try:
            await self._client.disconnect()
        except StompError:
            if error is None:
                raise  # otherwise what was raised inside is what the caller has to hear of


def connect(
    uri: str | Endpoint,
    *,
    on_events: OnEvents | None = None,
    on_error: OnError | None = None,
    headers: Headers = (),
    redact: Iterable[str] = (),
    connection: int = 1,
    receipt_time: float = RECEIPT_TIME,
    close_on_missed_beats: bool = True,
) -> Connecting:
    """Connect to a broker and log in; await it, or use it as an asynchronous context that disconnects.

    `on_events` gets every event of the connection, sent frames included, in order, a list at a time.
    `on_error` gets ERRORs that no waiting call owns; without it they are raised in whatever waits.
    `headers` are added to CONNECT; the values of those named in `redact`, and the passcode, are replaced in
    what `on_events` is told. `connection` numbers it in the events, `receipt_time` limits every wait
    for a receipt. A broker that misses its heart-beats is given up unless told otherwise.

    Raises UriError; and, in one line that says what to do, BrokerError (the broker refused: login, virtual
    host), RemoteProtocolError (no STOMP broker answers there), TimedOut and ConnectionLost.
    """
    endpoint = parse_uri(uri) if isinstance(uri, str) else uri
    extra, names = pairs(headers), (*SECRETS, *redact)

    async def opens() -> Client:
        session = Session(
            host=endpoint.virtual_host,
            login=endpoint.login,
            passcode=endpoint.passcode,
            heart_beat=endpoint.heart_beat,
            versions=VERSIONS if endpoint.version is None else (endpoint.version,),
            headers=extra,
            escape_connect=endpoint.escape_connect,
            connection=connection,
            recognise=brokers.recognise,
            redact=names,
        )
        link = Link(session, close_on_missed=close_on_missed_beats)
        delivery = Delivery(link, on_events, on_error)
        transport = await _open(endpoint, link)
        try:
            await _log_in(link, transport, endpoint, delivery, extra)
        except BaseException as error:  # cancelled too: an open connection that nobody holds must not stay
            link.abort(str(error) or "closed here before CONNECTED")
            raise
        return Client(endpoint, link, delivery, receipt_time)

    return Connecting(opens)


async def _open(endpoint: Endpoint, link: Link) -> Transport:
    limit = asyncio.timeout(endpoint.timeout)
    try:
        async with limit:
            return await open_transport(endpoint, link)
    except OSError as error:
        if limit.expired():
            raise TimedOut(explain.no_connection_in_time(endpoint)) from None
        raise ConnectionLost(explain.unreachable(error, endpoint)) from error


async def _log_in(
    link: Link,
    transport: Transport,
    endpoint: Endpoint,
    delivery: Delivery,
    extra: tuple[tuple[str, str], ...],
) -> None:
    answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
    sent: list[Frame] = []

    def take(events: list[Event]) -> None:
        for event in events:
            if isinstance(event, FrameSent):
                sent.append(event.frame)
            elif isinstance(event, Connected | ErrorReceived) and not answer.done():
                answer.set_result(event.frame)
        delivery.take(events)

    link.take = take
    link.doubt = partial(explain.not_stomp, endpoint=endpoint)
    link.begin(transport)
    await asyncio.wait((answer, link.closed), timeout=endpoint.timeout, return_when=asyncio.FIRST_COMPLETED)
    link.take, link.doubt = delivery.take, None
    if answer.done():
        if answer.result().command == "ERROR":
            raise BrokerError(explain.refused(answer.result(), endpoint, sent[0]), answer.result())
    elif not link.closed.done():
        raise TimedOut(explain.silent(endpoint, link.received_octets))
    elif isinstance(link.error, RemoteProtocolError):
        raise RemoteProtocolError(str(link.error), link.error.offset)
    else:
        raise ConnectionLost(explain.ended_before_connected(endpoint, link.error, _values(endpoint, extra)))


def _values(endpoint: Endpoint, extra: tuple[tuple[str, str], ...]) -> list[str]:
    # Never a local variable of a function that raises: some show those with the traceback.
    own = (endpoint.login or "", endpoint.passcode or "", endpoint.virtual_host)
    return [*own, *(value for _, value in extra)]
