"""Fuzz by coverage: `python -m tests.fuzz decoder|encoder|session [OPTION ...]`, with libFuzzer's options.

Only `stomptui.stomp` is instrumented. The seeds are those of `tests.fuzz.seeds`; an input that breaks what
`check` holds is written to the current folder, and belongs among them once it is understood.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["stomptui.stomp"]):
    from tests.fuzz import decoder, encoder, session

from tests.fuzz.seeds import DECODER, ENCODER, SESSION

TARGETS = {
    "decoder": (decoder.check, DECODER),
    "encoder": (encoder.check, ENCODER),
    "session": (session.check, SESSION),
}
LONGEST = 400
"""Octets of an input: enough for some frames, and a failure is still read by eye."""
PATIENCE = 10
"""Seconds after which one input counts as a hang."""


def main() -> None:
    name, options = sys.argv[1], sys.argv[2:]
    check, seeds = TARGETS[name]
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds):
            (Path(corpus) / f"{number:03}").write_bytes(seed)
        bounds = [f"-max_len={LONGEST}", f"-timeout={PATIENCE}", "-len_control=0", "-seed=1"]
        atheris.Setup([sys.argv[0], *bounds, *options, corpus], check)
        atheris.Fuzz()


main()
