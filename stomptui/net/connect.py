"""`connect`: from a URI to a client that is logged in, or to one line that says what failed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Iterable
from typing import TYPE_CHECKING, Any, Literal

from stomptui.net.client import Client
from stomptui.net.delivery import Delivery, OnError, OnEvents
from stomptui.net.line import Line, Permit
from stomptui.net.login import AskCredentials, Terms, log_in, new_link, open_wire, with_credentials
from stomptui.net.offline import OFFLINE_TIME, Queue
from stomptui.net.reconnect import Reconnecting, open_first
from stomptui.stomp.backoff import Backoff
from stomptui.stomp.errors import StompError
from stomptui.stomp.failover import Failover, parse_failover
from stomptui.stomp.frame import SECRETS, Headers, pairs
from stomptui.stomp.heartbeat import MARGIN
from stomptui.stomp.percent import UriError
from stomptui.stomp.uri import Endpoint

if TYPE_CHECKING:
    import ssl as tls
    from types import TracebackType

    from stomptui.net.link import Link, Take
    from stomptui.stomp.events import Connected
    from stomptui.stomp.session import Session

RECEIPT_TIME = 30.0
"""Seconds that a call waits for a receipt: brokers short of memory hold them back for long."""


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
    uri: str | Endpoint | Failover,
    *,
    on_events: OnEvents | None = None,
    on_error: OnError | None = None,
    headers: Headers = (),
    redact: Iterable[str] = (),
    credentials: AskCredentials | None = None,
    ssl: tls.SSLContext | None = None,
    http_headers: Headers = (),
    origin: str | None = None,
    reconnect: bool | Backoff = False,
    while_offline: Literal["refuse", "queue"] = "refuse",
    connection: int = 1,
    receipt_time: float = RECEIPT_TIME,
    beat_margin: float = MARGIN,
    close_on_missed_beats: bool = True,
    offline_time: float = OFFLINE_TIME,
    permit: Permit | None = None,
) -> Connecting:
    """Connect to a broker and log in; await it, or use it as an asynchronous context that disconnects.

    `on_events` gets every event of the client, sent frames included, in order, a list at a time.
    `on_error` gets ERRORs that no waiting call owns; without it they are raised in whatever waits.
    `headers` are added to CONNECT; the values of those named in `redact`, and the passcode, are replaced in
    what `on_events` is told. `credentials` is called with the endpoint before each connection and gives a
    `Credentials`, or awaits one, for the `timeout` of the URI at most, or as long as a person takes where its
    login or passcode is `prompt`. `ssl` replaces the TLS context that the URI asks for; `http_headers` and
    `origin` go into the handshake of WebSocket.

    With `reconnect` a lost connection is made again, with the waits of a `Backoff`, and so are its
    subscriptions; the first one is tried once. The URI's own `reconnect` option wins. While there is none,
    `send`, `subscribe` and `begin` raise Offline, or wait for it in their order with `while_offline="queue"`
    (a thousand calls at most, each for `offline_time` seconds at most).

    `connection` numbers the first connection in the events, `receipt_time` limits every wait for a receipt,
    in seconds. A broker that is silent for two of its heart-beat periods and `beat_margin` seconds is given
    up unless told otherwise; the URI's own `heartbeat-grace` wins over the margin.

    `permit` is asked before each frame after CONNECT, with its command, the frame (None for an ACK or NACK
    without headers) and the state; a text that it gives refuses the frame, as LocalProtocolError.

    Raises UriError; and, in one line that says what to do, BrokerError (the broker refused: login, virtual
    host), RemoteProtocolError (no STOMP broker answers there), TimedOut and ConnectionLost.
    STOMP 1.2, CONNECT.
    """
    if while_offline not in ("refuse", "queue"):
        raise ValueError(f'while_offline is "refuse" or "queue", not {while_offline!r}')
    failover = _failover(uri)
    if ssl is not None and not any(endpoint.tls for endpoint in failover.endpoints):
        raise UriError("ssl= is given, but the URI asks for no TLS; use stomp+ssl:// or wss://")
    backoff = _backoff(failover, reconnect)
    terms = Terms(
        headers=pairs(headers),
        redact=(*SECRETS, *((redact,) if isinstance(redact, str) else redact)),
        close_on_missed_beats=close_on_missed_beats,
        beat_margin=beat_margin,
        context=ssl,
        http_headers=pairs(http_headers),
        origin=origin,
        credentials=credentials,
    )

    async def opens() -> Client:
        delivery = Delivery(on_events, on_error)
        line = Line(delivery, receipt_time, Queue(offline_time) if while_offline == "queue" else None, permit)
        numbered = connection - 1
        last: Session | None = None
        opened: Link | None = None
        answered: set[str] = set()

        async def open_one(endpoint: Endpoint) -> None:
            nonlocal numbered, last
            endpoint = await with_credentials(endpoint, terms)
            link = new_link(endpoint, terms, numbered + 1, last)
            known = endpoint.address in answered
            transport = await open_wire(link, endpoint, terms, known=known)
            numbered, last = numbered + 1, link.session

            def connected(link: Link, event: Connected) -> Take | None:
                nonlocal opened
                if line.leaving:  # in this moment: the task that connects is cancelled, but has yet to run
                    return None
                opened = link
                answered.add(endpoint.address)
                line.begin(link, endpoint, event)
                reconnecting.opened()
                return delivery.take

            await log_in(
                link, transport, endpoint, terms, tell=delivery.tell, connected=connected, known=known
            )

        reconnecting = line.keeper = Reconnecting(line, failover, backoff, open_one)
        try:
            await open_first(failover, open_one)
        except BaseException:  # cancelled too: nobody would hold what it made, or makes again
            line.leaving = True
            reconnecting.stop()
            if opened is not None:
                opened.abort("closed here, connecting was given up")
            raise
        return Client(line, reconnecting)

    return Connecting(opens)


def _failover(uri: str | Endpoint | Failover) -> Failover:
    if isinstance(uri, Endpoint):
        return Failover((uri,))
    return parse_failover(uri) if isinstance(uri, str) else uri


def _backoff(failover: Failover, reconnect: bool | Backoff) -> Backoff | None:
    wanted = failover.reconnect if failover.reconnect is not None else bool(reconnect)
    if not wanted:
        return None
    return reconnect if isinstance(reconnect, Backoff) else failover.backoff
