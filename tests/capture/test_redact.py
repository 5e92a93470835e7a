"""What is removed on export is in no representation of what leaves."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.capture import files, stored
from stomptui.capture.decode import frame_of
from stomptui.capture.record import Kind
from stomptui.capture.stored import Row
from stomptui.capture.transfer import paths
from stomptui.capture.transfer.redact import Redaction
from stomptui.capture.transfer.rules import Rules, rules
from tests.capture.filled import NESTED, contents, loaded, made, record, rows, written

FORMS = ("ndjson", "csv", "raw", "bodies")


def traces(secret: bytes) -> list[bytes]:
    """The octets, how JSON writes them, and what every base64 with them in it has at one of three places."""
    found = [secret, json.dumps(secret.decode("utf-8", "replace"))[1:-1].encode()]
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret)
        start, end = (0, 2, 3)[shift], len(encoded) - 4
        found.append(encoded[start:end])
    return [each for each in found if len(each) > 4]


def everything(path: Path) -> bytes:
    if path.is_dir():
        return b"".join(str(each.name).encode() + each.read_bytes() for each in path.iterdir())
    return path.read_bytes()


def leaves(folder: Path, some: list[Row], removing: Rules) -> bytes:
    """All that any export writes, and the file that an import makes of it."""
    db = made(folder / "a.stomptui", some)
    for form in FORMS:
        written(db, folder / form, form, rules=removing)
    loaded(folder / "ndjson", folder / "b.stomptui")
    return b"".join(everything(folder / name) for name in (*FORMS, "b.stomptui"))


def test_the_test_finds_what_stays(tmp_path: Path) -> None:
    all_ = leaves(tmp_path, rows(), Rules())
    octets, as_json, *in_base64 = traces(b"hunter2")
    assert octets in all_ and as_json in all_ and any(trace in all_ for trace in in_base64)
    assert traces(b'a"b\xc3\xa9')[1] == b'a\\"b\\u00e9'


def test_a_header_leaves_no_trace(tmp_path: Path) -> None:
    removing = rules(["X-Token"], [], [])
    some = rows()
    some[9] = some[13]._replace(id=10)  # the transaction of that name is no header x-token
    all_ = leaves(tmp_path, some, removing)
    assert [trace for trace in traces(b"hunter2") if trace in all_] == []
    assert b'["x-token","***"]' in all_ and b"X-Token:***\r\n" in all_
    with files.look(tmp_path / "b.stomptui") as db:
        facts = dict(db.execute("SELECT name, value FROM fact"))
        assert facts["redacted"] == "4 values of header x-token"
        assert db.execute("SELECT count(*) FROM checkpoint").fetchone() == (0,)
        assert db.execute("SELECT reason FROM connection WHERE connection = 2").fetchone() == ("lost: ***",)


def test_a_pattern_leaves_no_trace_anywhere(tmp_path: Path) -> None:
    all_ = leaves(tmp_path, rows(), rules([], [], ["hunter2"]))
    assert [trace for trace in traces(b"hunter2") if trace in all_] == []
    assert b"committed (tx-***)" in all_
    assert b"hunter" not in (tmp_path / "ndjson").read_bytes()


def test_the_summary_counts_and_never_names_a_pattern(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui", rows())
    done = written(db, tmp_path / "x", rules=rules(["x-token"], ["user.card"], ["hunter\\d"], 22))
    assert done.removed == (
        "2 bodies over 22 octets",
        "3 values of header x-token",
        "the octets of 2 records that are no frames",
        "7 matches of pattern 1",
    )
    header = json.loads((tmp_path / "x").read_bytes().partition(b"\n")[0])
    assert tuple(header["removed"]) == done.removed


def one(raw: bytes, removing: Rules, kind: Kind = Kind.FRAME, protocol: int = 3) -> Row:
    redaction = Redaction(removing)
    row = stored.row_of(record(1, raw, kind), protocol)
    redaction.row(row)
    redaction.begin()
    return redaction.row(row)


@pytest.mark.parametrize(
    ("pattern", "raw", "expected"),
    [
        ("a:b", b"SEND\nx:a\\cb\n\n\0", b"SEND\nx:***\n\n\0"),
        ("a", b"SEND\nx:1\\ca\\n\n\n\0", b"SEND\nx:1\\c***\\n\n\n\0"),
        ("x-t:.*", b"SEND\nx-t:1\ny:2\n\n\0", b"SEND\n***:***\ny:2\n\n\0"),
        ("secret", b"SEND\nmy-secret:1\n\n\0", b"SEND\nmy-***:1\n\n\0"),
        ("SECRET", b"SECRET\nx:1\n\n\0", b"***\nx:1\n\n\0"),
        (r"\d+", b"SEND\ncontent-length:5\nx:7\n\nab123\0", b"SEND\ncontent-length:5\nx:***\n\nab***\0"),
        (r"\d+", b"SEND\ncontent-length:3\r\n\r\n123\0", b"SEND\ncontent-length:3\r\n\r\n***\0"),
        ("^1.*2$", b"SEND\nx:1 2\r\n\n1 2\0", b"SEND\nx:***\r\n\n***\0"),
        (
            "caf\u00e9",
            b'SEND\n\n{"a":"caf\\u00e9 \\"x\\"","b":1.10}\0',
            b'SEND\n\n{"a":"*** \\"x\\"","b":1.10}\0',
        ),
        ("\udcff+", b"SEND\nx:\xff\xff\n\n\xff\0", b"SEND\nx:***\n\n***\0"),
        ("x*y?z", b"SEND\n\nz\0", b"SEND\n\n***\0"),
        (".+", b"SEND\nx:y\n\na\nb\0", b"***\n***:***\n\n***\n***\0"),
    ],
)
def test_patterns_in_frames(pattern: str, raw: bytes, expected: bytes) -> None:
    assert one(raw, rules([], [], [pattern])).raw == expected


def test_content_length_is_that_of_what_leaves() -> None:
    raw = b"SEND\ndestination:/a\ncontent-length:9\n\n1234\0secr\0"
    row = one(raw, rules([], [], ["1234"]))
    assert row.raw == b"SEND\ndestination:/a\ncontent-length:8\n\n***\0secr\0"
    assert row.size == 8
    frame = frame_of(row.raw, 3)
    assert frame is not None and frame.body == b"***\0secr"
    padded = one(b"SEND\n content-length : 4 \n\n1234\0", rules([], [], ["12"]), protocol=1)
    assert padded.raw == b"SEND\n content-length :5\n\n***34\0"


def test_large_bodies_become_size_and_hash() -> None:
    raw = b"SEND\ncontent-length:5\n\nsecre\0"
    digest = hashlib.sha256(b"secre").hexdigest().encode()
    row = one(raw, rules([], [], [], 4))
    assert row.body == b"[removed: 5 octets, SHA-256 " + digest + b"]"
    assert row.size == len(row.body) and b"content-length:%d\n" % row.size in row.raw
    assert one(raw, rules([], [], [], 5)).raw == raw
    assert digest in one(b"SEND\n\nsecre\0", rules([], [], [], 0)).raw


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("user.card", NESTED, NESTED.replace(b'"4111-1111"', b'"***"')),
        ("$.user.card", NESTED, NESTED.replace(b'"4111-1111"', b'"***"')),
        ("..card", NESTED, NESTED.replace(b'"4111-1111"', b'"***"')),
        ("user.*", NESTED, NESTED.replace(b'"4111-1111"', b'"***"').replace(b'"Ann"', b'"***"')),
        ('user["card"]', NESTED, NESTED.replace(b'"4111-1111"', b'"***"')),
        ("card", NESTED, NESTED),
        ("a[1]", b"{\"a\": [1, 2.50]}", b'{"a":[1,"***"]}'),
        ("a[*].b", b'{"a":[{"b":1},{"b":{"c":2}},3]}', b'{"a":[{"b":"***"},{"b":"***"},3]}'),
        ("[0]", b"[1,2]", b'["***",2]'),
        ('["a.b"]', b'{"a.b":1}', b'{"a.b":"***"}'),
        ("..x", b'[{"x":{"x":1}},{"y":{"x":2}}]', b'[{"x":"***"},{"y":{"x":"***"}}]'),
        ("a", b'{"\\u0061":1}', b'{"a":"***"}'),
        ("a", b"not json a", b"not json a"),
        ("a", b'{"b": 1.50 }', b'{"b": 1.50 }'),
    ],
)  # fmt: skip
def test_json_paths(path: str, body: bytes, expected: bytes) -> None:
    assert one(b"SEND\n\n" + body + b"\0", rules([], [path], [])).body == expected


@pytest.mark.parametrize(
    "body",
    [
        b'{"pin":1234567}garbage',
        b'{"pin":1234567,"x":NaN}',
        b'{"pin":1234567,"pin":1}',
        b'{"a":{"pin":1234567},"a":0}',
        b'{"pin":1234567,"x":"\xff"}',
        b'{"pin":1234567,"x":"\\ud800"}',
        b'{"pin":1234567',
        b'\xef\xbb\xbf{"pin":1234567}',
        b"[" * 5000 + b'{"pin":1234567}' + b"]" * 5000,
        '{"pin":1234567}'.encode("utf-16-le"),
        '{"pin":1234567}'.encode("utf-16"),
    ],
)  # fmt: skip
def test_json_that_cannot_be_read_goes_as_a_whole(body: bytes) -> None:
    head = b"SEND\ncontent-length:%d\n\n" % len(body)
    row = one(head + body + b"\0", rules([], ["..pin"], []))
    assert row.body is not None and bytes(row.body).startswith(b"[removed: %d octets" % len(body))
    assert b"1234567" not in row.raw and b"1\x002\x003" not in row.raw


def test_a_pattern_in_utf_16_takes_the_body_with_it() -> None:
    body = "the secret".encode("utf-16-le")
    row = one(b"SEND\ncontent-length:%d\n\n%b\0" % (len(body), body), rules([], [], ["secret"]))
    assert row.raw.count(b"\0") == 1 and b"removed: 20 octets" in row.raw


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 5, 7])
@pytest.mark.parametrize(
    "raw",
    [
        b"SEND\nx-token:hunter2\n\nbody\0",
        b"SEND\nX-TOKEN:hunter2\r\n\r\nbody\0",
        b"SEND\nx-token:\\qhunter2\n\n\0",
        b"SEND\nx-token:hunter2\0",
        b"SEND\na\nx-token:hunter2\nx-token:hunter2\n\n\0",
        b"SEND\n\\x:\\\nx-token:a:hunter2\\c\n\n\0",
        b"CONNECTED\nversion:1.2\nx-token:hunter2\n\n\0",
        b"SEND\nx-token:\xffhunter2\nx:a\0b\n\n\0",
    ],
)
def test_header_values_in_any_shape(raw: bytes, protocol: int) -> None:
    row = one(raw, rules(["x-token"], [], []), protocol=protocol)
    assert b"hunter2" not in row.raw and b"***" in row.raw
    if frame_of(raw, protocol) is not None:
        assert frame_of(row.raw, protocol) is not None


def test_a_padded_name_is_that_name_in_1_0() -> None:
    assert one(b"SEND\n x-token : hunter2\n\n\0", rules(["x-token"], [], []), protocol=1).raw.endswith(
        b"\n x-token :***\n\n\0"
    )


def test_columns_follow_the_octets() -> None:
    row = one(b"MESSAGE\ndestination:/queue/ann\nsubscription:s\n\n\0", rules(["destination"], [], ["^s$"]))
    assert (row.command, row.destination, row.subscription) == ("MESSAGE", "***", "***")


def test_octets_at_odds_with_their_columns_and_parts_lose_it_too() -> None:
    removing = rules(["x-token"], [], [])
    row = stored.row_of(record(1, b"SEND\nx:y\n\n\0"), 3)
    odd = row._replace(destination="hunter2", subscription="hunter2", head=b"SEND\n\nx-token:hunter2\n\n")
    out = Redaction(removing).row(odd)
    assert b"hunter2" not in out.raw and (out.destination, out.subscription) == (None, None)
    beat = Row(1, 1, 0, Kind.HEART_BEAT, 0, 0.0, 0.0, 3, "hunter2", "hunter2", "hunter2", 0, 0)
    assert Redaction(removing).row(beat)[8:11] == (None, None, None)


def test_octets_that_form_no_frame_lose_lines_or_go_as_a_whole() -> None:
    raw = b"garbage\nX-Token : hunter2\0\nrest\0"
    assert one(raw, rules(["x-token"], [], []), Kind.MALFORMED).head == b"garbage\nX-Token :***\nrest\0"
    whole = one(raw, rules([], ["a"], []), Kind.MALFORMED)
    assert whole.head is not None and b"hunter2" not in whole.head and b"removed: 32 octets" in whole.head


def test_words_that_cut_a_value_short_lose_it(tmp_path: Path) -> None:
    long = "a-very-long-token-of-somebody"
    raw = b"SEND\nx-token:%b\n\n\0" % long.encode()
    some = [record(1, b"SEND\n\n\0", outcome=f"refused: {long[:20]}..."), record(2, raw)]
    db = made(tmp_path / "a.stomptui", [stored.row_of(each, 3) for each in some])
    written(db, tmp_path / "x", rules=rules(["x-token"], [], []))
    assert b'"outcome":"refused: ***"' in (tmp_path / "x").read_bytes()


def test_a_second_redaction_adds_to_the_first(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui", rows())
    written(db, tmp_path / "x", rules=rules(["x-token"], [], []))
    loaded(tmp_path / "x", tmp_path / "b.stomptui")
    with files.look(tmp_path / "b.stomptui") as again:
        written(again, tmp_path / "y", rules=rules([], ["..card"], []))
    assert loaded(tmp_path / "y", tmp_path / "c.stomptui").removed == (
        "2 values of JSON path ..card",
        "the octets of 2 records that are no frames",
    )
    with files.look(tmp_path / "c.stomptui") as last:
        [said] = last.execute("SELECT value FROM fact WHERE name = 'redacted'").fetchone()
    assert said == (
        "4 values of header x-token; 2 values of JSON path ..card; the octets of 2 records that are no frames"
    )


def test_rules_that_find_nothing_change_only_the_checkpoints(tmp_path: Path) -> None:
    db = made(tmp_path / "a.stomptui", rows())
    assert written(db, tmp_path / "x", rules=rules(["no-such"], [], [])).removed == ()
    loaded(tmp_path / "x", tmp_path / "b.stomptui")
    with files.look(tmp_path / "b.stomptui") as back:
        assert {**contents(back), "checkpoint": []} == {**contents(db), "checkpoint": []}
        assert contents(back)["checkpoint"] == []


@pytest.mark.parametrize(
    ("headers", "json_paths", "patterns", "words"),
    [
        (["content-length"], [], [], "content-length"),
        ([" "], [], [], "is empty"),
        ([], ["$"], [], "the whole body"),
        ([], [""], [], "the whole body"),
        ([], ["a..", ], [], "no JSON path"),
        ([], ["a[x]"], [], "no JSON path"),
        ([], ["[99999999999]"], [], "no JSON path"),
        ([], [], ["("], "pattern 1: "),
        ([], [], ["a", "b*"], "pattern 2 matches nothing at all"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_used(
    headers: list[str], json_paths: list[str], patterns: list[str], words: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        rules(headers, json_paths, patterns)


VALUE = st.recursive(
    st.integers() | st.text(max_size=5) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


@given(VALUE)
def test_a_name_at_any_depth_is_found_by_two_dots(value: object) -> None:
    gone: list[object] = []
    copy = json.loads(json.dumps(value))
    paths.blot(copy, paths.parse("..a"), "***", gone)

    def left(node: object) -> bool:
        if isinstance(node, dict):
            return node.get("a", "***") != "***" or any(map(left, node.values()))
        return isinstance(node, list) and any(map(left, node))

    assert not left(copy)
    assert bool(gone) == (copy != value)


HOSTILE = st.lists(
    st.sampled_from(
        [
            b"hunter2",
            b"x-token",
            b"X-Token",
            b":",
            b"\n",
            b"\n\n",
            b"\\",
            b"\\c",
            b"\r\n",
            b" ",
            b"\0",
            b"\xff",
        ]
    ),
    max_size=14,
).map(b"".join)


@settings(deadline=None, max_examples=400)
@given(HOSTILE, HOSTILE, st.sampled_from([Kind.FRAME, Kind.MALFORMED]), st.integers(0, 7))
def test_a_pattern_is_found_in_any_octets(head: bytes, body: bytes, kind: Kind, protocol: int) -> None:
    row = Row(1, 1, 1, kind, 0, 0.0, 0.0, protocol, "hunter2", None, None, 0, 0, head=head, body=body)
    redaction = Redaction(rules([], [], ["hunter2"]))
    out = redaction.row(row)
    assert b"hunter2" not in (out.head or b"") and b"hunter2" not in bytes(out.body or b"")
    assert out.command != "hunter2"


@settings(deadline=None, max_examples=400)
@given(HOSTILE, st.integers(0, 7))
def test_a_header_line_is_found_in_any_octets(middle: bytes, protocol: int) -> None:
    raw = b"SEND\n" + middle + b"\nx-token:4711-0815\n\n\0"
    row = stored.row_of(record(1, raw), protocol)
    out = Redaction(rules(["x-token"], [], [])).row(row)
    in_head = b"\nx-token:4711-0815" in (row.head or b"")
    assert b"4711-0815" not in (out.head or b"") or not in_head
