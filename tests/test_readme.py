"""What the README says is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import stomptui
from stomptui.commands.connect import connect
from stomptui.console.settings import load_settings
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


def test_the_library_example_runs(
    broker: RealBroker, destination: str, capsys: pytest.CaptureFixture[str]
) -> None:
    [example] = code("python")
    assert "stomp://guest:guest@localhost/" in example and "/queue/orders" in example
    here = example.replace("stomp://guest:guest@localhost/", broker.uri).replace("/queue/orders", destination)
    exec(compile(here, "README.md", "exec"), {"__name__": "example"})
    assert '{"id":4711}' in capsys.readouterr().out
