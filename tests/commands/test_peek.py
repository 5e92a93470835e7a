"""`stomptui peek`: what is printed, what is said and asked, and what is left in the queue."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
from collections.abc import Iterator

import pytest

from stomptui import connect, parse_failover
from stomptui.commands import peek_run
from stomptui.commands.peek_run import Look
from stomptui.commands.send_run import Asked
from stomptui.demo import Broker
from stomptui.demo.faults import Faults
from stomptui.demo.thread import serve_in_thread
from tests.commands.test_cli import PROGRAM, environment, on_a_terminal, piped

SAID = "  takes messages without ACK and disconnects: they go back to their places as redelivered"
TYPED = ("--wait", "0.2")


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    with serve_in_thread(sample=False) as uri:
        yield uri


def fill(uri: str, place: str, *bodies: bytes, **headers: str) -> None:
    async def send() -> None:
        async with connect(uri) as client:
            for body in bodies:
                await client.send(place, body, headers=headers, receipt=True)

    asyncio.run(send())


def left(uri: str, place: str, count: int) -> list[tuple[bytes, bool]]:
    """The bodies that come from a queue, and whether each is marked as redelivered."""

    async def take() -> list[tuple[bytes, bool]]:
        async with connect(uri) as client:
            subscription = await client.subscribe(place)
            messages = [await subscription.receive(20) for _ in range(count)]
            return [(message.body, message.first("redelivered") == "true") for message in messages]

    return asyncio.run(take())


def test_it_says_what_it_changes_and_prints_one_message_after_the_other(uri: str) -> None:
    place = "/queue/printed"
    fill(uri, place, b"first\n", b"second", b"third", x="a:b\n\x1b")
    done = piped("peek", uri, place, "-n", "2", "--yes")
    assert done.returncode == 0
    said = done.stderr.splitlines()
    assert said[0] == "a look at 2 of /queue/printed at most; on Demo broker it:"
    assert said[1] == SAID and said[-1] == "2 messages of /queue/printed; there may be more"
    first, second = done.stdout.split("MESSAGE 2 of 2\n")
    assert first.startswith("MESSAGE 1 of 2\n") and first.endswith("\n\nfirst\n\n")
    assert "x:a:b\\n\\x1b\n" in first and f"destination:{place}\n" in first
    assert second.endswith("\n\nsecond\n\n")
    assert left(uri, place, 3) == [(b"first\n", True), (b"second", True), (b"third", False)]


def test_a_line_of_json_each_holds_every_octet(uri: str) -> None:
    place = "/queue/json"
    bodies = ["grüße\x7f\x1b\n".encode(), b"\xff\0\x80", b""]
    fill(uri, place, *bodies, x="ü\x9b")
    done = piped("peek", uri, place, "--yes", "--json", *TYPED)
    assert done.returncode == 0 and done.stdout.isascii()
    assert not set(done.stdout) & {"\x1b", "\x7f", "\0"}
    told = [json.loads(line) for line in done.stdout.splitlines()]
    found = [one["body"].encode() if "body" in one else base64.b64decode(one["body64"]) for one in told]
    assert found == bodies and "body64" in told[1]
    assert all(["x", "ü\x9b"] in one["headers"] for one in told)
    assert done.stderr.endswith("3 messages of /queue/json; no more came within 0.2 s\n")


@pytest.mark.parametrize(
    ("keys", "status"), [(b"y\n", 0), (b"n\n", 1), (b"\n", 1), (b"\x04", 1), (b"\x03", 130)]
)
def test_on_a_terminal_it_is_asked_and_shown_harmlessly(uri: str, keys: bytes, status: int) -> None:
    place = f"/queue/asked.{keys.hex()}"
    fill(uri, place, b"\x1b]0;title\x07\r\nline")
    code, output = on_a_terminal("peek", uri, place, "-n", "1", keys=keys, after=b"Look? [y/N]: ")
    assert code == status and SAID in output
    assert ("␛]0;title␇␍\r\nline" in output) == (status == 0)
    assert "\x1b" not in output.replace("^C", "")
    assert left(uri, place, 1) == [(b"\x1b]0;title\x07\r\nline", status == 0)]


def test_without_a_terminal_nothing_is_done_unasked() -> None:
    done = piped("peek", "stomp://nobody.invalid/", "/queue/x")
    assert done.returncode == 2 and "--yes looks without asking" in done.stderr and not done.stdout


@pytest.mark.parametrize(
    ("place", "status", "words"),
    [
        (
            "/topic/audit",
            1,
            "a topic keeps nothing to look at: each subscriber gets a copy of",
        ),
        ("/none/such", 3, "/none/such refused: "),
        ("/queue/nothing", 0, "no message of /queue/nothing came within 0.2 s: it is empty, or others hold"),
        ("/q\\d", 2, "DESTINATION /q\\d: \\d is no escape"),
        ("", 2, "DESTINATION is empty"),
    ],
)
def test_what_shows_nothing_says_why(uri: str, place: str, status: int, words: str) -> None:
    done = piped("peek", uri, place, "--yes", *TYPED)
    assert done.returncode == status and done.stdout == "" and words in done.stderr, done.stderr
    assert (SAID in done.stderr) == (place in ("/none/such", "/queue/nothing"))


def test_no_broker_and_no_uri() -> None:
    done = piped("peek", "stomp://127.0.0.1:1/", "/queue/x", "--yes")
    assert done.returncode == 1 and "/queue/x was not looked at: 127.0.0.1:1: connection" in done.stderr
    assert piped("peek", "http://x/", "/queue/x", "--yes").returncode == 2


def test_a_reader_that_leaves_early_ends_it_and_the_messages_are_back(uri: str) -> None:
    place = "/queue/pipe"
    fill(uri, place, *[b"x" * 100_000] * 3)
    arguments = [*PROGRAM, "peek", uri, place, "-n", "3", "--yes"]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"MESSAGE 1 of 3\n"
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
    assert len(left(uri, place, 3)) == 3


async def looked(broker: Broker, receipt_time: float = 20.0) -> peek_run.Outcome:
    wanted = Look("/queue/x", 1, 60.0, yes=True)
    whom = parse_failover(broker.uri)
    return await peek_run.look(Asked(broker.uri), whom, wanted, receipt_time=receipt_time)


async def test_a_connection_that_is_lost_during_the_look() -> None:
    faults = Faults()
    async with Broker(faults=faults) as broker:
        async with connect(broker.uri) as client:
            await client.send("/queue/x", "cut", receipt=True)
        faults.close_after = 2  # behind CONNECTED and the receipt comes half of the message
        told = await looked(broker)
        assert told.status == 5 and "what was taken goes back" in told.words[0] and not told.frames


async def test_a_subscription_that_is_not_confirmed_is_given_up() -> None:
    async with Broker(faults=Faults(no_receipts=True)) as broker:
        told = await looked(broker, receipt_time=0.2)
        assert told.status == 4 and told.words[0].startswith("/queue/x was not looked at: ")


async def test_a_refusal_is_told_in_the_brokers_words() -> None:
    async with Broker(faults=Faults(error_on_subscribe="not here\x1b")) as broker:
        told = await looked(broker)
        assert told.status == 3 and told.words[0].startswith("/queue/x refused: ")
        assert "not here\x1b" in told.words[0]
