"""Decoder, encoder and session hold for the seeds, for what Hypothesis finds, for what coverage leads to."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import decoder, encoder, session
from tests.fuzz.seeds import DECODER, ENCODER, SESSION, script
from tests.stomp.test_properties import octets

ROOT = Path(__file__).parents[2]
RUNS = {"decoder": 1_000, "encoder": 5_000, "session": 1_000}
"""Inputs that coverage leads to in the suite: a number, so that a busy machine finds the same."""

CONNECTED = script((session.connect, 0), (session.connected, 0, 0))


@pytest.mark.parametrize("data", DECODER, ids=range(len(DECODER)))
def test_the_decoder_holds_for_its_seeds(data: bytes) -> None:
    decoder.check(data)


@pytest.mark.parametrize("data", SESSION, ids=range(len(SESSION)))
def test_the_session_holds_for_its_seeds(data: bytes) -> None:
    session.check(data)


@pytest.mark.parametrize("data", ENCODER, ids=range(len(ENCODER)))
def test_the_encoder_holds_for_its_seeds(data: bytes) -> None:
    encoder.check(data)


@given(how=st.binary(min_size=2, max_size=2), data=octets | st.binary(max_size=100))
@settings(max_examples=100)
def test_the_decoder_holds_for_any_octets(how: bytes, data: bytes) -> None:
    decoder.check(how + data)


@given(data=st.binary(max_size=60))
@settings(max_examples=200)
def test_the_encoder_holds_for_any_frame(data: bytes) -> None:
    encoder.check(data)


@given(server=st.integers(0, 4), data=st.binary(max_size=150))
@settings(max_examples=200)
def test_the_session_holds_for_any_script(server: int, data: bytes) -> None:
    session.check(CONNECTED + bytes([server]) + data)


@pytest.mark.parametrize("target", sorted(RUNS))
def test_coverage_leads_to_nothing_that_breaks(target: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris has wheels for Linux on x86-64 and Python below 3.14 only")
    bounds = [f"-runs={RUNS[target]}", f"-artifact_prefix={tmp_path}/"]
    command = [sys.executable, "-m", "tests.fuzz", target, *bounds]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = re.search(r"^Done (\d+) runs", done.stderr, re.MULTILINE)
    assert found is not None and int(found[1]) >= RUNS[target]
    assert list(tmp_path.iterdir()) == []
