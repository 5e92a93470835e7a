"""What of a frame goes into a SEND of the same message."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stomptui.stomp.head import BLANKS

if TYPE_CHECKING:
    from collections.abc import Container

    from stomptui.stomp.frame import Frame

MADE_ANEW = frozenset({"destination", "receipt", "transaction", "content-length"})
"""Headers of a SEND that are its own, never those of the frame that it repeats."""


class Resent(NamedTuple):
    """A message to be sent again: its destination, the headers that go along, and what does not.

    `content_length` is whether `frame` carried one or its body needs one: ActiveMQ tells text from octets
    by it. `left_out` names headers that were not copied, each once.
    """

    destination: str
    headers: tuple[tuple[str, str], ...]
    content_length: bool
    left_out: tuple[str, ...]


def resent(frame: Frame, not_resent: Container[str]) -> Resent:
    """Say what of a SEND or MESSAGE goes into the SEND that repeats it, in order and with repeats.

    Headers named in `not_resent` are left out, and so are those that no frame can carry. Names are compared
    without blanks around them, which some brokers take off.
    """
    kept: list[tuple[str, str]] = []
    left_out: dict[str, None] = {}
    written: set[str] = set()
    for name, value in frame.headers:
        meant = name.strip(BLANKS)
        if meant in ("destination", "content-length") and meant not in written:
            written.add(meant)
        elif meant in MADE_ANEW or meant in not_resent or not meant or "\0" in name + value:
            left_out[meant] = None
        else:
            kept.append((name, value))
    return Resent(
        frame.first("destination") or "",
        tuple(kept),
        frame.first("content-length") is not None or b"\0" in frame.body,
        tuple(left_out),
    )
