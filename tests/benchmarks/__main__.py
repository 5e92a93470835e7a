"""`make bench`: what is measured, and not tested; `make bench ARGS="codec --rounds 3"` runs one of it."""

from __future__ import annotations

import sys

from tests.benchmarks import (
    bodies,
    brokers,
    codec,
    collected,
    dialogs,
    feed,
    million,
    retained,
    soak,
    stream,
    volume,
)

BENCHMARKS = {
    "bodies": bodies.main,
    "codec": codec.main,
    "collected": collected.main,
    "feed": feed.main,
    "stream": stream.main,
    "volume": volume.main,
    "retained": retained.main,
    "million": million.main,
    "dialogs": dialogs.main,
    "brokers": brokers.main,
    "soak": soak.main,
}
LONG = ("soak",)
"""Only when they are asked for."""


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] not in BENCHMARKS:
        sys.exit(f"{arguments[0]!r} is no benchmark: choose from {', '.join(BENCHMARKS)}")
    for name in arguments[:1] or [name for name in BENCHMARKS if name not in LONG]:
        print(f"\n{name}\n")
        BENCHMARKS[name](arguments[1:])


main(sys.argv[1:])
