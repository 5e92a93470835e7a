"""Hostile text in every place of a record reaches the message pane's cells harmless, in every view."""

from __future__ import annotations

from typing import Any

import pytest

from stomptui.brokers import rabbitmq
from stomptui.capture.record import Kind, Record
from stomptui.console.panes.message import MessagePane
from stomptui.render.views import BodyView
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame, Mark
from tests.console.frames import record
from tests.console.hostile import OCTETS, PIECES, TEXT, Bench, dangers, harmless, screen_is_harmless


class Alone(Bench):
    def compose(self) -> Any:
        yield MessagePane()


def bodies() -> list[bytes]:
    hostile = OCTETS.replace(b"\0", b"")
    return [
        OCTETS,
        hostile,
        b'{"' + hostile.replace(b'"', b"") + b'": "' + hostile + b'"}',
        b"<a b='" + hostile + b"'>" + hostile.replace(b"<", b"") + b"</a>",
        b"[" + b'"\x1b\xc2\x9b",' * 3000 + b"1]",
        b"\x1b[" * 50_000,
        *(piece.encode("utf-8", "surrogatepass") for piece in PIECES),
    ]


def records() -> list[Record]:
    raw = b"MESSAGE\n" + OCTETS + b"\n\n\0"
    made = []
    for body in bodies():
        for command in ("MESSAGE", "ERROR", TEXT) if body == OCTETS else ("MESSAGE",):
            frame = Frame(command, [("message", TEXT), (TEXT, TEXT), (TEXT, TEXT * 60), ("a", "b")], body)
            frame.raw = raw + body
            frame.marks = (Mark("x", 3, TEXT, TEXT),) * 5
            made.append(record(frame, outcome=TEXT, deliveries=2, settlement=Settlement.LOST))
    made.append(record(None, raw, kind=Kind.MALFORMED, words=TEXT))
    made.append(record(None, b"", kind=Kind.CLOSED, words=TEXT))
    return [one._replace(id=number) for number, one in enumerate(made, 1)]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
async def test_every_view_of_hostile_records_is_harmless(width: int, height: int) -> None:
    app = Alone()
    async with app.run_test(size=(width, height)) as pilot:
        pane = app.query_one(MessagePane)
        for one in records():
            pane.show(one, rabbitmq.WORDS)
            for _ in BodyView:
                for _ in range(2):
                    harmless(pane.render_line(y) for y in range(height))
                    pane.toggle_headers()
                pane.page(1)
                harmless(pane.render_line(y) for y in range(height))
                pane.end()
                harmless(pane.render_line(y) for y in range(height))
                pane.next_view()
        await pilot.pause()
        screen_is_harmless(app)


def test_the_check_itself_finds_each_kind_of_hostile_text() -> None:
    for piece in PIECES:
        if "[/]" not in piece and "$primary" not in piece:
            assert dangers(piece), piece
    assert not dangers('plain {"a": 1} \u65e5\u672c e\u0301 \u241b')
