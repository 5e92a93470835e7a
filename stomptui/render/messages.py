"""Messages one after the other: for people to read, or for programs a line of JSON each."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from stomptui.render import notation

if TYPE_CHECKING:
    from stomptui.stomp.frame import Frame


def head(frame: Frame, place: str) -> str:
    """Return the command with its `place`, the headers in STOMP's escapes, and an empty line."""
    lines = [f"{frame.command} {place}"]
    lines += [f"{notation.write(name, name=True)}:{notation.write(value)}" for name, value in frame.headers]
    return "\n".join(lines) + "\n\n"


def json_line(frame: Frame) -> str:
    """Return the frame as an object on one line of ASCII: `headers` as pairs, `body`, or else `body64`.

    `body64` is the base64 of a body that is no UTF-8. An octet of a header that is no UTF-8 is a lone
    surrogate, as Python's `surrogateescape` has it.
    """
    fields: dict[str, Any] = {"headers": [list(pair) for pair in frame.headers]}
    body = frame.body
    try:
        fields["body"] = body.decode()
    except UnicodeDecodeError:
        fields["body64"] = base64.b64encode(body).decode()
    return json.dumps(fields).replace("\x7f", "\\u007f") + "\n"
