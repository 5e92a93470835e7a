"""What the README says is so."""

from __future__ import annotations

import ast
import asyncio
import re
import shlex
from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import stomptui
from stomptui.commands.connect import connect
from stomptui.console.settings import load_settings
from stomptui.demo.thread import serve_in_thread
from stomptui.stomp.endpoint import SCHEMES
from stomptui.stomp.events import Event, Settled, Settlement
from stomptui.stomp.failover import parse_failover
from stomptui.stomp.options import OPTIONS
from tests.brokers.real import RealBroker
from tests.readme import README, with_keys

TEXT = README.read_text()
ROOT = Path(README).parent


def code(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_keys_are_those_of_the_table() -> None:
    assert with_keys(TEXT) == TEXT, "run: python -m tests.readme"


def test_the_first_two_lines_of_code_are_the_two_commands() -> None:
    first, second = code("sh")[0].splitlines()
    assert first.startswith("make demo ") and second.startswith("make test ")


def test_make_knows_every_target_that_is_named() -> None:
    named = set(re.findall(r"make ([a-z]+)", " ".join([*code("sh"), *re.findall(r"`(make [a-z]+)", TEXT)])))
    assert named >= {"demo", "test"}
    assert named <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_linked_files_exist() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", TEXT) if "://" not in link]
    assert links and [link for link in links if not (ROOT / link).exists()] == []


def test_every_option_of_connect_is_named() -> None:
    options = [option for parameter in connect.params for option in parameter.opts if option.startswith("--")]
    assert len(options) > 3 and [option for option in options if option not in TEXT] == []


def test_the_settings_shown_are_good(tmp_path: Path) -> None:
    [example] = code("toml")
    (tmp_path / "settings.toml").write_text(example)
    settings = load_settings(tmp_path / "settings.toml")
    assert settings.theme == "paper" and settings.keys and settings.columns


def test_the_library_examples_use_names_that_exist() -> None:
    trees = [ast.parse(example) for example in code("python")]
    names = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    used = {node.attr for node in names if isinstance(node.value, ast.Name) and node.value.id == "stomptui"}
    assert used and [name for name in used if not hasattr(stomptui, name)] == []


def run_example(capsys: pytest.CaptureFixture[str], uri: str, destination: str) -> None:
    example = code("python")[0]
    assert "stomp://guest:guest@localhost/" in example and "/queue/orders" in example
    here = example.replace("stomp://guest:guest@localhost/", uri).replace("/queue/orders", destination)
    exec(compile(here, "README.md", "exec"), {"__name__": "example"})
    assert '{"id":4711}' in capsys.readouterr().out


def test_the_library_example_runs_on_the_embedded_broker(capsys: pytest.CaptureFixture[str]) -> None:
    with serve_in_thread(sample=False) as uri:
        run_example(capsys, uri, "/queue/orders")


def test_the_library_example_runs(
    broker: RealBroker, destination: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run_example(capsys, broker.uri, destination)


async def test_the_complete_example_runs(
    rabbitmq: RealBroker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    example = code("python")[1]
    uri, run = "stomp+ssl://test:test@mq.example.com/%2Fexample?heartbeat=5", "asyncio.run(main())\n"
    assert uri in example and example.endswith(run)
    assert rabbitmq.certificates is not None
    user = f"{rabbitmq.second_login}:{rabbitmq.second_passcode}@localhost:{rabbitmq.tls_port}"
    here = f"stomp+ssl://{user}/%2Fexample?ca={rabbitmq.certificates.ca}&heartbeat="
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(example.replace(uri, here + "5").removesuffix(run), "README.md", "exec"), names)
    place, json = "/exchange/events/user.create", "application/json"
    really_connect, happened = stomptui.connect, list[Event]()
    monkeypatch.setattr(stomptui, "connect", partial(really_connect, on_events=happened.extend))
    running = asyncio.create_task(names["main"]())
    async with really_connect(here + "0") as client:
        results = await client.subscribe("/exchange/events/user.created")
        printed = result = ""
        while not result:  # until it has subscribed, what is sent there goes nowhere
            await client.send(place, b'{"user":"me"}', content_type=json, receipt=True)
            with suppress(TimeoutError):
                result = (await asyncio.wait_for(anext(results), 1)).body.decode()
            assert not running.done(), await running
        for body, kind in ((b"{", json), (b"{}", json), (b'{"user":"me"}', "text/plain")):
            await client.send(place, body, content_type=kind, receipt=True)
        while printed.count("Not a user:") < 3 or "Heart-beat at" not in printed:
            await asyncio.sleep(0.05)
            printed += capsys.readouterr().out
    assert result == '{"user": "me", "otherstuff": true}'
    assert "Connected to a RabbitMQ/" in printed
    settled = [event for event in happened if isinstance(event, Settled)]
    became = Counter(event.settlement for event in settled for _ in event.numbers)
    assert became[Settlement.NACKED] == 3 and became[Settlement.ACKED] >= 1
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def test_every_command_line_can_be_read() -> None:
    lines = [
        line for block in code("sh") for line in block.splitlines() if line.startswith("stomptui connect")
    ]
    assert len(lines) > 4
    for line in lines:
        arguments = shlex.split(line, comments=True)[2:]
        read = connect.make_context("connect", arguments).params
        for endpoint in parse_failover(read["uri"]).endpoints:
            assert endpoint.virtual_host in ("/", "shop", "/shop"), line
        assert all(each.startswith("/") for each in read["subscribe"]), line


def test_every_option_of_a_uri_is_named_and_every_one_named_is_known() -> None:
    named = re.findall(r"`\?([a-z-]+=[^`]+)`", TEXT)
    assert {option.partition("=")[0] for each in named for option in each.split("&")} == set(OPTIONS)
    for each in named:
        parse_failover(f"failover:(wss://localhost/)?{each}")


def test_every_form_of_a_uri_is_one() -> None:
    forms = re.findall(r"^\| `([a-z+]+:[^`]+)` \|", TEXT, re.MULTILINE)
    words = {"PORT": "1", "(URI,URI)": "(stomp://a,stomp://b)", "OPTIONS": "randomize=yes"}
    for form in forms:
        for word, value in words.items():
            form = form.replace(word, value)
        parse_failover(form)
    schemes = {form.partition(":")[0] for form in forms}
    assert schemes | {"stomps"} == {*SCHEMES, "failover"}
