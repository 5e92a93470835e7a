"""Frames out of raw octets, when somebody asks for one."""

from __future__ import annotations

from collections.abc import Callable

from stomptui.capture.recent import Recent
from stomptui.stomp.codec import decode
from stomptui.stomp.dialect import Dialect
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.frame import Frame

VERSIONS = (None, "1.0", "1.1", "1.2")
VERSION_SHIFT = 4
ESCAPES_1_0 = 64


def frame_of(raw: bytes, protocol: int) -> Frame | None:
    """The frame that `raw` is; None if it cannot be read, which no frame that was kept should be.

    `protocol` is the place in VERSIONS of the version in force, and 4 more where 1.0 has escapes.
    """
    try:
        return decode(raw, VERSIONS[protocol & 3], escapes_1_0=bool(protocol & 4))
    except RemoteProtocolError:
        return None


class Versions:
    """The version in force on each connection, as the bits of a record's flags."""

    def __init__(self, recognise: Callable[[Frame], Dialect]) -> None:
        self.bits: dict[int, int] = {}
        self._recognise = recognise

    def connected(self, connection: int, frame: Frame) -> None:
        """From the frame after this CONNECTED on its version holds."""
        version = (frame.first("version") or "1.0").strip()
        at = VERSIONS.index(version) if version in VERSIONS else 1
        escapes = ESCAPES_1_0 if self._recognise(frame).escapes_1_0 else 0
        self.bits[connection] = at << VERSION_SHIFT | escapes


class Frames:
    """Decodes, and keeps what was asked for last."""

    def __init__(self) -> None:
        self._recent: Recent[Frame] = Recent()

    def frame(self, id_: int, raw: bytes, flags: int) -> Frame | None:
        """The frame that `raw` is; None if it cannot be read, which no frame that was kept should be."""
        frame = self._recent.get(id_)
        if frame is None:
            frame = frame_of(raw, flags >> VERSION_SHIFT)
            if frame is not None:  # it may hold its body a second time
                self._recent.put(id_, frame, len(raw))
        return frame
