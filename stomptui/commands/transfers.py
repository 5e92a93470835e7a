"""What export and import share: a bar of progress, and an orderly end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from types import FrameType
from typing import Any, TypeVar

import click

from stomptui.commands.connect import fail

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Step = TypeVar("Step")
Result = TypeVar("Result")


class Ended(BaseException):
    """A signal asked to end; nothing half is left."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def orderly(words: str = "nothing of it is left") -> Iterator[None]:
    """End with 128 + the signal on ctrl+c, SIGTERM and SIGHUP, after everything half has been removed.

    A signal that was ignored before, as nohup has it, stays so.
    """
    heard = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, _end) for number in heard}
    try:
        yield
    except Ended as ended:
        fail(f"interrupted; {words}", 128 + ended.number)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    for each in SIGNALS:  # what is half is removed in peace
        signal.signal(each, signal.SIG_IGN)
    raise Ended(number)


def run(
    slices: Generator[Step, None, Result], label: str, place: Callable[[Step], tuple[int, int]], bar: bool
) -> Result:
    """Do all slices; `place` says of one how far it is, of how much. `bar` shows that on standard error."""
    shown: Any = None
    with ExitStack() as stack:
        stack.enter_context(closing(slices))
        at = 0
        while True:
            try:
                done, total = place(next(slices))
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]
            if bar and shown is None:
                shown = stack.enter_context(click.progressbar(length=total, label=label, file=sys.stderr))
            if bar:
                shown.update(done - at)
                at = done
