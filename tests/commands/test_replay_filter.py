"""`stomptui replay --filter`: only what the expression holds for."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from stomptui.commands import cli
from tests.capture.recorded import capture, message, send


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    kept = [
        send("/queue/a", b'{"id":1}', ("tenant", "acme")),
        send("/queue/a", bytes(range(256))),
        message("/queue/a", b'{"id":1}', ("tenant", "acme")),
        send("/queue/b", b'{"id":2}', ("tenant", "acme")),
    ]
    return str(capture(tmp_path / "a.stomptui", kept))


@pytest.mark.parametrize(
    ("expression", "records"),
    [
        ("size > 100", [2]),
        ("tenant = 'acme'", [1, 4]),
        ("tenant = 'acme' AND body.id = 2", [4]),
        ("destination = '/queue/c'", []),
    ],
)
def test_only_these_are_sent(file: str, expression: str, records: list[int]) -> None:
    done = CliRunner().invoke(cli, ["replay", file, "stomp://a", "--dry-run", "--filter", expression])
    assert done.exit_code == 0, done.output
    shown = [int(line.split()[2][:-1]) for line in done.stdout.splitlines() if line.startswith("# record ")]
    assert shown == records


def test_an_expression_that_cannot_be_read_is_refused(file: str) -> None:
    done = CliRunner().invoke(cli, ["replay", file, "stomp://a", "--dry-run", "--filter", "a ="])
    assert done.exit_code == 2 and done.stderr.startswith("stomptui: --filter: ")
