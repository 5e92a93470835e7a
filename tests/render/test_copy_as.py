"""Frames as command lines and scripts: run by a real shell and by Python, and compared octet by octet."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.commands import send_message
from stomptui.commands.send import send as command
from stomptui.demo.thread import serve_in_thread
from stomptui.render import copy_as
from stomptui.render.copy_as import CannotCopy, Source
from stomptui.render.text import printable
from stomptui.stomp import frame as frames
from stomptui.stomp.frame import Frame
from stomptui.stomp.resend import resent

URI = "stomp://mq1:61613/"
SHELLS = [found for name in ("sh", "bash", "busybox") if (found := shutil.which(name))]
STUB = """#!/bin/sh
printf '%s\\0' "$@" > "$RECORD/argv"
exec cat > "$RECORD/stdin"
"""
HOSTILE = (
    "$(touch ran)",
    "`touch ran`",
    "'; touch ran; '",
    "'\"'\"'",
    '"$HOME"',
    "!!",
    "\\",
    "-",
    "--help",
    "%s%n%%",
    "\x1b]52;c;aGk=\x07",
    "\r\n touch ran\n",
    "\u202e",
    "\udc9b\udcff",
    "\u0301",
    "é\u0301\u0301\u0301\u0301\u0301\u0301",
    "=ls ~root *",
    "\\x41\\c\\n",
    "\t#&|<>",
)


def octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def decoded(text: str) -> str:
    """As a decoder would give it: octets that are UTF-8 are no surrogates."""
    return octets(text).replace(b"\0", b"").decode("utf-8", "surrogateescape")


ANY = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.integers(0xDC80, 0xDCFF).map(chr)), max_size=8
)
MEANT = st.lists(st.one_of(st.sampled_from(HOSTILE), ANY), min_size=1, max_size=4).map("".join).map(decoded)
BODIES = st.one_of(MEANT.map(octets), st.binary(max_size=300), st.lists(MEANT).map("\n".join).map(octets))
HEADERS = st.lists(st.tuples(MEANT, MEANT), max_size=5)


class Ran(NamedTuple):
    arguments: list[str]
    stdin: bytes


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        stub = Path(folder) / "bin" / "stomptui"
        stub.parent.mkdir()
        stub.write_text(STUB)
        stub.chmod(0o755)
        yield Path(folder)


def ran(text: str, place: Path, shell: str) -> Ran:
    """What the stub of stomptui was given when `shell` ran `text`, and that nothing else was run."""
    arguments = [shell, "sh"] if shell.endswith("busybox") else [shell]
    with tempfile.TemporaryDirectory(dir=place) as record:
        done = subprocess.run(
            [*arguments, "-c", octets(text)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=record,
            env={"PATH": f"{place / 'bin'}:{os.defpath}", "RECORD": record, "LC_ALL": "C.UTF-8"},
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        assert sorted(os.listdir(record)) == ["argv", "stdin"]
        argv = (Path(record) / "argv").read_bytes().split(b"\0")[:-1]
        return Ran([os.fsdecode(each) for each in argv], (Path(record) / "stdin").read_bytes())


def message_of(given: Ran) -> tuple[send_message.Message, str, bytes]:
    """What `stomptui send` makes of that."""
    assert given.arguments[0] == "send"
    read = command.make_context("send", given.arguments[1:]).params
    made = send_message.message(read["destination"], read["headers"], content_length=read["content_length"])
    if read["stdin"] is None:
        assert given.stdin == b"" and read["body"] is not None
        return made, read["uri"], os.fsencode(read["body"])
    assert read["body"] is None
    return made, read["uri"], given.stdin


@pytest.mark.parametrize("shell", SHELLS)
@settings(max_examples=60, deadline=None)
@given(destination=MEANT.filter(bool), headers=HEADERS, body=BODIES, length=st.booleans())
def test_a_shell_gives_stomptui_the_very_octets_and_runs_nothing_else(
    place: Path, shell: str, destination: str, headers: list[tuple[str, str]], body: bytes, length: bool
) -> None:
    frame = frames.send(destination, body, headers=headers, content_length=length)
    text = copy_as.shell(Source(frame, URI))
    assert printable(text) == text
    made, uri, sent = message_of(ran(text, place, shell))
    again = resent(frame, ())
    assert uri == URI and sent == body
    assert (made.destination, made.headers) == (destination, again.headers)
    assert made.content_length is (None if again.content_length else False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"'" * 70_000,
        b"plain " * 40_000,
        bytes(range(256)) * 900,
        b"\\\n" * 30_000,
        b"-",
        b"\n",
        b"\0" * 9,
    ],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_bodies_of_every_size_and_kind(place: Path, shell: str, body: bytes) -> None:
    text = copy_as.shell(Source(frames.send("-q", body), URI))
    assert printable(text) == text
    with tempfile.NamedTemporaryFile(dir=place, suffix=".sh") as script:  # too long for an argument
        script.write(text.encode())
        script.flush()
        made, _, sent = message_of(ran(f". {script.name}", place, shell))
    assert made.destination == "-q" and sent == body


def test_the_command_is_short_where_nothing_is_hostile() -> None:
    frame = frames.send("/queue/orders", b'{"id":4711}', headers={"x-tenant": "acme"}, receipt="7")
    assert copy_as.shell(Source(frame, URI)) == (
        "stomptui send 'stomp://mq1:61613/' /queue/orders --header 'x-tenant:acme' --body '{\"id\":4711}'"
    )
    lines = frames.send("/queue/a b", b"{\n}\n", content_length=False)
    assert copy_as.shell(Source(lines, URI)) == (
        "printf '{\\n}\\n' | stomptui send 'stomp://mq1:61613/' '/queue/a b' --no-content-length -"
    )
    assert copy_as.shell(Source(frames.send("/q", b"\xff\0\xfe"), URI)) == (
        "printf %s '/wD+' | base64 -d | stomptui send 'stomp://mq1:61613/' /q -"
    )


def test_content_length_is_told_where_the_broker_does_otherwise() -> None:
    frame = frames.send("/queue/x", b"x")
    assert "--content-length " in copy_as.shell(Source(frame, URI, content_length=False))
    assert "content_length=True" in copy_as.python(Source(frame, URI, content_length=False))
    assert "content_length" not in copy_as.python(Source(frame, URI))


def test_of_a_message_goes_what_is_resent() -> None:
    headers = [("destination", "/queue/q"), ("message-id", "1"), ("x", "1"), ("ack", "2"), ("x", "2")]
    source = Source(Frame("MESSAGE", headers, b"b"), URI, frozenset({"message-id", "ack"}))
    assert copy_as.shell(source).endswith(
        " /queue/q --header 'x:1' --header 'x:2' --no-content-length --body 'b'"
    )
    tree = ast.parse(copy_as.python(source))
    assert literals(tree)["HEADERS"] == [("x", "1"), ("x", "2")]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (Frame("ACK", {"id": "1"}), "ACK is not sent again"),
        (Frame("X\x1b", {}), "X␛ is not sent again"),
        (Frame("MESSAGE", {}), "it has no destination"),
        (Frame("SEND", {"destination": ""}), "it has no destination"),
        (Frame("SEND", {"destination": "a\0b"}), "holds NUL"),
        (frames.send("/q", bytes(copy_as.LARGEST + 1)), "262145 B is too large"),
    ],
)
def test_what_cannot_be_had_says_why(frame: Frame, words: str) -> None:
    for form in (copy_as.shell, copy_as.python):
        with pytest.raises(CannotCopy, match=words):
            form(Source(frame, URI))
        assert words in str(copy_as.why_not(Source(frame, URI), form))


def literals(tree: ast.Module) -> dict[str, object]:
    """The constants at the top of a script."""
    return {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@settings(max_examples=150, deadline=None)
@given(destination=MEANT.filter(bool), headers=HEADERS, body=BODIES)
def test_a_script_holds_the_very_octets(
    destination: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    frame = frames.send(destination, body, headers=headers)
    text = copy_as.python(Source(frame, URI))
    assert printable(text, keep_newlines=True) == text
    tree = ast.parse(text)
    found = literals(tree)
    sent = found["BODY"]
    assert (sent.encode() if isinstance(sent, str) else sent) == body
    assert (found["URI"], found["DESTINATION"]) == (URI, destination)
    assert found["HEADERS"] == list(resent(frame, ()).headers)
    plain = ast.parse(copy_as.python(Source(frames.send("/q", b"x", headers={"a": "b"}), URI)))
    rest = [ast.dump(node) for node in tree.body if not isinstance(node, ast.Assign)]
    assert rest == [ast.dump(node) for node in plain.body if not isinstance(node, ast.Assign)]


def test_the_script_sends_it() -> None:
    body = "grüße\n\u202e".encode()
    headers = [("x", "1"), ("a:b", "c\nd\udc9b"), ("x", "2")]
    with serve_in_thread(sample=False) as uri:
        frame = frames.send("/queue/script", body, headers=headers)
        with redirect_stdout(StringIO()) as said:
            exec(copy_as.python(Source(frame, uri)), {"__name__": "__main__"})
        assert said.getvalue().startswith("confirmed after ")
        subscribe = frames.subscribe("/queue/script", "7", ack=frames.AckMode.CLIENT, headers={"y": "z"})
        script = copy_as.python(Source(subscribe, uri))
        assert "subscribe(DESTINATION, ack='client', id='7', headers=HEADERS)" in script
        one = script.replace("print(message)", "got.append(message); return")
        got: list[Frame] = []
        exec(one, {"__name__": "__main__", "got": got})
        [message] = got
        assert message.body == body
        assert [pair for pair in message.headers if pair in headers] == headers


def test_a_subscription_in_no_mode_is_none_of_the_library() -> None:
    for frame, words in (
        (Frame("SUBSCRIBE", {"destination": "/q", "ack": "cli\x1bent"}), "ack mode is cli␛ent"),
        (Frame("SUBSCRIBE", {"id": "1"}), "no destination"),
    ):
        with pytest.raises(CannotCopy, match=words):
            copy_as.python(Source(frame, URI))
        assert words in str(copy_as.why_not(Source(frame, URI), copy_as.python))
    subscribe = Source(frames.subscribe("/q", "1"), URI)
    assert copy_as.why_not(subscribe, copy_as.python) is None
    assert copy_as.why_not(subscribe, copy_as.shell) is not None


def test_a_uri_is_written_as_it_can_be_seen() -> None:
    text = copy_as.shell(Source(frames.send("/q"), "stomp://mq1/\u202e'$(x)"))
    assert "'stomp://mq1/%E2%80%AE'\"'\"'$(x)'" in text
