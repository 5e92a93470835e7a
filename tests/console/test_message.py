"""The message pane: headers, views, folding and moving about, on a real screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from stomptui import brokers
from stomptui.brokers import rabbitmq
from stomptui.capture.record import About, Kind
from stomptui.console.panes.message import MessagePane
from stomptui.console.widgets.error_words import answered
from stomptui.stomp.codec import Decoder
from stomptui.stomp.dialect import SPECIFICATION
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame
from tests.console.frames import message, record
from tests.console.hostile import Bench, screen_is_harmless, screen_text

WORDS = rabbitmq.WORDS
ORDER = b'{"id":4711,"total":99.90,"cur":"EUR","cur":"USD","lines":[{"sku":"a"}]}'
HEADERS = (
    "subscription:0", "message-id:T_1@@s@@4", "destination:/queue/orders", "redelivered:false",
    "ack:T_1@@s@@4", "x-tenant:acme", "x-tenant:other",
)  # fmt: skip
TRACE = (
    b"org.apache.activemq.transport.stomp.ProtocolException: No subscription matched.\n"
    + b"".join(b"\tat org.apache.activemq.Thing.m%d(Thing.java:%d)\n" % (n, n) for n in range(20))
    + b"Caused by: java.lang.Exception: no\n\t... 12 more\n"
)


@asynccontextmanager
async def pane(width: int = 80, height: int = 24) -> AsyncIterator[tuple[MessagePane, Any]]:
    """Run a screen that holds only a message pane, in focus."""

    class Alone(Bench):
        def compose(self) -> Any:
            yield MessagePane()

    app = Alone()
    async with app.run_test(size=(width, height)) as pilot:
        shown = app.query_one(MessagePane)
        shown.focus()
        await pilot.pause()
        yield shown, pilot


async def lines(pilot: Any) -> list[str]:
    await pilot.pause()
    return [line.rstrip("| ") for line in screen_text(pilot.app).split("\n")]


async def test_a_message_at_eighty_columns_folds_what_the_broker_set() -> None:
    async with pane() as (shown, pilot):
        shown.show(record(message(ORDER, *HEADERS, content_type="application/json")), WORDS)
        screen = await lines(pilot)
    assert screen[0].startswith("== Message 00412  71 B JSON ===")
    assert screen[0].endswith(" v: [pretty] text  hex  wire ==")
    assert len(screen[0]) == 80
    assert screen[1].split() == ["destination:/queue/orders", "x-tenant:acme"]
    assert screen[2].startswith(" x-tenant:other ")
    assert "(repeat: the first one counts)" in screen[2]
    assert screen[3].startswith(" content-type:application/json")
    assert screen[4] == " + 5 headers from the broker (h)"
    assert screen[5:16] == [
        " {",
        '   "id": 4711,',
        '   "total": 99.90,',
        '   "cur": "EUR",',
        '   "cur": "USD",',
        '   "lines": [',
        "     {",
        '       "sku": "a"',
        "     }",
        "   ]",
        " }",
    ]


async def test_all_headers_show_in_order_when_asked_and_at_once_where_there_is_room() -> None:
    async with pane() as (shown, pilot):
        shown.show(record(message(b"x", *HEADERS)), WORDS)
        shown.toggle_headers()
        narrow = await lines(pilot)
        shown.toggle_headers()
        folded = await lines(pilot)
    async with pane(120, 40) as (shown, pilot):
        shown.show(record(message(b"x", *HEADERS)), WORDS)
        wide = await lines(pilot)
    for screen in (narrow, wide):
        names = [line.strip().partition(":")[0] for line in screen[1:9]]
        assert names == [header.partition(":")[0] for header in HEADERS] + ["content-length"]
        assert [line.endswith("(broker)") for line in screen[1:9]] == [
            True, True, False, True, True, False, False, True,
        ]  # fmt: skip
    assert " + 5 headers from the broker (h)" in folded


async def test_the_views_in_turn() -> None:
    async with pane() as (shown, pilot):
        shown.show(record(message(b'{"a":"\xff\x00"}\n', "destination:/queue/a"), id=7), None)
        pretty = await lines(pilot)
        shown.next_view()
        text = await lines(pilot)
        shown.next_view()
        hexdump = await lines(pilot)
        shown.next_view()
        wire = await lines(pilot)
        shown.next_view()
        again = await lines(pilot)
    assert "[pretty]" in pretty[0]
    assert "[text]" in text[0]
    assert ' {"a":"\\xff\u2400"}' in text
    assert "[hex]" in hexdump[0]
    assert any(line.startswith(" 00000000  7b 22 61 22 3a 22 ff 00  22 7d 0a") for line in hexdump)
    assert "[wire]" in wire[0]
    assert wire[1:6] == [
        " MESSAGE\u240a",
        " destination:/queue/a\u240a",
        " content-length:11\u240a",
        " \u240a",
        ' {"a":"\\xff\u2400"}\u240a',
    ]
    assert wire[6] == " \u2400"
    assert again == pretty


async def test_xml_binary_and_no_body() -> None:
    async with pane() as (shown, pilot):
        shown.show(record(message(b"<a><b>1</b></a>"), id=1), None)
        xml = await lines(pilot)
        shown.show(record(message(b"\x00\x01\x02"), id=2), None)
        binary = await lines(pilot)
        shown.show(record(message(b""), id=3), None)
        empty = await lines(pilot)
    assert xml[0].startswith("== Message 00412  15 B XML")
    assert xml[2:5] == [" <a>", "   <b>1</b>", " </a>"]
    assert binary[0].startswith("== Message 00412  3 B binary")
    assert binary[2].startswith(" 00000000  00 01 02 ")
    assert empty[0].startswith("== Message 00412 ====")
    assert empty[2] == " no body"


async def test_an_error_shows_in_full_with_its_stack_trace_folded() -> None:
    frame = message(TRACE, "message:No subscription matched.", command="ERROR", content_type="text/plain")
    async with pane() as (shown, pilot):
        shown.show(record(frame), WORDS)
        folded = await lines(pilot)
        shown.toggle_headers()
        full = await lines(pilot)
    assert folded[0].startswith("== ERROR 00412  ")
    assert any("message:No subscription matched." in line for line in folded)
    assert "     + 20 lines of stack trace (h)" in folded
    assert " Caused by: java.lang.Exception: no" in folded
    assert sum("at org.apache.activemq.Thing" in line for line in full) > 12


def error(text: str, body: bytes = b"") -> Frame:
    return message(body, f"message:{text}", command="ERROR", content_type="text/plain")


async def test_an_error_that_is_known_is_explained_below_the_brokers_words() -> None:
    locked = error("resource_locked", b"RESOURCE_LOCKED - cannot obtain exclusive access to locked queue")
    refused = error("Bad CONNECT", b"Access refused for user 'guest'\n")
    async with pane() as (shown, pilot):
        shown.show(record(locked), WORDS)
        known = await lines(pilot)
        shown.show(record(refused, id=2), None)
        early = await lines(pilot)
        shown.show(record(error("all is lost"), id=3), WORDS)
        unknown = await lines(pilot)
    assert any("message:resource_locked" in line for line in known[1:3])
    assert known[3:10] == [
        " answers: none that is known: it names no receipt",
        " usually: the queue is exclusive to another connection, or was made with",
        "          another durable or exclusive",
        " to do:   wait for that connection to end, or subscribe with the headers it was",
        "          made with",
        " then:    the connection ends with it (seen)",
        " RESOURCE_LOCKED - cannot obtain exclusive access to locked queue",
    ]
    assert " to do:   check login and passcode" in early
    assert not any("usually" in line for line in unknown)
    assert " then:    not known; the specification ends the connection, many brokers do not" in unknown


async def test_a_hostile_error_is_harmless_and_short() -> None:
    raw = b"ERROR\nreceipt-id:" + b"\x1b[2J" * 100_000 + b"\nmessage:\x9b\x1b]52;c;x\x07\n\nx\0"
    [frame] = [item for item in _decoded(raw) if isinstance(item, Frame)]
    async with pane() as (shown, pilot):
        shown.show(record(frame, outcome="refuses 00007 \x1b[2J", about=About(7, 7, 1)), WORDS)
        await pilot.pause()
        screen_is_harmless(pilot.app)
        rows = answered(record(frame, outcome="refuses 00007", about=About(7, 7, 1)), WORDS, 78)
    assert len(rows) < 6


def _decoded(octets: bytes) -> list[object]:
    decoder = Decoder()
    decoder.receive(octets)
    return list(decoder)


@pytest.mark.parametrize(("lives", "now"), [(True, "it is open now"), (False, "it has ended")])
async def test_an_error_says_whether_its_connection_lives(lives: bool, now: str) -> None:
    frame = error("Missing destination", b'"SEND" must include')
    async with pane() as (shown, pilot):
        shown.show(record(frame), WORDS, lives=lives)
        assert f" then:    the connection stays open (seen); {now}" in await lines(pilot)


TIMED_OUT = b"PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 1 ms"


@pytest.mark.parametrize(
    ("frame", "outcome", "about", "answers"),
    [
        (
            error("x"),
            "may refuse 00007 SEND",
            7,
            "00007 SEND (a guess: it names no receipt; sent last of what was not known to be done)",
        ),
        (
            error("x\nreceipt-id:r-7"),
            "refuses 00007 SEND",
            7,
            "00007 SEND (sure: it names its receipt, r-7)",
        ),
        (error("x"), "refuses 00001 CONNECT", 1, "00001 CONNECT (sure: nothing else is answered"),
        (error("x"), "says again 00009", 7, "nothing more: 00009 said over again, that answers 00007"),
        (error("x"), "refuses 00007", 7, "00007 (a guess: "),
        (error("x\nreceipt-id:r-9"), "", None, "none that is known: no frame awaits receipt r-9"),
        (error("precondition_failed", TIMED_OUT), "", None, "no frame: the broker says it by itself"),
    ],
)
async def test_an_error_says_what_it_answers_and_how_that_is_known(
    frame: Frame, outcome: str, about: int | None, answers: str
) -> None:
    told = About(about, about, 1) if about is not None else None
    async with pane() as (shown, pilot):
        shown.show(record(frame, outcome=outcome, about=told), WORDS)
        found = " ".join(" ".join(await lines(pilot)).split())
        assert f"answers: {answers}" in found
        assert "may refuse" not in found
        for _ in range(3):
            shown.next_view()
        assert f"answers: {answers}" in " ".join(" ".join(await lines(pilot)).split()), "on the wire too"


async def test_departures_from_the_protocol_are_named_with_their_section() -> None:
    frame = message(b"x", "no colon here", "x-a:\\q")
    assert frame.marks
    async with pane() as (shown, pilot):
        shown.show(record(frame), None)
        screen = await lines(pilot)
    for number, mark in enumerate(frame.marks, 1):
        assert screen[number].startswith(f" ! {mark.words}  octet {mark.offset}")
        assert mark.section in screen[number]


async def test_octets_that_form_no_frame_heart_beats_and_an_end() -> None:
    async with pane() as (shown, pilot):
        raw = b"ME\0SS"
        shown.show(record(None, raw, kind=Kind.MALFORMED, words="NUL in the command line"), None)
        malformed = await lines(pilot)
        shown.show(record(None, b"\n\n", id=2, kind=Kind.HEART_BEAT, beats=2), None)
        beats = await lines(pilot)
        shown.show(record(None, b"", id=3, kind=Kind.CLOSED, words="reset by the broker"), None)
        closed = await lines(pilot)
        shown.show(None, None)
        nothing = await lines(pilot)
    assert malformed[:3] == [malformed[0], " ! NUL in the command line", " ME\u2400SS"]
    assert malformed[0].startswith("== Malformed 00412  5 B")
    assert beats[0].startswith("== 2 heart-beats from the broker")
    assert beats[1:3] == [" \u240a", " \u240a"]
    assert closed[0].startswith("== Connection ended")
    assert closed[1] == " ! reset by the broker"
    assert nothing[1] == " no frame yet"


async def test_what_became_of_a_frame_is_said_and_keeps_the_place() -> None:
    body = b"\n".join(b"line %d" % n for n in range(100))
    async with pane() as (shown, pilot):
        shown.show(record(message(body, command="SEND"), to_broker=True), None)
        shown.page(1)
        place = shown.top
        shown.show(record(message(body, command="SEND"), to_broker=True, outcome="receipted 3 ms"), None)
        await pilot.pause()
        assert shown.top == place != (0, 0)
        shown.home()
        first = await lines(pilot)
        shown.show(record(message(b"y"), id=9, deliveries=2, earlier=4), None)
        second = await lines(pilot)
        lost = record(message(b"y"), id=10, settlement=Settlement.LOST)
        shown.show(lost, brokers.words(SPECIFICATION))
        third = await lines(pilot)
    assert first[0].startswith("== SEND 00412  789 B text")
    assert first[1] == " receipted 3 ms"
    assert second[1] == " second delivery of 00004"
    assert third[1] == " can be settled no more"


async def test_octets_come_out_exactly() -> None:
    frame = message(b"\x1b\xff\r\n", "destination:/queue/a\\c")
    async with pane() as (shown, _):
        assert (shown.body, shown.frame) == (b"", None)
        shown.show(record(frame), None)
        assert shown.body == b"\x1b\xff\r\n"
        assert shown.frame is frame
        shown.show(record(None, b"\0\x01", id=2, kind=Kind.MALFORMED), None)
        assert shown.body == b"\0\x01"


async def test_keys_move_and_a_click_on_the_title_changes_the_view() -> None:
    body = b"\n".join(b"line %d" % n for n in range(1000))
    async with pane() as (shown, pilot):
        shown.show(record(message(body)), None)
        await pilot.press("end")
        await pilot.pause()
        assert (await lines(pilot))[-1].startswith(" line 999")
        await pilot.press("home", "pagedown", "down", "k")
        assert (await lines(pilot))[2].startswith(" line 22")
        await pilot.press("pageup")
        assert shown.top == (0, 0)
        await pilot.click(MessagePane, offset=(60, 0))
        assert "[text]" in (await lines(pilot))[0]


async def test_what_the_mouse_selects_is_copied_with_folded_lines_whole() -> None:
    async with pane(40, 10) as (shown, pilot):
        shown.show(record(message(b"x" * 100 + "\n\u65e5\u672cnext\n".encode())), None)
        await pilot.pause()
        await pilot.mouse_down(MessagePane, offset=(3, 2))
        await pilot.hover(MessagePane, offset=(7, 5))
        await pilot.mouse_up(MessagePane, offset=(7, 5))
        await pilot.pause()
        assert pilot.app.screen.get_selected_text() == "x" * 98 + "\n\u65e5\u672cnex"
        shown.move(1)
        await pilot.pause()
        assert pilot.app.screen.get_selected_text() is None


async def test_another_width_lays_out_again() -> None:
    async with pane() as (shown, pilot):
        shown.show(record(message(b"\x00" * 64, *HEADERS)), WORDS)
        await pilot.resize_terminal(50, 24)
        narrow = await lines(pilot)
        await pilot.resize_terminal(120, 24)
        wide = await lines(pilot)
    assert " 00000000  00 00 00 00 00 00 00 00  ........" in narrow
    assert wide[1].endswith("(broker)")


@pytest.mark.parametrize("width", [80, 120])
async def test_a_very_long_header_leaves_room_for_the_body_until_all_is_asked_for(width: int) -> None:
    async with pane(width) as (shown, pilot):
        shown.show(record(message(b"hello", "token:" + "v" * 3000)), WORDS)
        screen = await lines(pilot)
        assert screen[3].endswith(" characters (h)") and "hello" in screen[5]
        shown.toggle_headers()
        screen = await lines(pilot)
        assert "characters" not in "".join(screen) and screen[4] == " " + "v" * (width - 2)
