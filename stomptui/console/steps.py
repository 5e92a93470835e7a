"""Long work in steps of some milliseconds, with what else there is to do in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Generator

Result = TypeVar("Result")

AT_ONCE = 2000
"""Messages that one step looks at: some milliseconds."""


async def in_steps(steps: Generator[None, None, Result]) -> Result:
    """Take all steps, others in between; what they come to."""
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            return cast("Result", ended.value)
        await asyncio.sleep(0)


def whole(steps: Generator[None, None, Result]) -> Result:
    """Take all steps at once; what they come to."""
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            return cast("Result", ended.value)
