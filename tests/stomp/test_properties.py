"""What holds for any frame and for any octets."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.stomp.codec import Decoder, Limits, decode, encode
from stomptui.stomp.errors import LocalProtocolError, RemoteProtocolError
from stomptui.stomp.examine import COMMANDS
from stomptui.stomp.frame import Frame
from tests.stomp.feeding import Broken, HeartBeat, Malformed, feed, shapes

TRICKY = "\\\\\\::\n\r\0crntä€\udcff \t"
SMALL = Limits(command_line=12, header_line=30, headers=4, head=60, body=40)

commands = st.sampled_from(sorted(COMMANDS.values()))
# A surrogate may meet another sign and become UTF-8 with it: what was read holds none that could.
texts = st.text(st.sampled_from(TRICKY) | st.characters(exclude_categories=["Cs"]), max_size=8).map(
    lambda text: text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
)
frames = st.builds(Frame, commands, st.lists(st.tuples(texts, texts), max_size=5), st.binary(max_size=40))
versions = st.sampled_from([None, "1.0", "1.1", "1.2"])

PIECES = [
    *(b"MESSAGE\n", b"SEND\r\n", b"CONNECTED\nversion:1.1\n", b"CONNECTED\n\n\0", b"ERROR\n", b"RECEIPT\n"),
    *(
        b"frob\n",
        b"a:b\n",
        b"a\\cb:\\n\r\n",
        b"x:\\t\n",
        b":\n",
        b" a : b\n",
        b"line\n",
        b"nul:\0\n",
        b"\xff:\xfe\n",
    ),
    *(b"content-length:3\n", b"content-length:0\n", b"content-length: 3\n", b"content-length:+3\n"),
    *(b"content-length:99\n", b"long:" + b"x" * 30 + b"\n", b"\n", b"\r\n", b"\r", b"\0", b"\n\0", b"\0\n"),
    *(b"\n\n", b"abc", b"a:b:c\n\n\0\n", b"\n\n\0\nMESSAGE\na:\\c\n\nbody\0"),
]

octets = st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=25).map(b"".join)


@given(
    frame=frames, version=versions, escapes_1_0=st.booleans(), close=st.sampled_from([b"", b"\n", b"\r\n"])
)
@settings(max_examples=200)
def test_what_is_written_is_read_back(
    frame: Frame, version: str | None, escapes_1_0: bool, close: bytes
) -> None:
    try:
        raw = encode(frame, version, escapes_1_0=escapes_1_0)
    except LocalProtocolError:
        return
    again = decode(raw, version, escapes_1_0=escapes_1_0)
    assert again == frame
    assert again.raw == raw
    assert encode(again, version, escapes_1_0=escapes_1_0) == raw
    assert {mark.code for mark in again.marks} <= {"not-utf-8", "unexpected-body", "unknown-version"}
    assert feed([raw + close + raw], version=version, escapes_1_0=escapes_1_0)[:1] == [frame]


sound = texts.map(lambda text: text.replace("\0", ""))
named = st.tuples(sound.map(lambda text: text or "name"), sound)
bodied = st.sampled_from(["SEND", "MESSAGE", "ERROR", "FROB"])


@given(
    frame=st.builds(Frame, bodied, st.lists(named), st.binary().map(lambda body: body.replace(b"\0", b"0")))
)
def test_1_2_writes_whatever_has_names_and_no_nul(frame: Frame) -> None:
    assert decode(encode(frame, "1.2"), "1.2") == frame


@given(data=octets, cuts=st.lists(st.integers(0, 300), max_size=8), version=versions, strict=st.booleans(),
       limits=st.sampled_from([SMALL, Limits()]))  # fmt: skip
@settings(max_examples=200)
def test_garbage_makes_items_or_breaks_and_cuts_make_no_difference(
    data: bytes, cuts: list[int], version: str | None, strict: bool, limits: Limits
) -> None:
    options = {"version": version, "strict": strict, "limits": limits}
    whole = feed([data], **options)
    assert all(isinstance(item, Frame | HeartBeat | Malformed | Broken) for item in whole)
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = [data[start:end] for start, end in pairwise(places)]
    wanted = shapes(whole)
    assert shapes(feed(pieces, **options)) == wanted
    assert shapes(feed([data[at : at + 1] for at in range(len(data))], **options)) == wanted
    assert shapes(lazily(pieces, **options)) == wanted


def test_what_waits_is_not_overtaken_when_the_last_frame_ends_where_the_buffer_does() -> None:
    data = b"MESSAGE\na:b:c\n\n\0\na:b:c\n\n\0\nnul:\0\n"
    assert shapes(lazily([data[:25], data[25:26], data[26:]])) == shapes(feed([data]))


def lazily(pieces: list[bytes], **options: object) -> list[object]:
    """Feed as a busy program does: receive much, take one item now and then, the rest at the end."""
    decoder = Decoder(**options)  # type: ignore[arg-type]
    items: list[object] = []
    error: RemoteProtocolError | None = None
    for piece in [*pieces, *[b""] * 200]:
        decoder.receive(piece)
        try:
            item = next(decoder, None)
        except RemoteProtocolError as caught:
            error = caught
            continue
        last = items[-1] if items else None
        if isinstance(item, HeartBeat) and isinstance(last, HeartBeat):
            items[-1] = last._replace(count=last.count + item.count)
        elif item is not None:
            items.append(item)
    if error is not None:
        items.append(Broken(type(error).__name__, str(error), error.offset, decoder.unread))
    return items


@given(data=octets, version=versions)
@settings(max_examples=200)
def test_every_octet_is_in_an_item_or_between_items(data: bytes, version: str | None) -> None:
    decoder = Decoder(version)
    decoder.receive(data)
    at = 0
    try:
        for item in decoder:
            if isinstance(item, HeartBeat):
                assert not data[at : item.offset].strip(b"\r\n\0")
                at = item.offset
                for _ in range(item.count):
                    at = data.index(b"\n", at) + 1
                continue
            found = data.index(item.raw, at)
            assert not data[at:found].strip(b"\r\n\0")
            at = found + len(item.raw)
            if isinstance(item, Malformed):
                assert item.offset == found
    except RemoteProtocolError as error:
        assert data[error.offset :] == decoder.unread
    assert not data[at : len(data) - len(decoder.unread)].strip(b"\r\n\0")


@given(data=octets, version=versions)
@settings(max_examples=200)
def test_one_header_is_found_like_all(data: bytes, version: str | None) -> None:
    for fresh, item in zip(feed([data], version=version), feed([data], version=version), strict=True):
        if isinstance(item, Frame) and isinstance(fresh, Frame):
            for name in ("a", "a:b", "x", "line", "nul", "content-length", "\udcff", "version", ""):
                assert fresh.first(name) == next(iter(item.all(name)), None)


@given(data=octets, version=versions)
@settings(max_examples=200)
def test_no_secret_survives(data: bytes, version: str | None) -> None:
    for item in feed([data], version=version):
        if isinstance(item, Frame):
            redacted = item.redacted(("a", "long"))
            assert redacted.all("long") == ["***"] * len(item.all("long"))
            assert len(redacted.headers) == len(item.headers)
            assert b"\nlong:x" not in redacted.raw[: len(redacted.raw) - len(item.body)]
            assert all(0 <= mark.offset < len(redacted.raw) for mark in redacted.marks)
            assert redacted.body == item.body
