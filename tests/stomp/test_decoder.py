"""The decoder from the outside: versions between items, what is unread, how much it looks at and holds."""

from __future__ import annotations

import tracemalloc

import pytest

from stomptui.stomp.codec import Decoder, HeartBeat, Limits, decode
from stomptui.stomp.decode import LARGE
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.frame import Frame
from stomptui.stomp.limits import DEFAULTS
from stomptui.stomp.scan import Scan
from tests.stomp.feeding import Broken, feed, shapes


def test_a_version_set_between_two_items_holds_from_the_next() -> None:
    decoder = Decoder()
    decoder.receive(b"CONNECT\naccept-version:1.2\n\n\0SEND\na:\\c\n\n\0SEND\na:\\c\n\n\0")
    values = []
    for frame in decoder:
        assert isinstance(frame, Frame)
        values.append(frame.first("a"))
        decoder.version = {None: "1.0", "1.0": "1.2", "1.2": "1.2"}[decoder.version]
    assert values == [None, "\\c", ":"]


def test_connected_sets_the_version_before_it_is_yielded() -> None:
    decoder = Decoder()
    for version, octets in (("1.1", b"version:1.1\n"), ("1.0", b"session:1\n"), ("1.2", b"version:2.0\n")):
        decoder.receive(b"CONNECTED\n" + octets + b"\n\0\n")
        next(decoder)
        assert decoder.version == version


def test_the_broker_of_1_0_may_be_known_late() -> None:
    decoder = Decoder("1.0")
    decoder.receive(b"MESSAGE\na:\\c\n\n\0MESSAGE\na:\\c\n\n\0")
    first = next(decoder)
    decoder.escapes_1_0 = True
    second = next(decoder)
    assert isinstance(first, Frame)
    assert isinstance(second, Frame)
    assert (first.headers, second.headers) == ((("a", "\\c"),), (("a", ":"),))


def test_iterating_goes_on_after_each_receive() -> None:
    decoder = Decoder("1.2")
    decoder.receive(b"ERROR\n\n\0\n\nERR")
    assert next(decoder) == Frame("ERROR")
    decoder.receive(b"OR\n\n")
    decoder.receive(b"body\0")
    assert list(decoder) == [HeartBeat(1, 9), Frame("ERROR", (), b"body")]
    assert list(decoder) == []
    decoder.receive(b"\n\n")
    assert list(decoder) == [HeartBeat(1, 23)]


def test_octets_keep_their_order_however_late_items_are_taken() -> None:
    decoder = Decoder("1.2")
    decoder.receive(b"ERROR\n\n\0\n")
    decoder.receive(b"ERROR\n\nfir")
    next(decoder)
    decoder.receive(b"st\0ERROR\n\nsecond\0")
    assert decoder.unread == b"ERROR\n\nfirst\0ERROR\n\nsecond\0"
    assert list(decoder) == [Frame("ERROR", (), b"first"), Frame("ERROR", (), b"second")]


def test_what_is_unread_is_what_no_item_took() -> None:
    decoder = Decoder("1.2")
    octets = b"ERROR\n\n\0\nERROR\n\nbody\0ERR"
    decoder.receive(octets)
    assert decoder.unread == octets
    next(decoder)
    decoder.receive(b"OR\n")
    assert decoder.unread == b"ERROR\n\nbody\0ERROR\n"
    assert list(decoder) == [Frame("ERROR", (), b"body")]
    assert decoder.unread == b"ERROR\n"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_bytes_like_object_is_received_and_not_kept(kind: type) -> None:
    data = bytearray(b"MESSAGE\na:b\n\nbody\0MESSAGE\n")
    decoder = Decoder("1.2")
    decoder.receive(kind(data))
    frame = next(decoder)
    data[:] = b"x" * len(data)
    assert frame == Frame("MESSAGE", {"a": "b"}, b"body")
    assert decoder.unread == b"MESSAGE\n"


def test_the_error_is_raised_again_and_again() -> None:
    decoder = Decoder("1.2")
    decoder.receive(b"SEND\ncontent-length:x\n\n\0")
    for _ in range(2):
        with pytest.raises(RemoteProtocolError, match="content-length is 'x'"):
            next(decoder)


def test_decode_reads_exactly_one_frame() -> None:
    assert decode(b"MESSAGE\na:\\c\n\n\0", "1.2") == Frame("MESSAGE", {"a": ":"})
    assert decode(b"MESSAGE\na:\\c\n\n\0", "1.0", escapes_1_0=True) == Frame("MESSAGE", {"a": ":"})
    assert (
        len(decode(b"MESSAGE\n" + b"a:b\n" * (DEFAULTS.headers + 1) + b"\n\0", "1.2").headers)
        > DEFAULTS.headers
    )
    for octets in (b"", b"\n", b"MESSAGE\n\n", b"MESSAGE\n\n\0x", b"\nMESSAGE\n\n\0", b"x\0"):
        with pytest.raises(RemoteProtocolError):
            decode(octets, "1.2")


class Watched(bytearray):
    """Counts the octets that are searched."""

    looked = 0

    def find(self, sub: object, start: int = 0, end: int | None = None, /) -> int:  # type: ignore[override]
        stop = len(self) if end is None else min(end, len(self))
        found = super().find(sub, start, stop)  # type: ignore[arg-type]
        self.looked += (found if found >= 0 else stop) - start
        return found


@pytest.mark.parametrize(
    "octets",
    [
        b"MESSAGE\n\n" + b"x" * 3000 + b"\0",
        b"MESSAGE\n" + b"header:value\n" * 300 + b"\n\0",
        b"MESSAGE\na:" + b"x" * 3000 + b"\n\n\0",
        b"MESSAGE\ncontent-length:3000\n\n" + bytes(3001),
    ],
)
@pytest.mark.parametrize("cut", [1, 7, 4096])
def test_no_octet_is_searched_twice(octets: bytes, cut: int) -> None:
    scan, buffer = Scan(), Watched()
    length = 0
    for at in range(0, len(octets), cut):
        buffer += octets[at : at + cut]
        length = scan.end(buffer, 0, DEFAULTS, blank=False)
    assert length == len(octets)
    assert buffer.looked <= len(octets) + len(b"MESSAGE\n")


@pytest.mark.parametrize("counted", [True, False])
def test_a_large_body_is_held_hardly_more_than_twice(counted: bool) -> None:
    size = 4 * 1024 * 1024
    decoder = Decoder("1.2")
    chunk = b"x" * 4096
    tracemalloc.start()
    decoder.receive(b"MESSAGE\ncontent-length:%d\n\n" % size if counted else b"MESSAGE\n\n")
    for _ in range(size // len(chunk)):
        decoder.receive(chunk)
        assert list(decoder) == []
    decoder.receive(b"\0")
    (frame,) = decoder
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(frame, Frame)
    assert len(frame.raw) > size
    assert peak < 2.5 * size


def test_what_is_skipped_is_not_held() -> None:
    decoder = Decoder("1.2")
    for octets in (b"ERROR\n\n\0", b"\r", b"\n\0"):
        decoder.receive(octets)
        list(decoder)
    tracemalloc.start()
    for _ in range(1000):
        decoder.receive(bytes(1000))
        assert list(decoder) == []
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_limits_are_settable_one_by_one() -> None:
    limits = Limits(body=10)
    assert (limits.body, limits.headers) == (10, DEFAULTS.headers)


BEYOND = [b"", b"\n", b"\n\n\n", b"MESSAGE\na:b\n\nbody\0\nRECEIPT\nreceipt-id:1\n\n\0", b"\0\nERR"]
"""What may follow a large frame in the same octets."""


@pytest.mark.parametrize("beyond", BEYOND)
@pytest.mark.parametrize("size", [LARGE, 2 * LARGE + 7])
@pytest.mark.parametrize("step", [4096, 65536, 3 * LARGE])
def test_a_large_frame_is_the_same_however_it_is_cut(size: int, step: int, beyond: bytes) -> None:
    frame = b"MESSAGE\ndestination:/q\ncontent-length:%d\n\n%b\0" % (size, (b"0\0abc\n" * size)[:size])
    octets = b"RECEIPT\nreceipt-id:0\n\n\0\n" + frame + beyond
    whole = feed([octets], version="1.2")
    cut = feed([octets[at : at + step] for at in range(0, len(octets), step)], version="1.2")
    assert shapes(cut) == shapes(whole)
    large = cut[1]
    assert isinstance(large, Frame) and type(large.raw) is bytes and large.raw == frame


def test_a_large_frame_without_its_nul_breaks_where_it_begins() -> None:
    frame = b"MESSAGE\ncontent-length:%d\n\n%b" % (2 * LARGE, bytes(2 * LARGE))
    octets = b"RECEIPT\nreceipt-id:0\n\n\0\n" + frame + b"x\0"
    broken = feed([octets[at : at + 65536] for at in range(0, len(octets), 65536)], version="1.2")[-1]
    assert isinstance(broken, Broken)
    assert (broken.offset, broken.unread) == (octets.index(b"MESSAGE"), frame + b"x\0")


def test_the_octets_of_a_large_frame_that_is_not_all_there_are_unread() -> None:
    octets = b"MESSAGE\ncontent-length:%d\n\n" % (3 * LARGE) + b"z" * 2 * LARGE
    decoder = Decoder("1.2")
    for at in range(0, len(octets), 65536):
        decoder.receive(octets[at : at + 65536])
        assert list(decoder) == []
        assert decoder.unread == octets[: at + 65536]
