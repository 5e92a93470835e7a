"""Who imports whom, and what is not loaded when it is not needed."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from collections.abc import Iterable

import pytest

import stomptui

SCREEN = ["textual", "rich", "stomptui.console"]
WIRE = ["asyncio", "socket", "ssl", "selectors", "websockets"]
LIBRARIES = ["textual", "rich", "click", "websockets", "msgspec", "platformdirs", "defusedxml"]


def modules(*rooms: str) -> list[str]:
    """The names of all modules of some rooms, the rooms themselves included."""
    names = [module.name for module in pkgutil.walk_packages(stomptui.__path__, "stomptui.")]
    return [name for name in names if name.split(".")[1] in rooms]


def loaded(statements: str, *arguments: str) -> set[str]:
    """What is in `sys.modules` of a new interpreter after some statements, whatever way they end."""
    program = f"import sys\ntry:\n {statements}\nfinally:\n print(*sys.modules, sep='\\n', file=sys.stderr)"
    result = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert result.returncode == 0, result.stderr
    return set(result.stderr.split())


def found(names: set[str], unwanted: Iterable[str]) -> set[str]:
    return {name for name in names if any(name == each or name.startswith(f"{each}.") for each in unwanted)}


def others(*rooms: str) -> list[str]:
    """The rooms of the package other than these."""
    every = {module.name for module in pkgutil.iter_modules(stomptui.__path__, "stomptui.") if module.ispkg}
    return sorted(every - {f"stomptui.{room}" for room in rooms})


def test_the_contract_is_kept() -> None:
    """import-linter, with the contracts of pyproject.toml: every import of every module, run or not."""
    command = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    result = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], capture_output=True, text=True, timeout=100
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_protocol_loads_nothing_but_itself() -> None:
    names = loaded(f"import {', '.join(modules('stomp'))}")
    assert found(names, [*others("stomp"), *LIBRARIES, *WIRE, "subprocess", "threading"]) == set()


@pytest.mark.parametrize("room", ["brokers", "capture", "render"])
def test_a_room_over_the_protocol_loads_no_wire_and_no_screen(room: str) -> None:
    names = loaded(f"import {', '.join(modules(room))}")
    assert found(names, [*others("stomp", room), "textual", "rich", "click", "websockets"]) == set()


def test_the_wire_and_the_demo_load_no_screen() -> None:
    names = loaded(f"import {', '.join(modules('net', 'demo'))}")
    assert found(names, [*SCREEN, *others("stomp", "brokers", "net", "demo"), "click"]) == set()


def test_importing_the_package_is_light() -> None:
    assert found(loaded("import stomptui"), [*SCREEN, *LIBRARIES, "asyncio"]) == set()


def test_a_client_that_opens_no_websocket_does_not_pay_for_one() -> None:
    names = loaded("import stomptui; stomptui.connect")
    assert "stomptui.net.transport" in names
    assert found(names, ["websockets", "urllib.request", "http"]) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["connect", "--help"],
        ["demo", "--help"],
        ["replay", "--help"],
        ["send", "--help"],
    ],
)
def test_asking_for_help_loads_no_screen(arguments: list[str]) -> None:
    run = "import runpy; sys.argv[0] = 'stomptui'; runpy.run_module('stomptui', run_name='__main__')"
    assert found(loaded(run, *arguments), ["textual", "rich", "stomptui.console"]) == set()
