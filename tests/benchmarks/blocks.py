"""The console as it is, with a clock around everything that its event loop runs.

`python -m tests.benchmarks.blocks FILE connect URI ...` runs `stomptui connect URI ...` and writes to FILE,
when it ends, what took above a millisecond: float64 of when it began (monotonic), how long it took, and how
much of that its own thread worked.
"""

from __future__ import annotations

import sys
import time
from array import array
from asyncio.events import Handle
from pathlib import Path

LEAST = 0.001


def main() -> None:
    report = Path(sys.argv.pop(1))
    blocks: array[float] = array("d")
    run = Handle._run

    def timed(handle: Handle) -> None:
        begun, worked = time.monotonic(), time.thread_time()
        try:
            run(handle)
        finally:
            took = time.monotonic() - begun
            if took > LEAST:
                blocks.extend((begun, took, time.thread_time() - worked))

    Handle._run = timed  # type: ignore[assignment, method-assign]
    from stomptui.__main__ import main as stomptui

    try:
        stomptui()
    finally:
        report.write_bytes(blocks.tobytes())


if __name__ == "__main__":
    main()
