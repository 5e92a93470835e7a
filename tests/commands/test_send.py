"""`stomptui send`: what goes out, octet by octet, and what is said of it."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomptui import AckMode, Message, connect, parse_failover
from stomptui.commands import send_message, send_run
from stomptui.commands.send_run import Asked, Outcome
from stomptui.demo import Broker
from stomptui.demo.faults import Faults
from stomptui.demo.thread import serve_in_thread
from tests.commands.test_cli import PROGRAM, environment, on_a_terminal, piped


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    with serve_in_thread(sample=False) as uri:
        yield uri


def run(
    uri: str, *arguments: str | bytes, stdin: bytes = b"", **extra: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, "send", uri, *arguments],
        input=stdin,
        capture_output=True,
        timeout=60,
        env=environment(**extra),
        check=False,
    )


def received(uri: str, destination: str) -> Message:
    """The message that waits in a queue."""

    async def take() -> Message:
        async with connect(uri) as client:
            subscription = await client.subscribe(destination, ack=AckMode.AUTO)
            return await asyncio.wait_for(anext(subscription), 20)

    return asyncio.run(take())


def test_one_line_on_standard_error_and_nothing_on_standard_output(uri: str) -> None:
    done = run(uri, "/queue/one", "--body", '{"id":4711}', "--content-type", "application/json")
    assert done.returncode == 0 and done.stdout == b""
    assert re.fullmatch(rb"SEND to /queue/one confirmed after [\d.]+ ms\n", done.stderr)
    message = received(uri, "/queue/one")
    assert message.body == b'{"id":4711}'
    assert message.first("content-type") == "application/json"


@pytest.mark.parametrize("locale", ["C.UTF-8", "C", "POSIX"])
def test_octets_arrive_as_they_were_given(uri: str, locale: str) -> None:
    place, text = f"/queue/octets.{locale}", "grüße \u202e\x1b\r\n\\n".encode() + b"\xff\x80"
    headers = ["--header", "a\\cb: \\\\c\\n", "--header", "a\\cb:2", "--header", "x:\\x9b\\u202e", "--header"]
    done = run(uri, place, *headers, b"\xffy:\xc3\xbc:", b"--body", text, LC_ALL=locale)
    assert done.returncode == 0, done.stderr
    message = received(uri, place)
    assert message.body == text
    mine = [pair for pair in message.headers if pair[0] in ("a:b", "x", "\udcffy")]
    assert mine == [("a:b", " \\c\n"), ("a:b", "2"), ("x", "\udc9b\u202e"), ("\udcffy", "ü:")]


@pytest.mark.parametrize("how", [["-"], [], ["--body-file", "-"]])
def test_the_body_on_standard_input(uri: str, how: list[str]) -> None:
    body = bytes(range(256)) * 400
    assert run(uri, "/queue/stdin", *how, stdin=body).returncode == 0
    assert received(uri, "/queue/stdin").body == body


def test_the_body_of_a_file_and_none_at_all(uri: str, tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"\0\r\n")
    assert run(uri, "/queue/file", "--body-file", str(tmp_path / "b"), stdin=b"not me").returncode == 0
    assert received(uri, "/queue/file").body == b"\0\r\n"
    assert run(uri, "/queue/none", "--body", "", stdin=b"not me").returncode == 0
    assert received(uri, "/queue/none").body == b""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/q", "--body", "x", "-"], "the body is --body, --body-file or -, one of them"),
        (["/q", "--body", "x", "--body-file", "y"], "the body is --body, --body-file or -, one of them"),
        (["/q", "x"], "x: after DESTINATION comes nothing, or - for standard input"),
        (["", "-"], "DESTINATION is empty"),
        (["/q\\d", "-"], "DESTINATION /q\\d: \\d is no escape"),
        (["/q", "--header", "x"], "--header x: write NAME:VALUE"),
        (["/q", "--header", ":x"], "--header :x: write NAME:VALUE"),
        (["/q", "--header", "x:\\x00"], "NUL ends a frame"),
        (["/q", "--header", "receipt:1"], "SEND has a header receipt already: --receipt asks for one"),
        (["/q", "--header", "content-type:a", "--content-type", "b"], "--content-type is given, and"),
        (["/q", "--body-file", "/no/such\x1bfile"], "/no/such␛file cannot be read: No such file"),
        (["/q", "--connect-header", "host:x"], "CONNECT has a header host already"),
        (
            ["/q", "--origin", "x"],
            "--origin are for ws:// and wss://; --connect-header",
        ),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_connected(arguments: list[str], words: str) -> None:
    done = run("stomp://nobody.invalid/", *arguments)
    assert done.returncode == 2 and done.stdout == b""
    assert words in done.stderr.decode() and not set("\x1b\r") & set(done.stderr.decode())


def test_on_a_terminal_a_body_has_to_be_named() -> None:
    status, output = on_a_terminal("send", "stomp://nobody.invalid/", "/q")
    assert status == 2 and "there is no body: --body TEXT" in output


def test_nobody_to_ask_and_no_broker() -> None:
    done = piped("send", "stomp://ops@127.0.0.1:1/", "/q", "--body", "x")
    assert done.returncode == 2 and "Passcode of ops at 127.0.0.1:1 is needed" in done.stderr
    done = piped("send", "stomp://127.0.0.1:1/", "/q", "--body", "x")
    assert done.returncode == 1 and done.stderr.startswith("SEND to /q was not sent: 127.0.0.1:1: connection")


async def outcome(
    broker: Broker, *, receipt: bool = True, patience: float = 20.0, content_length: bool | None = None
) -> Outcome:
    message = send_message.message("/queue/x", (), receipt=receipt, content_length=content_length)
    return await send_run.send(
        Asked(broker.uri), parse_failover(broker.uri), message, b"body", patience=patience
    )


@pytest.mark.parametrize("receipt", [True, False])
@pytest.mark.parametrize("close", [True, False])
async def test_a_rejection_is_told_in_the_brokers_words(receipt: bool, close: bool) -> None:
    async with Broker(faults=Faults(error_on_send="no room\x1b", errors_close=close)) as broker:
        told = await outcome(broker, receipt=receipt)
        assert told.status == 3 and re.fullmatch("SEND to /queue/x rejected: .*no room\x1b\\.?", told.words)


async def test_a_receipt_that_does_not_come_is_unknown() -> None:
    async with Broker(faults=Faults(no_receipts=True)) as broker:
        told = await outcome(broker, patience=0.2)
        words = "SEND to /queue/x unknown: no receipt within 0.2 s, the broker may have it"
        assert (told.status, told.words) == (4, words)
        assert broker.queue("/queue/x").depth == 1


@pytest.mark.parametrize("receipt", [True, False])
async def test_a_connection_that_is_lost_is_unknown_too_in_other_words(receipt: bool) -> None:
    async with Broker(faults=Faults(close_after=1)) as broker:
        told = await outcome(broker, receipt=receipt)
        assert told.status == 5 and told.words.startswith("SEND to /queue/x unknown, connection lost: ")


async def test_without_a_receipt_it_is_only_written() -> None:
    async with Broker() as broker:
        told = await outcome(broker, receipt=False)
        assert (told.status, told.words) == (0, "SEND to /queue/x written, no receipt asked")
        [sent] = [frame for frame in broker.received if frame.command == "SEND"]
        assert sent.first("receipt") is None and sent.body == b"body"


@pytest.mark.parametrize(("asked", "length"), [(None, "4"), (True, "4"), (False, None)])
async def test_content_length_is_left_out_on_request(asked: bool | None, length: str | None) -> None:
    async with Broker() as broker:
        assert (await outcome(broker, content_length=asked)).status == 0
        [sent] = [frame for frame in broker.received if frame.command == "SEND"]
        assert sent.first("content-length") == length


async def test_what_never_left_was_not_sent() -> None:
    async with Broker(faults=Faults(refuse_login=True)) as broker:
        told = await outcome(broker)
        assert told.status == 1 and told.words.startswith("SEND to /queue/x was not sent: ")
    async with Broker() as broker:
        told = await send_run.send(
            Asked(broker.uri),
            parse_failover(f"{broker.uri}?version=1.0"),
            send_message.message("/queue/x", ("a:b\\nc",)),
            b"",
        )
        assert told.status == 1 and "STOMP 1.0 cannot write that" in told.words
        assert not [frame for frame in broker.received if frame.command == "SEND"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_says_that_it_is_unknown(number: signal.Signals) -> None:
    async with Broker(faults=Faults(no_receipts=True)) as broker:
        process = await asyncio.create_subprocess_exec(
            *(*PROGRAM, "send", broker.uri, "/queue/x", "--body", "b"),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=environment(),
        )
        await broker.until(lambda: any(frame.command == "SEND" for frame in broker.received))
        process.send_signal(number)
        _, told = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 128 + number
        assert told == b"SEND to /queue/x unknown: ended before its receipt came\n"


def test_sending_imports_no_screen(uri: str) -> None:
    program = (
        "import sys\n"
        "from stomptui.commands import cli\n"
        "try:\n    cli()\n"
        "except SystemExit as end: print(end.code)\n"
        "print(sorted({'textual', 'rich', 'sqlite3', 'stomptui.console'} & set(sys.modules)))\n"
    )
    arguments = ["send", uri, "/queue/imports", "--body", "x"]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "0\n[]\n"
