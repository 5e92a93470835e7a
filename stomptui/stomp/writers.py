"""Functions that write the head of one kind of frame: made once, for a command and the names of its headers.

What is done for every frame costs the less the fewer steps the interpreter takes. So a function is compiled
for each number of headers, as `collections.namedtuple` does; no text of a frame gets into its source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

from stomptui.stomp.head import Pairs

Write = Callable[[Pairs, bytes], str | None]
"""Gives the head; None where names are others, values need a look, or the length is not that of the body."""

Bind = Callable[[tuple[str, ...], Sequence[str]], Write]

_SOURCE = """
def bind(names, fixed):
    {fixed} = fixed
    def write(headers, body):
        {pairs} = headers
        if ({names}) != names:
            return None
        values = f"{values}"
        # Written out, since a call costs as much as all five looks.
        if "\\\\" in values or ":" in values or "\\n" in values or "\\r" in values or "\\0" in values:
            return None
        if {wrong_length}:
            return None
        return f"{head}"
    return write
"""


def writer(names: tuple[str, ...], fixed: Sequence[str], length: int) -> Write:
    """Return what writes the values of headers `names` between the texts `fixed`, one more than these.

    `length` is the place of content-length, -1 where there is none.
    """
    return _bind(len(names), length)(names, fixed)


@cache
def _bind(count: int, length: int) -> Bind:
    places = range(count)
    source = _SOURCE.format(
        fixed="".join(f"t{place}, " for place in range(count + 1)),
        pairs="".join(f"(n{place}, v{place}), " for place in places) or "()",
        names="".join(f"n{place}, " for place in places),
        values="".join(f"{{v{place}}}" for place in places),
        wrong_length=f"v{length} != str(len(body))" if length >= 0 else r'b"\0" in body',
        head="".join(f"{{t{place}}}{{v{place}}}" for place in places) + f"{{t{count}}}",
    )
    made: dict[str, Any] = {}
    exec(source, made)
    return cast("Bind", made["bind"])
