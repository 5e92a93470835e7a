"""NDJSON that nobody exported: told with the line, and no capture, not half of one, comes of it."""

from __future__ import annotations

import io
import json
import sqlite3
from pathlib import Path

import pytest

from stomptui.capture import files
from stomptui.capture.transfer import load
from stomptui.capture.transfer.target import TransferError
from tests.capture import filled
from tests.capture.filled import contents, loaded, made, result, written

HEADER = '{"line":"header","format":"stomptui-capture","version":1}'
RECORD = (
    '{"line":"record","id":%d,"connection":1,"number":1,"kind":"frame","direction":"to_client",'
    '"time":1,"wall":1,"protocol":3,"command":"SEND","headers":[["destination","/a"]]%s}'
)
END = '{"line":"end"}'
SETTLING = '{"line":"settling","frame":1,"wall":1,"settlement":"acked"}'


def refused(folder: Path, text: str | bytes, longest: int = load.LONGEST) -> str:
    octets = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    with pytest.raises(TransferError) as caught:
        result(load.load(io.BytesIO(octets), folder / "x.stomptui", longest=longest))
    assert list(folder.iterdir()) == []
    return str(caught.value)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "the file is empty"),
        ([END], "line 1 is no header"),
        (["hello"], "line 1 cannot be read"),
        (["[]"], "line 1 cannot be read"),
        (["SQLite format 3\0"], "line 1 cannot be read"),
        (['{"line":"header","format":"other","version":1}'], "line 1 is of another format"),
        (['{"line":"header","format":"stomptui-capture","version":2}'], "line 1 is of version 2"),
        ([HEADER], "line 1 is the last, and no end"),
        ([HEADER, HEADER, END], "line 2 is a second header"),
        ([HEADER, RECORD % (1, "")], "line 2 is the last, and no end"),
        ([HEADER, RECORD % (1, ""), "", END], "line 3 is empty"),
        ([HEADER, END, RECORD % (1, "")], "line 3 comes after the end"),
        ([HEADER, RECORD % (1, ""), '{"line":"end","records":2}'], "line 3 counts 2 records, and 1 came"),
        ([HEADER, RECORD % (2, ""), RECORD % (2, ""), END], "line 3 has id 2 after id 2"),
        ([HEADER, RECORD % (2, ""), RECORD % (1, ""), END], "line 3 has id 1 after id 2"),
        ([HEADER, RECORD % (1, ""), RECORD % (3, ""), END], "line 3 has id 3 after id 1: only a file whose"),
        ([HEADER, RECORD % (0, ""), END], "line 2 cannot be read: Expected `int` >= 1"),
        ([HEADER, RECORD % (10**30, ""), END], "line 2 cannot be read: Expected `int` <="),
        ([HEADER, RECORD % (1, ',"size":"3"'), END], "Expected `int`, got `str` - at `$.size`"),
        ([HEADER, RECORD % (1, ',"size":true'), END], "Expected `int`, got `bool`"),
        ([HEADER, RECORD % (1, ',"size":1e400'), END], "line 2 cannot be read"),
        ([HEADER, RECORD % (1, ',"size":' + "9" * 5000), END], "line 2 cannot be read"),
        ([HEADER, RECORD % (1, ',"colour":1'), END], "unknown field `colour`"),
        ([HEADER, RECORD % (1, ',"head":"%%%"'), END], "line 2 cannot be read: Invalid base64"),
        ([HEADER, RECORD % (1, ',"words":"\\ud800"'), END], "line 2 cannot be read"),
        ([HEADER, RECORD % (1, ',"words":"\ud800"'), END], "line 2 cannot be read"),
        ([HEADER, RECORD % (1, ',"settlement":"gone"'), END], "line 2 cannot be kept: settlement 'gone'"),
        ([HEADER, (RECORD % (1, "")).replace('"frame"', '"x"'), END], "line 2 cannot be kept: kind 'x'"),
        ([HEADER, (RECORD % (1, ',"body":"b"')).replace("headers", "about"), END], "line 2 cannot be read"),
        ([HEADER, '{"line":"zz"}', END], "line 2 is none of header, fact, connection, record"),
        ([HEADER, '{"name":"a"}', END], "line 2 cannot be read"),
        ([HEADER, "[" * 100_000, END], "line 2 cannot be read"),
        ([HEADER, '{"line":"fact","name":"a","value":%s}' % ("[" * 100_000), END], "line 2 cannot be read"),
        ([HEADER, *['{"line":"fact","name":"a","value":1}'] * 2, END], "line 3 says again what an earlier f"),
        ([HEADER, *['{"line":"connection","connection":1}'] * 2, END], "line 3 says again what an earlier c"),
        ([HEADER, *[SETTLING] * 2, END], "line 3 says again what an earlier settling says"),
        ([HEADER, '{"line":"fact","name":"a","value":1%s}' % ("0" * 30), END], "line 2 cannot be "),
        (
            [HEADER.replace("}", ',"selected":true}'), RECORD % (5, ""), '{"line":"note","frame":1,"wall":1,'
             '"mark":"","text":""}', END],
            "line 3 is about record 1, which is not the one before it",
        ),
    ],
)  # fmt: skip
def test_hostile_lines(tmp_path: Path, lines: list[str], words: str) -> None:
    assert words in refused(tmp_path, "".join(line + "\n" for line in lines))


def test_a_file_that_was_cut_off_anywhere_is_never_a_capture(tmp_path: Path) -> None:
    made(tmp_path / "a.stomptui").close()
    with files.look(tmp_path / "a.stomptui") as db:
        written(db, tmp_path / "x")
    octets = (tmp_path / "x").read_bytes()
    (tmp_path / "empty").mkdir()
    for end in [*range(0, len(octets) - 1, 37), octets.rindex(b"\n", 0, -1) + 1]:
        words = refused(tmp_path / "empty", octets[:end])
        assert "cut off" in words or "empty" in words
    assert len(octets) > 3000


def test_a_last_line_without_its_line_end_is_whole_if_it_is_the_end(tmp_path: Path) -> None:
    text = f"{HEADER}\n{RECORD % (1, '')}\n{END}".encode()
    assert result(load.load(io.BytesIO(text), tmp_path / "x.stomptui")) == load.Loaded(1, ())


def test_long_lines_are_told_by_their_number(tmp_path: Path) -> None:
    octets = f"{HEADER}\n".encode() + b"x" * 100_000_000
    assert (
        refused(tmp_path, octets) == "line 2 is cut off: it is the last, without a line end; export it again"
    )
    assert refused(tmp_path, octets + b"\n").startswith("line 2 cannot be read")
    assert refused(tmp_path, octets, longest=1 << 20) == "line 2 is longer than 1048576 octets"


def test_a_body_of_a_hundred_megabytes_comes_back(tmp_path: Path) -> None:
    row = filled.rows()[0]
    body = b"\xff" + b"0123456789" * 10_000_000
    db = made(tmp_path / "a.stomptui", [row._replace(body=body, size=len(body))])
    written(db, tmp_path / "x")
    loaded(tmp_path / "x", tmp_path / "b.stomptui")
    with files.look(tmp_path / "b.stomptui") as back:
        assert back.execute("SELECT body FROM octets").fetchone()[0] == body


def test_an_import_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    lines = "\n".join([HEADER, *[RECORD % (id_, "") for id_ in range(1, 2000)], END])
    slices = load.load(io.BytesIO(lines.encode()), tmp_path / "x.stomptui")
    step = next(slices)
    assert step.lines == load.SLICE
    assert [path.name.startswith(".x.stomptui.") for path in tmp_path.iterdir()] == [True]
    slices.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_replaced_only_by_force_and_only_when_nobody_has_it(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    old = made(path)
    source = tmp_path / "x"
    written(old, source, ids=[1, 2])
    with pytest.raises(TransferError, match="there is such a file; --force replaces it"):
        loaded(source, path)
    with pytest.raises(TransferError, match="another program has it open"):
        loaded(source, path, force=True)
    assert len(contents(old)["frame"]) == 17
    old.close()
    assert loaded(source, path, force=True).records == 2
    with files.look(path) as new:
        assert len(contents(new)["frame"]) == 2
    text = tmp_path / "text"
    text.write_text("mine")
    assert loaded(source, text, force=True).records == 2
    assert sqlite3.connect(text).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_when_it_fails_what_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.stomptui"
    made(path).close()
    with pytest.raises(TransferError, match="line 2"):
        result(load.load(io.BytesIO(f"{HEADER}\nx\n".encode()), path, force=True))
    with files.look(path) as db:
        assert len(contents(db)["frame"]) == 17


def test_gaps_close_only_in_a_selection(tmp_path: Path) -> None:
    header = json.dumps({**json.loads(HEADER), "selected": True})
    lines = "\n".join([header, RECORD % (5, ""), RECORD % (9, ""), END])
    result(load.load(io.BytesIO(lines.encode()), tmp_path / "x.stomptui"))
    with files.look(tmp_path / "x.stomptui") as db:
        assert db.execute("SELECT id FROM frame").fetchall() == [(1,), (2,)]
