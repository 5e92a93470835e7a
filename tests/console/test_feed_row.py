"""A row of the feed at every width, whatever a broker sends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from stomptui.capture.record import Record
from stomptui.capture.store import Capture
from stomptui.console.widgets.feed_columns import Column, columns, value
from stomptui.console.widgets.feed_row import Layout, clock, ending, octets, row
from stomptui.console.widgets.feed_shape import Shape
from stomptui.console.widgets.record_words import remarks
from stomptui.render.text import printable
from stomptui.stomp import events as ev
from stomptui.stomp import frame as frames
from stomptui.stomp.codec import Malformed
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import AckMode, Frame
from tests.capture import made

ORDER = b'{"id":4711,"total":99.90}'


def records(*events: ev.Event) -> list[Record]:
    capture = Capture(offset=lambda: 0.0)
    capture.extend(events)
    return [record for record in capture.page(capture.rows(beats=True)) if record is not None]


def text(record: Record, width: int = 79, **looks: bool) -> str:
    """The row without the number and the time, which depends on where the clock is read."""
    shape = Shape()
    shape.see(record)
    pieces = row(record, shape.layout(width, 99), **looks)
    return "".join(piece for piece, _ in pieces)[20:].rstrip()


@pytest.mark.parametrize(
    ("settlement", "mark"),
    [
        (Settlement.UNSETTLED, "*"),
        (Settlement.ACKED, "a"),
        (Settlement.NACKED, "x"),
        (Settlement.STAGED, "t"),
        (Settlement.AUTO, "."),
        (Settlement.LOST, "!"),
    ],
)
def test_a_message_says_how_it_is_settled(settlement: Settlement, mark: str) -> None:
    (record,) = records(made.message(412, ORDER, settlement=settlement))
    assert text(record) == f"< {mark}     25 {ORDER.decode()}"


@pytest.mark.parametrize(
    ("deliveries", "words"), [(1, "*  "), (2, "*R2"), (9, "*R9"), (10, "*R+"), (4000, "*R+")]
)
def test_a_further_delivery_is_counted(deliveries: int, words: str) -> None:
    (record,) = records(made.message(412, ORDER, deliveries=deliveries))
    assert text(record).startswith(f"< {words}   25 ")


def test_cursor_and_selection_are_told_by_letters() -> None:
    (record,) = records(made.message(412, ORDER))
    heads = [
        "".join(piece for piece, _ in row(record, Layout(79), cursor=cursor, selected=selected))[:7]
        for cursor, selected in ((False, False), (True, False), (False, True), (True, True))
    ]
    assert heads == [" 00412 ", ">00412 ", " 00412+", ">00412+"]


def test_frames_that_were_sent_say_what_and_what_came_of_it() -> None:
    told = records(
        made.sent(1, frames.subscribe("/queue/orders", "s-1", ack=AckMode.CLIENT_INDIVIDUAL, receipt="r-1")),
        ev.Confirmed(1, 0.1, 1, "SUBSCRIBE", 0.0031),
        made.sent(2, frames.send("/queue/orders.fixed", ORDER), transaction="tx-1"),
        made.message(3),
        made.ack(4, 3),
        made.settled((3,), Settlement.ACKED),
        made.sent(5, frames.begin("tx-1")),
    )
    assert [text(told[index]) for index in (0, 1, 3, 4)] == [
        "> SUBSCRIBE /queue/orders                  receipted 3 ms",
        "> t   SEND /queue/orders.fixed    25       in tx-1",
        "> ACK 00003",
        "> BEGIN tx-1",
    ]
    assert text(told[0], 119).startswith("> SUBSCRIBE /queue/orders  client-individual   ")
    assert text(told[1], 119).startswith("> t   SEND /queue/orders.fixed    25  {")
    # What a console of 100 and one of 120 columns has room for beside the side panes.
    assert text(told[0], 64) == "> SUBSCRIBE /queue/orders   receipted 3 ms"
    assert text(told[0], 82) == "> SUBSCRIBE /queue/orders  client-individual  receipted 3 ms"


def test_frames_that_arrived_say_what_they_answer() -> None:
    told = records(
        made.receipt(7, 3), made.error(8, 3, words="access refused"), made.connected(9, server="Q/1")
    )
    assert [text(record) for record in told] == [
        "< RECEIPT r-7  for 00003                   2 ms",
        "< ERROR access refused  more of it         refuses 00003",
        "< CONNECTED Q/1  version 1.2, beats none",
    ]


def test_a_connection_in_the_place_of_another_is_numbered() -> None:
    frame = Frame("CONNECTED", {"version": "1.2", "server": "Q/1"}).with_raw(
        b"CONNECTED\nversion:1.2\nserver:Q/1\n\n\0"
    )
    [again] = records(ev.Connected(2, 9, 0.0, frame))
    assert text(again) == "< CONNECTED Q/1  connection 2, version 1.2, beats none"
    [[(words, _)]] = remarks(again)
    assert words == "connection 2: what came on an earlier one can be settled no more"


def test_what_is_no_frame_has_a_row_too() -> None:
    told = records(
        ev.MalformedReceived(1, 1, 0.0, Malformed(b"ME\0S", 0, "a NUL in the command line", "x")),
        ev.HeartBeatReceived(1, 0.0, 1),
        ev.HeartBeatSent(1, 0.0),
        ev.HeartBeatMissed(1, 0.0, 25.0),
        ev.Closed(1, 0.0, "reset", False),
    )
    assert [text(record) for record in told] == [
        "< no frame: a NUL in the command line     4  ME␀S",
        "< heart-beat",
        "> heart-beat",
        "< no heart-beat: nothing heard for 25.0 s",
        "< connection closed: reset",
    ]


def test_the_destination_has_a_column_once_there_are_two() -> None:
    one, other = records(made.message(1), made.message(2, destination="/topic/audit"))
    shape = Shape()
    shape.see(one)
    assert shape.layout(79, 2).destination == 0
    shape.see(one)
    shape.see(other)
    layout = shape.layout(79, 2)
    assert layout.destination == 11
    rows = ["".join(piece for piece, _ in row(record, layout))[22:42] for record in (one, other)]
    assert rows == ["*   orders        11", "*   topic/audit   11"]
    layout = shape.layout(82, 2)
    rows = ["".join(piece for piece, _ in row(record, layout))[22:44] for record in (one, other)]
    assert rows == ["*   /queue/orders   11", "*   /topic/audit    11"]


@pytest.mark.parametrize(
    ("destination", "width", "shown"),
    [
        ("/queue/orders", 13, "/queue/orders"),
        ("/queue/orders", 12, "queue/orders"),
        ("/queue/orders", 8, "orders"),
        ("/queue/orders", 5, "~ders"),
        ("/exchange/amq.topic/a.b.c", 8, "a.b.c"),
        ("orders/", 5, "~ers/"),
        ("/queue/注文注文", 8, "注文注文"),
        ("/queue/注文注文", 6, "~注文"),
        ("", 5, ""),
    ],
)
def test_of_a_destination_the_end_is_shown(destination: str, width: int, shown: str) -> None:
    assert ending(destination, width) == shown


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0"), (9999, "9999"), (10_000, "10k"), (999_499, "999k"), (1_200_000, "1.2M"), (3 << 30, "3.2G")],
)
def test_sizes_take_four_cells(size: int, words: str) -> None:
    assert octets(size) == words


def test_the_clock_shows_milliseconds_where_there_is_room() -> None:
    assert clock(1.5)[8:] == ".500" and len(clock(1.5, short=True)) == 8
    assert clock(1.9999)[8:] == ".999"


def test_columns_of_the_settings() -> None:
    made_columns = columns(["header:x-type", "body:lines.1.id"])
    assert made_columns == (Column("header", "x-type"), Column("body", "lines.1.id"))
    body = b'{"lines":[{"id":1},{"id":"\x1b[2J"}]}'.replace(b"\x1b", b"\\u001b")
    (record,) = records(made.message(1, body, headers=(("x-type", "注文"),)))
    assert record.frame is not None
    assert [value(column, record.frame) for column in made_columns] == ["注文", "␛[2J"]
    shape = Shape(made_columns)
    shape.see(record)
    assert shape.layout(79, 1).widths == (4, 4)


@pytest.mark.parametrize("text", ["", "type", "header:", "trailer:x", "body"])
def test_a_column_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="write header:NAME"):
        columns([text])


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("id", b"not json"),
        ("id", b"[" * 60_000),
        ("id.x", b'{"id":1}'),
        ("id", b'{"id":null}'),
        ("9", b"[1]"),
    ],
)
def test_a_body_without_the_key_leaves_the_column_empty(name: str, body: bytes) -> None:
    (record,) = records(made.message(1, body))
    assert record.frame is not None and value(Column("body", name), record.frame) == ""


HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "\x1b]52;c;aGk=\x07",
            "\x9b31m",
            "[/bold]",
            "\u202eabc",
            "\udc9b",
            "注文" * 20,
            "e\u0301" * 30,
            "/" * 300,
        ]
    ),
)


@given(
    st.sampled_from(
        ["MESSAGE", "SEND", "SUBSCRIBE", "ACK", "NACK", "ERROR", "RECEIPT", "CONNECTED", "ODD\u202e"]
    ),
    HOSTILE,
    HOSTILE,
    st.integers(1, 200),
    st.sampled_from(["", "refused: see 00009", "in \x1b[2J\u202e"]),
)
@settings(max_examples=200, deadline=None)
def test_a_row_fills_its_width_and_holds_nothing_that_a_terminal_obeys(
    command: str, name: str, body: str, width: int, outcome: str
) -> None:
    names = ("destination", "id", "message", "receipt-id", "server", "version", "ack", "x", "subscription")
    raw = body.encode("utf-8", "surrogatepass")
    frame = Frame(command, [(header, name) for header in names], raw)
    record = Record(1, 1, 7, 0.0, 1e9, True, frame, b"", Settlement.STAGED, 3, None, outcome)
    shape = Shape((Column("header", "x"), Column("body", "id")))
    shape.see(record._replace(frame=Frame("MESSAGE", (("destination", "other"),))))
    shape.see(record)
    shown = "".join(piece for piece, _ in row(record, shape.layout(width, 7), cursor=True, selected=True))
    assert cell_len(shown) == width
    assert printable(shown) == shown
