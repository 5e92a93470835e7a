"""What a capture keeps of a connection that is lost and made again, or not."""

from __future__ import annotations

from stomptui.capture.record import Kind
from stomptui.capture.store import Capture
from stomptui.stomp.events import Closed, GivenUp, Retrying


def test_tries_leave_no_trace_and_the_end_does() -> None:
    capture = Capture()
    capture.extend([Closed(1, 1.0, "it broke", False)])
    capture.extend([Retrying(1, 1.0 + number, number, 1.0, "refused") for number in range(1, 1000)])
    capture.extend([GivenUp(1, 1001.0, "refused for good")])
    assert [capture.record(id_).kind for id_ in (1, 2)] == [Kind.CLOSED, Kind.GIVEN_UP]
    assert capture.record(2).words == "refused for good"
    assert capture.last_id == 2
