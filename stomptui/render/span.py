"""Spans of time, as short as a status row wants them."""

from __future__ import annotations


def span(seconds: float) -> str:
    """Write a span of `seconds` in at most four characters where it can be: `0.4s`, `12s`, `24m`, `3h`."""
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f}s"
    if seconds < 99.5:
        return f"{seconds:.0f}s"
    minutes = seconds / 60
    if minutes < 99.5:
        return f"{minutes:.0f}m"
    hours = minutes / 60
    return f"{hours:.0f}h" if hours < 99.5 else f"{hours / 24:.0f}d"


def latency(seconds: float) -> str:
    """Write how long an answer took, in `ms` below ten seconds: `3 ms`, `0.4 ms`, `12 s`."""
    milliseconds = seconds * 1000
    if milliseconds < 0.95:
        return f"{milliseconds:.1f} ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 9999.5 else f"{seconds:.0f} s"


def period(milliseconds: int) -> str:
    """Write a heart-beat period as asked in a header: `10s`, `0.5s`, `none` for 0."""
    return f"{milliseconds / 1000:g}s" if milliseconds else "none"
