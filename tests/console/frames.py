"""Records as a capture would hand them to a pane, made of octets through the real decoder."""

from __future__ import annotations

from stomptui.capture.record import Record
from stomptui.stomp.codec import Decoder
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame


def frame(octets: bytes, version: str = "1.2") -> Frame:
    """Decode one frame."""
    decoder = Decoder(version)
    decoder.receive(octets)
    made = next(iter(decoder))
    assert isinstance(made, Frame)
    return made


def message(body: bytes, *headers: str, command: str = "MESSAGE", content_type: str = "") -> Frame:
    """Make a frame with `headers`, each a line `name:value` as on the wire, and a content-length."""
    lines = [command, *headers]
    if content_type:
        lines.append(f"content-type:{content_type}")
    lines.append(f"content-length:{len(body)}")
    head = "\n".join(lines).encode("utf-8", "surrogatepass")
    return frame(head + b"\n\n" + body + b"\0")


def record(of: Frame | None, raw: bytes | None = None, **about: object) -> Record:
    """Make the record of a frame, or of octets that form none."""
    octets = raw if raw is not None else of.raw if of is not None else b""
    known: dict[str, object] = {
        "id": 1, "connection": 1, "number": 412, "time": 1.0, "wall": 1.0, "to_broker": False,
        "settlement": Settlement.NONE,
    }  # fmt: skip
    return Record(**{**known, "frame": of, "raw": octets, **about})  # type: ignore[arg-type]
