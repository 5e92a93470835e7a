"""The recording of a run: where it goes, how much it keeps, and what earlier runs have left."""

from __future__ import annotations

import re
from pathlib import Path

from stomptui import brokers
from stomptui.capture import recordings
from stomptui.capture.files import CaptureError
from stomptui.capture.retention import Limits
from stomptui.capture.store import Capture
from stomptui.commands.connect import fail

LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)")
OCTETS = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_limits(given: tuple[str, ...]) -> Limits:
    """Read limits as `--keep` has them; raises ValueError for what is none."""
    octets: int | None = None
    records: int | None = None
    age: float | None = None
    for text in given:
        match = LIMIT.fullmatch(text.strip())
        number, unit = (float(match[1]), match[2].lower()) if match else (0.0, "")
        if match is None or number <= 0 or (not unit and not number.is_integer()):
            raise ValueError(f"{text!r}: write 500MB, 100000 (records) or 6h.")
        if not unit:
            records = int(number)
        elif unit in OCTETS:
            octets = int(number * OCTETS[unit])
        elif unit in SECONDS:
            age = number * SECONDS[unit]
        else:
            units = ", ".join([*OCTETS, *SECONDS])
            raise ValueError(f"{text!r}: the unit is none of {units}.")
    return Limits(octets, records, age)


def recorded(path: Path | None, limits: Limits | None) -> tuple[Capture, str]:
    """A capture that records, to `path` or to a file that a clean end removes, and what to say of it.

    Ends the program with 2 when `path` cannot be used. Where the other one cannot, memory alone keeps.
    """
    try:
        recording = recordings.record(path, limits)
    except CaptureError as error:
        if path is not None:
            fail(str(error), 2)
        return Capture(recognise=brokers.recognise), f"Nothing is recorded, memory only: {error}."
    return Capture(recognise=brokers.recognise, recording=recording), greeting(recording.path, path)


def greeting(recording: Path, asked: Path | None) -> str:
    """What the console says first of its recordings; empty when there is nothing to say."""
    left = recordings.left_over() if asked is None else []
    if not left:
        return f"Recording to {recording}." if asked is not None else ""
    more = f" {len(left) - 1} more are kept beside it." if len(left) > 1 else ""
    return f"The last run did not end by itself; stomptui open shows its recording.{more}"
