"""The console as it is, with a watch on its event loop.

`python -m tests.benchmarks.metered FILE connect URI ...` runs `stomptui connect URI ...` and writes to FILE,
when it ends, how late a ticker of 5 ms was each time: a float64 of monotonic seconds and one of lateness.
"""

from __future__ import annotations

import asyncio
import sys
import time
from array import array
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

TICK = 0.005


async def _watch(late: array[float]) -> None:
    due = time.monotonic() + TICK
    while True:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        now = time.monotonic()
        late.extend((now, now - due))
        due = now + TICK


def main() -> None:
    report = Path(sys.argv.pop(1))
    late: array[float] = array("d")
    run = asyncio.run

    async def watched(main: Coroutine[Any, Any, Any]) -> Any:
        watch = asyncio.ensure_future(_watch(late))
        try:
            return await main
        finally:
            watch.cancel()

    asyncio.run = lambda main, **options: run(watched(main), **options)
    from stomptui.__main__ import main as stomptui

    try:
        stomptui()
    finally:
        report.write_bytes(late.tobytes())


if __name__ == "__main__":
    main()
