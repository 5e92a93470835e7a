"""Each trap of SQLite and of STOMP by its name: an expression, records, and the ids that it must find."""

from __future__ import annotations

import pytest

from stomptui.capture.record import Kind
from tests.capture.filter.made import NOW, capture, found, frame, other

NO = b"\xff\xfe"
"""Octets that are no UTF-8."""

TYPES = [frame(1, b"type:refund\n"), frame(2, b"type:order\n"), frame(3)]
N = (b"3", b"10", b"ten", b"", b"1e1", b" 7 ", b"0x10")
NUMBERS = [
    *[frame(at, b"n:%b\n" % text) for at, text in enumerate(N, 1)],
    frame(8),
    frame(9, b"n:-2.5\n"),
]  # fmt: skip
ODD_NAMES = [
    frame(1, b"content-type:text/plain\nsize:big\nor:1\nx.y:2\n", b"12345"),
    frame(2, b"content:3\ntype:1\n", b"1"),
]
BODIES = [
    frame(1, body=b'{"total": 150, "lines": [{"sku": "A-1"}, {"sku": "B-2"}], "odd name": true}'),
    frame(2, body=b'{"total": 150'),
    frame(3, body=b'{"total": "150", "lines": []}'),
    frame(4, body=b'{"total": 20.5, "odd name": false}'),
    frame(5, body=b""),
    frame(6, body=b'{"total": null}'),
    frame(7, body=b'{"total": 200}\0{'),
    frame(8, body=b'{"total": 200, "x": "' + NO + b'"}'),
    other(9, Kind.HEART_BEAT),
    other(10, Kind.MALFORMED, b'{"total": 150}'),
    frame(11, body=b'{"total": true}'),
    frame(12, body=b"[" * 5000),
]
KEYS = [
    frame(1, body='{"größe": "groß"}'.encode()),
    frame(2, body=b'{"gr\\u00f6\\u00dfe": "gro\\u00df"}'),
    frame(3, body=b'{"a/b": 1, "a\\"b": 1, "": 1}'),
    frame(4, body=b'{"a\\/b": 2, "t": "before\\u0000after"}'),
    frame(5, body=b'{"a": 1, "a": 2, "big": 12345678901234567890, "huge": 9007199254740993}'),
]
TEXTS = [
    frame(1, body=b"before\0after"),
    frame(2, body=NO + b"after" + NO),
    frame(3, body=b"AFTER"),
    frame(4, body="größe 100%".encode()),
    frame(5, b"x:" + NO + b"y\n", b"50 percent"),
    other(6, Kind.CLOSED),
]
WIRE = [
    frame(1, b"k:first\nk:second\n"),
    frame(2, b"k:first\r\nk:second\r\n"),
    frame(3, b"k:a\\cb\\\\c\\nd\n"),
    frame(4, b"k:a\\cb\\\\c\\nd\n", protocol=1),
    frame(5, b"k : padded \n", protocol=1),
    frame(6, b"k : padded \n"),
    frame(7, b"key:1\nkk:2\n"),
    frame(8, b"k\nk:2\n"),
    frame(9, b"k:bad\\t\n"),
    frame(10, b"k:a\\cb\n", protocol=5),
    frame(11, b"k:a\\cb\n", command=b"CONNECTED", protocol=3),
    frame(12, b"x:\nk:\n"),
    frame(13, b"a\\cb:1\n"),
    frame(14, b"kk:1\nk:last\n"),
    frame(15, b"k:a\\cb\r\n"),
]
FACTS = [
    frame(1, b"destination:/queue/a\nsubscription:s\n", settlement=2),
    frame(2, b"destination:/QUEUE/a\nredelivered:true\n", settlement=3),
    frame(3, b"destination:/topic/a\nredelivered:false\n", b"12345", deliveries=2, settlement=6),
    frame(4, b"destination:/queue/a\n", command=b"SEND", to_broker=True, settlement=5, wall=NOW - 7200),
    other(5, Kind.HEART_BEAT),
]

CASES = [
    # text against numbers
    ("'3' > 5", NUMBERS, []),
    ("NOT '3' > 5", NUMBERS, []),
    ("n > 5", NUMBERS, [2, 5, 6]),
    ("NOT n > 5", NUMBERS, [1, 9]),
    ("n = 10", NUMBERS, [2, 5]),
    ("n = '10'", NUMBERS, [2]),
    ("n <> 10", NUMBERS, [1, 6, 9]),
    ("n BETWEEN -3 AND 3", NUMBERS, [1, 9]),
    ("n NOT BETWEEN -3 AND 3", NUMBERS, [2, 5, 6]),
    ("n IN ('ten', 3)", NUMBERS, [1, 3]),
    ("n NOT IN ('ten', 3)", NUMBERS, [2, 5, 6, 9]),
    ("n / 4 = 2.5", NUMBERS, [2, 5]),
    ("1 / 2 = 0.5 AND n = 3", NUMBERS, [1]),
    ("n / 0 = 1 OR n / 0 <> 1", NUMBERS, []),
    ("n + 1 - 2 * 3 = 5", NUMBERS, [2, 5]),
    ("n + 0 IS NULL", NUMBERS, [3, 4, 7, 8]),
    ("n IS NULL", NUMBERS, [8]),
    ("n IS NOT NULL AND n = ''", NUMBERS, [4]),
    ("n < 9223372036854775808", NUMBERS, [1, 2, 5, 6, 9]),
    # three-valued logic
    ("type = 'refund'", TYPES, [1]),
    ("type <> 'refund'", TYPES, [2]),
    ("NOT type = 'refund'", TYPES, [2]),
    ("type = 'refund' OR type IS NULL", TYPES, [1, 3]),
    ("type IN ('refund', 'x')", TYPES, [1]),
    ("type NOT IN ('refund', 'x')", TYPES, [2]),
    ("nobody = 'x' OR NOT nobody = 'x'", TYPES, []),
    ("type = 'refund' OR nobody = 'x'", TYPES, [1]),
    ("(type = 'refund') IS NULL", TYPES, [3]),
    # a name in double quotes is never a text
    ('type = "refund"', TYPES, []),
    ('"refund" = \'refund\'', TYPES, []),
    ('"type" = \'refund\'', TYPES, [1]),
    ("Type = 'refund'", TYPES, []),
    ("type = 'Refund'", TYPES, []),
    # names with other signs, or that mean something else
    ("\"content-type\" = 'text/plain'", ODD_NAMES, [1]),
    ("header.\"content-type\" = 'text/plain'", ODD_NAMES, [1]),
    ("content - type = 2", ODD_NAMES, [2]),
    ("header.\"size\" = 'big'", ODD_NAMES, [1]),
    ("header.size = 'big'", ODD_NAMES, [1]),
    ("size = 5", ODD_NAMES, [1]),
    ('"size" = 5', ODD_NAMES, [1]),
    ('"or" = 1', ODD_NAMES, [1]),
    ("header.or = 1", ODD_NAMES, [1]),
    ('"x.y" = 2', ODD_NAMES, [1]),
    ('header."x.y" = 2', ODD_NAMES, [1]),
    # JSON bodies, bad ones among them
    ("body.total > 100", BODIES, [1, 8]),
    ("NOT body.total > 100", BODIES, [4]),
    ("body.total = '150'", BODIES, [3]),
    ("body.total = 1", BODIES, []),
    ("body.total = TRUE", BODIES, [11]),
    ("body.total IS NOT NULL", BODIES, [1, 3, 4, 8, 11]),
    ("body.lines[0].sku = 'A-1'", BODIES, [1]),
    ("body.lines[1].sku LIKE 'B%'", BODIES, [1]),
    ("body.lines[0].sku IS NULL AND body.lines IS NOT NULL", BODIES, [3]),
    ('body."odd name"', BODIES, [1]),
    ('NOT body."odd name"', BODIES, [4]),
    ("body.total IN (150, 20.5)", BODIES, [1, 4]),
    ("body.lines = 'x' OR body.lines <> 'x'", BODIES, []),
    ("body.\"größe\" = 'groß'", KEYS, [1, 2]),
    ("body.größe LIKE 'gr_ß'", KEYS, [1, 2]),
    ('body."a/b" >= 1', KEYS, [3, 4]),
    ('body."a""b" = 1', KEYS, [3]),
    ('body."" = 1', KEYS, [3]),
    ("body.t LIKE '%after'", KEYS, [4]),
    ("body.a = 1", KEYS, [5]),
    ("body.big > 12345678901234000000", KEYS, [5]),
    ("body.huge = 9007199254740993", KEYS, [5]),
    # text behind a NUL, and what is no UTF-8
    ("body LIKE '%after%'", TEXTS, [1, 2]),
    ("body NOT LIKE '%after%'", TEXTS, [3, 4, 5]),
    ("body LIKE 'before_after'", TEXTS, [1]),
    ("body LIKE '__after__'", TEXTS, [2]),
    ("body LIKE '_FTER'", TEXTS, [3]),
    ("body LIKE 'gr__e%'", TEXTS, [4]),
    ("body LIKE '%!%%' ESCAPE '!'", TEXTS, [4]),
    ("body LIKE '%0!%' ESCAPE '!'", TEXTS, [4]),
    ("body LIKE '%e%e%t'", TEXTS, [5]),
    ("body LIKE 'b%r'", TEXTS, [1]),
    ("body LIKE 'AFTER%R'", TEXTS, []),
    ("body = 'AFTER'", TEXTS, [3]),
    ("body NOT LIKE '{%' AND body NOT LIKE '%}' AND body NOT LIKE '[%[' AND body = ''", BODIES, [5]),
    ("body LIKE '%'", TEXTS, [1, 2, 3, 4, 5]),
    ("x LIKE '__y'", TEXTS, [5]),
    ("x LIKE '%y'", TEXTS, [5]),
    # headers as they are on the wire
    ("k = 'first'", WIRE, [1, 2]),
    ("k = 'second'", WIRE, []),
    ("k = 'a:b\\c\nd'", WIRE, [3]),
    ("k = 'a\\cb\\\\c\\nd'", WIRE, [4]),
    ("k = 'padded'", WIRE, [5]),
    ("\"k \" = ' padded '", WIRE, [6]),
    ("k = ''", WIRE, [8, 12]),
    ("k = 'bad\\t'", WIRE, [9]),
    ("k = 'a:b'", WIRE, [10, 15]),
    ("k = 'a\\cb'", WIRE, [11]),
    ("k = 'last'", WIRE, [14]),
    ('"a:b" = 1', WIRE, [13]),
    ("k IS NULL", WIRE, [6, 7, 13]),
    # what is known of a record
    ("destination LIKE '/queue/%'", FACTS, [1, 4]),
    ("destination = subscription OR subscription = 's'", FACTS, [1]),
    ("command = 'SEND'", FACTS, [4]),
    ("command IS NULL", FACTS, [5]),
    ("direction = 'to_broker'", FACTS, [4]),
    ("direction IN ('to_client')", FACTS, [1, 2, 3, 5]),
    ("settled = 'unsettled' OR settled = 'lost'", FACTS, [1, 3]),
    ("settled LIKE '%ed'", FACTS, [1, 2, 4]),
    ("redelivered", FACTS, [2, 3]),
    ("redelivered = FALSE", FACTS, [1, 4, 5]),
    ("header.redelivered = FALSE", FACTS, [3]),
    ("size < 100", FACTS, [1, 2, 3, 4]),
    ("age > 3600", FACTS, [4]),
    ("age BETWEEN '1s' AND '1.5h'", FACTS, [1, 2, 3]),
    ("age IN (60, '2h')", FACTS, [1, 2, 3, 4]),
    ("time > 0 AND time - 1 < 1794999939.5", FACTS, [1, 2, 3, 4]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rows", "ids"), CASES)
def test_trap(text: str, rows: list[object], ids: list[int]) -> None:
    assert found(capture(rows), text) == ids  # type: ignore[arg-type]


def test_the_example_of_the_documentation() -> None:
    rows = [
        frame(1, b"destination:/queue/orders.eu\ntype:refund\n", b'{"total": 101}'),
        frame(2, b"destination:/queue/orders.eu\ntype:refund\n", b'{"total": 100}'),
        frame(3, b"destination:/queue/orders.eu\ntype:order\n", b'{"total": 101}'),
        frame(4, b"destination:/topic/orders\ntype:refund\n", b'{"total": 101}'),
        frame(5, b"destination:/queue/orders.eu\ntype:refund\n", b'{"total": 101}' + b" " * 4096),
    ]
    text = "destination LIKE '/queue/orders%' AND type = 'refund' AND body.total > 100 AND size < 4096"
    assert found(capture(rows), text) == [1]
