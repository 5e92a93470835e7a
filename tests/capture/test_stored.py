"""Rows of a capture file: every octet comes back, and the columns say what the frame says."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stomptui.capture import files, schema, stored
from stomptui.capture.decode import frame_of
from stomptui.capture.files import CaptureError
from stomptui.capture.record import About, Kind, Record
from stomptui.stomp.codec import Decoder
from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame


def record(id_: int, raw: bytes, kind: Kind = Kind.FRAME, **more: object) -> Record:
    frame = frame_of(raw, 3) if kind is Kind.FRAME else None
    settled = Settlement.UNSETTLED
    return Record(id_, 1, id_, id_ / 1000, 1.8e9, False, frame, raw, settled, kind=kind, **more)  # type: ignore[arg-type]


OCTETS = [
    b"MESSAGE\ndestination:/queue/a\nsubscription:s\n\nbody\0",
    b"MESSAGE\r\ndestination:/queue/a\r\nsubscription:s\r\n\r\nbody\r\n\r\n\0",
    b"MESSAGE\ndestination:/queue/a\nsubscription:s\n\n\n\nbody\0",
    b"MESSAGE\ndestination:/queue/a\nsubscription:s\n\0",
    b"MESSAGE\ndestination:/queue/a\nsubscription:s\ncontent-length:3\n\n\0\0\n\0",
]


@pytest.mark.parametrize("raw", OCTETS)
def test_octets_come_back(tmp_path: Path, raw: bytes) -> None:
    db = files.create(tmp_path / "a.stomptui")
    row = stored.row_of(record(1, raw), 3)
    stored.insert(db, [row])
    (back,) = stored.read(db, 1, 1)
    assert back == row
    assert stored.record_of(back) == record(1, raw)
    assert back.raw == raw
    assert (back.command, back.destination, back.subscription) == ("MESSAGE", "/queue/a", "s")
    db.close()


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_any_frame_of_the_decoder_splits(name: bytes, body: bytes) -> None:
    decoder = Decoder("1.2")
    decoder.receive(b"SEND\n" + name + b":x\n\n" + body + b"\0")
    with suppress(RemoteProtocolError):  # as of a content-length that is none: what came before it counts
        for item in decoder:
            if isinstance(item, Frame):
                head, octets = stored.split(item.raw)
                assert head + octets + b"\0" == item.raw
                assert octets == item.body


@pytest.mark.parametrize(
    ("head", "protocol", "facts"),
    [
        (b"SEND\ndestination:/queue/a\\cb\n\n", 3, ("SEND", "/queue/a:b", None)),
        (b"SEND\ndestination:/queue/a\\cb\ncontent-length:5\n\n", 3, ("SEND", "/queue/a:b", None)),
        (b"SEND\ndestination:/queue/a\\cb\n", 3, ("SEND", "/queue/a:b", None)),
        (b"SEND\ndestination:/queue/a", 3, ("SEND", "/queue/a", None)),
        (b"SEND\ndestination: /queue/a \ncontent-length:9\n\n", 1, ("SEND", "/queue/a", None)),
        (b"SEND\ndestination: /queue/a \n\n", 1, ("SEND", "/queue/a", None)),
        (b"SUBSCRIBE\nid:s-1\ndestination:/topic/x\n\n", 3, ("SUBSCRIBE", "/topic/x", "s-1")),
        (b"UNSUBSCRIBE\nid:s-1\n\n", 3, ("UNSUBSCRIBE", None, "s-1")),
        (b"ACK\nid:7\n\n", 3, ("ACK", None, None)),
        (b"MESSAGE\nx-destination:/no\ndestination:\xff\n\n", 3, ("MESSAGE", "\ufffd", None)),
    ],
)
def test_columns_of_a_frame(head: bytes, protocol: int, facts: tuple[str, str | None, str | None]) -> None:
    assert stored.facts(head, protocol) == facts


def test_all_that_is_known_comes_back(tmp_path: Path) -> None:
    db = files.create(tmp_path / "a.stomptui")
    kept = [
        record(1, b"ACK\nid:7\n\n\0", deliveries=2, earlier=9, outcome="in tx", about=About(3, 5, 2)),
        record(2, b"garbage\0\n\nx", Kind.MALFORMED, words="no command"),
        record(3, b"\n\n", Kind.HEART_BEAT, beats=2),
        record(4, b"", Kind.CLOSED, words="lost"),
        *[record(id_, OCTETS[0]) for id_ in range(5, 512)],
    ]
    stored.insert(db, [stored.row_of(one, 3) for one in kept])
    assert [stored.record_of(row) for row in stored.read(db, 1, 999)] == kept
    spelled = db.execute("SELECT kind, direction, settled, wall FROM frames WHERE id = 2").fetchone()
    assert spelled == ("malformed", "to_client", "unsettled", "2027-01-15T08:00:00.000Z")
    db.close()


def test_the_file_is_ours_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    files.create(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(CaptureError, match="there is such a file"):
        files.create(path)


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    text, other, newer = tmp_path / "text", tmp_path / "other", tmp_path / "newer"
    text.write_text("not SQLite at all, but long enough to be looked at" * 30)
    sqlite3.connect(other).execute("CREATE TABLE x (y)").connection.close()
    db = files.create(newer)
    db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    db.close()
    for path, words in (
        (text, "not a capture"),
        (other, "not a capture"),
        (newer, "newer stomptui"),
        (tmp_path / "nothing", "no such file"),
        (tmp_path, "is a folder"),
    ):
        for way in (files.look, files.go_on):
            with pytest.raises(CaptureError, match=words):
                way(path)
