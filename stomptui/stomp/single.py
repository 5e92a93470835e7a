"""One frame out of octets that are known to hold it, or to hold how it begins."""

from __future__ import annotations

from stomptui.stomp.decode import Decoder
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.escapes import rules
from stomptui.stomp.examine import COMMANDS, marks, rules_of
from stomptui.stomp.frame import Frame, received
from stomptui.stomp.limits import NONE as NO_LIMITS
from stomptui.stomp.scan import Scan


def begun(raw: bytes, version: str | None, *, escapes_1_0: bool = False) -> Frame:
    """Return the frame of which `raw` has the head, how its body begins, and a NUL in place of the rest.

    Raises RemoteProtocolError when no head is there.
    """
    scan = Scan()
    scan.end(raw, 0, NO_LIMITS, version is None or version == "1.0")
    if not scan.head or scan.malformed or scan.bare:
        raise RemoteProtocolError("these octets do not begin a frame that has a body")
    head = raw[: scan.head]
    line = head[: head.index(b"\n")].removesuffix(b"\r")
    command = COMMANDS.get(line) or line.decode("utf-8", "surrogateescape")
    how = rules_of(head, command, rules(version, escapes_1_0))
    return received(raw, scan.head, command, how, marks(head, command, how, version, bodied=True))


def decode(raw: bytes, version: str | None, *, escapes_1_0: bool = False) -> Frame:
    """Return the one frame whose octets are `raw`, command to NUL; raises RemoteProtocolError."""
    decoder = Decoder(version, NO_LIMITS, escapes_1_0=escapes_1_0)
    decoder.receive(raw)
    for item in decoder:
        if isinstance(item, Frame) and not decoder.unread:
            return item
        break
    raise RemoteProtocolError("these octets are not one frame")
