"""Frames out of raw octets, when somebody asks for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from stomptui.capture.recent import Recent
from stomptui.stomp.codec import decode
from stomptui.stomp.dialect import Dialect
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.frame import Frame
from stomptui.stomp.single import begun

if TYPE_CHECKING:
    from stomptui.capture.columns import Line

VERSIONS = (None, "1.0", "1.1", "1.2")
VERSION_SHIFT = 4
ESCAPES_1_0 = 64


def frame_of(raw: bytes, protocol: int, *, cut: bool = False) -> Frame | None:
    """The frame that `raw` is; None if it cannot be read, which no frame that was kept should be.

    `protocol` is the place in VERSIONS of the version in force, and 4 more where 1.0 has escapes. `cut` says
    that before the NUL the rest of the body was left out.
    """
    read = begun if cut else decode
    try:
        return read(raw, VERSIONS[protocol & 3], escapes_1_0=bool(protocol & 4))
    except RemoteProtocolError:
        return None


class Versions:
    """The version in force on each connection, as the bits of a record's flags."""

    def __init__(self, recognise: Callable[[Frame], Dialect]) -> None:
        self.bits: dict[int, int] = {}
        self._recognise = recognise

    def connected(self, connection: int, frame: Frame) -> Dialect:
        """From the frame after this CONNECTED on its version holds; gives the dialect that it speaks."""
        version = (frame.first("version") or "1.0").strip()
        at = VERSIONS.index(version) if version in VERSIONS else 1
        dialect = self._recognise(frame)
        escapes = ESCAPES_1_0 if dialect.escapes_1_0 else 0
        self.bits[connection] = at << VERSION_SHIFT | escapes
        return dialect


class Frames:
    """Decodes, and keeps what was asked for last."""

    def __init__(self) -> None:
        self._recent: Recent[Frame] = Recent()

    def frame(self, id_: int, line: Line) -> Frame | None:
        """The frame of a record; None if it cannot be read, which no frame that was kept should be."""
        frame = self._recent.get(id_)
        raw = line.raw
        if frame is None or len(frame.raw) != len(raw):  # or it was asked for with less of its body
            frame = frame_of(raw, line.flags >> VERSION_SHIFT, cut=line.left > 0)
            if frame is not None:  # it may hold its body a second time
                self._recent.put(id_, frame, len(raw))
        return frame
