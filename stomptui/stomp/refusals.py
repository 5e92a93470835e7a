"""What the words of an ERROR tell about which frame it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.stomp.dialect import Dialect
    from stomptui.stomp.frame import Frame

SOUGHT = 4096
"""Characters of the message, and octets of the body, in which a known text is sought."""
LONGEST = 65536
"""Octets of an ERROR that is kept to be known again: a stack trace has some thousands."""


def words(frame: Frame) -> str:
    """The `message` of an ERROR, a line feed, and the first line of its body."""
    line = frame.start(SOUGHT).decode("utf-8", "replace").lstrip().partition("\n")[0]
    return f"{(frame.first('message') or '')[:SOUGHT]}\n{line}"


def unprompted(dialect: Dialect, frame: Frame) -> bool:
    """Whether an ERROR answers no frame: the broker says by itself what happened."""
    return dialect.unprompted is not None and dialect.unprompted.search(words(frame)) is not None


def waited(dialect: Dialect, frame: Frame) -> float | None:
    """Seconds for which the broker lets a message be unsettled, where an ERROR says so by itself."""
    found = dialect.unprompted.search(words(frame)) if dialect.unprompted is not None else None
    told = None if found is None else found.groupdict().get("waited")
    return None if told is None else int(told) / 1000


def of_one_frame(dialect: Dialect, frame: Frame) -> bool:
    """Whether an ERROR of the same octets can only be this one, said again."""
    seen = dialect.says_again
    if seen is None or len(frame.raw) > LONGEST:
        return False
    return seen.search((frame.first("message") or "")[:SOUGHT]) is not None
