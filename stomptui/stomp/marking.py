"""Marks on frames that can be read but do not fit: out of place, or with a value that means nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.stomp.frame import Mark

if TYPE_CHECKING:
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.phase import Phase


SHOWN = 40
"""Characters shown of a value that means nothing."""


def shown(value: str) -> str:
    """`value` in quotes, cut where it is long."""
    return repr(value) if len(value) <= SHOWN else f"{value[:SHOWN]!r}..."


def unexpected(frame: Frame, phase: Phase) -> None:
    """Mark a frame that the broker should not have sent now."""
    add(frame, "unexpected", f"{frame.command} is not expected while {phase}", "STOMP 1.2, STOMP Frames")


def add(frame: Frame, code: str, words: str, section: str) -> None:
    """Add a mark on the whole frame, once: a recorded frame may be folded in again."""
    if all(mark.code != code for mark in frame.marks):
        frame.marks = (*frame.marks, Mark(code, 0, words, section))
