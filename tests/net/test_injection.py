"""Whatever is handed over: one frame with exactly those headers leaves, or the call is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stomptui import Client, Endpoint, LocalProtocolError, StompError, UriError, connect
from stomptui.brokers import recognise
from stomptui.stomp import frame as frames
from stomptui.stomp.frame import Frame
from stomptui.stomp.session import Session
from tests.net.octets import Read, read_frame, read_frames, written
from tests.net.peer import Peer, serving

SECOND_FRAME = "x\n\n\0SEND\ndestination:/queue/admin\n\nowned\0"
HOSTILE = (
    "a\nb:c",
    "a\r\nb:c",
    "a\rb:c",
    "a:b",
    ":",
    "\n",
    "\n\n",
    "\0",
    "a\0b",
    SECOND_FRAME,
    SECOND_FRAME.replace("\n", "\r\n"),
    "a\\nb:c",
    "a\\cb",
    "a\\",
    "\\\n",
    "\\\\n",
    "content-length:0\n\n\0",
    "a\x0b\x0c\x1c\x85\u2028\u2029b",
    "\udc0a\udc00",
    "\udc8a\udcc0\udc8a",
    " a\t",
    "",
)
text = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.sampled_from("ab:\\\n\r\0nrc \t\x85\u2028\xe9\udcff\udc0a"), max_size=8),
    st.text(st.characters(exclude_categories=()), max_size=8),
)
header = st.tuples(text, text)
bodies = st.one_of(
    st.sampled_from([b"", b"x", b"a\0SEND\n\n\0", SECOND_FRAME.encode()]), st.binary(max_size=8)
)

BROKERS = {
    "1.0": ("1.0", b"CONNECTED\nversion:1.0\n\n\0"),
    "1.1": ("1.1", b"CONNECTED\nversion:1.1\n\n\0"),
    "1.2": ("1.2", b"CONNECTED\nversion:1.2\n\n\0"),
    "RabbitMQ, 1.0": ("1.2", b"CONNECTED\nversion:1.0\nserver:RabbitMQ/3.13.7\n\n\0"),
    "RabbitMQ, 1.2": ("1.2", b"CONNECTED\nversion:1.2\nserver:RabbitMQ/3.13.7\n\n\0"),
    "ActiveMQ, 1.0": ("1.0", b"CONNECTED\nversion:1.0\nserver:ActiveMQ/5.19.0\n\n\0"),
    "ActiveMQ, 1.1": ("1.1", b"CONNECTED\nversion:1.1\nserver:ActiveMQ/5.19.0\n\n\0"),
    "ActiveMQ, 1.2": ("1.2", b"CONNECTED\nversion:1.2\nserver:ActiveMQ/5.19.0\n\n\0"),
    "a version that nobody knows": ("1.2", b"CONNECTED\nversion:9.9\n\n\0"),
}
"""The version whose escapes are undone there, and how the broker introduces itself."""

every_broker = pytest.mark.parametrize(("version", "connected"), BROKERS.values(), ids=BROKERS)


def logged_in(connected: bytes) -> Session:
    session = Session(recognise=recognise)
    session.connect(0)
    session.receive(connected)
    assert session.next_events(0)
    return session


def built(one: str, two: str, own: tuple[str, str], body: bytes) -> list[Frame]:
    """A frame of each public builder with what it is given."""
    return [
        frames.send(one, body, content_type=two, headers=[own]),
        frames.send("/queue/q", body, receipt=one, transaction=two, headers=[own, own], content_length=False),
        frames.subscribe(one, two, headers=dict([own]), receipt=one),
        frames.unsubscribe(one, destination=two, receipt=two, headers=[own]),
        frames.begin(one, receipt=two, headers=[own]),
        frames.commit(one, receipt=two, headers=[own]),
        frames.abort(one, receipt=two, headers=[own]),
        frames.disconnect(receipt=one, headers=[own]),
        frames.settle("ACK", [("id", one)], receipt=two, headers=[own]),
        frames.settle("NACK", [("subscription", one), ("message-id", two)], transaction=one, headers=[own]),
        Frame("SEND", [own, (one, two)], body),
        Frame(one, [own]),
    ]


@every_broker
@settings(max_examples=60, deadline=None)
@given(one=text, two=text, own=header, body=bodies)
@example(one=SECOND_FRAME, two=SECOND_FRAME, own=(SECOND_FRAME, SECOND_FRAME), body=SECOND_FRAME.encode())
def test_a_frame_that_is_built(
    version: str, connected: bytes, one: str, two: str, own: tuple[str, str], body: bytes
) -> None:
    session = logged_in(connected)
    for frame in built(one, two, own, body):
        before = session.state.frames
        try:
            sent = session.transmit(frame, 0, force=True, join=False)
        except LocalProtocolError:
            assert session.state.frames == before
        else:
            assert one_frame(sent.data, version) == Read(frame.command, list(frame.headers), frame.body)


def one_frame(data: bytes, version: str) -> Read:
    [frame] = read_frames(data, version)
    return frame


@settings(max_examples=100, deadline=None)
@given(host=text, login=st.none() | text, passcode=st.none() | text, own=header)
@example(host=SECOND_FRAME, login=None, passcode=None, own=("x", "y"))
def test_connect_that_is_built(
    host: str, login: str | None, passcode: str | None, own: tuple[str, str]
) -> None:
    session = Session(host, login=login, passcode=passcode, headers=[own])
    try:
        sent = session.connect(0)
    except LocalProtocolError:
        return
    expected = [("accept-version", "1.0,1.1,1.2"), ("host", host), ("heart-beat", "10000,10000"), own]
    expected[2:2] = [
        (name, value) for name, value in (("login", login), ("passcode", passcode)) if value is not None
    ]
    assert one_frame(sent.data, "1.0") == Read("CONNECT", expected, b"")


@every_broker
@pytest.mark.parametrize(
    "name", ["content-length", "content-length ", "\tcontent-length", "content-length\r"]
)
def test_a_content_length_that_would_make_two_frames_of_one(
    version: str, connected: bytes, name: str
) -> None:
    """Also in front of a broker that takes off the blanks around a name."""
    body = b"x\0SEND\ndestination:/queue/admin\n\nowned"
    session = logged_in(connected)
    for length in ("0", "1", " 1", "1 ", "+1", "01", "999", "-1", ""):
        for headers in ([(name, length)], [(name, length), ("content-length", str(len(body)))]):
            with pytest.raises(LocalProtocolError):
                session.transmit(frames.send("/queue/q", body, headers=headers), 0)
        sent = session.transmit(frames.send("/queue/q", body, headers=[("x", length)]), 0)
        [frame] = read_frames(sent.data, version, trims=True)
        assert frame.body == body


class Wire:
    """A broker's side: what came over one connection, each receipt given, two messages for a subscription."""

    def __init__(self, version: str, connected: bytes) -> None:
        self.frames: list[Read] = []
        self._version = version
        self._connected = connected
        self._unread = b""

    async def serve(self, peer: Peer) -> None:
        self.frames.append(await self._next(peer, "1.0"))
        await peer.send(self._connected)
        with suppress(EOFError):
            while True:
                frame = await self._next(peer, self._version)
                self.frames.append(frame)
                await peer.send(self._answer(frame))

    def _answer(self, frame: Read) -> bytes:
        given = dict(reversed(frame.headers))
        if frame.command == "SUBSCRIBE":
            id, last = (written(text, self._version) for text in (given["id"], frame.headers[-1][1]))
            head = b"MESSAGE\nsubscription:%b\nack:%b\nmessage-id:%b\n\n\0"
            return head % (id, last, last) + head % (id, b"2", b"2")
        if (receipt := given.get("receipt")) is not None:
            return b"RECEIPT\nreceipt-id:%b\n\n\0" % written(receipt, self._version)
        return b""

    async def _next(self, peer: Peer, version: str) -> Read:
        while (found := read_frame(self._unread, version)) is None:
            data = await peer.reader.read(65536)
            if not data:
                assert self._unread == b""
                raise EOFError
            self._unread += data
        frame, self._unread = found
        return frame


class Given(NamedTuple):
    """What a user hands over."""

    destination: str
    id: str
    name: str
    own: tuple[str, str]
    body: bytes


async def use(client: Client, given: Given) -> list[Read]:
    """Hand it over in every call that takes something: the frames that should have left."""
    left: list[Read] = []
    destination, id, name, own, body = given

    async def left_by(
        call: Coroutine[Any, Any, object], command: str, *headers: tuple[str, str], body: bytes = b""
    ) -> bool:
        try:
            await call
        except LocalProtocolError:
            return False
        left.append(Read(command, list(headers), body))
        return True

    first = ("destination", destination)
    length = ("content-length", str(len(body)))
    await left_by(
        client.send(destination, body, content_type=name, headers=[own]),
        "SEND",
        first,
        ("content-type", name),
        own,
        length,
        body=body,
    )
    subscribed = await left_by(
        client.subscribe(destination, id=id, ack="client", headers=[own], receipt=False),
        "SUBSCRIBE",
        first,
        ("id", id or "1"),
        ("ack", "client"),
        own,
    )
    await client.ping()
    left += [Read("BEGIN", [("transaction", "tx-1")], b""), Read("ABORT", [("transaction", "tx-1")], b"")]
    if numbers := list(client.state.ledger):
        await left_by(client.ack(numbers[0], headers=[own]), "ACK", *naming(client, id, own[1]), own)
        await left_by(client.nack(numbers[1], headers=[own]), "NACK", *naming(client, id, "2"), own)
    if await left_by(client.begin(name), "BEGIN", ("transaction", name)):
        staged = ("transaction", name)
        await left_by(
            client.send("/queue/q", transaction=name, headers=[own]),
            "SEND",
            ("destination", "/queue/q"),
            staged,
            own,
            ("content-length", "0"),
        )
        await left_by(client.commit(name), "COMMIT", staged)
    if subscribed:
        where = [first] if client.state.version == "1.0" else []
        await left_by(
            client.unsubscribe(id or "1", headers=[own]), "UNSUBSCRIBE", ("id", id or "1"), *where, own
        )
    return left


def naming(client: Client, id: str, key: str) -> list[tuple[str, str]]:
    """The headers by which an ACK of this version names a message; STOMP 1.0 gives blanks no meaning."""
    if client.state.version == "1.0":
        return [("subscription", id or "1"), ("message-id", key.strip(" \t"))]
    if client.state.version == "1.1":
        return [("subscription", id or "1"), ("message-id", key)]
    return [("id", key)]


async def through_a_connection(version: str, connected: bytes, given: Given) -> None:
    wire = Wire(version, connected)
    async with serving(wire.serve) as address, connect(f"stomp://{address}") as client:
        left = await use(client, given)
    came = [
        Read(command, [pair for pair in headers if pair[0] != "receipt"], body)
        for command, headers, body in wire.frames
    ]
    assert came[1:] == [*left, Read("DISCONNECT", [], b"")]


@every_broker
@settings(max_examples=25, deadline=None)
@given(given=st.builds(Given, text, text, text, header, bodies))
@example(given=Given(*[SECOND_FRAME] * 3, (SECOND_FRAME, SECOND_FRAME), SECOND_FRAME.encode()))
def test_through_a_connection(version: str, connected: bytes, given: Given) -> None:
    asyncio.run(through_a_connection(version, connected, given))


async def connected_as(make: Callable[[str], Endpoint | str], own: tuple[str, str]) -> Read | None:
    """The CONNECT that came, None when the client refused to send one."""
    wire = Wire("1.2", b"CONNECTED\nversion:1.2\n\n\0")
    async with serving(wire.serve) as address:
        try:
            async with connect(make(address), headers=[own]):
                pass
        except (LocalProtocolError, UriError):
            assert wire.frames == []
            return None
    assert [frame.command for frame in wire.frames] == ["CONNECT", "DISCONNECT"]
    return wire.frames[0]


@settings(max_examples=50, deadline=None)
@given(host=text, login=text, passcode=text, own=header, quoted=st.booleans())
@example(host=SECOND_FRAME, login="a", passcode="b", own=("x", "y"), quoted=True)
@example(host="/", login=SECOND_FRAME, passcode="a\nb:c", own=("x", "y"), quoted=True)
@example(host="/", login="a", passcode="b", own=(SECOND_FRAME, "y"), quoted=False)
def test_connecting(host: str, login: str, passcode: str, own: tuple[str, str], quoted: bool) -> None:
    """As parts of a URI, and as an endpoint that a script makes."""

    def made(address: str) -> Endpoint | str:
        name, _, port = address.partition(":")
        if not quoted:
            return Endpoint(name, int(port), virtual_host=host, login=login, passcode=passcode)
        user, secret, virtual = (
            quote(part, "", "utf-8", "surrogateescape") for part in (login, passcode, host)
        )
        return f"stomp://{user}:{secret}@{address}/?host={virtual}"

    with suppress(UnicodeEncodeError):  # no octets that a URI could name
        frame = asyncio.run(connected_as(made, own))
        user = [("login", login), ("passcode", passcode)]
        assert frame is None or frame.headers == [
            ("accept-version", "1.0,1.1,1.2"),
            ("host", host),
            *user,
            ("heart-beat", "10000,10000"),
            own,
        ]


async def http_request(uri: str, headers: list[tuple[str, str]], origin: str | None) -> list[str] | None:
    """The lines of the request that opens a WebSocket, None when the client refused to send one."""
    came: list[bytes] = []

    async def script(peer: Peer) -> None:
        came.append(await peer.reader.readuntil(b"\r\n\r\n"))

    async with serving(script) as address:
        with pytest.raises((StompError, UriError)) as caught:
            await connect(f"ws://{address}{uri}", http_headers=headers, origin=origin)
    assert bool(came) is not isinstance(caught.value, LocalProtocolError | UriError)
    return came[0].decode("latin-1").removesuffix("\r\n\r\n").split("\r\n") if came else None


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
async def test_the_http_request_of_a_websocket(hostile: str) -> None:
    plain = await http_request("/stomp", [("x", "y")], "http://here")
    assert plain is not None
    for headers, origin in (
        ([(hostile, "y")], "http://here"),
        ([("x", hostile)], "http://here"),
        ([("x", "y")], hostile),
    ):
        lines = await http_request("/stomp", headers, origin)
        assert lines is None or len(lines) == len(plain)
        assert lines is None or not any("\r" in line or "\n" in line or "\0" in line for line in lines)
    octets = quote(hostile, "", "utf-8", "surrogatepass")
    for uri in (f"/{octets}", f"/stomp?query={octets}"):
        lines = await http_request(uri, [("x", "y")], "http://here")
        assert lines is None or len(lines) == len(plain)
        assert lines is None or len(lines[0].split(" ")) == 3
