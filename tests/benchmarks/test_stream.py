"""What the benchmark sends is what it says, and every client takes and acks all of it."""

from __future__ import annotations

import pytest

from stomptui.stomp.codec import Decoder
from stomptui.stomp.frame import Frame
from tests.benchmarks.stream import COUNTS, MODES, from_source
from tests.benchmarks.stream_source import message


def test_a_message_is_as_large_as_it_says() -> None:
    decoder = Decoder("1.2", strict=True)
    decoder.receive(message(b"s-1", 4711))
    (frame,) = list(decoder)
    assert isinstance(frame, Frame) and frame.marks == ()
    assert (frame.command, len(frame.headers), len(frame.body)) == ("MESSAGE", 8, 256)
    assert frame.first("ack") == "T_s-1@@session-k8IoYnBd3Ws@@4711"


@pytest.mark.parametrize("ack", MODES)
@pytest.mark.parametrize("name", COUNTS)
def test_every_client_takes_all_and_acks_all(name: str, ack: str) -> None:
    """`from_source` holds the number of ACKs against that of the messages."""
    assert min(from_source(name, 1_000, ack)) > 0
