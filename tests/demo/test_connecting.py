"""CONNECT, versions, receipts, refusals and the end of a connection."""

from __future__ import annotations

import asyncio

import pytest

from stomptui.demo import Broker
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import Limits
from stomptui.stomp.frame import Frame
from tests.demo.client import connected, socket


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [("1.0,1.1,1.2", "1.2"), ("1.2, 1.1", "1.2"), ("1.1,9.9", "1.1"), ("1.0", "1.0"), (None, "1.0")],
)
@pytest.mark.parametrize("command", ["CONNECT", "STOMP"])
async def test_the_highest_common_version_is_agreed(
    demo: Broker, command: str, offered: str | None, agreed: str
) -> None:
    versions = [] if offered is None else [("accept-version", offered)]
    async with socket(demo) as client:
        client.write(Frame(command, [*versions, ("host", "/")]))
        answer = await client.frame()
    assert (answer.command, answer.first("version")) == ("CONNECTED", agreed)
    assert (answer.first("server") or "").startswith("stomptui-demo/")
    assert "keeps nothing" in (answer.first("server") or "")
    assert answer.first("session") == "session-1"


async def test_no_common_version(demo: Broker) -> None:
    async with socket(demo) as client:
        client.write(frames.connect("/", versions=("2.0",)))
        error = await client.error()
        assert await client.closed() == b""
    assert error.first("version") == "1.0,1.1,1.2"
    assert error.body == b"This broker speaks STOMP 1.0,1.1,1.2, not '2.0'.\n"


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"CONNECT\naccept-version:1.2\n\n\0", "missing host"),
        (b"CONNECT\naccept-version:1.2\nhost:/\nheart-beat:abc\n\n\0", "unreadable heart-beat"),
        (b"SEND\ndestination:/queue/q\n\nx\0", "not connected"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\0", "not connected"),
        (b"CONNECT\naccept-version:1.2\nhost:a\0b\n\n\0", "NUL in a header"),
    ],
)
async def test_refused_before_connected(demo: Broker, octets: bytes, message: str) -> None:
    async with socket(demo) as client:
        client.octets(octets)
        assert (await client.error()).first("message") == message
        assert await client.closed() == b""


async def test_second_connect_ends_the_connection(demo: Broker) -> None:
    async with connected(demo) as client:
        client.write(frames.connect("/"))
        assert (await client.error()).first("message") == "already connected"
        assert await client.closed() == b""


async def test_frames_may_follow_connect_at_once(demo: Broker) -> None:
    async with socket(demo) as client:
        client.octets(
            b"CONNECT\naccept-version:1.2\nhost:/\n\n\0\n"
            b"SEND\ndestination:/queue/q\nx:a\\cb\nreceipt:r\\c1\n\nbody\0"
        )
        assert (await client.frame()).command == "CONNECTED"
        assert await client.frame() == Frame("RECEIPT", {"receipt-id": "r:1"})
    assert demo.queue("/queue/q").ready[0].headers == (("x", "a:b"),)


@pytest.mark.parametrize("receipt", [None, "bye"])
async def test_disconnect(demo: Broker, receipt: str | None) -> None:
    async with connected(demo) as client:
        client.write(frames.disconnect(receipt=receipt))
        client.octets(b"SEND\ndestination:/queue/q\n\ntoo late\0")
        assert await client.closed() == (b"RECEIPT\nreceipt-id:bye\n\n\0\n" if receipt else b"")
    await demo.until(lambda: not demo.connections)
    assert demo.queue("/queue/q").published == 0


REFUSED = {
    "unknown-destination": (frames.send("/nope/x"), "unknown destination", "'/nope/x' is no destination"),
    "no-destination": (Frame("SEND"), "missing destination", "SEND needs a 'destination' header."),
    "subscribe-nowhere": (
        frames.subscribe("x", "s"),
        "unknown destination",
        "has /queue/NAME and /topic/NAME",
    ),
    "no-id": (
        Frame("SUBSCRIBE", {"destination": "/queue/q"}),
        "missing id",
        "SUBSCRIBE needs an 'id' header",
    ),
    "no-mode": (
        Frame("SUBSCRIBE", {"destination": "/queue/q", "id": "s", "ack": "maybe"}),
        "unknown ack mode",
        "'maybe' is no ack mode of STOMP 1.2: it has auto, client, client-individual.",
    ),
    "no-number": (
        frames.subscribe("/queue/q", "s", headers={"prefetch-count": "many"}),
        "unreadable prefetch-count",
        "'many' is no number of messages.",
    ),
    "unknown-subscription": (frames.unsubscribe("s"), "unknown subscription", "'s' names no subscription"),
    "unsubscribe-what": (Frame("UNSUBSCRIBE"), "missing id", "UNSUBSCRIBE needs the 'id' header"),
    "ack-what": (Frame("ACK"), "missing id", "ACK needs a 'id' header."),
    "begin-what": (Frame("BEGIN"), "missing transaction", "BEGIN needs a 'transaction' header."),
    "unknown-command": (Frame("FROB"), "unknown command", "'FROB' is no frame that a client sends."),
    "a-servers-command": (Frame("MESSAGE"), "unknown command", "'MESSAGE' is no frame that a client sends."),
    "lower-case": (Frame("send", {"destination": "/queue/q"}), "unknown command", "'send' is no frame"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refused_in_plain_words_with_the_receipt_id(demo: Broker, name: str) -> None:
    frame, message, words = REFUSED[name]
    async with connected(demo) as client:
        client.write(Frame(frame.command, (*frame.headers, ("receipt", "r")), frame.body))
        error = await client.error()
        assert error.headers == (
            ("message", message),
            ("receipt-id", "r"),
            ("content-type", "text/plain"),
            ("content-length", str(len(error.body))),
        )
        assert words in error.body.decode()
        await client.quiet()


async def test_duplicate_subscription_is_refused_and_the_first_one_lives(demo: Broker) -> None:
    async with connected(demo) as client:
        await client.subscribe("/queue/q")
        client.write(frames.subscribe("/queue/other", "s"))
        assert (await client.error()).first("message") == "duplicate subscription"
        demo.publish("/queue/q", "x")
        assert (await client.message()).body == b"x"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (Frame("NACK", {"message-id": "m-1"}), "unknown command"),
        (Frame("SUBSCRIBE", {"destination": "/queue/q", "ack": "client-individual"}), "unknown ack mode"),
    ],
)
async def test_1_0_lacks_what_came_later(demo: Broker, frame: Frame, message: str) -> None:
    async with connected(demo, "1.0") as client:
        client.write(frame)
        assert (await client.error()).first("message") == message


async def test_1_1_needs_the_subscription_of_an_ack(demo: Broker) -> None:
    async with connected(demo, "1.1") as client:
        client.write(Frame("ACK", {"message-id": "m-1"}))
        assert (await client.error()).first("message") == "missing subscription"


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"SEND\ndestination:/queue/q\nx:a\\tb\n\n\0", "undefined escape"),
        (b"SEND\ndestination:/queue/q\nno colon\n\n\0", "without a colon"),
        (b"SEND\ndestination:/queue/q\ncontent-length:-1\n\n\0", "content-length"),
        (b"SEND\ndestination:/queue/q\ncontent-length:1\n\nab\0", "NUL"),
        (b"SEND\ndestination:/queue/q\n\n" + b"x" * 101 + b"\0", "100"),
    ],
)
async def test_what_cannot_be_read_ends_the_connection(octets: bytes, words: str) -> None:
    async with Broker(limits=Limits(body=100)) as demo, connected(demo) as client:
        client.octets(octets)
        error = await client.error()
        assert error.first("message") == "malformed frame"
        assert words in error.body.decode()
        assert await client.closed() == b""
        assert demo.queue("/queue/q").published == 0


VALUE = "a:b\\c\nd\re"


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ("1.0", b"x\\cy:a\\cb\\\\c\\nd\\re\n"),  # it has no escapes: what would break the frame shows as text
        ("1.1", b"x\\cy:a\\cb\\\\c\\nd\\\\re\n"),
        ("1.2", b"x\\cy:a\\cb\\\\c\\nd\\re\n"),
    ],
)
async def test_a_header_of_any_kind_reaches_every_version(demo: Broker, version: str, line: bytes) -> None:
    demo.publish("/queue/q", "body", [("x:y", VALUE), ("plain", "b:c")])
    async with connected(demo, version) as client:
        await client.subscribe("/queue/q", ack="auto")
        message = await client.message()
    assert line in message.raw
    assert message.first("plain") == "b:c"
    assert message.body == b"body"
    assert [mark.code for mark in message.marks] == []
    if version == "1.2":
        assert message.first("x:y") == VALUE


async def test_what_clients_sent_is_remembered_without_passcodes(demo: Broker) -> None:
    async with socket(demo) as client:
        client.write(frames.connect("/", login="ops", passcode="hush"))
        assert (await client.frame()).command == "CONNECTED"
    assert [frame.command for frame in demo.received] == ["CONNECT"]
    assert demo.received[0].first("login") == "ops"
    assert demo.received[0].first("passcode") == "***"


async def test_it_listens_on_the_loopback_interface_only(demo: Broker) -> None:
    assert demo.uri == f"stomp://127.0.0.1:{demo.port}/"
    assert demo._server is not None
    assert [sock.getsockname() for sock in demo._server.sockets] == [("127.0.0.1", demo.port)]


async def test_connect_has_a_time_limit() -> None:
    broker = Broker(login_time=0.02)
    async with broker as demo, socket(demo) as silent, connected(demo, heart_beat=(0, 10)) as client:
        assert await silent.closed() == b""
        while client.beats < 10:  # well beyond the limit, and still there
            await client.quiet()


async def test_leaving_ends_every_connection() -> None:
    broker = Broker()
    async with broker as demo, connected(demo) as client:
        await client.subscribe("/topic/t")
        leaving = demo
    assert leaving.connections == []
    assert await client.closed() == b""


async def test_leaving_ends_a_connection_that_is_being_accepted() -> None:
    async with Broker() as demo:
        connecting = asyncio.create_task(asyncio.open_connection("127.0.0.1", demo.port))
        while not demo.connections:  # noqa: ASYNC110  the window lasts one round of the loop
            await asyncio.sleep(0)
    reader, writer = await connecting
    assert await reader.read() == b""
    writer.close()
