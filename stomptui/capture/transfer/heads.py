"""Headers taken out of the octets of a head, and a content-length made right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stomptui.capture.decode import frame_of
from stomptui.capture.transfer.rules import BLOT, HEADER
from stomptui.stomp.escapes import escape
from stomptui.stomp.head import BLANKS

if TYPE_CHECKING:
    from stomptui.capture.transfer.redact import Redaction

LENGTH = b"content-length"


def edited(redaction: Redaction, head: bytes, body: bytes, new: bytes, protocol: int) -> bytes:
    """The head of a frame as it may leave; `new` takes the place of `body`."""
    if not redaction.named(head):
        return head if len(new) == len(body) else _lines(head, len(new))
    frame = frame_of(head + body + b"\0", protocol)
    lines = head.split(b"\n")
    headers = () if frame is None else frame.headers
    if frame is None or len(headers) >= len(lines):
        for name in redaction.rules.headers:
            head = loose(redaction, head, name)
        octets = redaction.matched(head.decode("utf-8", "surrogateescape"))
        return _lines(octets.encode("utf-8", "surrogateescape"), len(new))
    lines[0] = _edited(redaction, lines[0])
    for place, (name, value) in enumerate(headers, start=1):
        bare = name.strip(BLANKS)
        if bare.lower() in redaction.rules.headers:
            redaction.removed[HEADER, bare.lower()] += 1
            lines[place] = _blotted(redaction, lines[place], value)
        elif bare.encode("utf-8", "surrogateescape") != LENGTH and redaction.rules.patterns:
            lines[place] = _matched(redaction, lines[place], name, value, protocol)
    head = b"\n".join(lines)
    return head if len(new) == len(body) else _lines(head, len(new))


def _lines(head: bytes, length: int) -> bytes:
    return re.sub(rb"(?<=\n)([ \t]*content-length[ \t]*:)[^\r\n]*", rb"\g<1>%d" % length, head)


def _blotted(redaction: Redaction, line: bytes, value: str) -> bytes:
    name, _, raw = line.partition(b":")
    meant = value.encode("utf-8", "surrogateescape")
    redaction.remember(each.strip(b" \t\r").decode("utf-8", "replace") for each in (meant, raw))
    return name.removesuffix(b"\r") + b":" + BLOT.encode() + (b"\r" if line.endswith(b"\r") else b"")


def _matched(redaction: Redaction, line: bytes, name: str, value: str, protocol: int) -> bytes:
    """A header line without what a pattern matches, in what it means and in how it is written."""
    new_name, new_value = redaction.matched(name), redaction.matched(value)
    if (new_name, new_value) != (name, value):
        raw_name, _, raw = line.removesuffix(b"\r").decode("utf-8", "surrogateescape").partition(":")
        escaped = protocol & 3 > 1 or protocol & 4
        spelled_name = escape(new_name, "1.2") if escaped and raw_name != name else new_name
        spelled = escape(new_value, "1.2") if escaped and raw != value else new_value
        end = b"\r" if line.endswith(b"\r") else b""
        line = f"{spelled_name}:{spelled}".encode("utf-8", "surrogateescape") + end
    return _edited(redaction, line)


def _edited(redaction: Redaction, line: bytes) -> bytes:
    if not redaction.rules.patterns:
        return line
    text = line.removesuffix(b"\r").decode("utf-8", "surrogateescape")
    new = redaction.matched(text)
    if new == text:
        return line
    if ":" in text and ":" not in new:
        new += f":{BLOT}"
    return new.encode("utf-8", "surrogateescape") + (b"\r" if line.endswith(b"\r") else b"")


def loose(redaction: Redaction, octets: bytes, name: str) -> bytes:
    """Octets that form no frame without the rest of any line that has this name."""
    encoded = re.escape(name.encode("utf-8", "surrogateescape"))

    def blot(match: re.Match[bytes]) -> bytes:
        redaction.removed[HEADER, name] += 1
        redaction.remember((match[2].strip(b" \t\r\0").decode("utf-8", "replace"),))
        return match[1] + BLOT.encode()

    return re.sub(rb"(?i)(%b[ \t\r]*:)([^\n]*)" % encoded, blot, octets)
