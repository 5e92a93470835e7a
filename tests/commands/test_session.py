"""One run of the console, with a small console in the place of the large one."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
import pytest_asyncio

from stomptui import (
    BrokerError,
    Client,
    ConnectionLost,
    Credentials,
    Endpoint,
    LocalProtocolError,
    parse_failover,
    parse_uri,
)
from stomptui.commands.login import Login
from stomptui.commands.ordered import First
from stomptui.commands.session import Inbox, Plan, attend, run
from stomptui.demo import Broker
from stomptui.stomp.events import Connected, Event, FrameSent, Retrying
from tests.brokers.real import RealBroker


@pytest_asyncio.fixture
async def demo() -> AsyncIterator[Broker]:
    async with Broker() as broker:
        yield broker


def plan(broker: Broker, *first: First) -> Plan:
    return Plan(parse_uri(broker.uri), first)


async def quits(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
    """A console whose user quits at once."""


def commands(broker: Broker) -> list[str]:
    return [frame.command for frame in broker.received]


async def test_quitting_disconnects_and_says_so(demo: Broker, capsys: pytest.CaptureFixture[str]) -> None:
    assert await attend(plan(demo), quits) == 0
    assert commands(demo) == ["CONNECT", "DISCONNECT"]
    assert capsys.readouterr().err == f"stomptui: disconnected from 127.0.0.1:{demo.port}\n"


async def test_a_broker_that_does_not_answer_disconnect_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    async def frozen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\0")
        writer.write(b"CONNECTED\nversion:1.2\n\n\0")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(frozen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        assert await attend(Plan(parse_uri(f"stomp://127.0.0.1:{port}/")), quits) == 0
    said = capsys.readouterr().err
    assert said.endswith("; closed here, the broker did not answer DISCONNECT in time\n")


async def test_what_happened_before_the_console_opened_is_held_for_it(demo: Broker) -> None:
    told: list[Event] = []

    async def console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
        def take(events: Sequence[Event]) -> None:
            told.extend(events)

        inbox.open(take)
        before = len(told)
        await client.ping()
        assert len(told) > before

    await attend(plan(demo, First("/queue/q")), console)
    kinds = [type(event) for event in told]
    assert kinds[:2] == [FrameSent, Connected]
    sent = [event.number for event in told if isinstance(event, FrameSent)]
    assert sent == sorted(sent)


async def test_subscriptions_are_safe_unless_told_otherwise(demo: Broker) -> None:
    first = (
        First("/queue/a"),
        First("/topic/b"),
        First("/queue/c", "auto"),
        First("/queue/d", "client", 3),
        First("/topic/e", "client-individual"),
    )
    assert await attend(plan(demo, *first), quits) == 0
    order = [frame.first("destination") for frame in demo.received if frame.command == "SUBSCRIBE"]
    assert order == [one.destination for one in first]
    asked = {
        frame.first("destination"): (frame.first("ack"), frame.first("prefetch-count"))
        for frame in demo.received
        if frame.command == "SUBSCRIBE"
    }
    assert asked == {
        "/queue/a": ("client-individual", "10"),
        "/topic/b": ("auto", None),
        "/queue/c": ("auto", None),
        "/queue/d": ("client", "3"),
        "/topic/e": ("client-individual", "10"),
    }


async def test_a_subscription_that_is_refused_ends_it_before_the_screen_opens(demo: Broker) -> None:
    several = First("/queue/a"), First("/nowhere/b"), First("/queue/c")
    with pytest.raises(BrokerError, match=r"^--subscribe /nowhere/b: SUBSCRIBE was refused: "):
        await attend(plan(demo, *several), quits)
    assert commands(demo) == ["CONNECT", "SUBSCRIBE", "SUBSCRIBE", "DISCONNECT"]


def test_rabbitmq_refuses_one_of_several_by_its_name(
    rabbitmq: RealBroker, destination: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its ERROR names no frame: with several under way it would be taken for the first one."""
    several = First(destination), First("/amq/queue/nothere"), First(destination)
    assert run(Plan(parse_uri(rabbitmq.uri), several), quits) == 1
    said = capsys.readouterr().err
    assert said.startswith("stomptui: --subscribe /amq/queue/nothere: SUBSCRIBE was refused: not_found")
    assert said.count("\n") == 1


async def test_what_cannot_be_subscribed_to_is_named(demo: Broker) -> None:
    with pytest.raises(
        LocalProtocolError, match=r"^--subscribe /queue/\0: SUBSCRIBE: header 'destination' holds"
    ):
        await attend(plan(demo, First("/queue/a"), First("/queue/\0")), quits)


async def test_the_farewell_counts_what_goes_back(demo: Broker, capsys: pytest.CaptureFixture[str]) -> None:
    for body in ("a", "b"):
        demo.publish("/queue/q", body)

    async def console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
        await client.begin()
        await client.ping()

    assert await attend(plan(demo, First("/queue/q")), console) == 0
    line = capsys.readouterr().err
    assert "2 unsettled: this broker puts them back as redelivered" in line
    assert "what was staged in tx-1 is dropped" in line
    assert demo.queue("/queue/q").depth == 2


async def until(inbox: Inbox, kind: type[Event]) -> None:
    """Let the connection run until something of that kind has happened."""
    happened = asyncio.Event()

    def take(events: Sequence[Event]) -> None:
        if any(isinstance(event, kind) for event in events):
            happened.set()

    inbox.open(take)
    await happened.wait()


async def test_a_connection_that_is_not_to_be_made_again(
    demo: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    async def console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
        demo.drop_connections()
        await client.closed

    assert await attend(Plan(parse_uri(demo.uri), reconnect=False), console) == 1
    where = f"there was no connection to 127.0.0.1:{demo.port} any more"
    assert f"{where}: the broker closed the connection" in capsys.readouterr().err


async def test_the_uri_decides_whether_it_is_made_again(demo: Broker) -> None:
    async def console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
        demo.drop_connections()
        await client.closed

    asked = Plan(parse_failover(f"{demo.uri}?reconnect=no"))
    assert await attend(asked, console) == 1


async def test_quitting_while_the_next_try_is_waited_for(
    demo: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    async def console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
        demo.drop_connections()
        await until(inbox, Retrying)

    asked = Plan(parse_failover(f"{demo.uri}?delay=3600&max-delay=3600"))
    assert await attend(asked, console) == 1
    assert "there was no connection to" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
async def test_a_signal_while_the_next_try_is_waited_for(demo: Broker, number: signal.Signals) -> None:
    async def console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
        demo.drop_connections()
        await until(inbox, Retrying)
        os.kill(os.getpid(), number)
        assert await leaving == number
        await client.closed

    asked = Plan(parse_failover(f"{demo.uri}?delay=3600&max-delay=3600"))
    assert await attend(asked, console) == 128 + number


async def test_credentials_are_asked_for_and_what_is_typed_counts_from_then_on(demo: Broker) -> None:
    endpoint = replace(parse_uri(demo.uri), login="ops", passcode="of the URI")
    asked: list[str | None] = []

    async def ask(endpoint: Endpoint) -> Credentials:
        asked.append(endpoint.passcode)
        return Credentials("ops", f"token {len(asked)}")

    login = Login(ask)
    assert await attend(Plan(endpoint, login=login), quits) == 0
    assert (asked, login.tried) == (["of the URI"], endpoint)
    assert await login(endpoint) == ("ops", "token 2")
    login.type("typed")
    assert await login(endpoint) == ("ops", "typed")
    login.type("")
    assert await login(endpoint) == ("ops", "token 4")
    assert await Login()(endpoint) == ("ops", "of the URI")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
async def test_a_signal_disconnects_first(demo: Broker, number: signal.Signals) -> None:
    heard: list[str] = []

    async def console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
        os.kill(os.getpid(), number)
        assert await leaving == number
        await client.closed
        heard.extend(commands(demo))

    assert await attend(plan(demo), console) == 128 + number
    assert heard == ["CONNECT", "DISCONNECT"]


async def test_a_console_that_does_not_leave_is_cancelled(
    demo: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stomptui.commands.session.END", 0.1)
    cancelled = False

    async def console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
        nonlocal cancelled
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled = True
            raise

    assert await attend(plan(demo), console) == 143
    assert cancelled


async def test_the_interrupt_of_an_editor_is_not_the_consoles(demo: Broker) -> None:
    async def console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await client.ping()
        assert not leaving.done()

    assert await attend(plan(demo), console) == 0


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
async def test_a_signal_while_connecting(demo: Broker, number: signal.Signals) -> None:
    demo.faults.silent_after = 0
    going = asyncio.ensure_future(attend(plan(demo), quits))
    await demo.until(lambda: commands(demo) == ["CONNECT"])
    os.kill(os.getpid(), number)
    assert await going == 128 + number
    await demo.until(lambda: not demo.connections)


async def test_no_connection(demo: Broker) -> None:
    demo.faults.close_after = 0
    with pytest.raises(ConnectionLost, match=r"closed the connection .*CONNECT"):
        await attend(plan(demo), quits)


async def test_a_fault_of_the_console_is_raised_after_disconnecting(demo: Broker) -> None:
    async def console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await attend(plan(demo), console)
    assert commands(demo) == ["CONNECT", "DISCONNECT"]


def test_a_theme_that_is_none_is_refused_before_anything_is_connected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(Plan(parse_uri("stomp://127.0.0.1:1/"), theme="nosuch")) == 2
    said = capsys.readouterr().err
    assert "there is no theme 'nosuch'; there are" in said
    assert "dusk" in said
