"""The filter expressions of the README are good, and find what they say."""

from __future__ import annotations

import re
from datetime import datetime

from stomptui.capture.filter import matches, parse
from stomptui.capture.filter.names import DIRECTIONS, PSEUDO, STATES
from tests.capture.filter.made import NOW, capture, frame
from tests.readme import README

SECTION = README.read_text().partition("\n## Filter expressions\n")[2].partition("\n## ")[0]
NOON = datetime.fromtimestamp(NOW).replace(hour=12, minute=0, second=10).timestamp()
JSON = b"content-type:application/json\nsize:1\n"
ROWS = [
    frame(1, b"destination:/queue/orders.eu\ntype:refund\n" + JSON, b'{"total": 101}'),
    frame(2, JSON, settlement=2, wall=NOW - 301),
    frame(3, b"content-type:text/plain\nsize:1\n", b"{}", wall=NOON - 3600),
    frame(4, JSON, b"\0timeout\xff", wall=NOON),
]


def test_the_examples_find_what_they_say() -> None:
    [block] = re.findall(r"```sql\n(.*?)```", SECTION, re.DOTALL)
    known = ["type", "content-type", "size"]
    wanted = [parse(line, now=NOW, known_headers=known) for line in block.splitlines()]
    assert [each.hints for each in wanted] == [()] * 4
    db = capture(ROWS)
    assert [list(matches(db, each, 1, 9)) for each in wanted] == [[1], [2], [3], [4]]


def test_every_name_and_every_value_is_in_the_table() -> None:
    named = re.findall(r"`([^`]+)`", SECTION.partition("|---|")[2])
    assert {*PSEUDO, *(f"'{each}'" for each in (*STATES, *DIRECTIONS))} - {*named} == set()
