"""Frames with large bodies in a file: how they begin at once, all of them when asked for, byte-exact."""

from __future__ import annotations

from pathlib import Path

import pytest

from stomptui.capture import search
from stomptui.capture.holding import holding, in_file
from stomptui.capture.large import PIECE, START
from stomptui.capture.store import Capture
from stomptui.capture.stored import LARGE
from stomptui.stomp.codec import Decoder
from stomptui.stomp.events import MessageReceived, Settlement
from stomptui.stomp.frame import Frame
from tests.capture import made
from tests.capture.test_tiers import closed, over_a_file, written

HEADS = {
    "plain": b"MESSAGE\nsubscription:s\nmessage-id:1\ndestination:/queue/a\ncontent-length:%d\n\n",
    "escaped": b"MESSAGE\nsubscription:s\nmessage-id:1\ndestination:/queue/a\\cb\ncontent-length:%d\n\n",
    "carriage": b"MESSAGE\r\nsubscription:s\r\nmessage-id:1\r\ncontent-length:%d\r\n\r\n",
    "marked": b"MESSAGE\nsubscription:s\nmessage-id:1\nno colon\\q:1\ncontent-length:%d\n\n",
    "unmeasured": b"MESSAGE\nsubscription:s\nmessage-id:1\nx-size:%d\n\n",
}


def frame(octets: bytes) -> Frame:
    decoder = Decoder("1.2")
    decoder.receive(octets)
    found = next(iter(decoder))
    assert isinstance(found, Frame)
    return found


class Progress(list[float]):
    """Keeps what it was told, and has the reading end after `most` times."""

    def __init__(self, most: int = 1000) -> None:
        super().__init__()
        self.most = most

    def __call__(self, share: float) -> bool:
        self.append(share)
        return len(self) < self.most


def received(*frames: Frame) -> list[MessageReceived]:
    return [
        MessageReceived(1, number, number / 1000, one, Settlement.AUTO)
        for number, one in enumerate(frames, 2)
    ]


def kept(path: Path, *frames: Frame) -> Capture:
    """A capture with these as records 2, 3, ..., whose memory has let go of them."""
    capture = over_a_file(path, memory=1)
    capture.extend([made.connected(1)])
    capture.extend(received(*frames, frame(b"MESSAGE\nsubscription:s\nmessage-id:z\n\n\0")))
    written(capture)
    return capture


def body(size: int) -> bytes:
    return (b"0123456789abcde\n" * (size // 16 + 1))[:size]


@pytest.mark.parametrize("head", HEADS)
def test_a_large_frame_shows_its_head_and_how_its_body_begins(tmp_path: Path, head: str) -> None:
    octets = body(3 * LARGE + 5)
    one = frame(HEADS[head] % len(octets) + octets + b"\0")
    capture = kept(tmp_path / "a", one)
    brief = capture.brief(2)
    assert brief is not None and brief.frame is not None
    assert brief.left == len(octets) - START
    assert brief.frame.body == octets[:START]
    assert brief.raw == one.raw[: one.end + START] + b"\0"
    assert brief.frame.headers == one.headers
    assert brief.frame.marks == one.marks
    assert (brief.frame.command, brief.frame.end) == (one.command, one.end)
    closed(capture)


@pytest.mark.parametrize("size", [LARGE, LARGE + 1, 2 * PIECE - 1, 3 * LARGE + 5])
def test_what_was_left_is_read_byte_for_byte(tmp_path: Path, size: int) -> None:
    octets = body(size)
    one = frame(HEADS["plain"] % size + octets + b"\0")
    capture = kept(tmp_path / "a", one)
    brief, told = capture.brief(2), Progress()
    assert brief is not None
    if size >= LARGE:
        whole = capture.reader(brief)(told)
        assert whole == capture.record(2)
        assert whole is not None and whole.frame is not None
        assert (whole.raw, whole.frame.body, whole.left) == (one.raw, octets, 0)
        assert told == sorted(told) and told[-1] == 1
    else:
        assert brief == capture.record(2)
        assert brief.raw == one.raw
    assert capture.raw(2) == one.raw
    again = capture.brief(2)
    assert again is not None and again.left == brief.left
    closed(capture)


def test_reading_ends_when_nobody_wants_it_or_the_record_is_gone(tmp_path: Path) -> None:
    octets = body(4 * LARGE)
    capture = kept(tmp_path / "a", frame(HEADS["plain"] % len(octets) + octets + b"\0"))
    brief, told = capture.brief(2), Progress(2)
    assert brief is not None
    assert capture.reader(brief)(told) is None
    assert len(told) == 2
    assert capture.reader(brief._replace(id=77))(lambda share: True) is None
    closed(capture)


def test_rows_of_large_frames_read_no_body(tmp_path: Path) -> None:
    octets = body(2 * LARGE)
    capture = kept(tmp_path / "a", *[frame(HEADS["plain"] % len(octets) + octets + b"\0")] * 5)
    assert capture.archive is not None
    asked: list[str] = []
    capture.archive.recording.look.set_trace_callback(asked.append)
    page = capture.page(range(2, 7))
    assert all(record is not None and len(record.raw) < 2 * START for record in page)
    assert capture.find_id(1, 4) == 4
    assert 3 in capture
    assert sum("octets" in query for query in asked) == 5
    assert all("head, CASE WHEN size <" in statement for statement in asked if "octets" in statement)
    capture.record(2)
    assert "head, body" in asked[-1]  # which is what would have been seen
    closed(capture)


@pytest.mark.parametrize("text", ["APFEL", "äpfel"])
def test_whether_one_that_only_the_file_has_holds_a_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    bodies = [
        b"." * LARGE + some.encode() + b"." * LARGE for some in ("Äpfel apfel", "Äpfe apfe", "ÄPFEL APFEL")
    ]
    capture = kept(tmp_path / "a", *(frame(HEADS["plain"] % len(body) + body + b"\0") for body in bodies))
    lengths: list[int] = []
    usual = search.finder

    def noted(text: str) -> search.Finder | None:
        how = usual(text)
        assert how is not None

        def noting(find: search.Find) -> search.Find:
            def noted_find(octets: bytes, at: int) -> int:
                lengths.append(len(octets))
                return find(octets, at)

            return noted_find

        return how._replace(finds=tuple(map(noting, how.finds)))

    monkeypatch.setattr(search, "finder", noted)
    left: list[int] = []
    assert [id_ for id_ in holding(capture, text, (2, 3, 4, 5), left) if id_] == []
    assert left == [2, 3, 4]
    lengths.clear()
    assert capture.archive is not None
    path = capture.archive.recording.path
    assert in_file(path, text, left, lambda: True) == [2, 4]
    # No thread has all of a body in its hands, as no other thread could do anything meanwhile.
    assert bool(lengths) is (text == "äpfel") and max(lengths, default=0) <= LARGE // 8
    assert in_file(path, text, left, lambda: False) == []
    closed(capture)
