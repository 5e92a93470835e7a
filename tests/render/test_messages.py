"""Messages one after the other: a head that no terminal acts on, and JSON that loses nothing."""

from __future__ import annotations

import base64
import json

from stomptui.render.messages import head, json_line
from stomptui.render.notation import read
from stomptui.stomp.frame import Frame

HEADERS = [("a:b", "c:d\n\x1b"), ("a:b", "2"), ("x", "\udc9b\u202e"), ("ü", "")]


def test_a_head_keeps_order_and_repeats_and_can_be_read_again() -> None:
    text = head(Frame("MESSAGE", HEADERS), "1 of 2")
    assert text.splitlines()[0] == "MESSAGE 1 of 2" and text.endswith("\n\n")
    assert text.replace("\n", "").isprintable()
    lines = [line.partition(":") for line in text.splitlines()[1:-1]]
    assert [(read(name), read(value)) for name, _, value in lines] == HEADERS


def test_json_is_one_line_of_ascii_with_every_octet() -> None:
    for body in (b"", "ü\n\x1b\x7f".encode(), bytes(range(256))):
        line = json_line(Frame("MESSAGE", HEADERS, body))
        assert line.count("\n") == 1 and line[:-1].isascii() and line[:-1].isprintable()
        told = json.loads(line)
        assert [tuple(pair) for pair in told["headers"]] == HEADERS
        found = told["body"].encode() if "body" in told else base64.b64decode(told["body64"])
        assert found == body and len(told) == 2
