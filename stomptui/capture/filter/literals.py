"""Times and durations as they are written in an expression."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

DAY = re.compile(r"\d{4}-\d\d-\d\d")
CLOCK = re.compile(r"(?:(\d{4}-\d\d-\d\d)[ T])?(\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?(Z|[+-]\d\d:?\d\d)?")
DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(ms|s|m|min|h|d)", re.IGNORECASE)
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
TIMES = "write '12:00:01' for today, '2026-11-23', '2026-11-23 12:00' or '2026-11-23T12:00:00Z'"
DURATIONS = "write seconds, or '500ms', '90s', '5m', '2h', '1d'"


def span(text: str, now: float) -> tuple[float, float]:
    """The first instant of what a time names, and the first behind it, in seconds since 1970.

    Local time unless a zone is named, today as `now` says. Raises ValueError where `text` is no time.
    """
    text = text.strip()
    try:
        if DAY.fullmatch(text):
            day = date.fromisoformat(text)
            return _midnight(day), _midnight(day + timedelta(days=1))
        match = CLOCK.fullmatch(text)
        if match is None:
            raise ValueError(text)
        day_, clock, seconds, fraction, zone = match.groups()
        day_ = day_ or datetime.fromtimestamp(now).date().isoformat()
        whole = f"{day_}T{clock}:{seconds or '00'}{(zone or '').replace('Z', '+00:00')}"
        start = datetime.fromisoformat(whole).timestamp()
    except (OverflowError, OSError):
        raise ValueError(text) from None
    if fraction is None:
        return start, start + (60 if seconds is None else 1)
    unit = 10 ** -len(fraction)
    return start + int(fraction) * unit, start + (int(fraction) + 1) * unit


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day).timestamp()


def duration(text: str) -> float:
    """Seconds of `5m`; raises ValueError."""
    match = DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    return float(match[1]) * SECONDS[match[2].lower()]


def number(text: str) -> int | float:
    """A number literal; whole numbers beyond 64 bits become floating."""
    if text.isdigit() and len(text) < 20 and (whole := int(text)) < 1 << 63:
        return whole
    return float(text)
