"""The console as it is, with a watch on its event loop.

`python -m tests.benchmarks.metered FILE connect URI ...` runs `stomptui connect URI ...` and writes to FILE,
as it goes, how late a ticker of 5 ms was each time: a float64 of monotonic seconds and one of lateness.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Coroutine
from struct import Struct
from typing import Any, BinaryIO

TICK = 0.005
TIMES = Struct("dd")


async def _watch(report: BinaryIO) -> None:
    due = time.monotonic() + TICK
    while True:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        now = time.monotonic()
        report.write(TIMES.pack(now, now - due))
        due = now + TICK


def main() -> None:
    report = open(sys.argv.pop(1), "wb")  # noqa: SIM115 - as long as the program
    run = asyncio.run

    async def watched(main: Coroutine[Any, Any, Any]) -> Any:
        watch = asyncio.ensure_future(_watch(report))
        try:
            return await main
        finally:
            watch.cancel()

    asyncio.run = lambda main, **options: run(watched(main), **options)
    from stomptui.__main__ import main as stomptui

    try:
        stomptui()
    finally:
        report.close()


if __name__ == "__main__":
    main()
