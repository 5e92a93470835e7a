"""What the README says is so."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

import stomptui
from stomptui.commands.connect import connect
from stomptui.console.settings import load_settings
from stomptui.demo.thread import serve_in_thread
from stomptui.stomp.uri import OPTIONS, parse_uri
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


def test_the_library_example_uses_names_that_exist() -> None:
    [example] = code("python")
    names = [node for node in ast.walk(ast.parse(example)) if isinstance(node, ast.Attribute)]
    used = {node.attr for node in names if isinstance(node.value, ast.Name) and node.value.id == "stomptui"}
    assert used and [name for name in used if not hasattr(stomptui, name)] == []


def run_example(capsys: pytest.CaptureFixture[str], uri: str, destination: str) -> None:
    [example] = code("python")
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


def test_every_command_line_can_be_read() -> None:
    lines = [
        line for block in code("sh") for line in block.splitlines() if line.startswith("stomptui connect")
    ]
    assert len(lines) > 4
    for line in lines:
        arguments = shlex.split(line, comments=True)[2:]
        read = connect.make_context("connect", arguments).params
        assert parse_uri(read["uri"]).virtual_host in ("/", "shop", "/shop"), line
        assert all(each.startswith("/") for each in read["subscribe"]), line


def test_every_option_of_a_uri_is_named_and_every_one_named_is_known() -> None:
    named = re.findall(r"`\?([a-z-]+=[^`]+)`", TEXT)
    assert {each.partition("=")[0] for each in named} == set(OPTIONS)
    for each in named:
        parse_uri(f"stomp://localhost/?{each}")
