"""What of a frame goes into the SEND that repeats it."""

from __future__ import annotations

from stomptui.stomp.codec import decode
from stomptui.stomp.frame import Frame
from stomptui.stomp.resend import resent


def test_order_repeats_and_content_length_stay_and_what_is_made_anew_goes() -> None:
    pairs = [
        ("x-b", "2"),
        ("destination", "/queue/a"),
        ("receipt", "r-1"),
        ("x-a", "1"),
        ("transaction", "t-1"),
        ("x-b", "3"),
        ("message-id", "m"),
        ("content-length", "0"),
        ("destination", "/queue/b"),
    ]
    again = resent(Frame("SEND", pairs), {"message-id"})
    assert again.destination == "/queue/a" and again.content_length
    assert again.headers == (("x-b", "2"), ("x-a", "1"), ("x-b", "3"))
    assert again.left_out == ("receipt", "transaction", "message-id", "destination")


def test_a_body_with_nul_needs_its_length_and_text_keeps_none() -> None:
    assert resent(Frame("SEND", [("destination", "/q")], b"\0"), ()).content_length
    assert not resent(Frame("SEND", [("destination", "/q")], b"text"), ()).content_length


def test_padding_hides_no_header_that_may_not_go_along() -> None:
    raw = b"SEND\ndestination: /queue/a \nreceipt : r\ntransaction :t\nx-a: 1\n\n\0"
    again = resent(decode(raw, "1.0"), ())
    assert again.destination == "/queue/a" and again.headers == (("x-a", " 1"),)


def test_what_no_frame_can_carry_is_left_out_and_said() -> None:
    frame = Frame("MESSAGE", [("destination", "/q"), ("", "nameless"), ("x", "a\0b")])
    assert resent(frame, ()).left_out == ("", "x")
