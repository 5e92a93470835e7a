"""Figures in few cells: counts, rates, and how something went from second to second."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BLOCKS = " ▁▂▃▄▅▆▇█"
DIGITS = ".123456789"
PLAIN_TERMINALS = frozenset({"linux", "dumb", "vt100", "vt220"})
WIDE_LANGUAGES = ("ja", "ko", "zh")
"""Where fonts often draw the blocks two cells wide."""


def has_blocks(environment: Mapping[str, str]) -> bool:
    """Whether a terminal, by its environment, surely draws the blocks, and each in one cell."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "")
    languages = (locale, environment.get("LANG", ""))
    return (
        environment.get("TERM") not in PLAIN_TERMINALS
        and "UTF8" in locale.upper().replace("-", "")
        and not any(language.lower().startswith(WIDE_LANGUAGES) for language in languages)
    )


def sparkline(values: Sequence[int], *, blocks: bool) -> str:
    """Draw `values`, a cell each, as high as they are beside the largest of them; digits without `blocks`."""
    signs = BLOCKS if blocks else DIGITS
    top = max(values, default=0) or 1
    return "".join(signs[-(-value * (len(signs) - 1) // top)] for value in values)


def count_words(count: int) -> str:
    """Write a count in at most five cells: `9999`, `12.3k`, `4.5M`."""
    if count < 10_000:
        return str(count)
    value = float(count)
    for unit in ("k", "M", "G"):
        value /= 1000
        if value < 999.5 or unit == "G":
            break
    return f"{value:.1f}{unit}" if value < 99.95 else f"{value:.0f}{unit}"


def rate_words(rate: float) -> str:
    """Write how many a second in at most six cells: `0.4/s`, `12/s`, `12k/s`."""
    if rate < 9.95:
        return f"{rate:.1f}/s"
    if rate < 9_999.5:
        return f"{rate:.0f}/s"
    return f"{rate / 1e3:.0f}k/s" if rate < 999_500 else f"{rate / 1e6:.0f}M/s"
