"""What must hold of the encoder for any frame: it is refused, or a reader finds that frame and no other."""

from __future__ import annotations

from stomptui.stomp.codec import encode
from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.frame import Frame
from tests.fuzz.script import Script
from tests.stomp.feeding import feed

COMMANDS = ("SEND", "MESSAGE", "ERROR", "CONNECT", "CONNECTED", "frob", "", "a:b", "a\n", "\udcff")
NAMES = ("a", "", "content-length", "a:b", "a\nb", "\\c", "ä")


def check(data: bytes) -> None:
    """Write the frame that the script `data` describes, and read it; raises AssertionError."""
    script = Script(data)
    version, escapes_1_0 = script.choose((None, "1.0", "1.1", "1.2")), script.choose((False, True))
    command, body = script.choose(COMMANDS), script.octets()
    headers = []
    while script.left:
        text = script.octets().decode("utf-8", "surrogateescape")
        name = script.choose((*NAMES, text))
        headers.append((name, str(len(body)) if name == "content-length" else text))
    frame = Frame(command, headers, body)
    try:
        raw = encode(frame, version, escapes_1_0=escapes_1_0)
    except LocalProtocolError as refused:
        assert "\n" not in str(refused)
        return
    assert feed([raw], version=version, escapes_1_0=escapes_1_0) == [frame]
    assert feed([raw, b"\n"], version=version, escapes_1_0=escapes_1_0)[0] == frame
