"""Where a login and a passcode come from, each time a connection is made."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from stomptui import (
    Backoff,
    Connected,
    Credentials,
    Endpoint,
    Retrying,
    TimedOut,
    UriError,
    connect,
    parse_uri,
)
from stomptui.net.credentials import resolve
from stomptui.net.login import Terms
from stomptui.net.proxy import Proxy
from stomptui.stomp.frame import Frame
from tests.net.conftest import Clock
from tests.net.lost import Script, Told, answers, closes, in_turn
from tests.net.peer import Peer, serving


def found(source: str) -> str | None:
    return resolve(Endpoint("mq", passcode_source=source)).passcode


def refusal(source: str) -> str:
    with pytest.raises(UriError) as caught:
        found(source)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHO", "ops")
    monkeypatch.setenv("TOKEN", " kept as it is\n")
    endpoint = resolve(Endpoint("mq", login_source="env:WHO", passcode_source="env:TOKEN"))
    assert endpoint == Endpoint("mq", login="ops", passcode=" kept as it is\n")
    monkeypatch.setenv("TOKEN", "")
    assert refusal("env:TOKEN") == "passcode=env:TOKEN: this variable is empty"
    monkeypatch.delenv("TOKEN")
    words = refusal("env:TOKEN")
    assert words == "passcode=env:TOKEN: there is no such variable in the environment; set it"


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"secret", "secret"),
        (b"secret\n", "secret"),
        (b"secret\r\nsecond line\n", "secret"),
        (b" blanks belong to it \n", " blanks belong to it "),
        ("p\u00e4ss\n".encode(), "p\u00e4ss"),
        (b"x" * 20_000 + b"\n", "x" * 20_000),
    ],
)
def test_the_first_line_of_a_file(tmp_path: Path, content: bytes, value: str) -> None:
    (tmp_path / "passcode").write_bytes(content)
    assert found(f"file:{tmp_path}/passcode") == value


def test_a_file_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "passcode").write_text("secret")
    assert found("file:~/passcode") == "secret"


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    place = f"passcode=file:{tmp_path}"
    assert refusal(f"file:{tmp_path}/gone") == f"{place}/gone: No such file or directory"
    assert refusal(f"file:{tmp_path}") == f"{place}: this is no regular file"
    os.mkfifo(tmp_path / "pipe")
    assert refusal(f"file:{tmp_path}/pipe") == f"{place}/pipe: this is no regular file"
    (tmp_path / "empty").write_text("\nsecond line")
    assert refusal(f"file:{tmp_path}/empty") == f"{place}/empty: the first line of the file is empty"
    (tmp_path / "long").write_bytes(b"s3cret" * 20_000)
    assert refusal(f"file:{tmp_path}/long") == f"{place}/long: its first line is longer than 64 KiB"
    (tmp_path / "binary").write_bytes(b"s3cret\xff")
    assert refusal(f"file:{tmp_path}/binary") == f"{place}/binary: its first line is not UTF-8"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "passcode").touch(0)
    assert refusal(f"file:{tmp_path}/passcode").endswith("Permission denied")


def test_a_prompt_is_left_to_who_can_ask() -> None:
    endpoint = Endpoint("mq", login_source="prompt", passcode_source="prompt")
    assert resolve(endpoint) == endpoint


@pytest.mark.parametrize("name", ["login", "passcode"])
async def test_nobody_can_be_asked_in_a_library(name: str) -> None:
    with pytest.raises(UriError, match=f"{name}=prompt in the URI: nobody can be asked here"):
        await connect(f"stomp://127.0.0.1:1?{name}=prompt")


async def test_they_are_read_anew_for_each_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connects: list[Frame] = []

    async def script(peer: Peer) -> None:
        connects.append(await peer.accept())
        await peer.answer()

    monkeypatch.setenv("WHO", "ops")
    async with serving(script) as address:
        endpoint = parse_uri(f"stomp://{address}?login=env:WHO&passcode=file:{tmp_path}/token")
        for token in ("first", "second"):
            (tmp_path / "token").write_text(token)
            async with connect(endpoint) as client:
                assert token not in repr(client.endpoint)
    assert [(frame.first("login"), frame.first("passcode")) for frame in connects] == [
        ("ops", "first"),
        ("ops", "second"),
    ]


async def test_credentials_answer_a_prompt() -> None:
    connects: list[Frame] = []

    async def script(peer: Peer) -> None:
        connects.append(await peer.accept())
        await peer.answer()

    def asked(endpoint: Endpoint) -> Credentials:
        assert endpoint.login_source == "prompt"
        return Credentials("ops", "typed")

    async with (
        serving(script) as address,
        connect(f"stomp://{address}?login=prompt&passcode=prompt", credentials=asked),
    ):
        pass
    assert (connects[0].first("login"), connects[0].first("passcode")) == ("ops", "typed")


async def never(endpoint: Endpoint) -> Credentials:
    await asyncio.Event().wait()
    raise AssertionError


async def test_credentials_that_never_come_have_the_time_limit_of_the_endpoint() -> None:
    words = (
        r"^mq:61613: whom to log in as was not given by `credentials` within 0\.05 s, "
        r"so no connection was tried; \?timeout= in the URI gives it longer$"
    )
    with pytest.raises(TimedOut, match=words):
        await connect("stomp://mq?timeout=0.05", credentials=never)


async def test_who_is_asked_to_type_may_take_longer(clock: Clock) -> None:
    asked, typed = asyncio.Event(), asyncio.Event()
    connects: list[Frame] = []

    async def types(endpoint: Endpoint) -> Credentials:
        asked.set()
        await typed.wait()
        return Credentials("ops", "typed")

    async def script(peer: Peer) -> None:
        connects.append(await peer.accept())
        await peer.answer()

    async def goes_on() -> None:
        async with connect(f"stomp://{address}?passcode=prompt", credentials=types):
            pass

    async with serving(script) as address:
        connecting = asyncio.create_task(goes_on())
        await asked.wait()
        await clock.forward(3600)
        typed.set()
        await connecting
    assert [frame.first("passcode") for frame in connects] == ["typed"]


async def test_a_time_limit_of_the_function_itself_is_its_own() -> None:
    async def asks(endpoint: Endpoint) -> Credentials:
        raise TimeoutError("the token server is slow")

    with pytest.raises(TimeoutError, match="the token server is slow"):
        await connect("stomp://mq", credentials=asks)


async def test_credentials_that_come_too_late_once_are_asked_for_again() -> None:
    asked = 0

    async def slow_once(endpoint: Endpoint) -> Credentials:
        nonlocal asked
        asked += 1
        return await never(endpoint) if asked == 2 else Credentials("ops", str(asked))

    tries = Backoff(first=0.01, longest=0.01)
    told = Told()
    async with (
        serving(in_turn(closes, answers)) as address,
        connect(
            f"stomp://{address}?timeout=0.3", credentials=slow_once, reconnect=tries, on_events=told
        ) as client,
    ):
        await told.until(Connected, 2)
        assert client.session.state.connection == 2
    assert asked == 3
    [late] = [one for one in told if isinstance(one, Retrying) and "was not given" in one.reason]
    assert late.attempt == 2


async def stays_silent(peer: Peer) -> None:
    await peer.frame()


async def sends_it_back(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n" + (await peer.frame()).raw)


@pytest.mark.parametrize("script", [stays_silent, sends_it_back])
async def test_a_token_is_told_to_nobody(script: Script) -> None:
    told: list[object] = []
    tries = Backoff(first=0.01, longest=0.01, attempts=2)
    credentials = Credentials("ops", "s3cr3t")
    async with serving(in_turn(closes, script)) as address:
        client = await connect(
            f"stomp://{address}",
            credentials=lambda _: credentials,
            headers={"token": "s3cr3t"},
            redact="token",
            reconnect=tries,
            on_events=told.extend,
        )
        told += [await client.closed, client.endpoint, client.session, client.state, client.failure]
    assert "s3cr3t" not in f"{told} {[str(one) for one in told]} {credentials}"
    assert "***" in repr(told)


def test_no_repr_shows_what_may_be_a_secret() -> None:
    shown = (
        Terms(headers=(("token", "hush"),), http_headers=(("Authorization", "hush"),)),
        Proxy("broker:1", "http_proxy", Endpoint("proxy"), False, (b"me", b"hush")),
        Credentials("me", "hush"),
        Endpoint("host", passcode="hush"),
    )
    assert [each for each in shown if "hush" in repr(each)] == []
