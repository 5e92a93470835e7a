"""CSV that no spreadsheet takes for formulas, frames as they were, bodies under names of our own."""

from __future__ import annotations

import csv
import io
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stomptui.capture import files, stored
from stomptui.capture.record import Kind
from stomptui.capture.stored import Row
from stomptui.capture.transfer import bodies, flat
from stomptui.capture.transfer.target import TransferError
from stomptui.stomp.codec import Decoder
from stomptui.stomp.frame import Frame
from tests.capture.filled import FRAMES, made, record, rows, written


def table(some: list[Row]) -> list[list[str]]:
    text = b"".join(flat.table(some)).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_table_has_a_line_a_record(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui")
    written(db, tmp_path / "x.csv", "csv")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as stream:
        names, *lines = csv.reader(stream)
    assert tuple(names) == flat.COLUMNS
    assert [line[0] for line in lines] == [str(row.id) for row in rows()]
    first = dict(zip(names, lines[0], strict=True))
    assert (first["wall"], first["settled"]) == ("2027-01-15T08:00:00.333333Z", "unsettled")
    assert (first["command"], first["destination"]) == ("MESSAGE", "/queue/a")
    assert lines[3][-1] == "[2 octets that are no UTF-8]" and lines[5][-1] == "␀␀\n"
    assert dict(zip(names, lines[14], strict=True))["words"] == "the broker refused hunter2"


@given(
    st.text(max_size=5),
    st.sampled_from(["", " ", "\t", "\r", "\n", "\0", "\ufeff", "\u200b", "\u3000", "\xa0"]),
)
@example("=cmd|' /C calc'!A0", "")
@example("-1", " ")
@example("\uff1d1", "")
def test_no_cell_begins_a_formula(text: str, before: str) -> None:
    row = rows()[0]
    cells = [f"{before}{sign}{text}" for sign in "=+-@"]
    for cell in [*cells, text]:
        [_, line] = table(
            [row._replace(destination=cell, outcome=cell, words=cell, command=cell, body=cell.encode())]
        )
        for place in (6, 7, 13, 14, 15):
            found = line[place]
            assert found == cell.replace("\0", "␀") or found == "'" + cell.replace("\0", "␀")
            assert found.strip("\0 \t\r\n\ufeff\u200b\u3000\xa0␀")[:1] not in ("=", "+", "-", "@", "\uff1d")


def test_a_time_that_no_calendar_has_is_a_number() -> None:
    assert flat.wall(1e300) == "1e+300" and flat.wall(-1e300) == "'-1e+300"


def test_frames_are_read_again_by_the_decoder(tmp_path: Path) -> None:
    some = [row for row in rows() if row.id != 8]  # no decoder gives that one
    db = made(tmp_path / "a.stomptui", some)
    written(db, tmp_path / "x", "raw")
    octets = (tmp_path / "x").read_bytes()
    frames = [row.raw for row in some if row.kind == Kind.FRAME]
    assert octets == b"".join(raw + b"\n" for raw in frames) and len(frames) == 10
    decoder = Decoder("1.2")
    decoder.receive(octets)
    assert [item.raw for item in decoder if isinstance(item, Frame)] == frames


def test_bodies_are_files_of_our_own_names(tmp_path: Path) -> None:
    hostile = b"SEND\ncontent-type:../../etc/passwd\nfilename:/tmp/evil.sh\ndestination:/q\n\nx\0"
    kinds = {
        b"application/json; charset=utf-8": "json",
        b"TEXT/XML": "xml",
        b"application/vnd.a+json": "json",
        b"application/x+xml": "xml",
        b"image/png": "png",
        b"a/b\\c+json": "json",
        b"": "txt",
    }
    raws = [
        hostile,
        *(b"SEND\ncontent-type:%b\n\nx\0" % kind for kind in kinds),
        b"SEND\n\n\xff\0",
        b"SEND\n\n\0",
    ]
    some = [stored.row_of(record(id_, raw), 3) for id_, raw in enumerate(raws, start=1)]
    db = made(tmp_path / "a.stomptui", [*some, rows()[11]._replace(id=len(some) + 1)])
    folder = tmp_path / "out"
    written(db, folder, "bodies")
    suffixes = ["txt", *kinds.values(), "bin"]
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{place:08d}.{suffix}" for place, suffix in enumerate(suffixes, start=1)
    ]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert (folder / "00000009.bin").read_bytes() == b"\xff"
    with pytest.raises(TransferError, match="is there already"):
        written(db, folder, "bodies", force=True)


@given(st.text(max_size=20), st.binary(max_size=4))
def test_no_content_type_makes_a_name_of_its_own(media: str, body: bytes) -> None:
    raw = b"SEND\ncontent-type:" + media.encode("utf-8", "surrogatepass") + b"\n\n" + body + b"\0"
    row = Row(1, 1, 1, 0, 1, 0.0, 0.0, 3, "SEND", None, None, 1, 0, head=raw[: -len(body) - 1], body=body)
    assert bodies.suffix(row) in {*bodies.SUFFIXES.values(), "bin"}


def test_a_body_that_cannot_be_written_leaves_no_folder(tmp_path: Path) -> None:
    raw = b"SEND\n\n" + b"x" * 100_000 + b"\0"
    made(tmp_path / "a.stomptui", [stored.row_of(record(1, raw), 3)]).close()
    for form in ("bodies", "ndjson", "csv", "raw"):
        program = (
            "import resource, signal, sys; from pathlib import Path\n"
            "from stomptui.capture import files; from tests.capture.filled import written\n"
            "db = files.look(Path(sys.argv[1]))\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
            "written(db, Path(sys.argv[2]), sys.argv[3])\n"
        )
        path = tmp_path / f"out-{form}"
        run = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "a.stomptui"), str(path), form],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (
            f"TransferError: {path}: cannot be written: File too large; nothing of it is left" in run.stderr
        )
    assert {path.name.partition("-")[0] for path in tmp_path.iterdir()} == {"a.stomptui"}


def test_memory_does_not_grow_with_the_number_of_records(tmp_path: Path) -> None:
    row = stored.row_of(record(1, FRAMES[0]), 3)
    peaks = []
    for count in (2_000, 40_000):
        path = tmp_path / f"{count}.stomptui"
        db = files.create(path)
        db.execute("BEGIN")
        for start in range(1, count, 1000):
            stored.insert(db, [row._replace(id=id_) for id_ in range(start, start + 1000)])
        db.execute("COMMIT")
        db.close()
        program = (
            "import resource, sys; from pathlib import Path\n"
            "from stomptui.capture import files; from tests.capture.filled import loaded, written\n"
            "path = Path(sys.argv[1]); out = path.with_suffix('.ndjson')\n"
            "written(files.look(path), out); loaded(out, path.with_suffix('.back'))\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
        )
        run = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, check=True)
        peaks.append(int(run.stdout) * (1 if sys.platform == "darwin" else 1024))
    assert peaks[1] - peaks[0] < 12 << 20, peaks
