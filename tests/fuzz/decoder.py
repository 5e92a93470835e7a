"""What must hold of the decoder for any octets; the first two of the input say how they are read and cut."""

from __future__ import annotations

from stomptui.stomp.codec import Decoder, HeartBeat, Limits, Malformed, decode, encode
from stomptui.stomp.errors import LocalProtocolError, RemoteProtocolError
from stomptui.stomp.escapes import UNESCAPED_COMMANDS
from stomptui.stomp.frame import Frame
from tests.stomp.feeding import Broken, feed, shapes

VERSIONS = (None, "1.0", "1.1", "1.2")
SMALL = Limits(command_line=12, header_line=40, headers=4, head=80, body=40)


def check(data: bytes) -> None:
    """Read `data` in every way, and compare; raises AssertionError, or whatever the decoder must not."""
    how, cut, octets = data[0] if data else 0, data[1] if len(data) > 1 else 0, data[2:]
    version, escapes_1_0 = VERSIONS[how & 3], bool(how & 16)
    options = {
        "version": version,
        "strict": bool(how & 4),
        "limits": SMALL if how & 8 else Limits(),
        "escapes_1_0": escapes_1_0,
    }
    whole = feed([octets], **options)
    wanted = shapes(whole)
    for size in (1, 2 + cut):
        assert shapes(feed(pieces(octets, size), **options)) == wanted, size
    assert shapes(feed([octets[:cut], octets[cut:]], **options)) == wanted
    assert len(whole) <= len(octets) + 1
    assert all(octets.endswith(item.unread) for item in whole if isinstance(item, Broken))
    stays_broken(octets, options)
    for item in whole:
        if isinstance(item, Frame):
            if item.command == "CONNECTED":
                break  # It changes the version by which the others were read.
            holds(item, version, escapes_1_0)
        else:
            assert not isinstance(item, HeartBeat) or item.count > 0
            assert not isinstance(item, Malformed) or item.raw in octets


def pieces(octets: bytes, size: int) -> list[bytes]:
    return [octets[at : at + size] for at in range(0, len(octets), size)]


def stays_broken(octets: bytes, options: dict[str, object]) -> None:
    """What breaks once is broken for ever, whatever comes then."""
    decoder = Decoder(**options)  # type: ignore[arg-type]
    decoder.receive(octets)
    try:
        for _ in decoder:
            pass
    except RemoteProtocolError as first:
        decoder.receive(b"\0\nERROR\n\n\0")
        try:
            next(decoder)
        except RemoteProtocolError as second:
            assert second is first
        else:
            raise AssertionError("the stream is whole again") from first


def holds(frame: Frame, version: str | None, escapes_1_0: bool) -> None:
    """One frame means the same read again, header by header, redacted, and written and read again."""
    assert decode(frame.raw, version, escapes_1_0=escapes_1_0) == frame
    assert all(0 <= mark.offset <= len(frame.raw) for mark in frame.marks)
    assert [mark.offset for mark in frame.marks] == sorted(mark.offset for mark in frame.marks)
    fresh = decode(frame.raw, version, escapes_1_0=escapes_1_0)
    for name in {name for name, _ in frame.headers}:
        assert fresh.first(name) == next(iter(frame.all(name)), None)
        redacted = frame.redacted((name.strip(),))
        assert len(redacted.headers) == len(frame.headers)
        assert set(redacted.all(name)) <= {"***"}
    repr(frame)
    how = {"escapes_1_0": escapes_1_0, "escape_connect": False}
    try:
        raw = encode(frame, version, **how)
    except LocalProtocolError:
        return
    again = decode(raw, version, escapes_1_0=escapes_1_0)
    assert (again.command, again.headers, again.body) == (frame.command, frame.headers, frame.body)
    assert encode(again, version, **how) == raw
    if version == "1.2" and frame.command not in UNESCAPED_COMMANDS:
        assert raw.count(b"\n", 0, len(raw) - len(frame.body) - 1) == len(frame.headers) + 2
